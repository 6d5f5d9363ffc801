"""What holds of the evidence, counted again from the decisions, and of the lanes, from the log."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db.models import Count, QuerySet

from agents.models import Draft
from revenue.models import Event
from review import autonomy
from review.audit.slices import law
from review.autonomy.machine import CLEAN
from review.models import AuditDraw, Critical, Decision, Double, Lane, LaneChange, Verdict


def _verdicts() -> QuerySet[Verdict]:
    return Verdict.objects.select_related("lane", "epoch", "item__draft")


@law("Every score is what the review says.", _verdicts, unsettled=Verdict.objects.none)
def verdicts_are_what_was_decided(rows: list[Verdict]) -> Iterator[str]:
    """Invariant 25: kind and score of each are those of the decision that stood then. What an
    erasure has taken words from cannot be judged again."""
    theirs = Event.objects.filter(account__in={row.account_id for row in rows})
    blank = set(theirs.filter(kind="person.erased").values_list("account", flat=True))
    losses = _losses({row.lane for row in rows if not row.epoch})
    decided = _decisions(rows)
    for row in rows:
        decision = decided.get(row.pk)
        where = f"verdict {row.pk} of {row.lane}"
        if decision is None:
            yield f"{where}: no decision stands behind it"
            continue
        kind = row.kind if row.account_id in blank else autonomy.kind_of(decision)
        if kind != row.kind or decision.by_id != row.by_id:
            yield f"{where} says {row.kind}, and the decision {kind or 'nothing'}"
        elif not any(abs(row.score - score) < 1e-9 for score in _scores(row, losses)):
            yield f"{where} is {row.kind}, and counts {row.score}"


def _decisions(rows: list[Verdict]) -> dict[int, Decision]:
    """By verdict: the decision that stood when it was written; of a second look that on its
    copy."""
    copies = dict(Double.objects.filter(original__in={row.item_id for row in rows})
                  .values_list("original", "shadow"))  # fmt: skip
    items = {row.pk: copies.get(row.item_id) if row.is_second else row.item_id for row in rows}
    counted = (*Decision.TERMINAL, Decision.Verb.REWRITE)
    there = Decision.objects.filter(item__in=set(items.values()), verb__in=counted)
    of_item: dict[int, list[Decision]] = defaultdict(list)
    for one in there.select_related("item__draft").order_by("at", "pk"):
        of_item[one.item_id].append(one)
    found = {row.pk: _standing(of_item[items[row.pk] or 0], row.at) for row in rows}
    return {pk: decision for pk, decision in found.items() if decision}


def _standing(decisions: list[Decision], at: datetime) -> Decision | None:
    stood = (one for one in reversed(decisions) if one.at <= at <= (one.undone_at or at))
    return next(stood, None)


def _losses(lanes: set[Lane]) -> dict[int, set[float]]:
    """By lane, what a change of wording ever cost."""
    found = {lane.pk: {lane.minor_loss} for lane in lanes}
    for change in LaneChange.objects.filter(lane__in=lanes):
        found[change.lane_id].add(change.before.get("minor_loss", 0.0))
    return found


def _scores(row: Verdict, losses: dict[int, set[float]]) -> set[float]:
    """What its kind can count: a change of wording what its epoch says, or, of none, its lane."""
    known = {row.epoch.minor_loss} if row.epoch else losses[row.lane_id]
    return {autonomy.points(row.kind, loss) for loss in known}


# --- lanes ----------------------------------------------------------------------------------------


def _lanes() -> QuerySet[Lane]:
    return Lane.objects.all()


@law("No review is counted twice, or not at all.", _lanes)
def counters_are_recounts(lanes: list[Lane]) -> Iterator[str]:
    """Invariant 25: the number of the last verdict of a lane is how many there are, and each is
    told once, as what it is."""
    counted = dict(Verdict.objects.filter(lane__in=lanes).order_by().values_list("lane")
                   .annotate(there=Count("pk")))  # fmt: skip
    for lane in lanes:
        there = counted.get(lane.pk, 0)
        if lane.verdicts != there:
            yield f"lane {lane}: {lane.verdicts} verdicts, and {there} are there"
        told = _told(lane).filter(kind="verdict.given")
        said = sorted((event.subject_id, event.data["kind_of"]) for event in told)
        if said != sorted(lane.scored.values_list("pk", "kind")):
            yield f"lane {lane}: its verdicts are not those that the log tells of"


def _told(lane: Lane) -> QuerySet[Event]:
    """What its chain tells, since invented reviews were last forgotten."""
    rows = Event.objects.filter(chain=f"lane:{lane.pk}").order_by("pk")
    forgotten = rows.filter(kind="lane.forgotten").last()
    return rows.filter(pk__gt=forgotten.pk) if forgotten else rows


@law("The reviews on record reproduce every figure.", _lanes)
def evidence_replays(lanes: list[Lane]) -> Iterator[str]:
    """The verdicts alone reproduce every stored W, score and meter of each lane."""
    for lane in lanes:
        found = autonomy.difference(lane)
        if found:
            yield found


@law("Every change of a class follows from the one before.", _lanes)
def changes_follow(lanes: list[Lane]) -> Iterator[str]:
    """Invariant 20: what stood after one change stands before the next, and after the last one the
    lane is so. A split gives what the whole had lost to its parts without a word of theirs."""
    for lane in lanes:
        changes = list(lane.changes.order_by("pk"))
        for one, other in pairwise(changes):
            if _unlike(one.after, other.before):
                yield f"lane {lane}: change {other.pk} does not follow from {one.pk}"
        last = changes[-1].after if changes else {}
        now = {name: getattr(lane, name) for name in last}
        if _unlike(last, now) or lane.demotions != max(last.get("demotions", 0), _inherited(lane)):
            yield f"lane {lane}: it is not what its last change says"
        if lane.policy != (changes[-1].policy if changes else 1):
            yield f"lane {lane}: its settings are not those of its last change"


def _unlike(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return any(one[name] != other.get(name) for name in one if name != "demotions")


def _inherited(lane: Lane) -> int:
    if not lane.segment:
        return 0
    splits = LaneChange.objects.filter(
        lane__output_class=lane.output_class, lane__segment="", kind=LaneChange.Kind.SPLIT
    )
    return max((one.after.get("demotions", 0) for one in splits), default=0)


@law("What is counted of an automatic class is what happened.", _lanes)
def counts_are_replayed(lanes: list[Lane]) -> Iterator[str]:
    """Invariant 20: the clean run and the audits of a lane, step by step; how often harm was
    recorded of it, and settled."""
    for lane in lanes:
        clean, audits = _replayed(lane)
        if lane.state == Lane.State.TIGHTENED and lane.clean_run != clean:
            yield f"lane {lane}: {lane.clean_run} in a row were clean, and the log has {clean}"
        if lane.state in Lane.FREE and lane.audits != audits:
            yield f"lane {lane}: {lane.audits} audits, and the log has {audits}"
        kinds = list(_told(lane).filter(kind__in=["lane.harmed", "lane.settled"])
                     .values_list("kind", flat=True))  # fmt: skip
        harms = Critical.objects.filter(lane=lane)
        there = [harms.count(), harms.filter(settled_at__isnull=False).count()]
        if there != [kinds.count("lane.harmed"), kinds.count("lane.settled")]:
            yield f"lane {lane}: its recorded harms are not those that the log tells of"


def _replayed(lane: Lane) -> tuple[int, int]:
    """Its clean run and its audits, told again: a state that is entered begins the run anew, and so
    does a miss during a pause; a promotion begins the audits anew."""
    verdicts = {row.pk: row for row in lane.scored.select_related("item")}
    audited = _audited(verdicts.values())
    state, clean, audits = str(Lane.State.REVIEW), 0, 0
    for event in _told(lane):
        row = verdicts.get(event.subject_id or 0) if event.kind == "verdict.given" else None
        if row and state == Lane.State.PAUSED and row.score < CLEAN:
            clean = 0
        if row and row.target is not None:
            audits += row.item_id in audited and not row.is_second
            if row.state == state == Lane.State.TIGHTENED:
                clean = clean + 1 if row.score >= CLEAN else 0
        elif event.subject_kind == "lane":
            is_pause = event.kind in ("lane.paused", "lane.resumed")
            clean = clean if is_pause or event.data.get("state") == state else 0
            audits = 0 if event.kind == "lane.promoted" else audits
            state = event.data.get("state") or state
    return clean, audits


def _audited(verdicts: Iterable[Verdict]) -> set[int]:
    """The items that were held for an audit: theirs was the draft, or the one that it replaced."""
    drafts = {row.item.draft_id: row.item_id for row in verdicts if row.item.draft_id}
    found: set[int] = set()
    while drafts:
        drawn = AuditDraw.objects.filter(draft__in=drafts).values_list("draft", flat=True)
        found |= {drafts[pk] for pk in drawn}
        older = Draft.objects.filter(pk__in=drafts, supersedes__isnull=False)
        drafts = {before or 0: drafts[pk] for pk, before in older.values_list("pk", "supersedes")}
    return found


LAWS = (
    verdicts_are_what_was_decided,
    counters_are_recounts,
    evidence_replays,
    changes_follow,
    counts_are_replayed,
)
