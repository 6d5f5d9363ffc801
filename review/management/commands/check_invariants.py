"""Ask every invariant of everything that there is, now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from review import audit
from review.audit import nightly


class Command(BaseCommand):
    help = "Ask every rule that always has to hold, of everything; name each place that breaks one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--found", action="store_true",
            help="print what the nightly looks found and nobody has looked into; look at nothing",
        )  # fmt: skip

    def handle(self, *, found: bool, **options: Any) -> None:
        if found:
            self.stdout.writelines(self._found())
            return
        broken = 0
        for law in audit.LAWS:
            for words in law():
                broken += 1
                self.stderr.write(f"{law.words} But {words}.")
        if broken:
            raise CommandError(f"{broken} places where something does not hold. They stand above.")
        self.stdout.write(f"All of {len(audit.LAWS)} rules hold.")

    def _found(self) -> list[str]:
        rows = nightly.unsettled()
        return [f"{row.found_at:%Y-%m-%d %H:%M} {row.law}: {row.words}\n" for row in rows] or [
            "The nightly looks found nothing.\n"
        ]
