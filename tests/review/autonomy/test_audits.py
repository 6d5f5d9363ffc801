"""Audits of an automatic lane: held before sending, looked at in time, or full review."""

from uuid import UUID

import pytest

from agents.models import Draft
from review import autonomy, decisions, dispatch, intake
from review.autonomy import audits, gate, machine
from review.models import AuditDraw, Decision, Lane, LaneChange, ReviewItem
from tests.races import verbs
from tests.review.accounts import cast
from tests.review.autonomy import trusted
from tests.review.autonomy.test_scoring import decided

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workspace", "smtp", "audited")]


@pytest.fixture
def audited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "is_drawn", lambda draft_id, share: True)


def audit() -> verbs.Scene:
    here = verbs.unrouted()
    trusted.trust(here.draft)
    trusted.arrives(here)
    return here


def test_an_audit_is_due_until_somebody_decides() -> None:
    here = audit()
    lane = Lane.objects.get()
    assert list(audits.due(lane)) == [AuditDraw.objects.get()]
    decided("unchanged", here)
    assert not audits.due(lane).exists()


def test_each_audit_is_counted_once() -> None:
    here = audit()
    Lane.objects.update(audits=0)
    decided("unchanged", here)
    assert Lane.objects.get().audits == 1


def test_one_that_waits_for_a_day_ends_what_leaves_unseen(clock: object) -> None:
    audit()
    clock.travel(hours=23)
    assert autonomy.sweep() == 0
    clock.travel(hours=2)
    assert autonomy.sweep() == 1
    lane = Lane.objects.get()
    assert lane.state == "tightened"
    assert LaneChange.objects.first().reason == audits.UNSEEN
    assert autonomy.sweep() == 0


def test_one_late_among_many_that_were_seen_does_not(clock: object) -> None:
    audit()
    for _ in range(9):
        decided("unchanged")
    clock.travel(hours=25)
    assert AuditDraw.objects.count() == 10
    assert audits.tighten_overdue() == 0


@pytest.mark.parametrize("how", ["too fast", "in one go", "by nobody"])
def test_what_nobody_read_is_not_seen(clock: object, how: str) -> None:
    item = audit().item
    if how == "by nobody":
        ReviewItem.objects.filter(pk=item.pk).update(state="superseded")
    else:
        decisions.approve(item, by=item.account.owner, revision=1, dwell_ms=1)
        if how == "in one go":
            Decision.objects.update(dwell_ms=None, bulk=UUID(int=1))
        clock.travel(minutes=5)
        intake.sweep()
        dispatch.send_due()
    assert Lane.objects.get().state == "auto"
    clock.travel(hours=25)
    autonomy.sweep()
    assert Lane.objects.get().state == "tightened"


@pytest.mark.parametrize(("bulk", "tightened"), [(UUID(int=1), 1), (None, 0)])
def test_what_was_sent_back_with_others_is_not_seen_what_somebody_sent_back_is(
    clock: object, bulk: UUID | None, tightened: int
) -> None:
    here = audit()
    by = here.account.owner
    decisions.request_rewrite(here.item, by=by, revision=1, note="Shorter", bulk=bulk)
    new = Draft.objects.get(pk=here.draft.pk)
    new.pk, new.supersedes, new.needs_item = None, here.draft, True
    new.save()
    assert intake.route(new).draft == new
    Lane.objects.update(state="auto")  # what somebody sent back was a miss, too
    clock.travel(hours=25)
    assert audits.tighten_overdue() == tightened


def let_through(clock: object) -> None:
    """An audit is approved faster than anybody reads, and a day goes by."""
    item = audit().item
    decisions.approve(item, by=item.account.owner, revision=1, dwell_ms=1)
    clock.travel(minutes=5)
    intake.sweep()
    dispatch.send_due()
    clock.travel(hours=25)


def read_until_clean() -> None:
    assert Lane.objects.get().state == "tightened"
    for _ in range(machine.RUN):
        decided("unchanged")
    assert Lane.objects.get().state == "auto"


def test_what_was_unread_is_made_up_for_by_a_clean_run(clock: object) -> None:
    let_through(clock)
    autonomy.sweep()
    read_until_clean()
    autonomy.sweep()
    lane = Lane.objects.get()
    assert lane.state == "auto"
    assert [change.kind for change in lane.changes.all()] == ["cleared", "tightened", "promoted"]


def test_what_still_waits_is_not(clock: object) -> None:
    audit()
    clock.travel(hours=25)
    autonomy.sweep()
    read_until_clean()
    autonomy.sweep()
    assert Lane.objects.get().state == "tightened"


def test_a_pause_makes_up_for_nothing(clock: object) -> None:
    let_through(clock)
    manager = {"by": cast.manager(), "reason": "I look at it."}
    autonomy.pause(Lane.objects.get(), **manager)
    autonomy.resume(Lane.objects.get(), **manager)
    assert Lane.objects.get().state == "auto"
    autonomy.sweep()
    assert Lane.objects.get().state == "tightened"


def test_one_unread_of_few_new_ones_is_not_hidden_by_many_old_ones(clock: object) -> None:
    for _ in range(12):
        decided("unchanged", audit())
    clock.travel(days=2)
    let_through(clock)  # of a class that was promoted anew
    autonomy.sweep()
    assert Lane.objects.get().state == "tightened"


def test_what_was_not_drawn_is_nobody_s_duty(clock: object) -> None:
    audit()
    AuditDraw.objects.update(due=False)
    clock.travel(days=2)
    assert autonomy.sweep() == 0
    assert Lane.objects.get().state == "auto"
