"""The verdicts played again: they alone reproduce every stored W, score and meter of a lane."""

import math
from collections import defaultdict
from collections.abc import Iterator

from review import evidence
from review.autonomy import units
from review.models import EvidenceEpoch, EvidenceUnit, Lane, LaneChange, Verdict


def difference(lane: Lane) -> str:
    """The first figure that the verdicts do not reproduce, in words; "" when all do."""
    return next(_differences(lane), "")


def _differences(lane: Lane) -> Iterator[str]:
    verdicts = list(lane.scored.order_by("number"))
    yield from _numbers(lane, verdicts)
    yield from _meters(lane, verdicts)
    for epoch in lane.epochs.order_by("attempt"):
        yield from _epoch(epoch, [row for row in verdicts if row.epoch_id == epoch.pk])


def _numbers(lane: Lane, verdicts: list[Verdict]) -> Iterator[str]:
    for place, row in enumerate(verdicts, start=1):
        if row.number != place:
            yield f"{lane}: verdict {place} is missing"
            return
    if lane.verdicts != len(verdicts):
        yield f"{lane}: {lane.verdicts} verdicts are counted, {len(verdicts)} are there"


def _meters(lane: Lane, verdicts: list[Verdict]) -> Iterator[str]:
    """From 1 at each promotion, a step for each verdict that moved it."""
    promoted = lane.changes.filter(kind=LaneChange.Kind.PROMOTED).order_by("at", "pk")
    starts = [change.evidence.get("last_verdict", 0) for change in promoted]
    meter = 1.0
    for row in verdicts:
        while starts and starts[0] < row.number:
            meter = 1.0
            starts.pop(0)
        if row.target is not None:
            meter = evidence.alarm_step(meter, row.score, row.target)
            if not _same(meter, row.meter):
                yield f"{lane}: the meter after verdict {row.number} is {row.meter}, not {meter}"
    if lane.state in Lane.FREE and not _same(lane.meter, 1.0 if starts else meter):
        yield f"{lane}: its meter is {lane.meter}, not {1.0 if starts else meter}"


def _epoch(epoch: EvidenceEpoch, verdicts: list[Verdict]) -> Iterator[str]:
    found = EvidenceEpoch()
    by_place = defaultdict(list)
    for row in verdicts:
        by_place[row.account_id, row.day].append(row)
    for unit in epoch.pieces.filter(closed_at__isnull=False).order_by("number"):
        place = unit.account_id, unit.day
        score = units.means(_in_time(unit, by_place[place])).get(place)
        if score is None or unit.target is None:
            yield f"{epoch}: unit {unit.number} has no verdict"
            return
        units.add(found, score)
        w = evidence.log_evidence(found.counts, unit.target)
        proven = evidence.proven_score(found.counts)
        stored = (unit.number, unit.score, unit.log_w, unit.proven)
        for was, now in zip(stored, (found.count, score, w, proven), strict=True):
            if was is None or not _same(was, now):
                yield f"{epoch}: unit {unit.number} says {was}, its verdicts say {now}"
    if (found.units, found.last, found.count) != (epoch.units, epoch.last, epoch.count):
        yield f"{epoch}: its histogram is not the sum of its units"


def _in_time(unit: EvidenceUnit, verdicts: list[Verdict]) -> list[Verdict]:
    """Those of its verdicts that were there when it closed."""
    end = unit.closed_at
    return [row for row in verdicts if end and row.at <= end]


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
