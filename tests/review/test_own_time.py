"""Times as their reader says them: in the zone that the browser told, or in UTC and said so."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from revenue import clock
from review import decisions, moments
from review.models import Decision, OutboxMessage
from tests.factories import UserFactory
from tests.review.desk.conftest import HTMX, put_on_desk

pytestmark = pytest.mark.django_db
BERLIN, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")


@pytest.fixture
def manager(rep):
    return UserFactory(username="max", first_name="Max", last_name="Manager", role="manager")


@pytest.fixture
def rep(workspace):
    return UserFactory(username="rep", time_zone="Asia/Tokyo")


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("zone", "words"),
    [(BERLIN, "at 17:02"), (ZoneInfo("UTC"), "at 16:02 UTC"), (TOKYO, "on 3 Mar at 01:02")],
)
def test_a_moment_is_said_in_the_readers_zone(zone, words, monkeypatch) -> None:
    moment = datetime(2026, 3, 2, 16, 2, tzinfo=ZoneInfo("UTC"))
    monkeypatch.setattr(clock, "now", lambda: moment - timedelta(minutes=90))
    with timezone.override(zone):
        assert moments.at(moment) == words


def test_another_day_is_named() -> None:
    moment = clock.now() - timedelta(days=3)
    with timezone.override(BERLIN):
        assert moments.at(moment) == f"{moment.astimezone(BERLIN):on %-d %b at %H:%M}"


def test_whoever_lost_reads_when_in_their_own_zone(rep, manager) -> None:
    item = put_on_desk(rep)
    decisions.approve(item, by=manager, revision=item.revision)
    path = reverse("item_approve", args=[item.pk])
    answer = signed_in(rep).post(path, {"revision": item.revision}, headers=HTMX)
    at = Decision.objects.get().at.astimezone(TOKYO)
    assert f"Max Manager approved this at {at:%H:%M}." in answer.content.decode()


def test_whoever_undoes_too_late_reads_when_it_left_in_their_own_zone(rep) -> None:
    item = put_on_desk(rep)
    decisions.approve(item, by=rep, revision=item.revision)
    OutboxMessage.objects.update(state="sent", settled_at=clock.now())
    answer = signed_in(rep).post(reverse("item_undo", args=[item.pk]), headers=HTMX)
    at = OutboxMessage.objects.get().settled_at.astimezone(TOKYO)
    assert f"It left at {at:%H:%M}." in answer.content.decode()


def test_the_outbox_is_in_the_readers_zone(rep) -> None:
    item = put_on_desk(rep)
    decisions.approve(item, by=rep, revision=item.revision)
    OutboxMessage.objects.update(state="sent", settled_at=clock.now())
    at = OutboxMessage.objects.get().settled_at.astimezone(TOKYO)
    assert f"today, {at:%H:%M}<" in signed_in(rep).get(reverse("outbox")).content.decode()


# --- the browser tells the zone ------------------------------------------------------------------


def test_the_browser_tells_its_zone(rep) -> None:
    answer = signed_in(rep).post(reverse("own_zone"), {"time_zone": "America/Denver"})
    rep.refresh_from_db()
    assert (answer.status_code, rep.time_zone) == (204, "America/Denver")


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc/passwd", "UTC\0", "x" * 99])
def test_a_zone_that_nobody_knows_is_refused(rep, name) -> None:
    answer = signed_in(rep).post(reverse("own_zone"), {"time_zone": name})
    rep.refresh_from_db()
    assert (answer.status_code, rep.time_zone) == (422, "Asia/Tokyo")


def test_it_is_told_by_a_post_alone(rep) -> None:
    assert signed_in(rep).get(reverse("own_zone"), {"time_zone": "UTC"}).status_code == 405
