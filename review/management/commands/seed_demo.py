"""Plant the demo, when there are neither accounts nor people."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from review import demo
from review.management.commands.simulate import whole


class Command(BaseCommand):
    help = "An invented company with two dozen accounts, simulated days and work for the agents."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=whole("--days", 365), default=demo.PAST_DAYS)

    def handle(self, **options: Any) -> None:
        try:
            self.stdout.write(demo.seed(past=options["days"]))
        except demo.Refused as refused:
            self.stdout.write(str(refused))
