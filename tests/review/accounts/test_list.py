"""The list of accounts: whose, which, in what order, and at what cost."""

import pytest
from django.urls import reverse

from agents.models import WakeUp
from review import decisions
from review.views.account_list import SIZE
from tests.factories import ContactFactory, prospect
from tests.review.accounts import cast
from tests.review.guards import office
from tests.review.outbox import mails

pytestmark = pytest.mark.django_db
URL = reverse("accounts")


def names(response) -> list[str]:
    return [row.account.name for row in response.context["page"].rows]


def test_a_rep_sees_the_accounts_they_own() -> None:
    cast.account_of(cast.rep(), name="Condax")
    cast.account_of(cast.colleague(), name="Zoomit")
    assert names(cast.signed_in(cast.rep()).get(URL)) == ["Condax"]


def test_a_manager_sees_the_team_and_what_nobody_owns() -> None:
    cast.account_of(cast.rep(), name="Condax")
    cast.account_of(None, name="Free")
    cast.account_of(cast.outsider(), name="Elsewhere")
    assert names(cast.signed_in(cast.manager()).get(URL)) == ["Condax", "Free"]


def test_an_admin_sees_none_and_reads_why() -> None:
    cast.account_of(cast.rep())
    response = cast.signed_in(cast.admin()).get(URL)
    assert names(response) == []
    assert "Accounts are not yours to see" in response.content.decode()


def test_somebody_signed_out_is_asked_to_sign_in(client) -> None:
    assert client.get(URL).status_code == 302


def test_a_post_is_refused() -> None:
    assert cast.signed_in(cast.rep()).post(URL).status_code == 405


def test_accounts_stand_by_name_whatever_their_case() -> None:
    for name in ("beta", "Alpha", "Gamma"):
        cast.account_of(cast.rep(), name=name)
    assert names(cast.signed_in(cast.rep()).get(URL)) == ["Alpha", "beta", "Gamma"]


def test_the_search_finds_a_part_of_the_name() -> None:
    cast.account_of(cast.rep(), name="Umbrella Corporation")
    cast.account_of(cast.rep(), name="Condax")
    assert names(cast.signed_in(cast.rep()).get(URL, {"q": "brella"})) == ["Umbrella Corporation"]


def test_a_search_without_result_says_what_to_do() -> None:
    response = cast.signed_in(cast.rep()).get(URL, {"q": "Domsoom\x00"})
    assert "No account matches" in response.content.decode()


def test_pages_go_on_and_back_by_key() -> None:
    for number in range(SIZE + 5):
        cast.account_of(cast.rep(), name=f"Account {number // 2:02}")
    client = cast.signed_in(cast.rep())
    first = client.get(URL)
    second = client.get(URL + first.context["next"])
    assert len(names(first)) == SIZE
    assert len(names(second)) == 5
    seen = {row.account.pk for page in (first, second) for row in page.context["page"].rows}
    assert len(seen) == SIZE + 5
    assert second.context["next"] is None
    back = client.get(URL + second.context["previous"])
    assert names(back) == names(first)
    assert back.context["previous"] is None


@pytest.mark.parametrize("key", ["x", "-1", "9" * 30, "²", "0"])
def test_an_odd_key_is_the_first_page(key) -> None:
    cast.account_of(cast.rep(), name="Condax")
    assert names(cast.signed_in(cast.rep()).get(URL, {"after": key})) == ["Condax"]


def test_waiting_for_me_shows_accounts_with_a_draft_of_mine() -> None:
    cast.item_at(cast.account_of(cast.rep(), name="Condax"))
    cast.account_of(cast.rep(), name="Quiet")
    response = cast.signed_in(cast.rep()).get(URL, {"show": "waiting"})
    assert names(response) == ["Condax"]
    assert "Follow-up mail waits for a decision" in response.content.decode()


def test_a_manager_is_not_asked_for_what_a_rep_decides() -> None:
    cast.item_at(cast.account_of(cast.rep(), name="Condax"))
    assert names(cast.signed_in(cast.manager()).get(URL, {"show": "waiting"})) == []


def test_held_by_a_person_shows_who() -> None:
    account = cast.account_of(cast.rep(), name="Condax")
    cast.account_of(cast.rep(), name="Free")
    decisions.take_over(account, by=cast.rep())
    response = cast.signed_in(cast.manager()).get(URL, {"show": "held"})
    assert names(response) == ["Condax"]
    assert "Moses Frase" in response.content.decode()


def test_quarantined_accounts_are_found(clock) -> None:
    account = cast.account_of(cast.rep(), name="Condax")
    cast.account_of(cast.rep(), name="Well")
    WakeUp.objects.create(account=account, quarantined_at=clock.now(), error="ValueError: x")
    response = cast.signed_in(cast.rep()).get(URL, {"show": "stopped"})
    assert names(response) == ["Condax"]
    assert "ValueError" not in response.content.decode()


def test_a_manager_filters_by_owner() -> None:
    cast.account_of(cast.rep(), name="Condax")
    cast.account_of(cast.colleague(), name="Zoomit")
    client = cast.signed_in(cast.manager())
    assert names(client.get(URL, {"owner": cast.colleague().pk})) == ["Zoomit"]
    assert names(client.get(URL, {"owner": "nobody"})) == []


def test_a_mail_leaves_when_the_buyer_is_at_work(workspace, clock) -> None:
    office.opens()
    clock.at(office.SATURDAY)
    mails.queued(prospect(owner=cast.rep(), name="Condax"))
    [row] = cast.signed_in(cast.rep()).get(URL).context["page"].rows
    assert (row.next.words, row.next.at) == ("A mail leaves", office.MONDAY)


@pytest.mark.parametrize("count", [1, 5])
def test_mails_that_wait_cost_no_more_queries_for_more(
    workspace, count, django_assert_max_num_queries
) -> None:
    for number in range(count):
        mails.queued(prospect(owner=cast.rep(), name=f"Account {number}"))
    client = cast.signed_in(cast.rep())
    with django_assert_max_num_queries(18):
        client.get(URL)


@pytest.mark.parametrize("count", [1, SIZE + 10])
def test_the_number_of_queries_does_not_grow(count, django_assert_max_num_queries) -> None:
    for number in range(count):
        account = cast.account_of(cast.rep(), name=f"Account {number:03}")
        cast.item_at(account, contact=ContactFactory(account=account))
    client = cast.signed_in(cast.rep())
    with django_assert_max_num_queries(12):
        client.get(URL)
