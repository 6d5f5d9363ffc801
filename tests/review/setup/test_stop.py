"""The kill switches from their page."""

import pytest
from django.urls import reverse

from revenue import switches
from revenue.models import Account, Switch
from tests.factories import AccountFactory
from tests.review.accounts import cast
from tests.review.setup.doors import client, refuses, text

pytestmark = pytest.mark.django_db
URL = "stop"


@pytest.fixture
def account() -> Account:
    return AccountFactory(owner=cast.rep(), name="Condax")


def stop(what: str, who: str = "manager", **more: str):
    data = {"what": what, "reason": "Wrong price list", **more}
    return client(who).post(reverse(URL), data)


@pytest.mark.parametrize("who", ["manager", "admin"])
@pytest.mark.parametrize(
    ("what", "scope", "key"),
    [
        ("all:", "all", ""),
        ("agent:outreach", "agent", "outreach"),
        ("class:outreach.reply", "class", "outreach.reply"),
    ],
)
def test_a_stop_is_on_with_who_and_why(who: str, what: str, scope: str, key: str) -> None:
    assert stop(what, who).status_code == 302
    row = Switch.objects.get(scope=scope, key=key)
    assert row.is_on
    assert row.reason == "Wrong price list"
    assert row.by == f"user:{(cast.manager() if who == 'manager' else cast.admin()).pk}"


def test_one_account_is_stopped_by_its_name(account: Account) -> None:
    stop("account:", account="condax")
    assert switches.stopped_by("outreach", "outreach.reply", account.pk)


def test_the_page_and_every_other_page_say_so() -> None:
    stop("all:")
    page = text(client("manager").get(reverse("stops")))
    assert "No mail leaves" in page
    assert "Dustin Brinkmann" in page
    assert "Sending is paused" in text(client("rep").get(reverse("setup")))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"what": "", "reason": "x"}, "required"),
        ({"what": "agent:nobody", "reason": "x"}, "not one of the available choices"),
        ({"what": "all:", "reason": ""}, "Say why"),
        ({"what": "all:", "reason": "x" * 201}, "200"),
        ({"what": "account:", "reason": "x"}, "Name the account"),
        ({"what": "account:", "reason": "x", "account": "Nobody Ltd"}, "There is no account"),
        ({"what": "all:", "reason": "x", "account": "Condax"}, "An account is named"),
    ],
)
def test_a_bad_wish_is_told_at_its_field_and_stops_nothing(
    account: Account, data: dict, words: str
) -> None:
    answer = client("manager").post(reverse(URL), data)
    assert answer.status_code == 422
    assert words in text(answer)
    assert not Switch.objects.filter(is_on=True).exists()


def test_two_accounts_of_one_name_are_not_guessed(account: Account) -> None:
    AccountFactory(owner=cast.rep(), name="CONDAX")
    assert "Several accounts" in text(stop("account:", account="Condax"))


def test_an_account_of_another_team_is_not_there_for_a_manager() -> None:
    foreign = AccountFactory(owner=cast.outsider(), name="Foreign")
    assert "There is no account" in text(stop("account:", account="Foreign"))
    switches.stop("account", str(foreign.pk), by="test", reason="x")
    assert "Foreign" not in text(client("manager").get(reverse("stops")))


def test_twice_says_who_was_first() -> None:
    stop("all:")
    answer = stop("all:", who="admin")
    assert answer.status_code == 409
    assert "Stopped by Dustin Brinkmann" in text(answer)


def test_a_rep_stops_nothing_and_a_link_neither() -> None:
    refuses(reverse(URL), "rep")
    assert client("rep").get(reverse("stops")).status_code == 403
    assert not Switch.objects.filter(is_on=True).exists()
