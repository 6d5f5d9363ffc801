"""`make soak`: races and kills for a given time. One JSON line for each round.

    make soak ARGS="--minutes 60"
    make soak ARGS="--minutes 60 --only kills"
    make soak ARGS="--minutes 60 --only worlds"

A round of races lets every two verbs meet 20 times, on PostgreSQL; 25 rounds are 500 races of each
pair. A round of kills kills a forked process at every boundary of every step (`tests/kills/
test_fork_kills.py`); one of processes kills the real web server, worker and tick at every boundary
of every station (`tests/kills/test_processes.py`), and tells how soon the work went on. A round
of lanes is 200 histories of a lane (`tests/review/autonomy/test_lane_machine.py`), and one of
worlds a simulated one, of which every invariant is asked at its end. These take turns between
PostgreSQL and SQLite. Each round has its own seed, which is printed.
"""

import argparse
import itertools
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests import postgres

ROUNDS = {
    "races": "tests/races",
    "kills": "tests/kills/test_fork_kills.py",
    "processes": "tests/kills/test_processes.py",
    "lanes": "tests/review/autonomy/test_lane_machine.py",
    "worlds": "tests/soak/worlds.py",
}
TO_THE_FULL = {"RACES_PER_PAIR": "20", "KILLS_PER_STEP": "1000", "KILLS_EVERYWHERE": "1"}
TO_THE_FULL |= {"LANE_EXAMPLES": "400", "LANE_STEPS": "30"}


def main() -> int:
    options = argparse.ArgumentParser(prog="soak")
    options.add_argument("--minutes", type=float, default=30)
    options.add_argument("--only", choices=ROUNDS)
    given = options.parse_args()
    until = time.monotonic() + given.minutes * 60
    names = [given.only] if given.only else list(ROUNDS)
    failed = False
    with postgres.running() as url:
        for turn in itertools.count():
            for name in names:
                failed |= not round_of(name, "" if turn % 2 and name != "races" else url)
            if time.monotonic() > until:
                break
    return int(failed)


def round_of(name: str, url: str) -> bool:
    """One round on the database of this address, SQLite without one."""
    seed = str(random.randrange(2**32))
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        figures = Path(folder) / "figures"
        own = {"DATABASE_URL": url, "SEED": seed, "KILLS_FIGURES": str(figures)}
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", ROUNDS[name]]
        command += ["-o", "faulthandler_timeout=0"]
        environment = {**os.environ, **TO_THE_FULL, **own}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        more = json.loads(figures.read_text()) if figures.exists() else {}
    line = {
        "name": name,
        **counted(done.stdout),
        **more,
        "seconds": round(time.monotonic() - started),
        "seed": int(seed),
        "database": "postgresql" if url else "sqlite",
        "ok": done.returncode == 0,
    }
    print(json.dumps(line), flush=True)
    if done.returncode:
        print(done.stdout[-4000:], file=sys.stderr)
    return done.returncode == 0


def counted(output: str) -> dict[str, Any]:
    """What pytest says at its end."""
    found = re.findall(r"(\d+) (passed|failed|error)", output)
    said = {word: int(number) for number, word in found}
    failed = said.get("failed", 0) + said.get("error", 0)
    return {"passed": said.get("passed", 0), "failed": failed}


if __name__ == "__main__":
    sys.exit(main())
