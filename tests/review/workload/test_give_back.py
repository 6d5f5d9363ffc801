"""Giving back what was just shared out."""

import pytest
from django.urls import reverse

from review import decisions
from review.decisions import Handed
from review.models import Decision
from tests.factories import UserFactory
from tests.review.delegation.conftest import away
from tests.review.setup.doors import text
from tests.review.workload.conftest import drafts, held

pytestmark = pytest.mark.django_db


def test_it_waits_where_it_did_before(client, send, rep, colleague, manager) -> None:
    drafts(rep, 3)
    send("share", by=manager, of=rep.pk, number=2, to=colleague.pk)
    answer = send("give_back", by=manager)
    assert (held(rep, manager), held(colleague, manager)) == (3, 0)
    page = text(client.get(answer["Location"]))
    assert "2 drafts are back where they were before." in page
    assert "Give them back" not in page
    assert Decision.objects.filter(note="Back to Ada Rep", by=manager).count() == 2


def test_what_was_given_to_a_third_goes_back_to_them(send, rep, colleague, manager) -> None:
    third = UserFactory(team=rep.team)
    [item] = drafts(rep, 1)
    decisions.reassign(item, by=rep, revision=1, to=third)
    send("share", by=manager, of=third.pk, number=1, to=colleague.pk)
    send("give_back", by=manager)
    item.refresh_from_db()
    assert item.assigned_to == third


def test_who_is_away_by_now_gets_it_back_all_the_same(send, rep, colleague, manager) -> None:
    drafts(rep, 1)
    send("share", by=manager, of=rep.pk, number=1, to=colleague.pk)
    away(rep)
    send("give_back", by=manager)
    assert held(rep, manager) == 1


def test_what_was_decided_or_given_on_meanwhile_stays(send, rep, colleague, manager) -> None:
    one, other, third = drafts(rep, 3)
    send("share", by=manager, of=rep.pk, number=3, to=colleague.pk)
    decisions.reject(one, by=colleague, revision=1, reason="tone")
    decisions.reassign(other, by=colleague, revision=1, to=manager)
    send("give_back", by=manager)
    other.refresh_from_db()
    third.refresh_from_db()
    assert (other.assigned_to, third.assigned_to) == (manager, None)


def test_twice_there_is_nothing(client, send, rep, colleague, manager) -> None:
    drafts(rep, 1)
    send("share", by=manager, of=rep.pk, number=1, to=colleague.pk)
    send("give_back", by=manager)
    answer = send("give_back", by=manager)
    assert "There is nothing to give back." in text(client.get(answer["Location"]))
    assert Decision.objects.count() == 2


def test_another_managers_or_teams_is_not_touched(rep, colleague, manager, outsider) -> None:
    [item] = drafts(rep, 1)
    decisions.share(1, of=rep, to=colleague, by=manager)
    other = UserFactory(role="manager", team=outsider.team)
    assert decisions.give_back([Handed(item.pk, rep.pk, colleague.pk)], by=other) == 0
    with pytest.raises(decisions.DecisionError):
        decisions.give_back([Handed(item.pk, rep.pk, colleague.pk)], by=colleague)
    assert held(colleague, manager) == 1


def test_only_a_manager_and_only_by_post(client, send, rep, admin, manager) -> None:
    for who in (rep, admin):
        assert send("give_back", by=who).status_code == 403
    client.force_login(manager)
    assert client.get(reverse("workload_give_back")).status_code == 405
