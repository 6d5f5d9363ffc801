"""When a decision loses its worth: computed once, moved by a meeting or a manager alone."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.models import RoutingDecision
from revenue import clock as time
from revenue import ingest
from revenue.models import User
from review import decay, decisions, intake, queue
from review.decay import Level
from review.models import ReviewItem, ServiceLevel
from tests.factories import prospect
from tests.review.desk import conftest as desk
from tests.review.guards import office

pytestmark = pytest.mark.django_db

NOTE = {"effect": "none", "contact": None, "evidence": [], "output_class": "brief.one"}


@pytest.fixture
def rep(workspace) -> User:
    return desk.UserFactory(username="rep")


@pytest.fixture
def wednesday(rep, clock) -> datetime:
    """Ten o'clock in Chicago, where buyers work from nine to five."""
    office.opens()
    clock.at(office.WEDNESDAY)
    return office.WEDNESDAY


def near(moment: datetime, wanted: datetime) -> bool:
    return abs(moment - wanted) < timedelta(minutes=1)


def ask(account) -> ReviewItem:
    return intake.ask(RoutingDecision.objects.create(
        account=account, verdict="escalate", reason="Who?", needs_item=True, at=time.now()
    ))  # fmt: skip


def meets(account, *, at: datetime, uid: str = "one") -> None:
    ingest.record_meeting(account=account, uid=uid, starts_at=at, ends_at=at + timedelta(hours=1))


def reread(item: ReviewItem) -> ReviewItem:
    item.refresh_from_db()
    return item


# --- where the item is made -----------------------------------------------------------------------


def test_a_first_mail_has_two_working_days_of_the_buyer(rep, wednesday) -> None:
    assert near(desk.put_on_desk(rep).decide_by, office.utc("2026-12-04 16:00"))


def test_a_question_has_four_working_hours_where_the_account_is(rep, wednesday) -> None:
    item = ask(prospect(owner=rep, billing_country="Germany"))  # it is evening in Berlin
    assert near(item.decide_by, office.utc("2026-12-03 12:00"))


def test_an_answer_in_whatever_class_has_the_time_of_answers(rep, wednesday) -> None:
    account = prospect(owner=rep)
    said = ingest.record_message(
        account=account, direction="inbound", body="How long?", occurred_at=time.now(),
        contact=account.contacts.get(), by="system", subject="Time",
    )  # fmt: skip
    item = desk.put_on_desk(rep, account=account, in_reply_to=said)
    assert near(item.decide_by, wednesday + timedelta(hours=4))


def test_what_is_of_no_class_of_ours_goes_by_its_effect(rep) -> None:
    assert decay.kind_of(desk.put_on_desk(rep, **NOTE).draft) == "none"
    assert decay.kind_of(desk.put_on_desk(rep, output_class="theirs.mail").draft) == "buyer"


@pytest.mark.parametrize("kind", list(decay.LABELS))
def test_a_kind_finds_the_very_items_that_are_of_it(rep, kind) -> None:
    said = ingest.record_message(
        account=prospect(owner=rep), direction="inbound", body="Hm.", occurred_at=time.now()
    )
    answered = {"in_reply_to": said}
    ask(prospect(owner=rep))
    for more in (NOTE, answered, {}, {"output_class": "theirs.mail"}, {"effect": "record"},
                 {"output_class": "outreach.reply"}, {**NOTE, **answered}):  # fmt: skip
        desk.put_on_desk(rep, **more)
    rows = ReviewItem.objects.select_related("draft")
    assert {row.pk for row in rows.filter(decay.of_kind(kind))} == {
        row.pk for row in rows if decay.kind_of(row.draft) == kind
    }


def test_a_meeting_that_comes_sooner_counts(rep, wednesday) -> None:
    account = prospect(owner=rep)
    meets(account, at=wednesday + timedelta(days=9))
    meets(account, at=wednesday + timedelta(hours=6), uid="two")
    item = desk.put_on_desk(rep, account=account)
    assert near(item.decide_by, wednesday + timedelta(hours=5))


def test_a_meeting_in_half_an_hour_means_now(rep, wednesday) -> None:
    account = prospect(owner=rep)
    meets(account, at=wednesday + timedelta(minutes=30))
    item = desk.put_on_desk(rep, account=account)
    assert item.decide_by == item.created_at


@pytest.mark.parametrize("status", ["cancelled", "held"])
def test_a_meeting_that_will_not_be_counts_for_nothing(rep, wednesday, status) -> None:
    account = prospect(owner=rep)
    at = wednesday + timedelta(hours=6)
    ingest.record_meeting(account=account, uid="one", starts_at=at, status=status,
                          ends_at=at + timedelta(hours=1))  # fmt: skip
    assert near(desk.put_on_desk(rep, account=account).decide_by, office.utc("2026-12-04 16:00"))


