"""What happens next: the acts of the world, and when the product's own rows are due."""

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.db.models import Min

from agents.models import AgentRun, Draft, Handoff, RoutingDecision, WakeUp
from revenue.models import Lease, Signal
from review import intake
from review.dispatch import SENDING_TIME
from review.models import OutboxMessage, ReviewItem, State

Act = Callable[[], object]


class Agenda:
    """Of two acts at one moment the one that was planned first comes first."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, Act]] = []
        self._numbers = count()

    def add(self, at: datetime, act: Act) -> None:
        heapq.heappush(self._heap, (at, next(self._numbers), act))

    def until(self, end: datetime) -> Iterator[tuple[datetime, Act]]:
        """What is planned meanwhile comes, too."""
        while self._heap and self._heap[0][0] < end:
            at, _, act = heapq.heappop(self._heap)
            yield at, act


def next_due(now: datetime) -> datetime | None:
    """When the first row of the product waits for a tick: `now`, later, or never."""
    return now if _is_work_left() else _next_time()


def _is_work_left() -> bool:
    """What waits for no time, but for an account whose turn it is not."""
    signals = Signal.objects.unhandled().filter(account__wake_up__quarantined_at=None)
    return (
        Draft.objects.unrouted().exists()
        or RoutingDecision.objects.filter(needs_item=True).exists()
        or signals.exists()
    )


def _next_time() -> datetime | None:
    items = ReviewItem.objects.order_by()
    found = [
        _first(OutboxMessage.objects.order_by().filter(state="queued"), "not_before"),
        _first(OutboxMessage.objects.order_by().filter(state="sending"), "claimed_at",
               SENDING_TIME),
        _first(items.filter(state__in=[State.SNOOZED, State.REWRITING, State.ESCALATED]), "due_at"),
        _first(items.filter(state=State.PENDING), "expires_at"),
        _first(intake.revocable().order_by(), "undo_until"),
        _first(WakeUp.objects.filter(quarantined_at=None), "due_at"),
        _first(Lease.objects.active().order_by().filter(is_pinned=False), "expires_at"),
        _first(Handoff.objects.order_by().filter(state="offered"), "deadline_at"),
        _first(AgentRun.objects.order_by().filter(state="running"), "alive_until"),
    ]  # fmt: skip
    return min((one for one in found if one), default=None)


def _first(rows: Any, field: str, later: timedelta = timedelta()) -> datetime | None:
    at = rows.aggregate(first=Min(field))["first"]
    return at + later if at else None
