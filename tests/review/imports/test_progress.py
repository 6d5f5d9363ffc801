"""How far an import is, for its page to ask."""

import pytest
from django.urls import reverse

from revenue import importing
from revenue.models import ImportBatch
from review.setup import uploads
from tests.review.imports import files
from tests.review.setup.doors import client, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch() -> ImportBatch:
    made = files.preview(accounts=files.ACCOUNTS)
    uploads.commit(made)
    return made


def ask(batch: ImportBatch, who: str = "admin"):
    return client(who).get(reverse("import_progress", args=[batch.pk]))


def test_it_says_how_many_rows_are_done_and_asks_again(batch: ImportBatch) -> None:
    ImportBatch.objects.filter(pk=batch.pk).update(rows=1200, rows_done=480)
    answer = ask(batch)
    assert "480 of 1,200 rows" in text(answer)
    assert 'hx-trigger="every 1s"' in text(answer)
    assert "HX-Redirect" not in answer.headers


def test_before_anybody_has_read_the_files_it_says_so(batch: ImportBatch) -> None:
    assert "Reading the files" in text(ask(batch))
    assert "Nobody has begun" not in text(ask(batch))


def test_when_nobody_begins_it_asks_for_the_worker(batch: ImportBatch, clock) -> None:
    clock.travel(seconds=21)
    assert "Nobody has begun yet" in text(ask(batch))
    importing.take()
    assert "Nobody has begun" not in text(ask(batch))


def test_a_trouble_on_the_way_is_told(batch: ImportBatch) -> None:
    importing.take().failed("The disk is full.")
    assert "The disk is full." in text(ask(batch))


def test_when_it_is_done_the_page_goes_on_to_what_came_in(batch: ImportBatch) -> None:
    files.commit(batch)
    assert ask(batch)["HX-Redirect"] == reverse("import", args=[batch.pk])


def test_when_it_comes_back_the_page_goes_to_the_preview_with_the_reason(batch) -> None:
    importing.take().give_up("The files of this preview are gone.")
    answer = ask(batch)
    assert answer["HX-Redirect"] == reverse("import_check", args=[batch.pk])
    page = client("admin").get(answer["HX-Redirect"])
    assert "The files of this preview are gone." in text(page)


def test_the_list_names_what_is_under_way(batch: ImportBatch) -> None:
    shown = text(client("admin").get(reverse("imports")))
    assert "Under way" in shown
    assert "Not imported yet" not in shown


def test_an_import_of_somebody_else_is_not_there(batch: ImportBatch) -> None:
    assert ask(batch, "other_admin").status_code == 404
    assert [ask(batch, who).status_code for who in ("rep", "manager")] == [403, 403]


def test_to_ask_costs_little(batch: ImportBatch, workspace, django_assert_max_num_queries) -> None:
    browser = client("admin")
    with django_assert_max_num_queries(3):
        browser.get(reverse("import_progress", args=[batch.pk]), headers={"HX-Request": "true"})


def test_it_is_not_a_place_to_post_to(batch: ImportBatch) -> None:
    url = reverse("import_progress", args=[batch.pk])
    assert client("admin").post(url).status_code == 405
