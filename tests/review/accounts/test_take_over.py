"""Taking an account over: agents fall silent, what waited is withdrawn."""

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


def url(account) -> str:
    return reverse("account_take_over", args=[account.pk])


def press(account, by=None, **more):
    return cast.signed_in(by or cast.rep()).post(url(account), **more)


def test_the_voice_is_the_reps_and_drafts_are_withdrawn(account) -> None:
    item = cast.item_at(account)
    response = press(account, follow=True)
    assert response.redirect_chain == [(reverse("account", args=[account.pk]), 302)]
    assert leases.current(account).holder == f"user:{cast.rep().pk}"
    assert ReviewItem.objects.get(pk=item.pk).state == "withdrawn"
    words = response.content.decode()
    assert "You speak to Condax now" in words
    assert "You have held this account since" in words


def test_a_queued_mail_does_not_leave(account) -> None:
    message = mails.queued(account)
    press(account)
    assert OutboxMessage.objects.get(pk=message.pk).state == "cancelled"


def test_a_get_changes_nothing(account) -> None:
    assert cast.signed_in(cast.rep()).get(url(account)).status_code == 405
    assert leases.current(account) is None


def test_somebody_signed_out_changes_nothing(client, account) -> None:
    assert client.post(url(account)).status_code == 302
    assert leases.current(account) is None


@pytest.mark.parametrize("who", [cast.colleague, cast.outsider, cast.admin])
def test_somebody_elses_account_is_not_there(who, account) -> None:
    assert press(account, who()).status_code == 404
    assert leases.current(account) is None


def test_a_manager_takes_an_account_of_the_team(account) -> None:
    press(account, cast.manager())
    assert leases.current(account).holder == f"user:{cast.manager().pk}"


def test_twice_is_once(account) -> None:
    press(account)
    first = leases.current(account)
    assert press(account).status_code == 302
    assert leases.current(account).token == first.token


def test_a_colleague_who_was_first_is_named(account) -> None:
    press(account, cast.manager())
    response = press(account)
    assert response.status_code == 409
    words = response.content.decode()
    assert "Dustin Brinkmann took this account over" in words
    assert 'role="alert"' in words


def test_a_mail_that_is_leaving_is_not_interrupted(account, clock, smtp) -> None:
    mails.unknown(account, clock, smtp)
    response = press(account)
    assert response.status_code == 409
    assert "A mail to this account is on its way" in response.content.decode()


def test_htmx_gets_the_voice_alone(account) -> None:
    response = press(account, headers={"HX-Request": "true"})
    assert 'id="voice"' in response.content.decode()
    assert "<html" not in response.content.decode()
    refused = press(account, cast.manager(), headers={"HX-Request": "true"})
    assert refused.status_code == 409
    assert "data-sentence" in refused.content.decode()
