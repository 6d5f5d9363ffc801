"""Accounts on which the agents failed three times."""

import pytest
from django.urls import reverse

from agents.models import WakeUp
from agents.orchestration import triggers
from revenue import clock
from revenue.models import Event
from tests.factories import AccountFactory
from tests.review.accounts import cast
from tests.review.setup.doors import client, refuses, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def row() -> WakeUp:
    account = AccountFactory(owner=cast.rep(), name="Condax")
    wake_up = WakeUp.objects.create(account=account, attempts=3, due_at=clock.now())
    triggers.quarantine(wake_up, "The model refused the key (HTTP 401).")
    wake_up.refresh_from_db()
    return wake_up


def url(row: WakeUp) -> str:
    return reverse("quarantine_lift", args=[row.pk])


def test_the_page_says_which_account_and_what_went_wrong(row: WakeUp) -> None:
    page = text(client("admin").get(reverse("quarantine")))
    assert "Condax" in page
    assert "refused the key" in page


def test_lifting_lets_the_account_be_tried_at_once(row: WakeUp) -> None:
    assert client("admin").post(url(row)).status_code == 302
    row.refresh_from_db()
    assert (row.quarantined_at, row.attempts, row.error) == (None, 0, "")
    assert row.account_id in triggers.due()
    assert Event.objects.filter(kind="account.released").count() == 1


def test_twice_says_that_it_is_lifted(row: WakeUp) -> None:
    client("admin").post(url(row))
    answer = client("admin").post(url(row))
    assert answer.status_code == 409
    assert "lifted already" in text(answer)
    assert Event.objects.filter(kind="account.released").count() == 1


@pytest.mark.parametrize("pk", [0, 2**63])
def test_one_that_is_not_there_is_404(pk: int) -> None:
    assert client("admin").post(reverse("quarantine_lift", args=[pk])).status_code == 404


def test_only_an_admin_may_look_and_lift(row: WakeUp) -> None:
    refuses(url(row), "rep", "manager")
    assert client("manager").get(reverse("quarantine")).status_code == 403
    row.refresh_from_db()
    assert row.quarantined_at is not None


def test_nothing_in_quarantine_is_said() -> None:
    assert "No account is in quarantine" in text(client("admin").get(reverse("quarantine")))
