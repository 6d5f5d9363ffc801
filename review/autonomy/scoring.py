"""A review is scored once, when it can no longer be taken back, and moves its lane.

Unchanged 1 · a change of wording 1 less the attempt's `minor_loss` · a fact changed, rejected, or
sent back for a rewrite 0. No score: what one press decided of many, and what was decided too fast,
for nobody read it; drafts that no lane may ever let go, or that a guard stopped at the gate;
planted ones, and what a person composed. What ends without a decision is counted (`undecided`).
"""

from datetime import UTC

from agents.models import Draft
from revenue import clock, events, snapshots, transactions
from revenue.models import User
from review import dwell, rewording
from review.autonomy import changes, doubles, epochs, lanes, machine
from review.autonomy.risk import risk
from review.models import (
    AuditDraw,
    Cause,
    Decision,
    EvidenceUnit,
    Lane,
    LaneChange,
    ReviewItem,
    Verdict,
)

SCORES = {"unchanged": 1.0, "minor": 1.0, "major": 0.0, "rejected": 0.0, "rewrite": 0.0}
MISSED = (
    "A draft was rejected or its facts were changed: each is read until "
    f"{machine.RUN} in a row are clean."
)
CLEANED = f"{machine.RUN} in a row were clean."
RAN_OVER = "Too many misses for its target: the alarm meter ran over."


@transactions.atomic
def score(item: ReviewItem, decision: Decision) -> Verdict | None:
    """Write the scored review of an item once; the first verdict on a draft counts."""
    draft, kind = item.draft, kind_of(decision)
    if draft is None or decision.by is None or decision.bulk or kind not in SCORES:
        return None
    draw = draw_of(draft)
    if not _counts(item, draft, draw):
        return None
    lane = answerable(item, draft, draw)
    if kind == "unchanged" and dwell.is_too_fast(decision):
        _tally(lane, draft, "skipped")
        return None
    row = _write(lane, item, draft, kind, by=decision.by, is_audit=draw is not None)
    doubles.draw(row)
    return row


def undecided(item: ReviewItem) -> None:
    """It ended without a verdict: nobody decided in time, or somebody took it off the desk or out
    of the outbox. Of too many such drafts nobody knows how good they were (`standing`). Counted at
    the transaction's end, for a lane is locked after all that ends with the item."""
    transactions.last(_count_undecided, item)


@transactions.atomic
def _count_undecided(items: list[ReviewItem]) -> None:
    drafts = [(item.draft.output_class, item.pk, item, item.draft) for item in items if item.draft]
    for _, _, item, draft in sorted(drafts, key=lambda one: one[:2]):
        draw = draw_of(draft)
        if _counts(item, draft, draw):
            _tally(answerable(item, draft, draw), draft, "unscored")


def draw_of(draft: Draft) -> AuditDraw | None:
    return AuditDraw.objects.filter(draft=draft).select_related("lane").first()


def answerable(item: ReviewItem, draft: Draft, draw: AuditDraw | None) -> Lane:
    """The lane that let it go or was judged by it, whatever the account has become since; locked
    from here on."""
    record = draw or item.verdicts.select_related("lane").first()
    return lanes.locked_row(record.lane) if record else lanes.locked_for(draft)


def score_second(item: ReviewItem, kind: str, *, by: User) -> Verdict:
    """The blind second look at an item that has a verdict. The worse of the two counts."""
    draft = item.draft
    if draft is None:
        raise ValueError("There is no draft to look at a second time.")
    first = item.verdicts.select_related("lane").get(is_second=False)
    return _write(lanes.locked_row(first.lane), item, draft, kind, by=by, first=first)


def _counts(item: ReviewItem, draft: Draft, draw: AuditDraw | None) -> bool:
    """Whether a review of it says anything about what leaves by itself. What a guard stopped at the
    gate, a text with words that are not on record, and what is always reviewed never do that,
    however much the class has earned; so their reviews are no sample of those that do. What was to
    leave unseen is none either: whoever looked chose to."""
    apart = item.cause != Cause.UNTRUSTED or draft.is_planted or draft.is_human
    if apart or draft.supersedes_id or (draw and not draw.due) or risk(draft):
        return False
    return not item.verdicts.filter(is_second=False).exists()


def kind_of(decision: Decision) -> str:
    """Of an approval what became of the agent's own words, however many edits were undone since."""
    if decision.verb in (Decision.Verb.APPROVE, Decision.Verb.EDIT):
        return _made_of(decision)
    kinds: dict[str, str] = {Decision.Verb.REJECT: "rejected", Decision.Verb.REWRITE: "rewrite"}
    return kinds.get(decision.verb, "")


