"""Plant the demo, when there are neither accounts nor people."""

from typing import Any

from django.core.management.base import BaseCommand

from review import demo


class Command(BaseCommand):
    help = "An invented company with a dozen accounts, three logins and work for the agents."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(demo.seed())
        except demo.Refused as refused:
            self.stdout.write(str(refused))
