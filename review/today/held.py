"""The accounts that this person took over: since when, and whether they should go back.

Nothing resumes by itself and nobody else is woken, so after five business days of silence the one
who holds the account is asked; so are they when their hold ended by time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, Subquery

from revenue import clock, leases
from revenue.models import Account, Activity, Lease, User
from review.today.day import Day

MOST = 30
PATIENCE = 5  # business days
REMEMBERED = timedelta(days=30)


@dataclass(frozen=True)
class Held:
    """`silent` is how many days nobody has spoken; `ended` when the hold ran out by time."""

    account: Account
    since: datetime
    silent: int
    asks: bool
    ended: datetime | None


def of(user: User, day: Day) -> list[Held]:
    """Those that wait for an answer first, then the longest held."""
    later = Lease.objects.filter(account=OuterRef("account"), pk__gt=OuterRef("pk"))
    over = Q(state=Lease.State.EXPIRED, ended_at__gte=day.now - REMEMBERED) & ~Exists(later)
    said = Activity.objects.spoken().filter(account=OuterRef("account")).order_by("-occurred_at")
    rows = (
        Lease.objects.for_user(user)
        .filter(Q(state=Lease.State.ACTIVE) | over, holder=leases.holder_name(user))
        .annotate(spoke_at=Subquery(said.values("occurred_at")[:1]))
        .select_related("account")
    )
    found = [_held(row, row.spoke_at, day) for row in rows.order_by("acquired_at", "pk")[:MOST]]
    return sorted(found, key=lambda held: not (held.asks or held.ended))


def _held(lease: Lease, spoke_at: datetime | None, day: Day) -> Held:
    silent_since = max(lease.acquired_at, spoke_at or lease.acquired_at)
    ended = lease.ended_at or (lease.expires_at if lease.expires_at <= day.now else None)
    return Held(
        account=lease.account,
        since=lease.acquired_at,
        silent=(day.today - day.local(silent_since).date()).days,
        asks=clock.business_days_after(silent_since, PATIENCE) <= day.now,
        ended=ended,
    )