def points(kind: str, minor_loss: float) -> float:
    return SCORES[kind] - (minor_loss if kind == "minor" else 0.0)


def _made_of(decision: Decision) -> str:
    draft = decision.item.draft
    if draft is None or not decision.after or decision.revision == 1:
        return decision.edit_kind or "unchanged"
    before, after = f"{draft.subject}\n{draft.body}", snapshots.get(decision.after)
    return decision.edit_kind if after == snapshots.ERASED else rewording.judge(before, after).kind


def _tally(lane: Lane, draft: Draft, column: str) -> None:
    """One more draft of the epoch that was too fast, or that nobody decided."""
    epoch = epochs.of(lane, draft)
    if epoch:
        setattr(epoch, column, getattr(epoch, column) + 1)
        epoch.save(update_fields=[column])


def _write(
    lane: Lane,
    item: ReviewItem,
    draft: Draft,
    kind: str,
    *,
    by: User,
    is_audit: bool = False,
    first: Verdict | None = None,
) -> Verdict:
    """`first` is the verdict that this one looks at a second time: it belongs where that does."""
    epoch, is_second = first.epoch if first else epochs.of(lane, draft), first is not None
    day = draft.created_at.astimezone(UTC).date()
    row = Verdict(
        lane=lane, number=lane.verdicts + 1, item=item, is_second=is_second,
        score=points(kind, (epoch or lane).minor_loss), kind=kind, epoch=epoch,
        account=item.account, day=day, by=by, state=lane.state, meter=lane.meter, at=clock.now(),
    )  # fmt: skip
    lane.verdicts = row.number
    if epoch and epoch == lane.epoch:
        _move(lane, row, is_audit=is_audit, first=first)
    lane.save(update_fields=["verdicts", "meter", "clean_run", "audits"])
    row.save()
    if epoch:
        unit = EvidenceUnit(epoch=epoch, account=item.account, day=day)
        EvidenceUnit.objects.bulk_create([unit], ignore_conflicts=True)
    events.append("verdict.given", by="system", chain=changes.chain(lane), subject=row,
                  kind_of=kind)  # fmt: skip
    return row


def _move(lane: Lane, row: Verdict, *, is_audit: bool, first: Verdict | None) -> None:
    """What this verdict does to a lane that runs by itself."""
    if lane.state not in Lane.FREE or (first and first.score <= row.score):
        return
    lane.audits += is_audit
    now = machine.after(track(lane), row.score, lane.target)
    row.target, row.meter = lane.target, now.meter
    if now.state == lane.state:
        lane.meter, lane.clean_run = now.meter, now.clean
    elif now.state == Lane.State.REVIEW:
        demote(lane, by="system", reason=RAN_OVER, meter=now.meter)
    elif now.state == Lane.State.TIGHTENED:
        _turn(lane, LaneChange.Kind.TIGHTENED, now.state, meter=now.meter, reason=MISSED)
    else:
        _turn(lane, LaneChange.Kind.CLEARED, now.state, meter=now.meter, reason=CLEANED)


def track(lane: Lane) -> machine.Track:
    return machine.Track(lane.state, lane.meter, lane.clean_run)


def _turn(lane: Lane, kind: str, to: str, *, meter: float, reason: str) -> None:
    """Between automatic and full review."""
    before = changes.picture(lane)
    changes.enter(lane, to, meter=meter)
    lane.save()
    changes.note(lane, kind, by="system", reason=reason, before=before)


def tighten(lane: Lane, *, reason: str) -> None:
    """Full review for another reason than a miss. The caller holds the lane's lock."""
    _turn(lane, LaneChange.Kind.TIGHTENED, Lane.State.TIGHTENED, meter=lane.meter, reason=reason)


def demote(lane: Lane, *, by: User | str, reason: str, meter: float = 0.0) -> LaneChange:
    """Back to review of each, with new evidence, and twice as much of it to come. It writes the
    lane alone: a claim compares, and a sweep pulls back. The caller holds the lane's lock."""
    before = changes.picture(lane)
    rested_on = changes.evidence(lane) | {"meter": meter or lane.meter}
    epochs.close(lane, reason=reason)
    changes.fall_back(lane)
    lane.demotions += 1
    lane.save()
    return changes.note(lane, LaneChange.Kind.DEMOTED, by=by, reason=reason, before=before,
                        evidence=rested_on)  # fmt: skip
