"""Look at the rows every quarter of a second and do what is due."""

import logging
import signal
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from review import tasks

logger = logging.getLogger(__name__)
EVERY = 0.25
OFTEN, SELDOM, SHARE = 1.0, 10.0, 0.1
AFTER_ERROR = 2.0


def pause(took: float) -> float:
    """Seconds until every open item is looked at again: that takes a tenth of the time at most,
    however many there are. A draft that was outrun is seen as such at once, by every read."""
    return min(SELDOM, max(OFTEN, took / SHARE))


class Command(BaseCommand):
    help = "Do everything that is due, again and again; with --once, one round."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="One round, then stop.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            self.stdout.write(f"{tasks.tick()} rows moved.")
            return
        self.running, self.compare_at = True, 0.0
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop)
        while self.running:
            time.sleep(self._round())

    def _round(self) -> float:
        began = time.monotonic()
        compare = began >= self.compare_at
        try:
            moved = tasks.tick(compare=compare, patient=True)
        except Exception:
            logger.exception("A round of the tick failed")
            return AFTER_ERROR
        finally:
            close_old_connections()
            if compare:
                now = time.monotonic()
                self.compare_at = now + pause(now - began)
        return 0 if moved else EVERY

    def _stop(self, *args: Any) -> None:
        self.running = False
