"""What waits for a person now, as far as it may be told outside the desk."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from revenue import clock, delegations
from revenue.models import Activity, Delegation, User
from review import autonomy, queue
from review.models import Notice, NoticeChoice, OutboxMessage, State

SHOWN = 10
MOST = 100  # nobody needs to know more exactly how much is stuck
FIELDS = (
    "pk", "meets", "state", "decide_by", "due_at", "account__name", "draft__subject",
    "draft__output_class", "draft__in_reply_to", "draft__effect",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One item. `until` is the time that the desk counts down to, of what nobody decided in time
    that of its end; `url` is its own page, where a person decides."""

    pk: int
    account: str
    label: str
    subject: str
    why: str
    until: datetime
    is_overdue: bool
    is_urgent: bool
    url: str

    @property
    def title(self) -> str:
        what = f"{self.label}, “{self.subject}”" if self.subject else self.label
        return f"{self.account}: {what}"


@dataclass(frozen=True)
class Contents:
    """`number` is how many wait, of which `lines` are the first; `stopped` mails wait for a
    person in the outbox, `unplaced` ones belong to no account. `covers` are the absences in which
    they decide for a colleague; one that began since the digest before is told of its own accord.
    """

    user: User
    kind: str
    now: datetime
    lines: list[Line]
    number: queue.Capped
    stopped: int = 0
    unplaced: int = 0
    covers: list[Delegation] = field(default_factory=list)
    has_begun: bool = False

    def __bool__(self) -> bool:
        return bool(self.lines or self.stopped or self.unplaced or self.has_begun)

    @property
    def more(self) -> int:
        return self.number.number - len(self.lines)

    @property
    def first(self) -> int:
        """How many of the lines cannot wait."""
        return len([line for line in self.lines if line.is_urgent or line.is_overdue])


def of(notice: Notice, choice: NoticeChoice) -> Contents:
    """What this notice says when it is sent now."""
    kind, user, now = notice.kind, notice.user, clock.now()
    rows: Any = queue.meeting_soon(queue.in_order(queue.waiting(user)), now=now)
    if kind in (Notice.Kind.URGENT, Notice.Kind.WAITING):
        rows = rows.filter(queue.URGENT)
    if kind == Notice.Kind.WAITING:
        rows = rows.filter(pk__in=notice.items)
    lines = [_line(row, notice, now) for row in rows.values(*FIELDS)[:SHOWN]]
    number = queue.Capped(rows[: queue.MOST].count(), queue.MOST)
    whole = kind in (Notice.Kind.DIGEST, Notice.Kind.NOW)
    besides = whole and choice.with_mails and user.is_active
    covers = delegations.covered(user, at=now) if whole else []
    return Contents(
        user, kind, now, lines, number,
        stopped=stopped(user)[:MOST].count() if besides else 0,
        unplaced=unplaced(user)[:MOST].count() if besides else 0,
        covers=covers, has_begun=any(_begun_since(row, notice) for row in covers),
    )  # fmt: skip


def _begun_since(row: Delegation, notice: Notice) -> bool:
    """Since the digest before this one, by whichever way it came."""
    told = Notice.objects.filter(user=notice.user, kind=Notice.Kind.DIGEST)
    return not told.filter(period__gte=row.starts_at, period__lt=notice.period).exists()


def stopped(user: User) -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.for_user(user).needing_a_person()


def unplaced(user: User) -> QuerySet[Activity]:
    return Activity.objects.unplaced(user).filter(set_aside_at=None)


def urgent_since(user: User, *, since: datetime, now: datetime) -> list[int]:
    """What came to this person's desk since then and cannot wait."""
    rows: Any = queue.meeting_soon(queue.in_order(queue.waiting(user)), now=now)
    rows = rows.filter(queue.URGENT, state_since__gt=since, state_since__lte=now)
    return list(rows.values_list("pk", flat=True)[:MOST])


def _line(row: dict[str, Any], notice: Notice, now: datetime) -> Line:
    escalated = row["state"] == State.ESCALATED
    until = row["due_at"] if escalated and row["due_at"] else row["decide_by"]
    name = row["draft__output_class"]
    asked = escalated or name is None or row["draft__in_reply_to"] is not None
    return Line(
        pk=row["pk"], account=row["account__name"], subject=row["draft__subject"] or "",
        label=autonomy.class_label(name) if name else "Question", why=_why(row),
        until=until, is_overdue=escalated or row["decide_by"] <= now,
        is_urgent=asked or row["meets"], url=link(row["pk"], notice),
    )  # fmt: skip


def _why(row: dict[str, Any]) -> str:
    if row["state"] == State.ESCALATED:
        return "Nobody decided in time"
    if row["draft__output_class"] is None:
        return "The agents do not go on without you"
    if row["draft__in_reply_to"]:
        return "They wait for an answer"
    if row["meets"]:
        return "You meet them within a day"
    return "To read" if row["draft__effect"] == "none" else "To approve"


def link(pk: int, notice: Notice) -> str:
    """By the number of the notice its page knows where the reader came from."""
    query = f"?notice={notice.pk}" if notice.pk else ""
    return f"{settings.SITE_URL}{reverse('item', args=[pk])}{query}"


def page(name: str) -> str:
    return settings.SITE_URL + reverse(name)
