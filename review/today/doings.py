"""What happened since the working day before: what the agents did, what came in, why they wait.

Everything is counted from the rows, and every line leads to the list behind it.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from agents.models import HUMAN, AgentRun, Draft, RoutingDecision
from revenue.models import Activity, User
from revenue.rows import RowsIn
from review.models import OutboxMessage, ReviewItem
from review.queue import MOST, Capped
from review.today.day import Day

REASONS = 3
READ = 200  # waiting accounts whose reasons are read


@dataclass(frozen=True)
class Kind:
    """`label` names the list of accounts behind it; without one the line leads to the outbox."""

    one: str
    many: str
    label: str = ""


KINDS = {
    "drafted": Kind("draft written", "drafts written", "Drafted"),
    "researched": Kind("account researched", "accounts researched", "Researched"),
    "sent": Kind("mail sent", "mails sent"),
    "replied": Kind("reply came in", "replies came in", "Replied"),
    "paused": Kind("account waits", "accounts wait", "Waiting"),
}
LISTS = {name: kind.label for name, kind in KINDS.items() if kind.label}


@dataclass(frozen=True)
class Line:
    number: Capped
    words: str
    link: str
    reasons: list[str]


def of(user: User, day: Day) -> list[Line]:
    """Those of which there were any, in the order of the work."""
    counts = {name: RowsIn(_once(name, rows(name, user, since=day.since))[:MOST]) for name in KINDS}
    counted = User.objects.filter(pk=user.pk).annotate(**counts).get()
    numbers = {name: getattr(counted, name) for name in KINDS}
    return [_line(name, number, user, day) for name, number in numbers.items() if number]


def rows(name: str, user: User, *, since: datetime) -> QuerySet[Any]:
    """The rows behind a line, each of an account."""
    return _ROWS[name](since).for_user(user)


def _drafted(since: datetime) -> Any:
    """What is practice counts like any other until it is decided."""
    waits = ReviewItem.objects.waiting().without_copies().filter(draft=OuterRef("pk"))
    rows = Draft.objects.filter(Q(is_planted=False) | Exists(waits), created_at__gte=since)
    return rows.exclude(agent=HUMAN)


def _researched(since: datetime) -> Any:
    done = AgentRun.objects.filter(state=AgentRun.State.DONE, agent="prospecting")
    return done.filter(started_at__gte=since)


def _sent(since: datetime) -> Any:
    return OutboxMessage.objects.filter(state=OutboxMessage.State.SENT, settled_at__gte=since)


def _replied(since: datetime) -> Any:
    inbound = Activity.objects.filter(direction=Activity.Direction.INBOUND, is_auto=False)
    return inbound.filter(occurred_at__gte=since)


def _paused(since: datetime) -> Any:
    """Accounts whose last decision was to wait."""
    later = RoutingDecision.objects.filter(account=OuterRef("account"), pk__gt=OuterRef("pk"))
    waits = RoutingDecision.objects.filter(verdict=RoutingDecision.Verdict.WAIT, at__gte=since)
    return waits.exclude(Exists(later))


_ROWS = {
    "drafted": _drafted, "researched": _researched, "sent": _sent, "replied": _replied,
    "paused": _paused,
}  # fmt: skip


def _once(name: str, found: QuerySet[Any]) -> QuerySet[Any]:
    """An account that was researched twice counts once."""
    if name == "researched":
        return found.order_by().values("account").distinct()
    return found.order_by().values("pk")


def _line(name: str, number: int, user: User, day: Day) -> Line:
    kind = KINDS[name]
    link = f"{reverse('accounts')}?show={name}" if kind.label else f"{reverse('outbox')}?show=sent"
    reasons = _reasons(user, day) if name == "paused" else []
    return Line(Capped(number, MOST), kind.one if number == 1 else kind.many, link, reasons)


def _reasons(user: User, day: Day) -> list[str]:
    """Why they wait, the most frequent first, with how often when there are several reasons."""
    found = rows("paused", user, since=day.since).order_by("-pk").values_list("reason", flat=True)
    common = Counter(found[:READ]).most_common(REASONS)
    if len(common) == 1:
        return [common[0][0]]
    return [f"{times} × {reason}" if times > 1 else reason for reason, times in common]
