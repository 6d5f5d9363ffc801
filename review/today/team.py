"""A manager's team, a line for each rep: what waits there, what is late, who meets today."""

from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet

from revenue.models import Meeting, Role, Task, User
from revenue.rows import RowsIn
from review.models import ReviewItem
from review.queue import Capped
from review.today.day import Day

MOST, CAP = 50, 100


@dataclass(frozen=True)
class Member:
    user: User
    waiting: Capped
    ends_today: Capped
    late: Capped
    meetings: Capped


def of(manager: User, day: Day) -> list[Member]:
    """Nobody for a rep, and for a manager without a team. One query."""
    if not manager.is_manager or not manager.team_id:
        return []
    person = OuterRef("pk")
    waiting = ReviewItem.objects.pending().with_decider().filter(decider=person).fresh()
    meetings = Meeting.objects.filter(account__owner=person, status=Meeting.Status.BOOKED)
    reps = User.objects.filter(team=manager.team_id, role=Role.REP, is_active=True).annotate(
        waiting=_capped(waiting),
        ends_today=_capped(waiting.filter(expires_at__lt=day.ends)),
        late=_capped(Task.objects.open().filter(owner=person, due_on__lt=day.today)),
        meetings=_capped(meetings.filter(starts_at__lt=day.ends, ends_at__gt=day.begins)),
    )
    return [_member(row) for row in reps.order_by("first_name", "last_name", "pk")[:MOST]]


def _capped(rows: QuerySet) -> RowsIn:
    return RowsIn(rows.order_by().values("pk")[:CAP])


def _member(row: User) -> Member:
    names = ("waiting", "ends_today", "late", "meetings")
    return Member(row, *(Capped(getattr(row, name), CAP) for name in names))
