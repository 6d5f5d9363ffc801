"""`make soak`: races and kills for a given time, on PostgreSQL. One JSON line for each round.

    make soak ARGS="--minutes 60"

A round races every two verbs 20 times, and kills at every boundary of every step; each has its
own seed, which is printed. 25 rounds are 500 races of each pair.
"""

import argparse
import json
import os
import random
import re
import subprocess
import sys
import time

from tests import postgres

RACES_PER_PAIR = 20


def main() -> int:
    options = argparse.ArgumentParser(prog="soak")
    options.add_argument("--minutes", type=float, default=30)
    until = time.monotonic() + options.parse_args().minutes * 60
    failed = False
    with postgres.running() as url:
        while time.monotonic() < until:
            for name, place in (("races", "tests/races"), ("kills", "tests/kills")):
                failed |= not round_of(name, place, url)
    return int(failed)


def round_of(name: str, place: str, url: str) -> bool:
    seed = str(random.randrange(2**32))
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "SEED": seed,
        "RACES_PER_PAIR": str(RACES_PER_PAIR),
        "KILLS_PER_STEP": "1000",
    }
    started = time.monotonic()
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        "2",
        place,
        "-o",
        "faulthandler_timeout=0",
    ]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    said = {
        word: int(number)
        for number, word in re.findall(r"(\d+) (passed|failed|error)", done.stdout)
    }
    line = {
        "name": name,
        "passed": said.get("passed", 0),
        "failed": said.get("failed", 0) + said.get("error", 0),
        "seconds": round(time.monotonic() - started),
        "seed": int(seed),
        "database": "postgresql",
        "ok": done.returncode == 0,
    }
    print(json.dumps(line), flush=True)
    if done.returncode:
        print(done.stdout[-4000:], file=sys.stderr)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
