"""Take raw mail in, from files or from standard input, as a mail server's pipe delivers it."""

import sys
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from revenue import transactions
from revenue.inbound import receive_email
from revenue.models import Activity
from review import tasks

BIGGEST = 25 * 1024 * 1024


class Command(BaseCommand):
    help = "Take raw mail (RFC 5322) in: from .eml files, or one mail from standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "files", metavar="FILE.eml", nargs="*", help="raw mails; none or - reads one from stdin"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        names = options["files"] or ["-"]
        refused = [words for name in names if (words := self._take(name))]
        if refused:
            raise CommandError("\n".join(refused))

    def _take(self, name: str) -> str:
        """Keep one mail and say where it went; the reason in words when it was not taken."""
        try:
            raw = _read(name)
        except OSError as error:
            return f"{name}: {error.strerror or error}. Nothing was taken from it."
        if not raw.strip():
            return f"{name}: the mail is empty."
        activity = receive_email(raw)
        with transactions.atomic():
            tasks.ring()
        self.stdout.write(f"{name}: {_where(activity)}")
        return ""


def _read(name: str) -> bytes:
    if name != "-":
        with Path(name).open("rb") as file:
            return _some(file)
    stdin: Any = sys.stdin
    return _some(getattr(stdin, "buffer", stdin))


def _some(file: BinaryIO) -> bytes:
    """Of a mail that is too much the headers are kept, so its beginning is enough."""
    return file.read(BIGGEST)


def _where(activity: Activity) -> str:
    said = activity.reply_class.replace("_", " ") or "no class"
    if activity.account is None:
        return f"kept without an account ({said}). {activity.warning}".strip()
    return f"{activity.account} ({said}). {activity.warning}".strip()
