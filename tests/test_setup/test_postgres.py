"""The suite's own PostgreSQL: it answers during the block and is gone after it."""

import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from tests import postgres
from tests.run import ROOT

pytestmark = pytest.mark.processes


@pytest.fixture(autouse=True)
def _nothing_given(monkeypatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


def folder_of(url: str) -> Path:
    return Path(url.partition("?host=")[2])


def answers(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def test_a_postgresql_in_the_environment_is_taken_as_it_is(monkeypatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://me@db.example/sales")
    with postgres.running() as url:
        assert url == "postgres://me@db.example/sales"


def test_a_sqlite_in_the_environment_is_not_taken_for_one(monkeypatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///sales.sqlite3")
    with postgres.running() as url:
        assert answers(url)


def test_it_is_gone_after_the_block_even_when_the_block_fails() -> None:
    block = postgres.running()
    url = block.__enter__()
    assert answers(url)
    with pytest.raises(ZeroDivisionError):
        block.gen.throw(ZeroDivisionError())
    assert not folder_of(url).exists()
    with pytest.raises(psycopg.OperationalError):
        answers(url)


def test_it_keeps_what_was_committed_before_a_crash() -> None:
    with postgres.server() as server:
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE note AS SELECT 'kept' AS text")
        server.stop(signal.SIGQUIT)
        server.start()
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SELECT text FROM note").fetchone() == ("kept",)


def test_the_wheel_serves_where_none_is_installed() -> None:
    user = postgres.unprivileged_user() if postgres.is_root() else None
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as name:
        folder = postgres.handed_to(user, Path(name))
        server = postgres.Server(folder, postgres.of_the_wheel(folder, user), user)
        server.create()
        server.start()
        try:
            assert answers(server.url)
        finally:
            server.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_it_ends_with_the_process_that_started_it() -> None:
    code = "from tests import postgres\nwith postgres.running() as u: print(u, flush=True); input()"
    owner = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    url = owner.stdout.readline().strip()
    assert answers(url)
    owner.kill()
    owner.wait()
    deadline = time.monotonic() + 20
    while (folder_of(url) / "data/postmaster.pid").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    subprocess.run(["rm", "-rf", folder_of(url)], check=True)
