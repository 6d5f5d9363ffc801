"""A stop is lifted."""

import pytest
from django.urls import reverse

from revenue import switches
from revenue.models import Switch
from tests.factories import AccountFactory
from tests.review.accounts import cast
from tests.review.setup.doors import client, refuses, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def stopped() -> Switch:
    return switches.stop("agent", "outreach", by=cast.manager(), reason="Wrong price list")


def url(row: Switch) -> str:
    return reverse("stop_lift", args=[row.pk])


@pytest.mark.parametrize("who", ["manager", "admin"])
def test_it_is_lifted(stopped: Switch, who: str) -> None:
    assert client(who).post(url(stopped)).status_code == 302
    stopped.refresh_from_db()
    assert not stopped.is_on


def test_twice_says_that_it_is_lifted(stopped: Switch) -> None:
    client("manager").post(url(stopped))
    answer = client("manager").post(url(stopped))
    assert answer.status_code == 409
    assert "lifted already" in text(answer)


def test_a_stop_of_another_teams_account_is_not_there() -> None:
    foreign = AccountFactory(owner=cast.outsider())
    row = switches.stop("account", str(foreign.pk), by="test", reason="x")
    assert client("manager").post(url(row)).status_code == 404
    row.refresh_from_db()
    assert row.is_on
    assert client("admin").post(url(row)).status_code == 302


@pytest.mark.parametrize("pk", [0, 2**63])
def test_one_that_is_not_there_is_404(pk: int) -> None:
    assert client("admin").post(reverse("stop_lift", args=[pk])).status_code == 404


def test_a_rep_lifts_nothing_and_a_link_neither(stopped: Switch) -> None:
    refuses(url(stopped), "rep")
    stopped.refresh_from_db()
    assert stopped.is_on
