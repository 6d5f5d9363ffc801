"""`make test`: the whole suite on SQLite, again on PostgreSQL, and the browser tests.

What touches no database, itself or by a process that it starts, runs once: on SQLite. All parts run
whatever the ones before said. The last line says how many tests ran where; the code is 0 only when
every part ran and passed. Under CI a skipped test, or a part that cannot run here,
is a failure. Arguments go to pytest.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import psycopg

from tests import chromium, migrated, postgres

ROOT = Path(__file__).parent.parent
# One more than there are cores, since a test of real processes waits more than it computes.
PROCESSES = str(1 + min(4, max(2, os.cpu_count() or 2)))
PARALLEL = ("-n", PROCESSES, "--dist", "worksteal")
NO_TESTS = 5  # pytest's exit code when it found none


@dataclass
class Part:
    """How one run of pytest went. `note` says what is to be said about it."""

    place: str
    ran: int = 0
    note: str = ""
    failed: bool = False


def main(arguments: Sequence[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that PostgreSQL is stopped too
    os.environ.setdefault("SEED", "1")
    with compiled_once(), migrated.once("") as sqlite:
        parts = [
            on_sqlite(sqlite, arguments),
            on_postgresql(arguments),
            in_browser(sqlite, arguments),
        ]
    for part in parts:
        if part.note:
            print(f"=== {part.place}: {part.note}")
    print(summary(parts), flush=True)
    return int(any(part.failed for part in parts))


@contextmanager
def compiled_once() -> Iterator[None]:
    """Workers, and processes that tests start, find the code compiled, also where Python is told
    to write nothing beside it."""
    if not os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="countersign-pycache-") as folder:
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        yield


def on_sqlite(database: Mapping[str, str], arguments: Sequence[str]) -> Part:
    return suite("on SQLite", "not browser and not postgres", database, arguments)


def on_postgresql(arguments: Sequence[str]) -> Part:
    try:
        with postgres.running() as url, migrated.once(url) as database:
            place = f"on PostgreSQL {server_version(url)}"
            return suite(place, "not browser and database", database, arguments)
    except postgres.Unavailable as missing:
        return not_here("on PostgreSQL", missing)


def suite(place: str, marks: str, environment: Mapping[str, str], arguments: Sequence[str]) -> Part:
    parallel = [*PARALLEL, "--ignore", "tests/browser"]
    return pytest(place, [*parallel, "-m", marks, *arguments], environment)


def in_browser(database: Mapping[str, str], arguments: Sequence[str]) -> Part:
    try:
        path = chromium.ensure()
    except chromium.Unavailable as missing:
        return not_here("in the browser", missing)
    own = {**database, "CHROMIUM_PATH": path}
    return pytest("in the browser", ["tests/browser", *PARALLEL, *arguments], own)


def pytest(place: str, options: Sequence[str], environment: Mapping[str, str]) -> Part:
    print(f"\n=== The tests {place}, SEED={os.environ['SEED']}", flush=True)
    started = time.monotonic()
    with tempfile.NamedTemporaryFile(suffix=".xml") as report:
        command = [sys.executable, "-m", "pytest", "--durations=5", "--durations-min=5"]
        command += [f"--hypothesis-seed={os.environ['SEED']}", f"--junit-xml={report.name}"]
        variables = {name: value for name, value in {**os.environ, **environment}.items() if value}
        code = subprocess.run([*command, *options], cwd=ROOT, env=variables).returncode
        counts = count(Path(report.name).read_bytes())
    print(f"=== {time.monotonic() - started:.0f} s {place}", flush=True)
    trouble = judge(code, counts)
    return Part(place, counts["ran"], trouble, failed=bool(trouble))


def count(report: bytes) -> dict[str, int]:
    """How many ran and how many were skipped, of pytest's JUnit file. Empty when it crashed."""
    suites = ElementTree.fromstring(report).iter("testsuite") if report else []
    totals = {"tests": 0, "skipped": 0}
    for found in suites:
        for name in totals:
            totals[name] += int(found.get(name, "0"))
    return {"ran": totals["tests"] - totals["skipped"], "skipped": totals["skipped"]}


def judge(code: int, counts: Mapping[str, int]) -> str:
    """Why the part does not count as passed, or nothing."""
    if code == NO_TESTS:
        return "no test was found."
    if code:
        return f"pytest ended with code {code}; its lines above say which tests failed."
    if counts["skipped"] and under_ci():
        return f"{counts['skipped']} skipped; under CI that is a failure."
    return ""


def not_here(place: str, missing: Exception) -> Part:
    """A part that cannot run on this machine: a sentence, and under CI a failure."""
    return Part(place, note=f"not run. {missing}", failed=under_ci())


def under_ci() -> bool:
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


def server_version(url: str) -> str:
    with psycopg.connect(url) as connection:
        return connection.execute("SHOW server_version").fetchone()[0].split()[0]


def summary(parts: Sequence[Part]) -> str:
    counts = ", ".join(f"{part.ran} {part.place}" for part in parts)
    failed = [part.place for part in parts if part.failed]
    left_out = [part.place for part in parts if part.note and not part.failed]
    verdict = [f"Failed: {', '.join(failed)}."] if failed else []
    verdict += [f"Not run: {', '.join(left_out)}."] if left_out else []
    return f"Tests run: {counts}. {' '.join(verdict) or 'All passed.'}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
