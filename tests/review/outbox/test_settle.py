"""A person says what became of a mail whose outcome nobody knows."""

import pytest
from django.urls import reverse

from revenue import leases
from revenue.models import Activity
from review import dispatch
from review.models import OutboxMessage
from tests.factories import prospect
from tests.review.accounts import cast
from tests.review.outbox import mails

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(workspace):
    return prospect(owner=cast.rep(), name="Condax")


@pytest.fixture
def message(account, clock, smtp):
    return mails.unknown(account, clock, smtp)


def url(message) -> str:
    return reverse("outbox_settle", args=[message.pk])


def say(message, outcome: str, by=None, **more):
    return cast.signed_in(by or cast.rep()).post(url(message), {"outcome": outcome}, **more)


def state(message) -> str:
    return OutboxMessage.objects.get(pk=message.pk).state


def test_it_left_is_noted_in_the_conversation(message, account) -> None:
    response = say(message, "sent", follow=True)
    assert "Noted: it left." in response.content.decode()
    assert state(message) == "sent"
    assert Activity.objects.get(message_id=message.message_id).account == account
    assert leases.current(account) is None


def test_it_did_not_leave_sends_it_once_more(message, smtp, clock) -> None:
    say(message, "queued")
    assert state(message) == "queued"
    before = len(smtp.mails)
    clock.travel(seconds=1)
    assert dispatch.send(message.pk)
    assert len(smtp.mails) == before + 1
    assert state(message) == "sent"


def test_do_not_send_ends_it(message, account) -> None:
    say(message, "cancelled")
    assert state(message) == "cancelled"
    assert leases.current(account) is None


@pytest.mark.parametrize("outcome", ["", "blocked", "SENT"])
def test_another_outcome_is_refused(message, outcome) -> None:
    response = say(message, outcome)
    assert response.status_code == 422
    assert "Say whether it left" in response.content.decode()
    assert state(message) == "unknown"


def test_a_get_changes_nothing(message) -> None:
    assert cast.signed_in(cast.rep()).get(url(message), {"outcome": "sent"}).status_code == 405
    assert state(message) == "unknown"


@pytest.mark.parametrize("who", [cast.colleague, cast.outsider, cast.admin])
def test_somebody_elses_mail_is_not_there(message, who) -> None:
    assert say(message, "sent", who()).status_code == 404
    assert state(message) == "unknown"


def test_the_second_to_say_is_told_how_it_stands(message) -> None:
    say(message, "sent", cast.manager())
    response = say(message, "queued")
    assert response.status_code == 409
    assert "This is “sent” by now." in response.content.decode()
    assert state(message) == "sent"


def test_htmx_gets_the_message_alone(message) -> None:
    response = say(message, "cancelled", headers={"HX-Request": "true"})
    words = response.content.decode()
    assert f'id="message-{message.pk}"' in words
    assert "<html" not in words
    late = say(message, "sent", headers={"HX-Request": "true"})
    assert late.status_code == 409
    assert "data-sentence" in late.content.decode()


def test_a_mail_of_unknown_fate_is_never_cancelled_by_a_stale_page(message) -> None:
    say(message, "sent")
    late = cast.signed_in(cast.rep()).post(reverse("outbox_cancel", args=[message.pk]))
    assert late.status_code == 409
    assert state(message) == "sent"
