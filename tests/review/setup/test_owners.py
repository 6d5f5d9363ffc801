"""Accounts that nobody works are given to somebody."""

import pytest
from django.urls import reverse

from agents.models import RoutingDecision
from revenue import clock
from revenue.models import Account, Event
from review import intake
from review.models import ReviewItem
from tests.factories import AccountFactory, UserFactory
from tests.review.accounts import cast
from tests.review.setup.doors import client, refuses, text

pytestmark = pytest.mark.django_db
URL = "owners_give"


@pytest.fixture
def account() -> Account:
    return AccountFactory(owner=None, name="Condax")


def give(*accounts: Account, to=None, who: str = "manager"):
    data = {"account": [row.pk for row in accounts], "owner": (to or cast.rep()).pk}
    return client(who).post(reverse(URL), data)


@pytest.mark.parametrize("who", ["manager", "admin"])
def test_an_account_gets_an_owner_and_an_event(account: Account, who: str) -> None:
    assert give(account, who=who).status_code == 302
    account.refresh_from_db()
    assert account.owner == cast.rep()
    assert Event.objects.filter(kind="account.owner", account_id=account.pk).count() == 1


def test_the_account_is_looked_at_again(account: Account) -> None:
    give(account)
    assert account.wake_up.due_at is not None


def test_the_question_on_the_desk_is_answered(account: Account) -> None:
    routing = RoutingDecision.objects.create(
        account=account, verdict="escalate", rule="no owner", reason="No owner.", at=clock.now(),
        needs_item=True,
    )  # fmt: skip
    intake.route_due()
    give(account)
    assert ReviewItem.objects.get(routing=routing).state == "resolved"
    routing.refresh_from_db()
    assert routing.settled_at is not None


def test_the_page_lists_accounts_without_an_owner_and_those_of_the_deactivated(
    account: Account,
) -> None:
    gone = UserFactory(first_name="Gone", last_name="Away", is_active=False)
    AccountFactory(owner=gone, name="Domzoom")
    AccountFactory(owner=cast.rep(), name="Ganjaflex")
    page = text(client("admin").get(reverse("owners")))
    assert "Condax" in page
    assert "Domzoom" in page
    assert "Gone Away is deactivated" in page
    assert "Ganjaflex" not in page


def test_an_account_of_another_team_is_not_there_for_a_manager() -> None:
    gone = UserFactory(username="gone", is_active=False, team=cast.outsider().team)
    foreign = AccountFactory(owner=gone, name="Foreign")
    assert "Foreign" not in text(client("manager").get(reverse("owners")))
    assert give(foreign).status_code == 404
    foreign.refresh_from_db()
    assert foreign.owner == gone


def test_a_manager_gives_to_nobody_outside_of_the_team(account: Account) -> None:
    answer = give(account, to=cast.outsider())
    assert answer.status_code == 422
    account.refresh_from_db()
    assert account.owner is None


def test_a_second_gift_leaves_the_first_owner_and_says_so(account: Account) -> None:
    give(account)
    answer = client("manager").post(
        reverse(URL), {"account": [account.pk], "owner": cast.colleague().pk}, follow=True
    )
    assert "has got an owner in the meantime: Moses Frase" in text(answer)
    account.refresh_from_db()
    assert account.owner == cast.rep()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "at least one account"),
        ({"account": ["abc"]}, "at least one account"),
        ({"account": ["1"], "owner": ""}, "Choose who gets them"),
        ({"account": ["1"], "owner": "abc"}, "Choose who gets them"),
        ({"account": ["1"], "owner": "9" * 30}, "Choose who gets them"),
    ],
)
def test_a_form_that_lacks_something_is_told(data: dict, words: str) -> None:
    answer = client("manager").post(reverse(URL), data)
    assert answer.status_code == 422
    assert words in text(answer)


def test_an_account_that_is_not_there_is_404() -> None:
    data = {"account": ["9" * 18], "owner": cast.rep().pk}
    assert client("admin").post(reverse(URL), data).status_code == 404


def test_nobody_deactivated_is_offered(account: Account) -> None:
    UserFactory(first_name="Gone", last_name="Away", is_active=False)
    assert "Gone Away" not in text(client("admin").get(reverse("owners")))


def test_without_an_account_it_leads_to_the_import() -> None:
    shown = text(client("admin").get(reverse("owners")))
    assert "There are no accounts yet" in shown
    assert reverse("imports") in shown
    theirs = text(client("manager").get(reverse("owners")))
    assert "Your admin brings them in." in theirs
    assert reverse("imports") not in theirs
    AccountFactory(owner=cast.rep())
    assert "Every account has an owner" in text(client("admin").get(reverse("owners")))


def test_a_rep_gives_nothing_away() -> None:
    refuses(reverse(URL), "rep")
    assert client("rep").get(reverse("owners")).status_code == 403


def test_the_page_asks_a_fixed_number_of_questions(
    workspace, django_assert_max_num_queries
) -> None:
    gone = UserFactory(is_active=False)
    for _ in range(8):
        AccountFactory(owner=gone)
    browser = client("admin")
    with django_assert_max_num_queries(6):
        browser.get(reverse("owners"))
