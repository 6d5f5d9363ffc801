"""Children that start again, and that never outlive their supervisor."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from review.management.supervisor import LONGEST_PAUSE, SETTLED, Child
from review.management.watchdog import noted
from tests.run import ROOT

pytestmark = pytest.mark.processes

SUPERVISE = """
import json, signal, sys
from pathlib import Path
from review.management.supervisor import Supervisor

supervisor = Supervisor(
    json.loads(sys.argv[1]), folder=Path.cwd(), environment={"PATH": "/usr/bin:/bin"}, report=print
)
signal.signal(signal.SIGTERM, lambda *_: supervisor.stop_asked.set())
print("watchdog", supervisor.watchdog.pid, flush=True)
supervisor.run()
"""


@pytest.fixture
def pids(tmp_path: Path) -> Path:
    """A line for each start: the child's process id and that of a process it started."""
    return tmp_path / "pids"


@pytest.fixture
def supervisor(pids: Path) -> Iterator[subprocess.Popen]:
    child = f"sleep 300 & echo $$ $! >> {pids}; wait"
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISE, json.dumps({"child": ["sh", "-c", child]})],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process
    process.terminate()
    process.wait(30)


def starts(pids: Path) -> list[list[int]]:
    text = pids.read_text() if pids.exists() else ""
    return [[int(word) for word in line.split()] for line in text.splitlines()]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_for(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_killed_child_starts_again_and_leaves_nothing_behind(supervisor, pids) -> None:
    wait_for(lambda: starts(pids))
    [(child, grandchild)] = starts(pids)
    os.kill(child, signal.SIGKILL)
    wait_for(lambda: len(starts(pids)) == 2)
    assert not alive(grandchild)
    assert alive(starts(pids)[1][1])


def test_everything_ends_when_the_supervisor_is_asked_to_stop(supervisor, pids) -> None:
    wait_for(lambda: starts(pids))
    supervisor.terminate()
    assert supervisor.wait(20) == 0
    assert not any(alive(pid) for pid in starts(pids)[0])


def test_everything_ends_when_the_supervisor_is_killed(supervisor, pids) -> None:
    wait_for(lambda: starts(pids))
    supervisor.kill()
    wait_for(lambda: not any(alive(pid) for pid in starts(pids)[0]))


def test_a_killed_watchdog_is_replaced_by_one_that_knows_the_children(supervisor, pids) -> None:
    wait_for(lambda: starts(pids))
    first = int(supervisor.stdout.readline().split()[1])
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: not alive(first))
    time.sleep(1)  # two rounds of the supervisor
    supervisor.kill()
    wait_for(lambda: not any(alive(pid) for pid in starts(pids)[0]))


def test_the_watchdog_forgets_the_groups_that_ended() -> None:
    assert noted(["+11\n", "+12\n", "-11\n", "+13\n"]) == {12, 13}


def test_the_pause_before_a_start_doubles_up_to_a_limit() -> None:
    child = Child("web", ["web"], started=100.0)
    pauses = [child.pause(101.0) for _ in range(8)]
    assert pauses[:4] == [0.5, 1, 2, 4]
    assert pauses[-1] == LONGEST_PAUSE


def test_a_child_that_lived_long_starts_again_at_once() -> None:
    child = Child("web", ["web"], started=100.0, ends=6)
    assert child.pause(101.0 + SETTLED) == 0.5
