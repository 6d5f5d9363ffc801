"""Erase one person everywhere, by their address. The log stays; it holds no text."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from revenue.models import User
from review import privacy


def colleague(name: str) -> User:
    """Whoever answers for it, by the name or the address that they sign in with."""
    found = User.objects.filter(Q(username=name) | Q(email__iexact=name), is_active=True).first()
    if found is None:
        raise CommandError(f"Nobody here signs in as “{name}”. Name a colleague with --by.")
    return found


class Command(BaseCommand):
    help = "Erase one person everywhere, by their address. It cannot be taken back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", metavar="ADDRESS")
        parser.add_argument("--by", required=True, metavar="WHO", help="who answers for it")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, address: str, by: str, yes: bool, **options: Any) -> None:
        who = colleague(by)
        try:
            self._say(privacy.scope(address))
            if not yes and input("Erase for good? Type yes: ").strip().lower() != "yes":
                raise CommandError("Nothing was erased.")
            row = privacy.begin(address, by=who)
        except privacy.ErasureError as error:
            raise CommandError(str(error)) from error
        if not privacy.go_on(row):
            raise CommandError(
                f"Not finished: {row.waits_for} Nobody writes to this person any more. The tick "
                "goes on with it by itself; or run this again."
            )
        total = sum(row.counts.values())
        self.stdout.write(f"Erased: {total:,} rows and texts at {len(row.accounts)} accounts.")

    def _say(self, found: privacy.Scope) -> None:
        people = ", ".join(f"{one} at {one.account}" for one in found.contacts) or "no contact"
        self.stdout.write(f"{found.address}: {people}; {found.mails:,} mails, calls and notes.")
        if found.is_erased:
            self.stdout.write("This address was erased before; what came since goes.")
