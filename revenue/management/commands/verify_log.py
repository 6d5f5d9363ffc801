"""Check the event log: every chain follows from its first row, and no tail is cut."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from revenue import events
from revenue.models import ChainHead, Event


class Command(BaseCommand):
    help = "Check that no row of the event log was changed, removed or cut off."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--anchor", type=Path, metavar="FILE",
            help="compare with what this file says of the last time, and write it anew",
        )  # fmt: skip

    def handle(self, *args: Any, anchor: Path | None, **options: Any) -> None:
        faults = list(events.faults(known=self._known(anchor)))
        for fault in faults:
            self.stderr.write(f"{fault.chain}, row {fault.seq}: {fault.problem}")
        if faults:
            raise CommandError(f"{len(faults)} of the chains do not hold. First bad rows above.")
        rows, chains = Event.objects.count(), ChainHead.objects.count()
        if anchor:
            anchor.write_text(events.anchor())
        self.stdout.write(f"The log holds: {rows} rows in {chains} chains.")

    def _known(self, anchor: Path | None) -> dict[str, tuple[int, str]]:
        if anchor is None or not anchor.exists():
            return {}
        try:
            return events.anchored(anchor.read_text())
        except ValueError as error:
            raise CommandError(f"{anchor} is not an anchor that this command wrote.") from error
