"""What became of an import: counts, single rows, the earlier ones."""

import csv
import io

import pytest
from django.urls import reverse

from revenue.models import Account, ImportBatch, User
from tests.review.accounts import cast
from tests.review.imports import files
from tests.review.setup.doors import client, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def done() -> ImportBatch:
    files.commit(files.preview(accounts=files.ACCOUNTS, contacts=files.CONTACTS))
    return ImportBatch.objects.get()


def page(batch: ImportBatch, who: str = "admin"):
    return client(who).get(reverse("import", args=[batch.pk]))


def test_it_says_what_came_in_and_what_did_not(done: ImportBatch) -> None:
    shown = text(page(done))
    assert "<dt>Accounts</dt><dd>2</dd>" in shown
    assert "<dt>Left out</dt><dd>1</dd>" in shown
    assert "contacts.csv, row 3" in shown


def test_every_row_that_was_told_can_be_downloaded(done: ImportBatch) -> None:
    answer = client("admin").get(reverse("import_issues", args=[done.pk]))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 1 + done.issues.count()
    assert rows[1][:2] == ["contacts.csv", "3"]


def test_no_downloaded_cell_is_run_as_a_formula(done: ImportBatch) -> None:
    done.issues.update(found="=cmd|' /C calc'!A0", problem="\t@SUM(1)")
    answer = client("admin").get(reverse("import_issues", args=[done.pk]))
    row = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1]
    assert row[3].startswith("'=")
    assert row[4].startswith("'\t")


def test_earlier_imports_are_listed(done: ImportBatch) -> None:
    shown = text(client("admin").get(reverse("imports")))
    assert "accounts.csv, contacts.csv" in shown
    assert "2 accounts" in shown
    assert str(cast.admin()) in shown


def test_previews_wait_in_the_list_of_their_owner(done: ImportBatch) -> None:
    files.preview(accounts=files.ACCOUNTS)
    assert "Not imported yet" in text(client("admin").get(reverse("imports")))
    assert "Not imported yet" not in text(client("other_admin").get(reverse("imports")))


def test_an_admin_sees_every_import_and_nobody_else_any(done: ImportBatch) -> None:
    other = client("other_admin")
    assert other.get(reverse("import", args=[done.pk])).status_code == 200
    assert other.get(reverse("import_issues", args=[done.pk])).status_code == 200
    assert page(done, "manager").status_code == 403
    assert page(done, "rep").status_code == 403


def test_a_preview_is_not_a_result() -> None:
    batch = files.preview(accounts=files.ACCOUNTS)
    assert page(batch).status_code == 404


def test_the_pages_ask_a_fixed_number_of_questions(
    done: ImportBatch, workspace, django_assert_max_num_queries
) -> None:
    browser = client("admin")
    with django_assert_max_num_queries(8):
        browser.get(reverse("import", args=[done.pk]))
    with django_assert_max_num_queries(6):
        browser.get(reverse("imports"))


def test_it_leads_to_owners_then_to_people_then_on(done: ImportBatch) -> None:
    assert "Choose owners for 2 accounts" in text(page(done))
    Account.objects.update(owner=cast.rep())
    assert "Go on with the checklist" in text(page(done))
    User.objects.filter(username="moses").update(email="")
    assert "Invite the 1 person who cannot sign in yet" in text(page(done))


@pytest.mark.parametrize("name", ["import", "imports"])
def test_pages_are_not_places_to_post_to(name: str, done: ImportBatch) -> None:
    where = reverse(name, args=[done.pk] if name == "import" else [])
    assert client("admin").post(where).status_code == 405


def test_a_file_that_is_no_table_is_told_and_counts_as_no_row() -> None:
    files.commit(files.preview(accounts=files.ACCOUNTS, strange="firma\nCondax\n"))
    shown = text(page(ImportBatch.objects.get()))
    assert "<dt>Left out</dt><dd>0</dd>" in shown
    assert "strange.csv</th>" in shown
