"""Managers and admins say how soon each class wants a decision; what waits is put in order anew."""

from datetime import timedelta

import pytest
from django.urls import reverse

from revenue.models import Event, Workspace
from review import decay
from review.models import ServiceLevel
from tests.review.accounts import cast

pytestmark = pytest.mark.django_db
PAGE, SAVE = reverse("setup_levels"), reverse("setup_levels_save")


def posted(**more: str) -> dict[str, str]:
    values = {}
    for kind, level in decay.levels().items():
        values[f"{kind}-hours"] = str(level.hours)
        values[f"{kind}-counted"] = "working" if level.in_working_hours else "clock"
    return values | more


def test_a_new_installation_has_the_usual_ones(workspace: Workspace) -> None:
    shown = cast.signed_in(cast.manager()).get(PAGE).content.decode()
    for label in decay.LABELS.values():
        assert label in shown
    assert 'name="question-hours" value="4"' in shown


@pytest.mark.parametrize("who", [cast.manager, cast.admin])
def test_a_time_is_saved_with_who_did_it_and_holds_for_what_waits(workspace, who) -> None:
    item = cast.item_at(cast.account_of(cast.rep()))
    change = {"outreach.follow_up-hours": "3", "outreach.follow_up-counted": "clock"}
    response = cast.signed_in(who()).post(SAVE, posted(**change), follow=True)
    assert "Saved. What waits is put in its new order." in response.content.decode()
    row = ServiceLevel.objects.get()
    assert (row.kind, row.hours, row.in_working_hours) == ("outreach.follow_up", 3, False)
    item.refresh_from_db()
    assert item.decide_by == item.created_at + timedelta(hours=3)
    event = Event.objects.get(kind="service_level.changed")
    assert event.actor == f"user:{who().pk}"


def test_saving_it_twice_changes_nothing(workspace: Workspace) -> None:
    client = cast.signed_in(cast.manager())
    client.post(SAVE, posted(**{"question-hours": "3"}))
    response = client.post(SAVE, posted(), follow=True)
    assert "Nothing was changed." in response.content.decode()
    assert Event.objects.filter(kind="service_level.changed").count() == 1


def test_a_page_that_stood_open_takes_back_nothing_that_was_set_since(workspace: Workspace) -> None:
    stood = posted()
    shown = {f"initial-{name}": value for name, value in stood.items()}
    cast.signed_in(cast.admin()).post(SAVE, posted(**{"question-hours": "3"}))
    saved = stood | shown | {"outreach.reply-hours": "2"}
    cast.signed_in(cast.manager()).post(SAVE, saved)
    assert decay.levels()["question"].hours == 3
    assert decay.levels()["outreach.reply"].hours == 2


def test_the_page_carries_along_what_it_showed(workspace: Workspace) -> None:
    shown = cast.signed_in(cast.manager()).get(PAGE).content.decode()
    assert 'name="initial-question-hours" value="4"' in shown


def test_a_rep_sets_none(workspace: Workspace) -> None:
    assert cast.signed_in(cast.rep()).get(PAGE).status_code == 403
    assert cast.signed_in(cast.rep()).post(SAVE, posted()).status_code == 403


def test_a_get_saves_nothing(workspace: Workspace) -> None:
    assert cast.signed_in(cast.manager()).get(SAVE).status_code == 405


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("question-hours", "0", "Write a number from 1 to 200."),
        ("question-hours", "201", "Write a number from 1 to 200."),
        ("question-hours", "", "Write a number from 1 to 200."),
        ("question-hours", "soon", "Write a number from 1 to 200."),
        ("none-counted", "moons", "Select a valid choice."),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field_and_saved_nowhere(
    workspace: Workspace, field: str, value: str, words: str
) -> None:
    change = {"outreach.reply-hours": "1", field: value}
    response = cast.signed_in(cast.manager()).post(SAVE, posted(**change))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not ServiceLevel.objects.exists()


def test_the_set_up_leads_there(workspace: Workspace) -> None:
    assert PAGE in cast.signed_in(cast.manager()).get(reverse("stops")).content.decode()
