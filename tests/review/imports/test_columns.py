"""A person says what a file is and what its columns become."""

import pytest
from django.urls import reverse

from revenue.models import Account, ImportBatch, Opportunity
from tests.review.imports import files
from tests.review.setup.doors import client, refuses, text

pytestmark = pytest.mark.django_db
STRANGE = "firma,branche,kopf\nCondax,retail,410\n"


def choose(batch: ImportBatch, **fields: str):
    data = {name.replace("_", "-"): value for name, value in fields.items()}
    return client("admin").post(reverse("import_columns", args=[batch.pk]), data, follow=True)


def test_a_file_of_unknown_headings_is_mapped_by_hand() -> None:
    batch = files.preview(kunden=STRANGE)
    choose(batch, kind_0="accounts")
    answer = choose(
        batch, kind_0="accounts", field_0_0="name", field_0_1="industry",
        field_0_2="number_of_employees",
    )  # fmt: skip
    assert "Import 1 row</button>" in text(answer)
    files.commit(batch)
    account = Account.objects.get()
    assert (account.name, account.industry, account.number_of_employees) == (
        "Condax",
        "retail",
        410,
    )


def test_a_new_kind_starts_with_the_columns_that_are_recognised() -> None:
    batch = files.preview(people="name,email\nCondax,x\n")
    choose(batch, kind_0="accounts")
    batch.refresh_from_db()
    assert batch.options["mappings"]["people.csv"]["fields"] == {"name": "name"}


def test_a_column_can_be_left_out() -> None:
    batch = files.preview(accounts=files.ACCOUNTS)
    choose(batch, kind_0="accounts", field_0_0="name", field_0_1="", field_0_2="")
    files.commit(batch)
    assert set(Account.objects.values_list("industry", "number_of_employees")) == {("", None)}


def test_the_order_of_the_dates_is_the_one_that_was_chosen() -> None:
    deals = files.DEALS.replace("10/20/2016", "10/2/2016").replace("11/1/2016", "1/11/2016")
    batch = files.preview(accounts=files.ACCOUNTS, prices=files.PRICES, deals=deals)
    choice = {
        "kind_2": "opportunities", "field_2_0": "id", "field_2_1": "account",
        "field_2_2": "product", "field_2_3": "stage", "field_2_4": "engaged_on",
        "field_2_5": "closed_on", "field_2_6": "amount", "order_2_4": "dmy", "order_2_5": "dmy",
    }  # fmt: skip
    choose(batch, kind_0="accounts", field_0_0="name", kind_1="products", field_1_0="name",
           field_1_2="list_price", **choice)  # fmt: skip
    files.commit(batch)
    deal = Opportunity.objects.get(crm_key__iendswith="d1")
    assert deal.engaged_on.isoformat() == "2016-02-10"


def test_dates_move_when_it_is_wished(clock) -> None:
    batch = files.preview(accounts=files.ACCOUNTS, prices=files.PRICES, deals=files.DEALS)
    choose(batch, kind_0="accounts", field_0_0="name", shift="on")
    batch.refresh_from_db()
    assert batch.options["shift_to"] == clock.now().date().isoformat()


def test_two_columns_for_one_field_are_refused() -> None:
    batch = files.preview(accounts=files.ACCOUNTS)
    answer = choose(batch, kind_0="accounts", field_0_0="name", field_0_1="name")
    assert answer.status_code == 422
    assert "two columns become “Name”" in text(answer)


def test_a_field_that_is_required_and_left_out_is_named() -> None:
    batch = files.preview(accounts=files.ACCOUNTS)
    answer = choose(batch, kind_0="accounts", field_0_1="industry")
    assert "needs a column" in text(answer)
    assert "No row can be imported" in text(answer)


def test_words_that_are_no_choice_change_nothing() -> None:
    batch = files.preview(accounts=files.ACCOUNTS)
    choose(batch, kind_0="secrets", field_0_0="owner__password")
    batch.refresh_from_db()
    assert batch.options["mappings"] == {}


def test_after_the_import_there_is_nothing_to_choose() -> None:
    batch = files.preview(accounts=files.ACCOUNTS)
    files.commit(batch)
    assert choose(batch, kind_0="accounts").status_code == 404


def test_somebody_elses_preview_is_not_there_and_a_link_chooses_nothing() -> None:
    batch = files.preview(accounts=files.ACCOUNTS)
    url = reverse("import_columns", args=[batch.pk])
    assert client("other_admin").post(url).status_code == 404
    refuses(url, "rep", "manager")
