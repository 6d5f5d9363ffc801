"""One limit for what a page asks of the network, whatever the other side does.

A name that does not resolve, a host with many addresses and a server that answers letter by letter
each have limits of their own, which add up, or none at all.
"""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

R = TypeVar("R")
SECONDS = 25.0


class TooLate(Exception):
    """No result in time. What was begun may still come to an end."""


class Job(Generic[R]):
    """Something that is on its way. It must touch no row: its thread is left alone."""

    def __init__(self, job: Callable[[], R]) -> None:
        self.results: list[R] = []
        self.faults: list[BaseException] = []
        self.job = job
        self.thread = threading.Thread(target=self._work, name="patience", daemon=True)
        self.thread.start()

    def _work(self) -> None:
        try:
            self.results.append(self.job())
        except BaseException as fault:  # told to whoever waits, if anybody still does
            self.faults.append(fault)

    def result(self, *, until: float) -> R:
        """What it returns or raises, or TooLate when it has not by then (monotonic)."""
        self.thread.join(max(until - time.monotonic(), 0))
        if self.faults:
            raise self.faults[0]
        if not self.results:
            raise TooLate
        return self.results[0]


def within(seconds: float, job: Callable[[], R]) -> R:
    """What `job` returns or raises, or TooLate."""
    return Job(job).result(until=time.monotonic() + seconds)
