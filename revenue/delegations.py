"""People say from when until when they are away and who of their team decides meanwhile.

Called by the person or a manager of the team. One absence at a time: a new one replaces what was
planned. Whom somebody may name is judged here; that a delegate leaves or goes away later is seen
by every reader at once, and then it is the managers' (`revenue.models.delegations`).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from revenue import clock, events, locks, people, transactions
from revenue.models import Delegation, Role, Team, User
from revenue.models.delegations import deciding_for

MOST = timedelta(days=366)


class DelegationError(ValueError):
    """What is wrong with the wish, and what to do. `field` is what it is about, if any."""

    def __init__(self, words: str, *, field: str | None = None) -> None:
        super().__init__(words)
        self.field = field


@transactions.atomic
def begin(
    user: User, *, starts_at: datetime | None, ends_at: datetime, delegate: User | None, by: User
) -> Delegation:
    """Somebody is away from `starts_at`, or from now on, until `ends_at`.

    Without a delegate their manager decides, which is nobody's to choose for a manager. Refused:
    a delegate who cannot decide in this team, or who is away on one of these days themselves.
    """
    _lock_team(user, by=by)
    now = clock.now()
    first = max(starts_at or now, now)
    _check_times(first, ends_at, now)
    stand_ins = [delegate] if delegate else _managers(user)
    if delegate and not people.can_decide(delegate, team=user.team_id):
        raise DelegationError(f"{delegate} cannot decide this. Choose somebody of the team.",
                              field="delegate")  # fmt: skip
    _check_presence(stand_ins, first, ends_at)
    _end(user, now, by=by)
    row = Delegation.objects.create(
        user=user, delegate=delegate, starts_at=first, ends_at=ends_at
    )  # fmt: skip
    events.append("delegation.begun", by=by, subject=row, user=user.pk,
                  delegate=delegate.pk if delegate else None)  # fmt: skip
    return row


@transactions.atomic
def end(user: User, *, by: User) -> None:
    """Back, or not going: from now on they decide alone."""
    _lock_team(user, by=by)
    if not _end(user, clock.now(), by=by):
        raise DelegationError(f"{user} is not away.")


def of(users: Iterable[User], *, at: datetime) -> dict[int, Delegation]:
    """Who of these is away at this moment; one query."""
    rows = Delegation.objects.lasting(at).filter(user__in=list(users)).select_related("delegate")
    return {row.user_id: row for row in rows}


def delegates(rows: Iterable[Delegation], *, at: datetime) -> dict[int, User]:
    """Who decides in these absences, by whom they decide for, where the delegate can."""
    found = Delegation.objects.filter(pk__in=[row.pk for row in rows]).answered(at)
    return {row.user_id: row.delegate for row in found.select_related("delegate") if row.delegate}


def unended(user: User, *, at: datetime) -> Delegation | None:
    """Their absence that lasts or is planned."""
    return Delegation.objects.unended(at).filter(user=user).select_related("delegate").first()


def here(rows: QuerySet[User], *, at: datetime) -> QuerySet[User]:
    """Those of `rows` who are not away."""
    return rows.exclude(pk__in=Delegation.objects.lasting(at).values("user"))


def covered(user: User, *, at: datetime) -> list[Delegation]:
    """The absences in which this person decides for a colleague now."""
    rows = Delegation.objects.lasting(at).filter(user__in=deciding_for(user)).exclude(user=user)
    return list(rows.select_related("user").order_by("ends_at", "pk"))


def relying_on(row: Delegation) -> list[Delegation]:
    """Who counts on this person for a part of the same time, whom they leave without them."""
    counted = Q(delegate=row.user)
    if row.user.is_manager:
        counted |= Q(delegate=None, user__team=row.user.team_id)
    rows = _overlapping(row.starts_at, row.ends_at).filter(counted).exclude(user=row.user)
    return list(rows.select_related("user").order_by("user__first_name", "user__last_name", "pk"))


def until(moment: datetime) -> str:
    """ "until 3 Dec"; the time of day for today."""
    local, today = timezone.localtime(moment), timezone.localtime(clock.now())
    return f"until {local:%H:%M}" if local.date() == today.date() else f"until {local:%-d %b}"


def _lock_team(user: User, *, by: User) -> None:
    """Two of a team who name each other at once meet here."""
    if user.team_id is None:
        raise DelegationError(f"{user} is in no team, so nobody can decide for them.")
    locks.row(Team, user.team_id)
    if not user.is_active or user.is_admin:
        raise DelegationError(f"Nothing waits for {user}.")
    if by.pk != user.pk and not (by.is_manager and people.can_decide(by, team=user.team_id)):
        raise DelegationError(f"Only {user} or a manager of their team says this.")


def _check_times(first: datetime, last: datetime, now: datetime) -> None:
    if last <= now:
        raise DelegationError("This has to be later than now.", field="ends_at")
    if last <= first:
        raise DelegationError("This has to be after the first moment.", field="ends_at")
    if last > first + MOST:
        raise DelegationError("A year is the most.", field="ends_at")


def _managers(user: User) -> list[User]:
    rows = User.objects.filter(team=user.team_id, role=Role.MANAGER, is_active=True)
    found = [] if user.is_manager else list(rows.order_by("first_name", "last_name", "pk"))
    if not found:
        raise DelegationError("Choose who of the team decides.", field="delegate")
    return found


def _check_presence(stand_ins: list[User], first: datetime, last: datetime) -> None:
    """One of them is here all the time."""
    away = {row.user_id: row for row in _overlapping(first, last).filter(user__in=stand_ins)}
    if all(one.pk in away for one in stand_ins):
        one = stand_ins[0]
        gone = f"{one} is away {until(away[one.pk].ends_at)}, too."
        raise DelegationError(f"{gone} Choose somebody else.", field="delegate")


def _overlapping(first: datetime, last: datetime) -> QuerySet[Delegation]:
    return Delegation.objects.unended(clock.now()).filter(starts_at__lt=last, ends_at__gt=first)


def _end(user: User, now: datetime, *, by: User) -> bool:
    row = Delegation.objects.unended(now).filter(user=user).first()
    if row is None:
        return False
    row.ends_at = max(row.starts_at, now)
    row.save(update_fields=["ends_at"])
    events.append("delegation.ended", by=by, subject=row, user=user.pk)
    return True
