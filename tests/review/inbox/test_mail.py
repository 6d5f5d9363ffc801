"""One mail of no account: what it says, and which accounts it may belong to."""

import pytest
from django.urls import reverse

from revenue import ingest
from revenue.inbound import filing
from revenue.models import Account, Activity
from tests.factories import AccountFactory, ContactFactory, prospect
from tests.review.accounts import cast
from tests.review.inbox.strays import stray

pytestmark = pytest.mark.django_db


def url(mail: Activity, query: str = "") -> str:
    return reverse("inbox_mail", args=[mail.pk]) + query


def shown(mail: Activity, who=None, query: str = "") -> str:
    response = cast.signed_in(who or cast.manager()).get(url(mail, query))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def near(name: str, email: str, **more: object) -> Account:
    account = AccountFactory(name=name, **({"owner": cast.rep()} | more))
    ContactFactory(account=account, email=email, first_name="Nora", last_name="Moss")
    ingest.see_address(email)
    return account


def test_a_manager_reads_it_and_is_asked_where_it_belongs() -> None:
    words = shown(stray(text="Do you deliver to Malta?"))
    assert "Where does this mail belong?" in words
    assert "Do you deliver to Malta?" in words
    assert "Nothing in the sender's address points to an account." in words


def test_accounts_whose_people_write_from_there_are_suggested() -> None:
    near("Condax", "boss@else.example")
    near("Cancity", "buyer@else.example")
    near("Isdom", "buyer@isdom.example")
    words = shown(stray())
    assert "Condax" in words
    assert "Cancity" in words
    assert "people there write from else.example" in words
    assert "Isdom" not in words


def test_the_accounts_with_this_very_address_come_first() -> None:
    near("Aardvark", "buyer@else.example")
    for name in ("Condax", "Cancity"):
        near(name, "Nora@Else.example")
    words = shown(stray())
    assert words.index("Cancity") < words.index("Aardvark")
    assert "somebody there has this very address" in words


def test_an_account_of_this_domain_is_chosen_when_it_is_the_only_one() -> None:
    AccountFactory(name="Condax", owner=cast.rep(), domain="else.example")
    words = shown(stray())
    assert "It belongs to Condax" in words
    assert "Somebody new, with the address nora@else.example" in words
    assert 'value="Nora Moss"' in words


def test_whose_address_it_is_is_chosen() -> None:
    account = near("Condax", "nora@else.example")
    near("Cancity", "nora@else.example")
    [nora] = account.contacts.all()
    words = shown(stray(), query=f"?account={account.pk}")
    assert f'value="{nora.pk}" checked' in words


def test_an_account_is_found_by_its_name() -> None:
    AccountFactory(name="Northwind", owner=cast.rep())
    assert "Northwind" in shown(stray(), query="?q=north")
    assert "No account that you see has this name" in shown(stray(), query="?q=south")


def test_accounts_of_others_are_neither_found_nor_chosen() -> None:
    hidden = near("Northwind", "boss@else.example", owner=cast.outsider())
    mail = stray()
    for query in ("", "?q=north", f"?account={hidden.pk}"):
        assert "Northwind" not in shown(mail, query=query)


def test_an_admin_sees_who_wrote_and_not_what() -> None:
    account = near("Condax", "boss@else.example")
    mail = stray(subject="Malta", text="Do you deliver to Malta?")
    words = shown(mail, cast.admin(), f"?account={account.pk}")
    assert "nora@else.example" in words
    assert "It belongs to Condax" in words
    assert "Malta" not in words
    assert "boss@else.example" not in words


def test_a_rep_sees_what_they_added_and_nothing_else() -> None:
    assert "Malta" in shown(stray(added_by=cast.rep(), text="To Malta?"), cast.rep())
    other = stray(number=2)
    assert cast.signed_in(cast.rep()).get(url(other)).status_code == 404
    assert cast.signed_in(cast.colleague()).get(url(stray())).status_code == 404


def test_mail_that_has_its_place_is_not_here_and_the_manager_is_told_who_knew() -> None:
    account = prospect(owner=cast.rep())
    mail = stray(added_by=cast.rep())
    filing.assign(mail, account, by=cast.rep())
    response = cast.signed_in(cast.manager()).get(url(mail), follow=True)
    assert response.redirect_chain == [(reverse("inbox"), 302)]
    assert "Moses Frase said where this mail belongs already." in response.content.decode()
    assert cast.signed_in(cast.colleague()).get(url(mail)).status_code == 404


def test_mail_of_an_account_is_not_here() -> None:
    account = prospect(owner=cast.rep())
    row = ingest.record_message(
        account=account, direction="inbound", body="x", occurred_at=account.created_at
    )
    assert cast.signed_in(cast.manager()).get(url(row)).status_code == 404


def test_text_from_outside_is_never_markup() -> None:
    mail = stray(sender='"<b>Nora" <nora@else.example>', subject="<b>x</b>", text="<script>x")
    account = AccountFactory(owner=cast.rep())
    words = shown(mail, query=f"?account={account.pk}")
    assert "<script>x" not in words
    assert "<b>" not in words


def test_a_post_is_refused() -> None:
    assert cast.signed_in(cast.manager()).post(url(stray())).status_code == 405


@pytest.mark.parametrize("count", [1, 40])
def test_the_number_of_queries_does_not_grow(
    workspace, count, django_assert_max_num_queries
) -> None:
    mail, account = stray(), AccountFactory(owner=cast.rep())
    for number in range(count):
        near(f"Condax {number}", f"buyer{number}@else.example")
        ContactFactory(account=account)
    client = cast.signed_in(cast.manager())
    for query, most in (("", 9), ("?q=c", 6), (f"?account={account.pk}", 8)):
        with django_assert_max_num_queries(most):
            client.get(url(mail, query))
