"""The background work on an import: slices, the bell, and what goes wrong on the way."""

import pytest
from django_q.models import OrmQ

from revenue import importing
from revenue.importing import units
from revenue.models import Account, Event, ImportBatch, Snapshot
from review import tasks
from review.setup import jobs, uploads
from tests.review.imports import files

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch() -> ImportBatch:
    made = files.preview(accounts=files.ACCOUNTS, contacts=files.CONTACTS)
    uploads.commit(made)
    OrmQ.objects.all().delete()
    return made


def state(batch: ImportBatch) -> str:
    batch.refresh_from_db()
    return batch.state


def test_without_an_import_there_is_nothing_to_do() -> None:
    assert tasks.import_due(seconds=1) == 0
    assert OrmQ.objects.count() == 0


def test_a_slice_that_leaves_something_rings_for_whoever_is_free(batch, monkeypatch) -> None:
    monkeypatch.setattr(units, "ROWS", 1)
    rounds = 0
    while state(batch) != "done":
        rings = OrmQ.objects.count()
        assert tasks.import_due(seconds=0) == 1
        rounds += 1
        assert OrmQ.objects.count() == rings + (state(batch) != "done")
    assert rounds > 1
    assert Account.objects.count() == 2


def test_a_tick_gets_to_the_mail_between_two_slices() -> None:
    """The supervisor waits ten seconds for a tick to stop, and a task is killed after 120."""
    assert tasks.SLICE < 10
    assert tasks.LONG_SLICE < 60


def test_a_fault_is_tried_again_and_told_meanwhile(batch, monkeypatch, clock) -> None:
    def broken(*args: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(uploads, "tables", broken)
        assert jobs.work(seconds=1) == 1
    assert (state(batch), batch.trouble) == ("queued", jobs.FAULT)
    clock.travel(seconds=6)
    jobs.work(seconds=1)
    assert (state(batch), batch.trouble) == ("done", "")


def test_a_fault_that_stays_gives_it_back_with_a_next_step(batch, monkeypatch, clock) -> None:
    monkeypatch.setattr(importing, "resume", lambda *_, **__: 1 / 0)
    for _ in range(3):
        jobs.work(seconds=1)
        clock.travel(seconds=6)
    assert (state(batch), batch.trouble) == ("preview", jobs.GIVEN_UP)
    assert jobs.work(seconds=1) == 0


def test_files_that_are_gone_give_it_back(batch) -> None:
    Snapshot.objects.all().delete()
    jobs.work(seconds=1)
    assert state(batch) == "preview"
    assert "Upload them again" in batch.trouble


def test_whoever_lost_it_to_another_process_goes_away_quietly(batch, monkeypatch) -> None:
    def slow(*args: object) -> object:
        ImportBatch.objects.update(claim="somebody else")
        return tables(*args)

    tables = uploads.tables
    monkeypatch.setattr(uploads, "tables", slow)
    assert jobs.work(seconds=1) == 1
    assert (state(batch), batch.claim, batch.trouble) == ("queued", "somebody else", "")
    assert not Account.objects.exists()


def test_the_person_who_said_yes_stands_in_the_log(batch) -> None:
    jobs.work(seconds=1)
    assert state(batch) == "done"
    told = Event.objects.filter(kind__in=["import.started", "import.done"])
    assert set(told.values_list("actor", flat=True)) == {f"user:{batch.by_id}"}
