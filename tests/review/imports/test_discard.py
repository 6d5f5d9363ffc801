"""A preview is thrown away."""

import pytest
from django.urls import reverse

from revenue.models import Account, ImportBatch, Snapshot
from tests.review.imports import files
from tests.review.setup.doors import client, refuses

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch() -> ImportBatch:
    return files.preview(accounts=files.ACCOUNTS)


def url(batch: ImportBatch) -> str:
    return reverse("import_discard", args=[batch.pk])


def test_the_files_go_and_nothing_is_imported(batch: ImportBatch) -> None:
    assert client("admin").post(url(batch)).status_code == 302
    assert not ImportBatch.objects.exists()
    assert not Snapshot.objects.exists()
    assert not Account.objects.exists()


def test_twice_is_not_there(batch: ImportBatch) -> None:
    client("admin").post(url(batch))
    assert client("admin").post(url(batch)).status_code == 404


def test_an_import_that_is_running_or_done_cannot_be_discarded(batch: ImportBatch) -> None:
    for state in ("queued", "running", "done"):
        ImportBatch.objects.filter(pk=batch.pk).update(state=state)
        assert client("admin").post(url(batch)).status_code == 404


def test_somebody_elses_preview_is_not_there(batch: ImportBatch) -> None:
    assert client("other_admin").post(url(batch)).status_code == 404
    refuses(url(batch), "rep", "manager")
    assert ImportBatch.objects.exists()
