"""Putting a draft off to a time where the buyer sits."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from review import buyer_time
from tests.review.desk.conftest import moved

pytestmark = pytest.mark.django_db

CHICAGO = ZoneInfo("America/Chicago")
WEEK = timedelta(days=7)


@pytest.mark.parametrize("preset", buyer_time.NAMES)
def test_a_snoozed_draft_leaves_the_queue_until_then(post, get, item, rep, preset) -> None:
    assert post("snooze", item, by=rep, preset=preset).status_code == 204
    item.refresh_from_db()
    assert item.state == "snoozed"
    assert f"item-{item.pk}" not in get("desk", by=rep).content.decode()


def test_tomorrow_morning_is_the_buyers_morning(post, item, rep) -> None:
    post("snooze", item, by=rep, preset="tomorrow")
    item.refresh_from_db()
    local = item.due_at.astimezone(CHICAGO)
    assert (local.hour, local.minute) == (9, 0)


def at(day: int, hour: int) -> datetime:
    """In November 2026, of which the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, tzinfo=CHICAGO)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(24, 10), [at(24, 14), at(25, 9), at(27, 9), at(30, 9)]),
        (at(24, 15), [at(24, 17), at(25, 9), at(27, 9), at(30, 9)]),
        (at(25, 10), [at(25, 14), at(26, 9), at(30, 9), at(25, 9) + WEEK]),
        (at(26, 10), [at(26, 14), at(27, 9), at(30, 9), at(26, 9) + WEEK]),
        (at(27, 8), [at(27, 14), at(30, 9), at(24, 9) + WEEK, at(26, 9) + WEEK]),
        (at(28, 10), [at(28, 14), at(30, 9), at(24, 9) + WEEK, at(27, 9) + WEEK]),
        (at(29, 10), [at(29, 14), at(30, 9), at(25, 9) + WEEK, at(27, 9) + WEEK]),
        (at(23, 1), [at(23, 14), at(24, 9), at(26, 9), at(27, 9)]),
    ],
)
def test_the_presets_are_local_mornings_and_afternoons(now, expected) -> None:
    assert [preset.until for preset in buyer_time.presets(now, CHICAGO)] == expected


@pytest.mark.parametrize("hour", range(0, 168, 5))
def test_no_preset_is_over_or_more_than_a_week_away(hour) -> None:
    now = at(23, 0) + timedelta(hours=hour)
    for preset in buyer_time.presets(now, CHICAGO):
        assert now < preset.until <= now + timedelta(days=7)


@pytest.mark.parametrize("hour", range(0, 168, 5))
def test_no_two_presets_are_the_same_and_no_morning_is_on_a_weekend(hour) -> None:
    presets = buyer_time.presets(at(23, 0) + timedelta(hours=hour), CHICAGO)
    assert len({preset.until for preset in presets}) == len({preset.label for preset in presets})
    assert len({preset.until for preset in presets}) == 4
    assert all(preset.until.weekday() < 5 for preset in presets[1:])


def test_a_friday_says_monday_and_not_tomorrow() -> None:
    labels = [preset.label for preset in buyer_time.presets(at(27, 10), CHICAGO)]
    assert labels == ["This afternoon", "Monday morning", "Tuesday morning", "Friday morning"]


@pytest.mark.parametrize("preset", ["", "never"])
def test_a_time_that_is_none_is_refused(post, item, rep, preset) -> None:
    response = post("snooze", item, by=rep, preset=preset)
    assert response.status_code == 422
    assert "Choose" in response.content.decode()


def test_a_second_snooze_says_that_it_is_snoozed(post, item, rep) -> None:
    post("snooze", item, by=rep, preset="tomorrow")
    response = post("snooze", item, by=rep, preset="tomorrow")
    assert response.status_code == 409
    assert "This is snoozed." in response.content.decode()


def test_an_outrun_draft_is_not_snoozed(post, item, rep) -> None:
    moved(item)
    assert post("snooze", item, by=rep, preset="tomorrow").status_code == 409


def test_somebody_elses_draft_is_not_there(post, item, outsider) -> None:
    assert post("snooze", item, by=outsider, preset="tomorrow").status_code == 404


def test_an_admin_may_not_snooze(post, item, admin) -> None:
    assert post("snooze", item, by=admin, preset="tomorrow").status_code == 403


def test_a_get_snoozes_nothing(client, item, rep) -> None:
    client.force_login(rep)
    assert client.get(reverse("item_snooze", args=[item.pk])).status_code == 405
