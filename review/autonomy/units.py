"""Units of evidence: what was reviewed of one lane, one account and one UTC day, as one piece.

Drafts to one account on one day resemble each other, so their mean counts once. A unit closes when
its day is over and nothing of it waits or can still be taken back; closed ones alone count.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q

from revenue import clock, transactions
from review import evidence
from review.autonomy import doubles, lanes, machine, missed
from review.models import IS_OPEN, EvidenceEpoch, EvidenceUnit, Lane, ReviewItem, Verdict

DIGITS = 4  # a unit's score is rounded to so many
Means = dict[tuple[int, date], float]  # by account and day


class Uncounted(NamedTuple):
    """Reviews whose account day is not closed, and how many of them are serious misses."""

    reviews: int
    bad: int


def close_due() -> int:
    """Close what can be closed. How many."""
    today = clock.now().astimezone(UTC).date()
    open_ = EvidenceUnit.objects.filter(closed_at=None, day__lt=today)
    epochs = list(open_.values_list("epoch", flat=True).distinct().order_by("epoch"))
    return sum(transactions.apart(lambda epoch: _close(epoch, today), epochs))


@transactions.atomic
def _close(epoch_id: int, today: date) -> int:
    whose = Lane.objects.get(epochs=epoch_id)
    lane = lanes.locked_row(whose)
    epoch = EvidenceEpoch.objects.get(pk=epoch_id)
    found = epoch.pieces.filter(closed_at=None, day__lt=today)
    units = list(found.order_by("day", "account_id"))
    busy = _busy(lane.output_class, units)
    ready = [unit for unit in units if (unit.account_id, unit.day) not in busy]
    scores = _scores(epoch, ready)
    target = evidence.adjusted_target(lane.target, missed.bound(epoch))
    for unit in ready:
        _count(epoch, unit, scores[unit.account_id, unit.day], target)
    if ready:
        epoch.save(update_fields=["units", "last", "count"])
        EvidenceUnit.objects.bulk_update(
            ready, ["number", "score", "target", "log_w", "proven", "closed_at"]
        )
    return len(ready)


def _busy(output_class: str, units: list[EvidenceUnit]) -> set[tuple[int, date]]:
    """Where a draft of that day still waits, its decision can still be taken back, or a second
    look at it is to come."""
    accounts = {unit.account_id for unit in units}
    rows = ReviewItem.objects.real().filter(
        IS_OPEN | Q(undo_until__isnull=False), account__in=accounts,
        draft__output_class=output_class, draft__created_at__gte=_start(units),
    )  # fmt: skip
    second = doubles.waiting().filter(
        original__account__in=accounts, original__draft__output_class=output_class
    )
    waits = (
        rows.order_by()
        .values_list("account", "draft__created_at")
        .union(second.order_by().values_list("original__account", "original__draft__created_at"))
    )
    return {(account, at.astimezone(UTC).date()) for account, at in waits}


def _start(units: list[EvidenceUnit]) -> datetime:
    return datetime.combine(min(unit.day for unit in units), time(tzinfo=UTC))


def _scores(epoch: EvidenceEpoch, units: Iterable[EvidenceUnit]) -> Means:
    wanted = list(units)
    rows = epoch.verdicts.filter(
        account__in={unit.account_id for unit in wanted}, day__in={unit.day for unit in wanted}
    )
    return means(rows.order_by("number"))


def means(verdicts: Iterable[Verdict]) -> Means:
    """The score of each unit: the mean over its items, of two looks at one item the worse."""
    worst: dict[tuple[int, date], dict[int, float]] = defaultdict(dict)
    for row in verdicts:
        if row.account_id is not None and row.day is not None:
            of_unit = worst[row.account_id, row.day]
            of_unit[row.item_id] = min(row.score, of_unit.get(row.item_id, 1.0))
    return {
        key: round(math.fsum(scores.values()) / len(scores), DIGITS)
        for key, scores in worst.items()
    }


def _count(epoch: EvidenceEpoch, unit: EvidenceUnit, score: float, target: float) -> None:
    """One more piece, and what the epoch shows after it."""
    add(epoch, score)
    unit.number, unit.score, unit.closed_at = epoch.count, score, clock.now()
    unit.target = target
    unit.log_w = evidence.log_evidence(epoch.counts, target)
    unit.proven = evidence.proven_score(epoch.counts)


def uncounted(epoch: EvidenceEpoch) -> Uncounted:
    """What was reviewed and does not count yet."""
    open_ = epoch.pieces.filter(account=OuterRef("account"), day=OuterRef("day"), closed_at=None)
    is_bad = Q(score__lt=machine.CLEAN)
    found = epoch.verdicts.filter(Exists(open_)).aggregate(
        reviews=Count("item", distinct=True), bad=Count("item", distinct=True, filter=is_bad)
    )
    return Uncounted(**found)


def add(epoch: EvidenceEpoch, score: float) -> None:
    key = f"{score:.{DIGITS}f}"
    epoch.units[key] = epoch.units.get(key, 0) + 1
    epoch.last = [*epoch.last, score][-machine.RUN :]
    epoch.count += 1
