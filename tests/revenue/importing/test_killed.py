"""A killed import is finished by the next one; a large one takes no more memory than a small."""

import os
import signal
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import pytest

from revenue import events, importing
from revenue.importing.tables import read
from revenue.models import (
    Account,
    Contact,
    Event,
    ImportBatch,
    ImportIssue,
    Opportunity,
    Signal,
    StageChange,
    User,
)
from tests.house import ROOT

from .conftest import CRM, DEALS, plan_of, source

WHOLE = {Account: 85, Contact: 241, Opportunity: 8800, StageChange: 15011 + 85, Signal: 85,
         User: 41, ImportBatch: 1, ImportIssue: 2926}  # fmt: skip
EVENTS = {"account.imported": 85, "contact.imported": 241, "opportunity.imported": 8800,
          "stage.changed": 15011 + 85, "account.owner": 85, "signal.received": 85,
          "person.imported": 41, "product.imported": 7, "consent.suppressed": 4}  # fmt: skip


def start(url: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "manage.py", "import_crm", str(CRM), "--skip-checks"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def killed_when(model: type, at_least: int, url: str) -> None:
    process = start(url)
    deadline = time.monotonic() + 120
    while model.objects.count() < at_least:
        assert process.poll() is None, process.stderr.read().decode()
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    process.stderr.close()


def finishes(process: subprocess.Popen) -> None:
    _, said = process.communicate(timeout=240)
    assert (process.returncode, said.decode()) == (0, "")


def check_whole(*, people: int = 0, batches: int = 1) -> None:
    """Everything is there once, and told once; so many people were there before. Each import tells
    its faults."""
    there = {model: model.objects.count() for model in WHOLE}
    told = {ImportBatch: batches, ImportIssue: batches * WHOLE[ImportIssue]}
    assert there == WHOLE | told | {User: WHOLE[User] + people}
    assert {kind: Event.objects.filter(kind=kind).count() for kind in EVENTS} == EVENTS
    assert not ImportBatch.objects.exclude(state="done").exists()
    assert not Account.objects.filter(owner=None).exists()
    assert list(events.faults()) == []


def half_announced() -> list[Account]:
    """Accounts with their signal but without all of their deals."""
    tables, _ = importing.read_all(importing.sources(CRM))
    made = importing.plan(tables)
    due = {row.key: row.account for row in made.spool.rows("opportunities")}
    missing = set(due) - set(Opportunity.objects.values_list("crm_key", flat=True))
    lacking = {due[key] for key in missing}
    return list(Account.objects.filter(signals__kind="imported", crm_key__in=lacking))


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("model", "at_least"),
    [(User, 1), (Account, 1), (Opportunity, 4000)],
)
def test_a_killed_import_is_finished_by_the_next(
    model: type, at_least: int, database_url: str
) -> None:
    killed_when(model, at_least, database_url)
    assert ImportBatch.objects.get().state == "running"
    assert Opportunity.objects.count() < 8800
    assert half_announced() == []

    finishes(start(database_url))
    check_whole()


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_take_turns(database_url: str) -> None:
    both = [start(database_url), start(database_url)]
    for process in both:
        finishes(process)
    # The second helps the first, or comes when it is done and finds that nothing changed.
    batches = ImportBatch.objects.count()
    assert batches <= 2
    check_whole(batches=batches)
    assert Event.objects.filter(kind="import.done").count() == batches


def peak_of_a_plan(rows: int) -> int:
    head, *_ = DEALS.splitlines()
    body = "".join(f"D{n},Carl Lin,GTXPro,,Won,10/20/2016,3/21/2017,{n}\n" for n in range(rows))
    table = read(source(f"{head}\n{body}", "deals.csv"))
    others = plan_of(people="sales_agent,manager\nCarl Lin,Summer Sewald\n")
    tables = [others.parts[0].table, table]
    tracemalloc.start()
    made = importing.plan(tables)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert made.good == rows + 1
    return peak


@pytest.mark.django_db
def test_ten_times_the_rows_take_the_same_memory() -> None:
    peak_of_a_plan(500)
    assert peak_of_a_plan(10_000) < peak_of_a_plan(1_000) * 1.5


def test_the_copy_of_the_export_says_where_it_comes_from() -> None:
    assert "Maven Analytics" in (Path(CRM) / "README.md").read_text(encoding="utf-8")
