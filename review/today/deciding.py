"""What waits for a decision: how much, how long that takes at this person's pace, what expires."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Exists, Q, When

from revenue.models import Account, User
from revenue.rows import RowsIn
from review import autonomy, pace, queue
from review.filters import MINE
from review.models import ReviewItem, State
from review.pace import Pace
from review.queue import MOST, Capped
from review.today.day import Day

SHOWN = 5


@dataclass(frozen=True)
class Expiring:
    pk: int
    who: str
    what: str
    at: datetime
    is_late: bool  # nobody decided in time; a manager still may until `at`


@dataclass(frozen=True)
class Deciding:
    """`own` of those that wait are a manager's very own; `passed_on` have gone to the manager."""

    waiting: Capped
    takes: str
    pace: Pace
    expiring: list[Expiring]
    ends_today: Capped
    own: Capped
    passed_on: Capped
    has_accounts: bool


def of(user: User, day: Day) -> Deciding:
    counted = _counted(user, day)
    speed = pace.of([user], now=day.now).get(user.pk, Pace())
    waiting = Capped(counted.waiting, MOST)
    return Deciding(
        waiting=waiting,
        takes=_takes(speed, waiting),
        pace=speed,
        expiring=_expiring(user, day) if counted.ends_today else [],
        ends_today=Capped(counted.ends_today, MOST),
        own=Capped(counted.own, MOST),
        passed_on=Capped(counted.passed_on, MOST),
        has_accounts=counted.has_accounts,
    )


def _takes(speed: Pace, waiting: Capped) -> str:
    """ "about 18 min" """
    words = speed.takes(waiting.number)
    about = "more than" if waiting.number >= waiting.cap else "about"
    return f"{about} {words}" if words and not words.startswith("under") else words


def _counted(user: User, day: Day) -> Any:
    """All counts in one query."""
    waiting, own = queue.waiting(user), queue.waiting(user, MINE)
    passed_on = ReviewItem.objects.for_user(user).filter(state=State.ESCALATED)
    counts = {
        "waiting": waiting,
        "ends_today": _ending(user, day),
        "own": own if user.is_manager else own.none(),
        "passed_on": passed_on.none() if user.is_manager else passed_on,
    }
    rows = User.objects.filter(pk=user.pk).annotate(
        has_accounts=Exists(Account.objects.for_user(user)),
        **{name: RowsIn(found.order_by().values("pk")[:MOST]) for name, found in counts.items()},
    )
    return rows.get()


def _ending(user: User, day: Day) -> Any:
    late = Q(state=State.ESCALATED)
    return queue.waiting(user).filter(late | Q(expires_at__lt=day.ends))


def _expiring(user: User, day: Day) -> list[Expiring]:
    """What is late first, then what expires first."""
    rows = _ending(user, day).select_related("account", "draft").only(
        "state", "reason", "expires_at", "due_at", "account__name", "draft__output_class"
    )  # fmt: skip
    is_late = Case(When(state=State.ESCALATED, then=0), default=1)
    return [_row(item) for item in rows.order_by(is_late, "expires_at", "pk")[:SHOWN]]


def _row(item: ReviewItem) -> Expiring:
    is_late = item.state == State.ESCALATED
    what = autonomy.class_label(item.draft.output_class) if item.draft else "A question"
    ends = (item.due_at if is_late else None) or item.expires_at
    return Expiring(item.pk, item.account.name, what, ends, is_late)
