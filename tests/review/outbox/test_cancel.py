"""A mail that is not to be sent any more."""

import pytest
from django.urls import reverse

from revenue import leases
from review.models import OutboxMessage, ReviewItem
from tests.factories import prospect
from tests.review.accounts import cast
from tests.review.outbox import mails

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(workspace):
    return prospect(owner=cast.rep(), name="Condax")


@pytest.fixture
def message(account):
    return mails.queued(account)


def url(message) -> str:
    return reverse("outbox_cancel", args=[message.pk])


def press(message, by=None, **more):
    return cast.signed_in(by or cast.rep()).post(url(message), **more)


def state(message) -> str:
    return OutboxMessage.objects.get(pk=message.pk).state


def test_it_does_not_leave_and_the_account_is_free(message, account) -> None:
    response = press(message, follow=True)
    assert "It is not sent any more." in response.content.decode()
    assert state(message) == "cancelled"
    assert leases.current(account) is None
    assert ReviewItem.objects.get().state == "withdrawn"


def test_a_blocked_one_can_be_given_up(account, clock) -> None:
    message = mails.blocked(account, clock)
    press(message)
    assert state(message) == "cancelled"


def test_a_get_changes_nothing(message) -> None:
    assert cast.signed_in(cast.rep()).get(url(message)).status_code == 405
    assert state(message) == "queued"


@pytest.mark.parametrize("who", [cast.colleague, cast.outsider, cast.admin])
def test_somebody_elses_mail_is_not_there(message, who) -> None:
    assert press(message, who()).status_code == 404
    assert state(message) == "queued"


def test_twice_is_refused_and_says_how_it_stands(message) -> None:
    press(message)
    response = press(message)
    assert response.status_code == 409
    assert "This is “cancelled” by now." in response.content.decode()


def test_what_has_left_cannot_be_cancelled(account, clock) -> None:
    message = mails.sent(account, clock)
    assert press(message).status_code == 409
    assert state(message) == "sent"


def test_htmx_gets_the_message_alone(message) -> None:
    words = press(message, headers={"HX-Request": "true"}).content.decode()
    assert f'id="message-{message.pk}"' in words
    assert "It is not sent any more." in words
