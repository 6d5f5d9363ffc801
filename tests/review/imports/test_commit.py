"""What is good in a preview is imported, once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse

from revenue import clock, importing
from revenue.models import Account, Contact, ImportBatch, Signal, Snapshot
from review.setup import uploads
from tests.review.accounts import cast
from tests.review.imports import files
from tests.review.setup.doors import client, refuses, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch() -> ImportBatch:
    return files.preview(accounts=files.ACCOUNTS, contacts=files.CONTACTS)


def url(batch: ImportBatch) -> str:
    return reverse("import_commit", args=[batch.pk])


def commit(batch: ImportBatch, who: str = "admin"):
    return client(who).post(url(batch), follow=True)


def test_the_good_rows_are_there_and_the_others_are_told(batch: ImportBatch) -> None:
    page = text(commit(batch))
    assert Account.objects.count() == 2
    assert Contact.objects.get().email == "yara@condax.example"
    assert "1 row was left out" in page
    done = ImportBatch.objects.get()
    assert (done.state, done.by) == ("done", cast.admin())


def test_the_agents_are_told_by_signals(batch: ImportBatch) -> None:
    commit(batch)
    assert Signal.objects.filter(kind="imported", handled_at=None).count() == 2


def test_the_preview_and_its_files_are_gone(batch: ImportBatch) -> None:
    keys = [key for _, key in batch.options["files"]]
    commit(batch)
    assert not ImportBatch.objects.filter(pk=batch.pk).exists()
    assert not Snapshot.objects.filter(hash__in=keys).exists()


def test_a_second_click_finds_it_running(batch: ImportBatch) -> None:
    ImportBatch.objects.filter(pk=batch.pk).update(state="running", started_at=clock.now())
    answer = client("admin").post(url(batch))
    assert answer.status_code == 409
    assert "running already" in text(answer)
    assert not Account.objects.exists()


def test_one_whose_process_died_can_be_started_again_within_a_minute(batch: ImportBatch) -> None:
    died = clock.now() - timedelta(seconds=45)
    ImportBatch.objects.filter(pk=batch.pk).update(state="running", started_at=died)
    commit(batch)
    assert Account.objects.count() == 2


def test_a_long_one_says_with_every_portion_that_it_is_alive(
    batch: ImportBatch, clock: object, monkeypatch
) -> None:
    whole, clicks = importing.commit, []

    def slowly(*args: object, progress: Callable[[int], None], **more: object) -> ImportBatch:
        for rows in (500, 1000):
            clock.travel(seconds=30)
            progress(rows)
            clicks.append(client("manager").post(url(batch)).status_code)
        return whole(*args, progress=progress, **more)

    monkeypatch.setattr(importing, "commit", slowly)
    commit(batch)
    assert clicks == [409, 409]
    assert Account.objects.count() == 2


def test_after_it_is_done_the_preview_is_not_there(batch: ImportBatch) -> None:
    commit(batch)
    assert client("admin").post(url(batch)).status_code == 404


def test_the_same_files_again_change_nothing(batch: ImportBatch) -> None:
    commit(batch)
    again = files.preview(accounts=files.ACCOUNTS, contacts=files.CONTACTS)
    page = text(commit(again))
    assert "Nothing changed" in page
    assert Account.objects.count() == 2
    assert ImportBatch.objects.count() == 1


def test_files_without_a_good_row_import_nothing() -> None:
    bad = files.preview(contacts="account,email\nCondax,x@y.example\n")
    answer = client("admin").post(url(bad))
    assert answer.status_code == 422
    assert "No row of these files can be imported" in text(answer)
    assert ImportBatch.objects.get().state == "preview"


def test_a_fault_on_the_way_leaves_the_preview_to_try_again(
    batch: ImportBatch, monkeypatch
) -> None:
    def cut(*args: object, **more: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(importing, "commit", cut)
    with pytest.raises(ConnectionError):
        uploads.commit(batch, by=cast.admin())
    monkeypatch.undo()
    commit(ImportBatch.objects.get())
    assert Account.objects.count() == 2


def test_somebody_elses_preview_is_not_there_and_a_link_imports_nothing(
    batch: ImportBatch,
) -> None:
    assert client("other_admin").post(url(batch)).status_code == 404
    refuses(url(batch), "rep", "manager")
    assert not Account.objects.exists()
