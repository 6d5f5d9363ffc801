"""A manager says that an account is strategic, or no longer: a person decides there then."""

import pytest
from django.test import Client
from django.urls import reverse

from agents.orchestration import engine
from revenue import records
from revenue.models import Account, Event
from review import autonomy, intake, selling
from review.decisions import DecisionError
from review.models import OutboxMessage
from tests.factories import prospect
from tests.review.accounts import cast
from tests.review.outbox import mails
from tests.review.setup.doors import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(workspace) -> Account:
    return prospect(owner=cast.rep(), name="Condax")


def press(account: Account, wanted: str = "yes", by=None, **more):
    client = cast.signed_in(by or cast.manager())
    return client.post(reverse("account_strategic", args=[account.pk]), {"wanted": wanted}, **more)


def is_strategic(account: Account) -> bool:
    return Account.objects.get(pk=account.pk).is_strategic


def page(account: Account, by) -> str:
    return text(cast.signed_in(by).get(reverse("account", args=[account.pk])))


def test_a_manager_marks_it_and_takes_the_mark_away(account) -> None:
    said = text(press(account, follow=True))
    assert "Condax is strategic now." in said
    assert "Take the mark away" in said
    assert is_strategic(account)
    assert "Condax is not strategic any more." in text(press(account, "no", follow=True))
    assert not is_strategic(account)
    told = Event.objects.filter(kind="account.strategic").order_by("pk")
    assert [(row.actor, row.data["on"]) for row in told] == [
        (f"user:{cast.manager().pk}", True), (f"user:{cast.manager().pk}", False),
    ]  # fmt: skip


def test_a_person_decides_there_from_then_on(account) -> None:
    press(account)
    decision = engine.step(account)
    assert (decision.verdict, decision.rule) == ("escalate", "strategic account")
    assert "strategic account" in autonomy.verdict(cast.draft_at(account)).reason


def test_what_was_written_before_goes_out_of_date_and_does_not_leave(account) -> None:
    message = mails.queued(account)
    press(account)
    intake.sweep()
    assert OutboxMessage.objects.get(pk=message.pk).state == "cancelled"


def test_a_rep_reads_the_mark_and_cannot_change_it(account) -> None:
    assert "Strategic" not in page(account, cast.rep())
    press(account)
    said = page(account, cast.rep())
    assert "A manager may change that." in said
    assert "Take the mark away" not in said
    assert press(account, "no", by=cast.rep()).status_code == 403
    with pytest.raises(DecisionError, match="Only a manager"):
        selling.flag_strategic(account, on=False, by=cast.rep())
    assert is_strategic(account)


def test_a_get_changes_nothing(account) -> None:
    client = cast.signed_in(cast.manager())
    assert client.get(reverse("account_strategic", args=[account.pk])).status_code == 405
    assert not is_strategic(account)


def test_somebody_signed_out_changes_nothing(account) -> None:
    assert Client().post(reverse("account_strategic", args=[account.pk])).status_code == 302
    assert not is_strategic(account)


def test_the_account_of_another_team_is_not_there(account) -> None:
    other = cast.outsider()
    other.role = "manager"
    other.save()
    assert press(account, by=other).status_code == 404
    assert press(account, by=cast.admin()).status_code == 403
    assert not is_strategic(account)


def test_who_comes_second_reads_who_was_first(account) -> None:
    press(account)
    again = press(account)
    assert again.status_code == 409
    assert "Dustin Brinkmann marked this account at" in text(again)
    assert Event.objects.filter(kind="account.strategic").count() == 1


def test_a_mark_that_no_person_took_away_is_named_by_nobody(account) -> None:
    records.flag_strategic(account, on=True, by="system:import")
    records.flag_strategic(account, on=False, by="system:import")
    stale = press(account, "no")
    assert stale.status_code == 409
    assert "This account is by now not strategic." in text(stale)
