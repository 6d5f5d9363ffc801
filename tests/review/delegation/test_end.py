"""Coming back early, or not going."""

import pytest
from django.urls import reverse

from revenue import clock as times
from revenue.models import Delegation, Event
from tests.review.delegation.conftest import away
from tests.review.setup.doors import text

pytestmark = pytest.mark.django_db


def test_who_is_back_decides_alone(client, get, say, item, rep, colleague) -> None:
    away(rep, delegate=colleague)
    assert f"item-{item.pk}" in get("desk", by=colleague).content.decode()
    answer = say("end", rep, by=rep)
    assert answer.status_code == 302
    assert "You are not away any more." in text(client.get(answer["Location"]))
    assert f"item-{item.pk}" not in get("desk", by=colleague).content.decode()
    assert Event.objects.filter(kind="delegation.ended").count() == 1


def test_the_absence_stays_on_record(client, say, rep, colleague, clock) -> None:
    away(rep, delegate=colleague)
    clock.travel(days=1)
    answer = say("end", rep, by=rep)
    assert Delegation.objects.get().ends_at <= times.now()
    assert "Cleo League decided" in text(client.get(answer["Location"]))


def test_what_was_planned_is_taken_back(say, rep, colleague) -> None:
    row = away(rep, delegate=colleague, first=3)
    say("end", rep, by=rep)
    row.refresh_from_db()
    assert row.ends_at == row.starts_at


def test_a_manager_says_it_too(say, rep, colleague, manager) -> None:
    away(rep, delegate=colleague)
    assert say("end", rep, by=manager).status_code == 302
    assert not Delegation.objects.unended(times.now()).exists()


def test_twice_says_so(say, rep, colleague) -> None:
    away(rep, delegate=colleague)
    say("end", rep, by=rep)
    answer = say("end", rep, by=rep)
    assert answer.status_code == 409
    assert "Ada Rep is not away." in text(answer)


def test_somebody_elses_is_not_there(say, rep, colleague, outsider) -> None:
    away(rep, delegate=colleague)
    assert say("end", rep, by=colleague).status_code == 404
    assert say("end", rep, by=outsider).status_code == 404
    assert Delegation.objects.unended(times.now()).exists()


def test_a_get_ends_nothing(client, rep, colleague) -> None:
    away(rep, delegate=colleague)
    client.force_login(rep)
    assert client.get(reverse("delegation_end", args=[rep.pk])).status_code == 405
