"""Runs every group of figures on every database, each in a process and a database of its own.

A figure is one line of JSON. A missed bar is reported and is no failure: the code is 0 unless a
group could not run at all.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable

from tests import postgres
from tests.bench import databases

# The quick ones first, so that something is to be seen soon.
GROUPS = (
    "grounding", "replies", "statements", "start", "gate", "flight", "waking", "loops", "imports",
    "reviewers", "contested", "world", "browser", "growth", "pages", "queues", "history",
)  # fmt: skip


def main() -> int:
    chosen = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that PostgreSQL is stopped too
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        os.environ["TEST_STATE_DIR"] = folder
        failed = [
            name
            for database in chosen.database
            for name in _on(database, folder, chosen.only, chosen.size)
        ]
    for name in failed:
        print(f"could not run: {name}", file=sys.stderr)
    return int(bool(failed))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    sizes = parser.add_mutually_exclusive_group()
    for name, words in (("quick", "small sizes, a first look"), ("full", "a million decided rows")):
        sizes.add_argument(f"--{name}", dest="size", action="store_const", const=name, help=words)
    parser.add_argument("--only", nargs="+", choices=GROUPS, default=GROUPS, metavar="GROUP",
                        help=f"of {', '.join(GROUPS)}")  # fmt: skip
    parser.add_argument("--database", nargs="+", choices=("sqlite", "postgresql"),
                        default=("sqlite", "postgresql"))  # fmt: skip
    parser.set_defaults(size="usual")
    return parser.parse_args()


def _on(database: str, folder: str, groups: Iterable[str], size: str) -> list[str]:
    """The groups that could not run on this database."""
    if database == "sqlite":
        return _all(databases.Files(folder), groups, size)
    try:
        with postgres.running() as url:
            return _all(databases.Server(url), groups, size)
    except postgres.Unavailable as missing:
        print(missing, file=sys.stderr)
        return [database]


def _all(place: databases.Place, groups: Iterable[str], size: str) -> list[str]:
    place.prepare()
    return [f"{group} on {place.name}" for group in groups if not _ran(place, group, size)]


def _ran(place: databases.Place, group: str, size: str) -> bool:
    with place.fresh(group) as url:
        command = [sys.executable, "-m", "tests.bench.process", group, size]
        done = subprocess.run(command, env={**os.environ, "DATABASE_URL": url})
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