def test_nothing_may_wait_longer_than_it_lives(rep, wednesday) -> None:
    decay.change({"outreach.first_email": Level(200)}, by=rep)
    item = desk.put_on_desk(rep)
    assert item.decide_by == item.expires_at


def test_many_items_cost_no_more_queries_than_one(rep) -> None:
    def queries(number: int) -> int:
        drafts = [desk.draft_for(prospect(owner=rep), **NOTE) for _ in range(number)]
        with CaptureQueriesContext(connection) as seen:
            intake._route(drafts)
        return len([one for one in seen if "meeting" in one["sql"] or "servicelevel" in one["sql"]])

    assert queries(1) == queries(4) == 2


# --- afterwards -----------------------------------------------------------------------------------


def test_a_snooze_and_its_end_leave_it(rep, wednesday, clock) -> None:
    item = desk.put_on_desk(rep)
    decisions.snooze(item, by=rep, revision=1, until=time.now() + timedelta(days=1))
    before = reread(item).decide_by
    clock.travel(days=1, minutes=1)
    intake.sweep()
    assert (reread(item).state, item.decide_by) == ("pending", before)


def test_an_undo_leaves_it(rep, wednesday, clock) -> None:
    item = desk.put_on_desk(rep)
    before = item.decide_by
    decisions.reject(item, by=rep, revision=1, reason="tone")
    clock.travel(seconds=5)
    decisions.undo(item, by=rep)
    assert (reread(item).state, item.decide_by) == ("pending", before)


def test_what_nobody_decided_stands_first_on_the_managers_desk(rep, clock) -> None:
    boss = desk.UserFactory(username="boss", role="manager", team=rep.team)
    late = desk.put_on_desk(rep)
    clock.travel(days=8)
    ask(prospect(owner=rep))
    intake.sweep(compare=False)
    assert reread(late).state == "escalated"
    assert queue.in_order(queue.waiting(boss)).first() == late


def test_a_meeting_booked_later_brings_notes_and_questions_forward(rep, wednesday) -> None:
    account = prospect(owner=rep)
    question, note = ask(account), desk.put_on_desk(rep, account=account, **NOTE)
    elsewhere = desk.put_on_desk(rep, **NOTE)
    before = elsewhere.decide_by
    meets(account, at=wednesday + timedelta(hours=3))
    intake.sweep()
    assert near(reread(question).decide_by, wednesday + timedelta(hours=2))
    assert near(reread(note).decide_by, wednesday + timedelta(hours=2))
    assert reread(elsewhere).decide_by == before
    assert not decay.met_sooner().exists()


# --- a manager's times ----------------------------------------------------------------------------


def test_a_new_time_is_counted_for_what_is_open_of_the_kind(rep, wednesday) -> None:
    item, note = desk.put_on_desk(rep), desk.put_on_desk(rep, **NOTE)
    before = note.decide_by
    wanted = decay.levels() | {"outreach.first_email": Level(2, in_working_hours=False)}
    assert decay.change(wanted, by=rep) == ["outreach.first_email"]
    assert reread(item).decide_by == item.created_at + timedelta(hours=2)
    assert reread(note).decide_by == before
    assert ServiceLevel.objects.get().counted_to is None


def test_what_is_decided_keeps_what_it_had(rep) -> None:
    item = desk.put_on_desk(rep)
    before = item.decide_by
    decisions.reject(item, by=rep, revision=1, reason="tone")
    decay.change({"outreach.first_email": Level(1)}, by=rep)
    assert reread(item).decide_by == before


def test_many_are_counted_a_part_at_a_time(rep) -> None:
    items = [desk.put_on_desk(rep) for _ in range(3)]
    level = ServiceLevel.objects.create(
        kind="outreach.first_email", hours=1, in_working_hours=False, counted_to=0
    )
    assert [decay.recount(limit=2) for _ in range(3)] == [2, 1, 0]
    assert reread(level).counted_to is None
    hour = timedelta(hours=1)
    assert [reread(item).decide_by - item.created_at for item in items] == [hour] * 3


def test_the_sweep_goes_on_with_it(rep) -> None:
    item = desk.put_on_desk(rep)
    ServiceLevel.objects.create(kind="outreach.first_email", hours=1, in_working_hours=False,
                                counted_to=0)  # fmt: skip
    intake.sweep(compare=False)
    assert reread(item).decide_by == item.created_at + timedelta(hours=1)
