"""Check the event log: every chain follows from its first row, and no tail is cut."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from revenue import events
from revenue.models import ChainHead, Event


class Command(BaseCommand):
    help = "Check that no row of the event log was changed, removed or cut off."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = list(events.faults())
        for fault in faults:
            self.stderr.write(f"{fault.chain}, row {fault.seq}: {fault.problem}")
        if faults:
            raise CommandError(f"{len(faults)} of the chains do not hold. First bad rows above.")
        rows, chains = Event.objects.count(), ChainHead.objects.count()
        self.stdout.write(f"The log holds: {rows} rows in {chains} chains.")
