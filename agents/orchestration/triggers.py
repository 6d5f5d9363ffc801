"""What wakes an account: unhandled signals, and its one alarm.

The alarm's attempts are counted and committed before the work; the third failure quarantines the
account until an admin lifts it. Nothing polls in a circle: what waits for the voice is due when
nobody holds it, what failed is due after a pause.
"""

from datetime import datetime, timedelta

from django.db.models import Case, Exists, F, OuterRef, Q, When

from agents.models import AgentRun, WakeUp
from revenue import clock, events, transactions
from revenue.models import Account, Lease, Signal, User
from revenue.rows import update_each

MOST_ATTEMPTS = 3
PAUSES = (timedelta(seconds=30), timedelta(minutes=5))
LOOK = timedelta(seconds=10)  # for so long a look that has come to nothing yet is taken for alive
ENDLESS = "The work on this account ended without a result three times."


def due(*, limit: int = 64) -> list[int]:
    """Ids of accounts that somebody should look at now, ascending."""
    now = clock.now()
    unhandled = Signal.objects.unhandled().filter(account=OuterRef("pk"))
    busy = AgentRun.objects.filter(account=OuterRef("pk"), state="running", parent__isnull=True)
    held = Lease.objects.active().filter(account=OuterRef("pk"))
    live = held.filter(Q(expires_at__gt=now) | Q(is_pinned=True))
    pausing = Q(wake_up__retry_at__gt=now)
    rings = Q(wake_up__due_at__lte=now) | (Q(wake_up__waits_for="voice") & ~Exists(live))
    rows = Account.objects.filter(Exists(unhandled) | rings).exclude(pausing).exclude(Exists(busy))
    rows = rows.exclude(wake_up__quarantined_at__isnull=False)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


@transactions.atomic
def claim(account_ids: list[int]) -> dict[int, WakeUp]:
    """Count an attempt for each account before anything is tried. Those that are quarantined, or
    looked at by somebody else at this moment, are left out.

    Three attempts that never came to an end quarantine the account here: whatever kills the
    process does not get a fourth.
    """
    ids, now = sorted(account_ids), clock.now()
    WakeUp.objects.bulk_create([WakeUp(account_id=pk) for pk in ids], ignore_conflicts=True)
    rows = WakeUp.objects.select_for_update().filter(account__in=ids).order_by("account_id")
    free = [row for row in rows if not row.quarantined_at and not _is_looked_at(row, now)]
    for row in free:
        if row.attempts >= MOST_ATTEMPTS:
            quarantine(row, row.error or ENDLESS)
    ours = [row.pk for row in free if row.attempts < MOST_ATTEMPTS]
    WakeUp.objects.filter(pk__in=ours).update(attempts=F("attempts") + 1, looked_at=now)
    fresh = WakeUp.objects.filter(pk__in=ours).select_related("account")
    return {row.account_id: row for row in fresh}


def _is_looked_at(row: WakeUp, now: datetime) -> bool:
    """Counting every bell that rings at once would quarantine an account that has done nothing."""
    return bool(row.attempts and row.looked_at and row.looked_at > now - LOOK)


def unclaim(account_ids: set[int]) -> None:
    """Somebody else was quicker and is at work: this look was none, and what they keep stays."""
    if account_ids:
        rows = WakeUp.objects.filter(account__in=account_ids, attempts__gt=0)
        rows.update(attempts=F("attempts") - 1)


def quarantine(wake_up: WakeUp, error: str) -> None:
    WakeUp.objects.filter(pk=wake_up.pk).update(quarantined_at=clock.now(), error=error[:500])
    events.append("account.quarantined", by="system", account=wake_up.account, subject=wake_up)


@transactions.atomic
def lift(wake_up: WakeUp, *, by: User | str) -> None:
    """An admin looked: the account may be tried again, at once."""
    WakeUp.objects.filter(pk=wake_up.pk).update(
        quarantined_at=None, attempts=0, error="", retry_at=None, due_at=clock.now()
    )
    events.append("account.released", by=by, account=wake_up.account, subject=wake_up)


def settled(account_ids: list[int], *, due_at: datetime | None = None) -> None:
    """The look came to an end: no failure is counted, and the alarm is set anew. One that lies
    ahead stays: what came in meanwhile does not make anybody forget to follow up a mail."""
    ahead = When(waits_for="", due_at__gt=clock.now(), then=F("due_at"))
    if account_ids:
        WakeUp.objects.filter(account__in=account_ids).update(
            attempts=0, error="", retry_at=None, waits_for="", signals=[],
            due_at=due_at or Case(ahead, default=None),
        )  # fmt: skip


def keep(signals: dict[int, list[int]]) -> None:
    """The signals that runs now work on, by account: they come back if a run never ends."""
    rows = list(WakeUp.objects.filter(account__in=signals)) if signals else []
    changed = [row for row in rows if row.signals != signals[row.account_id]]
    for row in changed:
        row.signals = signals[row.account_id]
    update_each(changed, "signals")


def put_off(
    account_id: int, *, until: datetime | None, signals: list[int], waits_for: str = ""
) -> None:
    WakeUp.objects.filter(account=account_id).update(
        attempts=0, error="", retry_at=None, due_at=until, waits_for=waits_for, signals=signals
    )


def failed(account_id: int, error: str) -> bool:
    """Try again after a pause. True when this was the third time: the account is quarantined."""
    row = WakeUp.objects.select_related("account").get(account=account_id)
    if row.attempts >= MOST_ATTEMPTS:
        quarantine(row, error)
        return True
    pause = PAUSES[min(max(row.attempts, 1), len(PAUSES)) - 1]
    again = clock.now() + pause
    WakeUp.objects.filter(pk=row.pk).update(
        error=error[:500], retry_at=again, due_at=again, looked_at=None
    )
    return False


def ring(account_id: int, *, at: datetime | None = None) -> None:
    """Look at this account at `at` (now by default), or earlier if its alarm stands earlier."""
    when = at or clock.now()
    WakeUp.objects.bulk_create([WakeUp(account_id=account_id)], ignore_conflicts=True)
    later = Q(due_at__isnull=True) | Q(due_at__gt=when)
    WakeUp.objects.filter(later, account=account_id).update(due_at=when)
