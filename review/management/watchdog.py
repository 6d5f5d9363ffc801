"""Ends the processes of a supervisor that is gone. Started by `supervisor`, and only by it.

It reads one line for each process group, "+123" when it starts and "-123" when it ended, from a
pipe whose other end only the supervisor holds. The pipe closes when the supervisor ends, however it
ends, and whatever is still noted then is stopped. It is a process with a name and a session of its
own, so that neither Ctrl-C nor a kill by the supervisor's name takes it along. Standard library
only: it stays resident, so it has to be small.
"""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterable

GRACE = 5.0


def exists(leader: int) -> bool:
    try:
        os.kill(leader, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def signal_leader(group: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(group, signal.SIGTERM)


def kill_group(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def end(groups: Iterable[int], *, grace: float = GRACE) -> None:
    """Ask each leader to stop, wait, then kill whatever is left of the groups."""
    groups = list(groups)
    for group in groups:
        signal_leader(group)
    deadline = time.monotonic() + grace
    while time.monotonic() < deadline and any(map(exists, groups)):
        time.sleep(0.05)
    for group in groups:
        kill_group(group)


def noted(lines: Iterable[str]) -> set[int]:
    """The groups that started and did not end."""
    groups: set[int] = set()
    for line in lines:
        if line[0] == "+":
            groups.add(int(line[1:]))
        else:
            groups.discard(int(line[1:]))
    return groups


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    end(noted(sys.stdin))
