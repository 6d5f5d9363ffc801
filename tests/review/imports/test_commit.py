"""A person says yes to a preview: it is imported in the background, once."""

import pytest
from django.urls import reverse
from django_q.models import OrmQ

from revenue.models import Account, Contact, ImportBatch, Opportunity, Signal, Snapshot
from review import tasks
from tests.review.accounts import cast
from tests.review.imports import files
from tests.review.setup.doors import client, refuses, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch() -> ImportBatch:
    return files.preview(accounts=files.ACCOUNTS, contacts=files.CONTACTS)


def url(batch: ImportBatch) -> str:
    return reverse("import_commit", args=[batch.pk])


def form(batch: ImportBatch) -> dict[str, str]:
    """What a browser sends when nobody touched the columns."""
    page = client("admin").get(reverse("import_check", args=[batch.pk]))
    said = {"shown": page.context["shown"]}
    for file in page.context["parts"]:
        said[f"kind-{file.number}"] = file.kind
        for column in file.columns:
            said[column.input] = column.becomes
            if column.is_date:
                said[column.order_input] = column.order
    return said


def test_the_click_waits_for_nothing(batch: ImportBatch) -> None:
    OrmQ.objects.all().delete()
    answer = client("admin").post(url(batch), follow=True)
    assert answer.redirect_chain == [(reverse("import_check", args=[batch.pk]), 302)]
    assert "It goes on by itself" in text(answer)
    batch.refresh_from_db()
    assert (batch.state, Account.objects.count()) == ("queued", 0)
    assert OrmQ.objects.count() == 1


def test_a_tick_does_it_without_a_queue(batch: ImportBatch) -> None:
    client("admin").post(url(batch))
    tasks.tick()
    batch.refresh_from_db()
    assert (batch.state, Account.objects.count()) == ("done", 2)


def test_so_does_a_worker_when_the_bell_rings(batch: ImportBatch) -> None:
    client("admin").post(url(batch))
    tasks.work()
    batch.refresh_from_db()
    assert (batch.state, Account.objects.count()) == ("done", 2)


def test_the_good_rows_are_there_and_the_others_are_told(batch: ImportBatch) -> None:
    page = text(files.commit(batch))
    assert Account.objects.count() == 2
    assert Contact.objects.get().email == "yara@condax.example"
    assert "1 row was left out" in page
    done = ImportBatch.objects.get()
    assert (done.state, done.by) == ("done", cast.admin())


def test_the_agents_are_told_by_signals(batch: ImportBatch) -> None:
    files.commit(batch)
    assert Signal.objects.filter(kind="imported", handled_at=None).count() == 2


def test_the_files_are_gone(batch: ImportBatch) -> None:
    keys = [key for _, key in batch.options["files"]]
    files.commit(batch)
    batch.refresh_from_db()
    assert "files" not in batch.options
    assert not Snapshot.objects.filter(hash__in=keys).exists()


def test_a_second_click_finds_it_running(batch: ImportBatch) -> None:
    client("admin").post(url(batch))
    answer = client("admin").post(url(batch))
    assert answer.status_code == 409
    assert "running already" in text(answer)
    assert not Account.objects.exists()


def test_after_it_is_done_the_preview_is_not_there(batch: ImportBatch) -> None:
    files.commit(batch)
    assert client("admin").post(url(batch)).status_code == 404


def test_the_same_files_again_change_nothing(batch: ImportBatch) -> None:
    files.commit(batch)
    page = text(files.commit(files.preview(accounts=files.ACCOUNTS, contacts=files.CONTACTS)))
    assert "Nothing changed" in page
    assert "The agents read the accounts now" not in page
    assert (Account.objects.count(), Contact.objects.count(), Signal.objects.count()) == (2, 1, 2)


def test_files_without_a_good_row_come_back_with_the_reason() -> None:
    bad = files.preview(contacts="account,email\nCondax,x@y.example\n")
    page = text(files.commit(bad))
    assert "No row of these files can be imported" in page
    assert ImportBatch.objects.get().state == "preview"


def test_columns_that_nobody_touched_are_imported(batch: ImportBatch) -> None:
    client("admin").post(url(batch), form(batch))
    batch.refresh_from_db()
    assert batch.state == "queued"


def test_columns_that_were_changed_are_checked_again_before_they_are_imported(
    batch: ImportBatch,
) -> None:
    changed = form(batch) | {"field-0-1": ""}  # the sector is not wanted after all
    answer = client("admin").post(url(batch), changed, follow=True)
    assert "Nothing is imported yet." in text(answer)
    batch.refresh_from_db()
    assert batch.state == "preview"
    client("admin").post(url(batch), form(batch))
    tasks.tick()
    assert set(Account.objects.values_list("industry", flat=True)) == {""}


@pytest.mark.parametrize("name", ["order-2-4", "shift"])
def test_so_are_dates(name: str) -> None:
    batch = files.preview(accounts=files.ACCOUNTS, prices=files.PRICES, deals=files.DEALS)
    said = form(batch)
    value = {"order-2-4": "dmy", "shift": "on"}[name]
    assert said.get(name) == {"order-2-4": "mdy", "shift": None}[name]
    client("admin").post(url(batch), said | {name: value})
    assert not Opportunity.objects.exists()
    batch.refresh_from_db()
    assert batch.state == "preview"


def test_somebody_elses_preview_is_not_there_and_a_link_imports_nothing(
    batch: ImportBatch,
) -> None:
    assert client("other_admin").post(url(batch)).status_code == 404
    refuses(url(batch), "rep", "manager")
    batch.refresh_from_db()
    assert batch.state == "preview"
