"""One mail: what exactly leaves, who let it out, what is known."""

import pytest
from django.urls import reverse

from tests.factories import prospect
from tests.review.accounts import cast
from tests.review.outbox import mails

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(workspace):
    return prospect(owner=cast.rep(), name="Condax")


def opened(message, by=None) -> str:
    response = cast.signed_in(by or cast.rep()).get(reverse("outbox_message", args=[message.pk]))
    assert response.status_code == 200
    return response.content.decode()


def test_before_it_leaves_the_approved_fields_are_shown(account) -> None:
    message = mails.queued(account)
    words = opened(message)
    assert "What was approved" in words
    assert "1 Quay Street, Springfield" in words
    assert "List-Unsubscribe" in words


def test_afterwards_the_bytes_that_left_are_shown(account, clock) -> None:
    message = mails.sent(account, clock, body="Hi Yara,\n\nwas kostet größeres Gerät?\n\nMoses")
    words = opened(message)
    assert "Exactly what left" in words
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in words
    assert f"Message-ID: {message.message_id}".replace("<", "&lt;").replace(">", "&gt;") in words
    assert "was kostet größeres Gerät?" in words
    assert "Countersigned" in words


@pytest.mark.parametrize("who", [cast.colleague, cast.outsider, cast.admin])
def test_somebody_elses_mail_is_not_there(who, account) -> None:
    url = reverse("outbox_message", args=[mails.queued(account).pk])
    assert cast.signed_in(who()).get(url).status_code == 404


def test_a_post_is_refused(account) -> None:
    url = reverse("outbox_message", args=[mails.queued(account).pk])
    assert cast.signed_in(cast.rep()).post(url).status_code == 405
