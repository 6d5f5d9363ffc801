"""A signal comes in on an idle system: how long until its agent has started."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from agents.models import AgentRun
from revenue import clock, ingest
from revenue.models import Account
from review import tasks
from tests.bench import scene
from tests.bench.figures import report_p95
from tests.bench.sizes import Size
from tests.house import ROOT
from tests.postgres import stop_with_parent

PATIENCE = 20
WAYS = {"tick": "by the tick", "qcluster": "by the queue in the database"}


def run(size: Size) -> None:
    scene.company()
    rep = scene.rep()
    for command, words in WAYS.items():
        ids = scene.book(size.signals + 1, owner=rep)
        with running(command):
            woken(ids[0])
            report_p95(f"signal in until agent started, {words}", [woken(pk) for pk in ids[1:]],
                       most=500)  # fmt: skip


@contextmanager
def running(command: str) -> Iterator[None]:
    arguments = [sys.executable, "manage.py", command]
    process = subprocess.Popen(
        arguments, cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        start_new_session=True, preexec_fn=stop_with_parent,
    )  # fmt: skip
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def woken(pk: int) -> float:
    """Seconds by the database's clock from the signal's commit to the start of the run."""
    time.sleep(0.5 + random.random() / 2)
    with transaction.atomic():
        ingest.record_signal(
            account=Account.objects.get(pk=pk), kind="imported", source="crm",
            occurred_at=clock.now(), payload={}, dedupe_key=f"bench:{pk}",
        )  # fmt: skip
        tasks.ring()
    came = clock.now()
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        run = AgentRun.objects.filter(account=pk).first()
        if run:
            return (run.started_at - came).total_seconds()
        time.sleep(0.02)
    raise TimeoutError(f"Nobody started within {PATIENCE} seconds.")
