"""The preview: how the files are understood, and what will become of each row."""

import csv
import io

import pytest
from django.urls import reverse

from revenue.models import Account, ImportBatch, Snapshot
from tests.factories import AccountFactory
from tests.review.accounts import cast
from tests.review.imports import files
from tests.review.setup.doors import client, text

pytestmark = pytest.mark.django_db


def page(batch: ImportBatch, who: str = "admin"):
    return client(who).get(reverse("import_check", args=[batch.pk]))


def test_it_counts_what_will_be_imported_and_what_not() -> None:
    shown = text(page(files.preview(accounts=files.ACCOUNTS, contacts=files.CONTACTS)))
    assert "Import 3 of 4 rows" in shown
    assert "contacts.csv, row 3" in shown
    assert "is not an address" in shown


def test_looking_writes_nothing() -> None:
    page(files.preview(accounts=files.ACCOUNTS))
    assert not Account.objects.exists()


def test_the_order_of_dates_is_shown_with_what_settles_it() -> None:
    batch = files.preview(accounts=files.ACCOUNTS, prices=files.PRICES, deals=files.DEALS)
    assert "month/day/year (10/20/2016 settles it)" in text(page(batch))


def test_dates_that_nothing_settles_have_to_be_chosen() -> None:
    deals = files.DEALS.replace("10/20/2016", "10/2/2016").replace("11/1/2016", "1/11/2016")
    shown = text(page(files.preview(accounts=files.ACCOUNTS, prices=files.PRICES, deals=deals)))
    assert "Choose the order of the dates" in shown
    assert "use YYYY-MM-DD" in shown


def test_a_column_that_is_not_known_is_left_out_and_marked() -> None:
    content = "account,sector,shoe size\nCondax,retail,42\n"
    shown = text(page(files.preview(accounts=content)))
    assert "shoe size" in shown
    assert "Not imported" in shown


def test_a_file_that_lacks_a_column_names_it() -> None:
    shown = text(page(files.preview(contacts="account,title\nCondax,Manager\n")))
    assert "needs a column" in shown
    assert "No row can be imported" in shown


def test_accounts_that_are_there_show_what_would_change() -> None:
    AccountFactory(name="Condax", number_of_employees=12, industry="retail")
    shown = text(page(files.preview(accounts=files.ACCOUNTS)))
    assert "1 account you have already" in shown
    assert "Number of employees" in shown
    assert "410" in shown


def test_the_same_files_again_say_when_they_were_imported() -> None:
    files.commit(files.preview(accounts=files.ACCOUNTS))
    assert "already imported on" in text(page(files.preview(accounts=files.ACCOUNTS)))


def test_files_that_are_gone_ask_for_another_upload() -> None:
    batch = files.preview(accounts=files.ACCOUNTS)
    Snapshot.objects.all().delete()
    answer = page(batch)
    assert answer.status_code == 409
    assert "Upload them again" in text(answer)


def test_the_preview_of_somebody_else_is_not_there() -> None:
    batch = files.preview(accounts=files.ACCOUNTS)
    assert page(batch, "other_admin").status_code == 404
    assert page(batch, "manager").status_code == 403
    assert page(batch, "rep").status_code == 403


def test_a_cell_that_a_sheet_would_run_is_escaped_in_the_download() -> None:
    content = "account,sector,employees\nCondax,retail,=1+1\n"
    batch = files.preview(accounts=content)
    answer = client("admin").get(reverse("import_issues", args=[batch.pk]))
    assert answer["Content-Disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["file", "row", "field", "found", "problem", "what was done"]
    assert "'=1+1" in [row[3] for row in rows]


@pytest.mark.parametrize("pk", [0, 2**63])
def test_one_that_is_not_there_is_404(pk: int) -> None:
    assert client("admin").get(reverse("import_check", args=[pk])).status_code == 404


def test_it_asks_a_fixed_number_of_questions(workspace, django_assert_max_num_queries) -> None:
    cast.admin()
    rows = "".join(f"Account {number},retail,1\n" for number in range(60))
    batch = files.preview(accounts=f"account,sector,employees\n{rows}")
    browser = client("admin")
    with django_assert_max_num_queries(16):
        browser.get(reverse("import_check", args=[batch.pk]))
