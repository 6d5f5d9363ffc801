"""Audits are read in time, or nothing of the class leaves unseen: no eyes, no autonomy."""

from datetime import timedelta

from django.db.models import Q, QuerySet, Subquery

from revenue import clock, transactions
from review.autonomy import lanes, machine, scoring
from review.models import IS_OPEN, AuditDraw, Lane, LaneChange, ReviewItem, State

PATIENCE = timedelta(hours=24)
SINCE = timedelta(days=30)  # older ones say nothing about today
MOST_OPEN = 0.1
BEGINNINGS = (LaneChange.Kind.PROMOTED, LaneChange.Kind.CLEARED)
UNSEEN = (
    "More than one in ten audits went unread for over a day. "
    f"Each is read until {machine.RUN} are clean."
)
# Let through in less time than it takes to read, with others in one go, or by nobody at all.
UNREAD = Q(state__in=[State.APPROVED, State.SUPERSEDED], undo_until=None, verdicts=None)


def due(lane: Lane) -> QuerySet[AuditDraw]:
    """Those that wait for a person now."""
    return _drawn(lane, IS_OPEN)


def _drawn(lane: Lane, which: Q) -> QuerySet[AuditDraw]:
    held = {"draft__audit__lane": lane.pk, "draft__audit__due": True}
    items = ReviewItem.objects.filter(which, **held)
    return AuditDraw.objects.filter(lane=lane.pk, due=True, draft__items__in=items)


def _sent_back(lane: Lane) -> QuerySet[AuditDraw]:
    """Those that one press sent back with others: another draft is in their place, and whoever
    reads a draft before they send it back gives a verdict by that."""
    held = {"draft__supersedes__audit__lane": lane.pk, "draft__supersedes__audit__due": True}
    items = ReviewItem.objects.filter(verdicts=None, **held)
    return AuditDraw.objects.filter(draft__in=items.values("draft__supersedes"))


def tighten_overdue() -> int:
    """Every automatic lane whose audits nobody looks at goes into full review. How many."""
    running = Lane.objects.filter(state=Lane.State.AUTO).order_by("output_class", "segment")
    return sum(transactions.apart(_tightened, running))


@transactions.atomic
def _tightened(found: Lane) -> bool:
    if not _is_neglected(found):
        return False
    lane = lanes.locked_row(found)
    if lane.state != Lane.State.AUTO:
        return False
    scoring.tighten(lane, reason=UNSEEN)
    return True


def _is_neglected(lane: Lane) -> bool:
    """Of those that still wait, and of all since it last became automatic: what was unread before
    that is made up for. A pause makes up for nothing."""
    now = clock.now()
    begun = lane.changes.filter(kind__in=BEGINNINGS).order_by("-at").values("at")[:1]
    is_late, is_new = Q(pk__in=due(lane)), Q(at__gte=Subquery(begun))
    old = lane.draws.filter(due=True, epoch=lane.epoch, at__lte=now - PATIENCE, at__gt=now - SINCE)
    unread = Q(pk__in=_drawn(lane, UNREAD)) | Q(pk__in=_sent_back(lane))
    unseen = old.filter(is_late | is_new & unread)
    return unseen.count() > MOST_OPEN * old.filter(is_late | is_new).count()
