"""Handing an account back: with a next action, and what the agents need to know."""

import pytest
from django.urls import reverse
from django_q.models import OrmQ

from agents.models import Handoff
from revenue import leases
from revenue.models import Activity
from review import decisions, dispatch
from tests.factories import prospect
from tests.review.accounts import cast

pytestmark = pytest.mark.django_db
WORDS = {"note": "Yara wants a quote in May.", "next_action": "Send the quote on 4 May."}


@pytest.fixture
def account(workspace):
    account = prospect(owner=cast.rep(), name="Condax")
    decisions.take_over(account, by=cast.rep())
    return account


def url(account) -> str:
    return reverse("account_hand_back", args=[account.pk])


def press(account, by=None, data=None, **more):
    return cast.signed_in(by or cast.rep()).post(
        url(account), WORDS if data is None else data, **more
    )


def test_the_agents_get_the_note_and_the_next_action(account) -> None:
    response = press(account, follow=True)
    assert "You handed Condax back" in response.content.decode()
    handoff = Handoff.objects.get()
    assert handoff.mandate["do"] == "Send the quote on 4 May."
    assert handoff.context["note"] == "Yara wants a quote in May."
    assert Activity.objects.get(kind="note").body == "Yara wants a quote in May."
    assert leases.current(account) is None


def test_the_bell_is_rung(account) -> None:
    OrmQ.objects.all().delete()
    press(account)
    assert OrmQ.objects.count() == 1


def test_a_get_changes_nothing(account) -> None:
    assert cast.signed_in(cast.rep()).get(url(account)).status_code == 405
    assert not Handoff.objects.exists()


@pytest.mark.parametrize("who", [cast.colleague, cast.outsider, cast.admin])
def test_somebody_elses_account_is_not_there(who, account) -> None:
    assert press(account, who()).status_code == 404
    assert leases.current(account) is not None


def test_without_a_next_action_it_stays_and_the_note_is_kept(account) -> None:
    response = press(account, data={"note": "Yara wants a quote.", "next_action": " "})
    assert response.status_code == 422
    words = response.content.decode()
    assert "Say in a sentence what should happen next." in words
    assert "Yara wants a quote." in words
    assert leases.current(account) is not None


def test_too_long_words_are_refused_with_the_limit(account) -> None:
    response = press(account, data={"note": "x" * 2001, "next_action": "Go on."})
    assert response.status_code == 422
    assert "2000" in response.content.decode()


def test_twice_is_refused_and_says_why(account) -> None:
    press(account)
    response = press(account)
    assert response.status_code == 409
    assert "Nobody holds this account" in response.content.decode()
    assert Handoff.objects.count() == 1


def test_while_nobody_knows_whether_ones_own_mail_left_it_stays(account, clock, smtp) -> None:
    account.refresh_from_db()
    letter = decisions.Letter(account.contacts.get(), "Your quote", "Hi Yara,\n\nHere.\n\nMoses")
    smtp.drop = True
    message = decisions.write(account, letter, by=cast.rep(), seen=account.context_version)
    clock.travel(seconds=11)
    dispatch.send(message.pk)
    response = press(account)
    assert response.status_code == 409
    assert "Settle it first." in response.content.decode()
    assert not Handoff.objects.exists()


def test_a_manager_hands_back_what_a_rep_holds(account) -> None:
    assert press(account, cast.manager()).status_code == 302
    assert leases.current(account) is None


def test_a_rep_does_not_hand_back_what_the_manager_holds(account) -> None:
    press(account)
    decisions.take_over(account, by=cast.manager())
    response = press(account)
    assert response.status_code == 409
    assert "only they or a manager" in response.content.decode()
    page = cast.signed_in(cast.rep()).get(reverse("account", args=[account.pk])).content.decode()
    assert "Dustin Brinkmann has held this account" in page
    assert url(account) not in page


def test_htmx_gets_the_voice_alone_with_the_errors(account) -> None:
    response = press(account, data={}, headers={"HX-Request": "true"})
    assert response.status_code == 422
    assert "Say in a sentence" in response.content.decode()
    assert "<html" not in response.content.decode()
