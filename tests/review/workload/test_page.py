"""What a manager reads about the team's work."""

import itertools
from datetime import timedelta

import pytest
from django.urls import reverse

from revenue import clock as times
from revenue import people
from review import decisions, pace, workload
from review.models import Decision, ReviewItem
from review.pace import Pace
from tests.factories import prospect
from tests.review.delegation.conftest import away
from tests.review.desk.conftest import moved, put_on_desk
from tests.review.setup.doors import text
from tests.review.workload.conftest import drafts

pytestmark = pytest.mark.django_db
REVISIONS = itertools.count(100)


def line(manager, person) -> workload.Load:
    return next(one for one in workload.of_team(manager).loads if one.person == person)


def decided(person, item, *, seconds: float, number: int, days: float = 0) -> None:
    Decision.objects.bulk_create(
        Decision(
            item=item, revision=next(REVISIONS), verb="reject", by=person,
            dwell_ms=int(seconds * 1000),
            at=times.now() - timedelta(days=days),
        )
        for _ in range(number)
    )  # fmt: skip


def test_everybody_of_the_team_has_a_line(get, rep, colleague, manager, outsider) -> None:
    drafts(rep, 2)
    page = text(get("workload", by=manager))
    for name in ("Ada Rep", "Cleo League", "Max Manager"):
        assert name in page
    assert str(outsider) not in page
    assert (line(manager, rep).waiting, line(manager, colleague).waiting) == (2, 0)


def test_it_counts_as_the_desk_does(rep, manager) -> None:
    account = prospect(owner=rep)
    note = {"account": account, "effect": "none", "body": "Known."}
    put_on_desk(rep, output_class="account.brief", subject="A brief", **note)
    put_on_desk(rep, output_class="account.plan", subject="A plan", **note)
    outrun = drafts(rep, 2)[0]
    moved(outrun)
    assert line(manager, rep).waiting == 2


def test_what_was_given_stands_with_whom_it_was_given_to(rep, colleague, manager) -> None:
    item, _ = drafts(rep, 2)
    decisions.reassign(item, by=rep, revision=1, to=colleague)
    assert (line(manager, rep).waiting, line(manager, colleague).waiting) == (1, 1)


def test_it_says_what_expires_and_what_is_overdue(rep, manager) -> None:
    soon, late, _ = drafts(rep, 3)
    now = times.now()
    ReviewItem.objects.filter(pk=soon.pk).update(expires_at=now + timedelta(hours=23))
    ReviewItem.objects.filter(pk=late.pk).update(state="escalated")
    found = line(manager, rep)
    assert (found.waiting, found.soon, found.overdue) == (2, 1, 1)


def test_the_pace_is_the_median_of_the_last_decisions(rep, colleague, manager, item) -> None:
    decided(rep, item, seconds=90, number=20)
    decided(colleague, item, seconds=90, number=19)
    found = pace.of([rep, colleague], now=times.now())
    assert found == {rep.pk: Pace(90, is_own=True)}


def test_only_fifty_of_fourteen_days_count(rep, manager, item) -> None:
    decided(rep, item, seconds=90, number=60, days=15)
    assert pace.of([rep], now=times.now()) == {}
    decided(rep, put_on_desk(rep), seconds=60, number=40, days=3)
    decided(rep, put_on_desk(rep), seconds=20, number=50)
    assert pace.of([rep], now=times.now())[rep.pk].seconds == 20


@pytest.mark.parametrize(
    ("number", "words"), [(0, ""), (1, "under 1 min"), (30, "15 min"), (180, "2 h")]
)
def test_the_time_is_said_in_few_words(number: int, words: str) -> None:
    assert Pace(30).takes(number) == words


def test_who_is_away_says_until_when_and_who_decides(get, rep, colleague, manager) -> None:
    away(rep, delegate=colleague)
    page = text(get("workload", by=manager))
    assert "Away until" in page
    assert "Cleo League decides meanwhile." in page
    away(colleague)
    assert "It waits on your desk meanwhile." in text(get("workload", by=manager))


def test_who_left_is_listed_as_long_as_something_waits(get, item, rep, manager, admin) -> None:
    people.deactivate(rep, by=admin)
    page = text(get("workload", by=manager))
    assert "Ada Rep" in page
    assert "Deactivated" in page
    ReviewItem.objects.all().delete()
    assert "Ada Rep" not in text(get("workload", by=manager))


def test_what_has_no_owner_is_named(get, item, manager, rep) -> None:
    type(item.account).objects.update(owner=None)
    assert "1 more waits at" in text(get("workload", by=manager))


def test_a_manager_without_a_team_reads_why_it_is_empty(get, manager) -> None:
    type(manager).objects.filter(pk=manager.pk).update(team=None)
    manager.refresh_from_db()
    assert "You are in no team yet" in text(get("workload", by=manager))


def test_only_managers_read_it(client, get, rep, admin, manager) -> None:
    for who in (rep, admin):
        assert get("workload", by=who).status_code == 403
    client.force_login(manager)
    assert client.post(reverse("workload")).status_code == 405


def test_its_queries_do_not_grow(
    client, rep, colleague, manager, django_assert_max_num_queries
) -> None:
    drafts(rep, 3)
    away(colleague, delegate=rep)
    client.force_login(manager)
    with django_assert_max_num_queries(14):
        client.get(reverse("workload"))
