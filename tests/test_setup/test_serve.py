"""`manage.py serve`: what it refuses, and the whole desk under one process."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError

from review.management.commands import serve
from tests.run import ROOT


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", ""])
def test_a_port_that_is_none_is_refused(port) -> None:
    with pytest.raises(CommandError, match="is not a port; use a number from 1 to 65535"):
        serve.free_port("127.0.0.1", port)


def test_a_port_in_use_is_refused_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"{port}: Address already in use.*PORT={port + 1}"):
            serve.free_port("127.0.0.1", str(port))


def test_the_address_printed_is_one_that_a_browser_here_can_open() -> None:
    assert serve.url("127.0.0.1", 8000) == "http://127.0.0.1:8000"
    assert serve.url("0.0.0.0", 8000) == "http://127.0.0.1:8000"
    assert serve.url("::1", 8000) == "http://[::1]:8000"


LOGINS = [("admin", "admin", "countersign-admin")]


@pytest.mark.parametrize(
    ("bind", "warned"),
    [("127.0.0.1", False), ("::1", False), ("0.0.0.0", True), ("::", True), ("192.0.2.7", True)],
)
def test_the_demos_passwords_are_no_secret_where_others_reach_them(bind: str, warned: bool) -> None:
    told = " ".join(serve.of_the_demo(bind, LOGINS))
    assert "countersign-admin" in told
    assert ("Remove the demo" in told) == warned
    assert list(serve.of_the_demo(bind, [])) == []


@pytest.fixture
def desk(database_url, tmp_path: Path) -> Iterator[tuple[subprocess.Popen, int]]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", str(port), "--stale-after", "15"],
        cwd=ROOT,
        # Where it serves is written down there: beside it, others of these tests serve.
        env={**os.environ, "DATABASE_URL": database_url, "TEST_STATE_DIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process, port
    process.kill()
    process.wait()


def wait_for_line(process: subprocess.Popen, pattern: str) -> str:
    for line in process.stdout:
        if re.search(pattern, line):
            return line
    raise AssertionError(f"it ended without {pattern!r}")


def status(port: int, path: str = "/auth/login/") -> int:
    web = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    web.request("GET", path)
    return web.getresponse().status


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_it_says_where_it_runs_and_stops_when_asked(desk, tmp_path: Path) -> None:
    process, port = desk
    wait_for_line(process, f"running at http://127.0.0.1:{port}$")
    way_in = wait_for_line(process, "/welcome/").strip()  # nobody is there yet
    assert way_in.startswith(f"http://127.0.0.1:{port}/welcome/")
    assert status(port, way_in.partition(str(port))[2]) == 200
    assert status(port) == 200
    assert (tmp_path / "address").read_text() == f"http://127.0.0.1:{port}\n"
    process.send_signal(signal.SIGINT)
    wait_for_line(process, "Stopped")
    assert process.wait(30) == 0
    with pytest.raises(ConnectionRefusedError):
        status(port)


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_a_killed_web_server_answers_again(desk) -> None:
    process, port = desk
    wait_for_line(process, "running at")
    [web] = children(process.pid, "gunicorn")
    os.kill(web, signal.SIGKILL)
    wait_for_line(process, r"web was killed by SIGKILL; starting it again")
    wait_until_it_answers(port)


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_alive_but_stuck_is_replaced(desk) -> None:
    process, _ = desk
    wait_for_line(process, "running at")
    [worker] = children(process.pid, "qcluster")
    for stuck in group(worker):
        os.kill(stuck, signal.SIGSTOP)
    wait_for_line(process, "worker: no answer for 15 s")
    deadline = time.monotonic() + 20
    while group(worker) and time.monotonic() < deadline:  # the line is said before the kill
        time.sleep(0.1)
    assert group(worker) == []


def children(parent: int, word: str) -> list[int]:
    return [pid for pid, ppid, _, args in processes() if ppid == parent and word in args]


def group(leader: int) -> list[int]:
    return [pid for pid, _, pgid, _ in processes() if pgid == leader]


def processes() -> Iterator[tuple[int, int, int, str]]:
    """Process id, parent, group and command line of everything that runs, from /proc."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                args = (entry / "cmdline").read_text().replace("\0", " ")
            except (FileNotFoundError, ProcessLookupError):
                continue
            if stat[0] != "Z":
                yield int(entry.name), int(stat[1]), int(stat[2]), args


def wait_until_it_answers(port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            assert status(port) == 200
            return
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
