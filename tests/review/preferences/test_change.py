"""Turning a preference off, on again, and removing it."""

import pytest
from django.urls import reverse

from tests.review.preferences.conftest import saved

pytestmark = pytest.mark.django_db


def test_it_is_turned_off_and_on_again(press, wish, rep) -> None:
    assert "is off. No draft receives it" in press("off", wish, by=rep).content.decode()
    wish.refresh_from_db()
    assert not wish.is_on
    assert "is on. Later drafts receive it." in press("on", wish, by=rep).content.decode()
    wish.refresh_from_db()
    assert wish.is_on


def test_it_is_removed_from_the_page(press, wish, rep) -> None:
    assert "Write at most" not in press("remove", wish, by=rep).content.decode()
    wish.refresh_from_db()
    assert wish.removed_at
    assert not wish.is_on


@pytest.mark.parametrize(
    ("verb", "words"),
    [("off", "It is off already."), ("remove", "Somebody removed it already.")],
)
def test_a_second_time_says_so(press, wish, rep, verb, words) -> None:
    press(verb, wish, by=rep)
    response = press(verb, wish, by=rep)
    assert response.status_code == 409
    assert words in response.content.decode()


@pytest.mark.parametrize("verb", ["on", "off"])
def test_what_somebody_removed_is_not_turned(press, wish, rep, manager, verb) -> None:
    press("remove", wish, by=manager)
    response = press(verb, wish, by=rep)
    assert response.status_code == 409
    assert "Somebody removed it already." in response.content.decode()


@pytest.mark.parametrize("verb", ["on", "off", "remove"])
def test_the_teams_is_not_a_reps_to_change(press, rep, manager, verb) -> None:
    row = saved(manager, for_team=True)
    response = press(verb, row, by=rep)
    assert response.status_code == 409
    assert "This one is your manager’s to change." in response.content.decode()
    row.refresh_from_db()
    assert row.is_on


@pytest.mark.parametrize("verb", ["on", "off", "remove", "rewrite"])
def test_a_colleagues_own_is_not_there(press, wish, colleague, outsider, verb) -> None:
    assert press(verb, wish, by=colleague).status_code == 404
    assert press(verb, wish, by=outsider).status_code == 404


@pytest.mark.parametrize("verb", ["on", "off", "remove", "rewrite"])
def test_an_admin_may_not_and_a_get_does_nothing(client, press, wish, admin, rep, verb) -> None:
    assert press(verb, wish, by=admin).status_code == 403
    client.force_login(rep)
    assert client.get(reverse(f"preference_{verb}", args=[wish.pk])).status_code == 405
