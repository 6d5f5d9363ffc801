"""Take a decision back, as long as nothing has left."""

from datetime import timedelta
from typing import Any

from revenue import clock, events, leases, transactions
from revenue.models import User
from review import intake, moments
from review.decisions.checks import visible_item
from review.decisions.errors import Conflict
from review.models import Decision, OutboxMessage, ReviewItem, State


@transactions.atomic
def undo(item: ReviewItem, *, by: User) -> Decision:
    """Take the last decision back, as long as nothing has left."""
    row = visible_item(item, by=by)
    decision = row.decisions.filter(undone_at=None, verb__in=Decision.TERMINAL).last()
    if decision is None or row.state not in (State.APPROVED, State.REJECTED):
        raise Conflict("There is nothing to take back here.")
    if decision.by_id != by.pk and not by.is_manager:
        raise Conflict(f"{decision.by} decided this; ask them or a manager.")
    ttl = row.expires_at - clock.now() + intake.MANAGER_HOURS + leases.HOLD_AFTER
    ttl = max(ttl, leases.HOLD_AFTER)
    lease = _unsend(row, ttl, by=by) if row.state == State.APPROVED else _unreject(row, ttl)
    now = clock.now()
    Decision.objects.filter(pk=decision.pk).update(undone_at=now)
    ReviewItem.objects.filter(pk=row.pk).update(
        state=State.PENDING, state_since=now, undo_until=None,
        lease=lease, token=lease.token if lease else 0,
    )  # fmt: skip
    events.append("item.undone", by=by, account=row.account, subject=row, state="pending",
                  decision=decision.pk)  # fmt: skip
    return decision


def _unsend(item: ReviewItem, ttl: timedelta, *, by: User) -> Any:
    message = item.messages.exclude(state="cancelled").select_related("lease").first()
    if message is None:  # an internal output: nothing was to leave
        return None
    queued = OutboxMessage.objects.filter(pk=message.pk, state="queued")
    if not queued.update(state="cancelled", settled_at=clock.now(), detail="undone"):
        raise Conflict(_left(OutboxMessage.objects.get(pk=message.pk)))
    events.append("message.cancelled", by=by, account=item.account, subject=message,
                  state="cancelled")  # fmt: skip
    lease = leases.of(message)
    passed = leases.pass_to(lease, holder=f"item:{item.pk}", ttl=ttl) if lease else None
    return passed or _take_again(item, ttl)


def _unreject(item: ReviewItem, ttl: timedelta) -> Any:
    if not item.is_outward:
        return None
    held = leases.current(item.account)
    if held and held.pk == item.lease_id and held.token == item.token:
        leases.renew(held, ttl=ttl)
        return held
    return _take_again(item, ttl)


def _take_again(item: ReviewItem, ttl: timedelta) -> Any:
    lease = leases.acquire(item.account, holder=f"item:{item.pk}", ttl=ttl)
    if lease is None:
        raise Conflict("Somebody else speaks to this account by now.")
    return lease


def _left(message: OutboxMessage) -> str:
    if message.state == "sent" and message.settled_at:
        return f"It left {moments.at(message.settled_at)}."
    return "It is on its way; it cannot be taken back."
