"""Tells a worker that is busy from one that is stuck. Called by `serve` once a round.

A cluster of django-q2 whose idle process is killed while it holds the queue's lock goes on running
and never takes another task (its issue 23), so being alive says nothing. A small task is sent
through the queue instead, and the worker has to answer it.
"""

import logging
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)

EVERY = 5.0  # seconds between two questions


class Pulse:
    def __init__(
        self,
        ask: Callable[[], object],
        age: Callable[[], float | None],
        *,
        stale_after: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.ask, self.age, self.clock = ask, age, clock
        self.stale_after = stale_after
        self.heard = self.due = clock()

    def silence(self, *, started: float) -> float:
        """Seconds without a sign of life from a worker that started at `started` (monotonic).

        The age comes from the database's clock; only growth on this machine's monotonic clock
        counts, so that a laptop that slept does not look like a worker that hangs.
        """
        now = self.clock()
        if now >= self.due:
            self.due = now + EVERY
            self._listen(now)
        return now - max(self.heard, started)

    def is_stale(self, *, started: float) -> bool:
        return self.silence(started=started) > self.stale_after

    def _listen(self, now: float) -> None:
        try:
            age = self.age()
            self.ask()
        except Exception:  # of the database or of Redis: nobody can answer without them
            logger.warning("The queue cannot be reached; the worker is not blamed.", exc_info=True)
            self.heard = now
            return
        if age is not None:
            self.heard = max(self.heard, now - max(0.0, age))
