"""Trying a mail again that a guard stopped; the guards decide anew."""

import pytest
from django.urls import reverse

from revenue.models import Suppression
from review import dispatch
from review.models import Decision, OutboxMessage
from tests.factories import prospect
from tests.review.accounts import cast
from tests.review.autonomy import trusted
from tests.review.outbox import mails

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(workspace, clock):
    return mails.blocked(prospect(owner=cast.rep(), name="Condax"), clock)


def url(message) -> str:
    return reverse("outbox_unblock", args=[message.pk])


def press(message, by=None, **more):
    return cast.signed_in(by or cast.rep()).post(url(message), **more)


def state(message) -> str:
    return OutboxMessage.objects.get(pk=message.pk).state


def test_it_is_queued_again(message) -> None:
    response = press(message, follow=True)
    assert "It is tried again." in response.content.decode()
    assert state(message) == "queued"


def test_it_stops_again_while_the_cause_is_there(message, clock) -> None:
    press(message)
    clock.travel(seconds=1)
    assert not dispatch.send(message.pk)
    assert state(message) == "blocked"
    assert Suppression.objects.exists()


def test_what_no_person_approved_goes_to_the_desk_instead(message) -> None:
    nobodys(message)
    page = cast.signed_in(cast.rep()).get(reverse("outbox")).content.decode()
    assert "Nobody has looked at it yet." in page
    assert url(message) not in page
    response = press(message)
    assert response.status_code == 409
    assert "Decide it at the desk." in response.content.decode()
    assert state(message) == "blocked"


def nobodys(message) -> None:
    """As if its class had let it go."""
    cast.manager()
    lane = trusted.trust(message.draft)
    decision = {"by": None, "policy": "policy:outreach.follow_up v1", "evidence": lane.epoch}
    Decision.objects.filter(pk=message.decision_id).update(**decision)


def test_a_get_changes_nothing(message) -> None:
    assert cast.signed_in(cast.rep()).get(url(message)).status_code == 405
    assert state(message) == "blocked"


@pytest.mark.parametrize("who", [cast.colleague, cast.outsider, cast.admin])
def test_somebody_elses_mail_is_not_there(message, who) -> None:
    assert press(message, who()).status_code == 404
    assert state(message) == "blocked"


def test_twice_is_refused_and_says_how_it_stands(message) -> None:
    press(message)
    response = press(message)
    assert response.status_code == 409
    assert "by now" in response.content.decode()


def test_htmx_gets_the_message_alone(message) -> None:
    words = press(message, headers={"HX-Request": "true"}).content.decode()
    assert f'id="message-{message.pk}"' in words
    assert "<html" not in words
