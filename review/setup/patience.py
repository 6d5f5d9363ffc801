"""One limit for what a page asks of the network, whatever the other side does.

A name that does not resolve, a host with many addresses and a server that answers letter by letter
each have limits of their own, which add up, or none at all.
"""

import threading
from collections.abc import Callable
from typing import TypeVar

R = TypeVar("R")
SECONDS = 25.0


class TooLate(Exception):
    """No result in time. What was begun may still come to an end."""


def within(seconds: float, job: Callable[[], R]) -> R:
    """What `job` returns or raises, or TooLate. It must touch no row: its thread is left alone."""
    results: list[R] = []
    faults: list[BaseException] = []

    def work() -> None:
        try:
            results.append(job())
        except BaseException as fault:  # told to whoever waits, if anybody still does
            faults.append(fault)

    thread = threading.Thread(target=work, name="patience", daemon=True)
    thread.start()
    thread.join(seconds)
    if faults:
        raise faults[0]
    if not results:
        raise TooLate
    return results[0]
