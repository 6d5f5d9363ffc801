"""Trust is given, used and taken back in the same moment, on PostgreSQL."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from revenue import transactions
from review import autonomy, decisions, dispatch, intake
from review.autonomy import doubles, gate, lanes
from review.models import (
    Decision,
    Double,
    Lane,
    LaneChange,
    OutboxMessage,
    ReviewItem,
    Verdict,
)
from tests import factories
from tests.races import laws, verbs
from tests.races.test_caps import at_once
from tests.review.autonomy import trusted
from tests.review.autonomy.proving import proven
from tests.smtp import Sink

pytestmark = [
    pytest.mark.postgres, pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("workspace"),
]  # fmt: skip
ROUNDS = 4
ASIDE = timedelta(milliseconds=50)  # two threads ask the server for the time, each for itself


@pytest.fixture(autouse=True)
def _unaudited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "is_drawn", lambda draft_id, share: False)


@transactions.atomic
def nearly(here: verbs.Scene) -> Lane:
    """The class has shown enough to be promoted, at another account and by two reviewers."""
    lane = lanes.locked_for(here.draft)
    lane.target = 0.9
    proven(lane, verbs.unrouted().draft, [here.rep, here.successor], many=65)
    return lane


def automatic() -> verbs.Scene:
    here = verbs.unrouted()
    with transactions.atomic():
        trusted.trust(here.draft)
    return here


def test_two_promote_and_one_rejects_and_one_order_of_verdicts_replays(smtp: Sink) -> None:
    here = verbs.pending()
    second = factories.UserFactory(username="second", role="manager", team=here.rep.team)
    lane = nearly(here)
    for number in range(ROUNDS):
        here.manager.undo_seconds = 0
        reject = [lambda here=here: (verbs.reject(here), verbs.sweep(here))]
        promote = [lambda by=by, lane=lane: autonomy.promote(lane, by=by, reason="It is good.")
                   for by in (here.manager, second)]  # fmt: skip
        errors = at_once(*promote, *reject)
        assert [str(error) for error in errors] == ["It is automatic already."]
        lane.refresh_from_db()
        assert autonomy.difference(lane) == ""
        assert lane.changes.filter(kind="promoted").count() == number + 1
        last = Verdict.objects.order_by("number").last()
        assert (last.kind, last.target is None) == ("rejected", last.state == "review")
        assert lane.state == ("auto" if last.state == "review" else "tightened")
        assert laws.broken(here.account) == []
        autonomy.restarted(lane, by=here.manager, reason="Once more")
        here = verbs.pending()
        lane = nearly(here)


def test_no_send_starts_after_a_demotion_has_committed(smtp: Sink) -> None:
    for _ in range(ROUNDS):
        here = automatic()
        trusted.arrives(here)
        message = OutboxMessage.objects.get(item=here.item)
        lane = Lane.objects.get()
        before = len(smtp.mails)
        demote = lambda: autonomy.demote(lane, by=here.manager, reason="A complaint")  # noqa: B023, E731
        assert at_once(demote, lambda: dispatch.send(message.pk)) == []  # noqa: B023
        change = LaneChange.objects.filter(kind="demoted").first()
        message.refresh_from_db()
        if message.state == "sent":
            assert message.claimed_at <= change.at + ASIDE
        else:
            assert len(smtp.mails) == before
        dispatch.send(message.pk)
        assert len(smtp.mails) == before + (message.state == "sent")
        assert laws.always_broken(here.account) == []
        OutboxMessage.objects.exclude(state="sent").update(state="cancelled")


def test_a_version_that_is_published_meanwhile_lets_nothing_leave_on_the_old_evidence(
    smtp: Sink,
) -> None:
    for _ in range(ROUNDS):
        here = automatic()
        lane = Lane.objects.get()
        publish = lambda: autonomy.restarted(lane, by=here.manager, reason="A new prompt")  # noqa: B023, E731
        assert at_once(publish, lambda: intake.route(here.draft)) == []  # noqa: B023
        for message in OutboxMessage.objects.filter(draft=here.draft):
            assert message.decision.policy
            dispatch.send(message.pk)
        intake.sweep()
        assert smtp.mails == []
        assert Decision.objects.filter(item__draft=here.draft, undone_at=None).count() == 0
        assert here.account.items.get().state == "pending"
        lane.refresh_from_db()
        assert (lane.state, lane.epoch) == ("review", None)
        assert laws.always_broken(here.account) == []


def statements(action: Callable[[], object], *tables: str) -> list[str]:
    """The tables, of these, that it writes or locks, in its order."""
    said: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        if sql.startswith("UPDATE") or " FOR " in sql:
            said.extend(table for table in tables if f'"{table}"' in sql.partition(" WHERE ")[0])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        action()
    return said


def test_what_is_pulled_back_waits_for_no_lane(smtp: Sink) -> None:
    """The lane comes after the outbox, for whoever holds both."""
    here = automatic()
    trusted.arrives(here)
    autonomy.demote(Lane.objects.get(), by=here.manager, reason="A complaint")
    touched = statements(intake.sweep, "review_lane", "review_outboxmessage")
    assert ReviewItem.objects.get().state == "pending"
    assert touched == ["review_outboxmessage"]


def test_a_second_look_expires_under_the_lock_of_its_lane(smtp: Sink) -> None:
    here = verbs.queued()
    dispatch.send(here.message.pk)
    past = Verdict.objects.get().at - timedelta(days=9)
    Double.objects.create(original=here.item, first="unchanged", first_by=here.rep, made_at=past,
                          expires_at=past)  # fmt: skip
    assert statements(doubles.expire, "review_lane", "review_double") == [
        "review_lane", "review_double",
    ]  # fmt: skip


def test_a_draft_that_nobody_decided_is_counted_after_all_that_ends_with_it(smtp: Sink) -> None:
    here = verbs.pending()
    take_over = lambda: decisions.take_over(here.account, by=here.rep)  # noqa: E731
    touched = statements(take_over, "review_reviewitem", "review_lane", "revenue_chainhead")
    assert touched.index("review_lane") > touched.index("review_reviewitem")
    assert touched.index("review_lane") < touched.index("revenue_chainhead")


def test_harm_locks_the_whole_before_its_segments_as_a_join_does(smtp: Sink) -> None:
    """In the other order the two would wait for each other."""
    steered = {"by": verbs.scene().manager, "reason": "Large ones differ."}
    whole = lanes.find(trusted.CLASS)
    autonomy.split(whole, **steered)
    here = verbs.queued()
    dispatch.send(here.message.pk)
    part = Verdict.objects.get().lane.segment
    assert locked_segments(lambda: autonomy.join(whole, **steered))[0] == ""
    harm = locked_segments(lambda: autonomy.harmed(here.item, kind="price", by=here.rep))
    assert harm == ["", part]


def locked_segments(action: Callable[[], object]) -> list[str]:
    """Whose lanes it locks, in its order."""
    found: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        if 'FROM "review_lane"' in sql and " FOR " in sql:
            found.append(params[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        action()
    return found
