"""A background import whose process is killed is finished by the next, each row once."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from revenue import clock
from revenue.importing import claims
from revenue.models import Account, ImportBatch, Opportunity
from review.setup import jobs, uploads
from tests.house import ROOT
from tests.revenue.importing.conftest import CRM
from tests.revenue.importing.test_killed import check_whole
from tests.review.accounts import cast

JOB = "import django; django.setup(); from review.setup import jobs; jobs.work(seconds=100)"


def start(url: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", JOB],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"},
    )


def asked_for() -> ImportBatch:
    files = [SimpleUploadedFile(one.name, one.read_bytes()) for one in sorted(CRM.glob("*.csv"))]
    batch = uploads.keep(files, by=cast.admin())
    uploads.commit(batch)
    return batch


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("model", "at_least"), [(Account, 20), (Opportunity, 5000)])
def test_the_next_process_goes_on_where_a_killed_one_stopped(
    model: type, at_least: int, database_url: str
) -> None:
    batch = asked_for()
    process = start(database_url)
    before, deadline = model.objects.count(), time.monotonic() + 120
    while model.objects.count() < before + at_least:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    batch.refresh_from_db()
    assert batch.state == "queued"
    assert jobs.work(seconds=100) == 0  # as long as the claim may be alive
    behind = batch.cursor.get("rows", 0)

    ImportBatch.objects.update(claimed_until=clock.now())  # half a minute later
    assert start(database_url).wait() == 0
    batch.refresh_from_db()
    assert batch.rows_done == 9168 > behind
    totals = {kind: sum(told.get(word, 0) for word in ("new", "same", "changed"))
              for kind, told in batch.counts.items()}  # fmt: skip
    assert totals["opportunities"] == 8800
    assert totals["contacts"] == 241
    check_whole(people=1)


def test_a_killed_import_goes_on_within_a_minute() -> None:
    assert claims.LASTS.total_seconds() < 45
