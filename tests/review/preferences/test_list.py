"""The page of preferences: what later drafts receive, whose it is, and how many had it."""

import pytest
from django.urls import reverse

from agents.models import Preference
from tests.factories import UserFactory
from tests.review.desk.conftest import put_on_desk
from tests.review.preferences.conftest import saved

pytestmark = pytest.mark.django_db


def listed(get, by) -> str:
    return get("preferences", by=by).content.decode()


def test_it_says_what_who_and_how_many(get, wish, rep) -> None:
    page = listed(get, rep)
    for words in ("Shorter", "Write at most 60 words.", "First mail", "Yours, saved by Ada Rep",
                  "No draft has received it yet.", "Turn off"):  # fmt: skip
        assert words in page


def test_without_any_it_says_how_to_make_one(get, rep) -> None:
    assert "No preferences yet" in listed(get, rep)


def test_a_colleague_does_not_see_a_reps_own_and_the_manager_does(
    get, wish, colleague, manager
) -> None:
    assert "Write at most" not in listed(get, colleague)
    assert "Ada Rep’s, saved by" in listed(get, manager)


def test_the_teams_is_seen_by_the_team_and_is_the_managers(get, rep, manager, outsider) -> None:
    saved(manager, for_team=True)
    page = listed(get, rep)
    assert "The team’s, saved by Max Manager" in page
    assert "Your manager turns it on and off." in page
    assert "Turn off" not in page
    assert "Write at most" not in listed(get, outsider)


def test_waiting_drafts_of_the_class_are_offered_a_rewrite(get, wish, rep) -> None:
    assert "Ask for a rewrite" not in listed(get, rep)
    put_on_desk(rep)
    put_on_desk(rep, output_class="outreach.follow_up")
    put_on_desk(UserFactory(team=rep.team))
    assert "Ask for a rewrite of the waiting draft" in listed(get, rep)
    put_on_desk(rep)
    assert "Ask for a rewrite of 2 waiting drafts" in listed(get, rep)


def test_an_admin_writes_no_mail_and_has_none(get, wish, admin) -> None:
    assert get("preferences", by=admin).status_code == 403


def test_the_menu_leads_there(get, rep) -> None:
    assert (
        f'href="{reverse("preferences")}">Preferences</a>' in get("desk", by=rep).content.decode()
    )


def test_it_costs_a_handful_of_queries(get, rep, manager, django_assert_max_num_queries) -> None:
    for number in range(6):
        saved(rep, name=f"Wish {number}")
        put_on_desk(rep)
    assert Preference.objects.count() == 6
    listed(get, manager)
    with django_assert_max_num_queries(12):
        listed(get, manager)
