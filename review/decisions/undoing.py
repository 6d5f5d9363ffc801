"""Take a decision back: a mail until it leaves, anything else until its undo time is over, for the
review counts from then on.
"""

from revenue import clock, leases, transactions
from revenue.models import Lease, User
from review import moments, outgoing
from review.decisions.checks import visible_item
from review.decisions.errors import Conflict
from review.models import Decision, OutboxMessage, ReviewItem, State


@transactions.atomic
def undo(item: ReviewItem, *, by: User) -> Decision:
    """Take the last decision back, as long as nothing has left and the review has not counted."""
    row = visible_item(item, by=by)
    decision = row.decisions.filter(undone_at=None, verb__in=Decision.TERMINAL).last()
    if decision is None or row.state not in (State.APPROVED, State.REJECTED):
        raise Conflict("There is nothing to take back here.")
    if decision.by and decision.by != by and not by.is_manager:
        raise Conflict(f"{decision.by} decided this; ask them or a manager.")
    lease = _unsend(row, by=by) if row.state == State.APPROVED else _unreject(row)
    outgoing.reopen(row, decision, lease=lease, by=by)
    return decision


def _unsend(item: ReviewItem, *, by: User) -> Lease | None:
    message = item.messages.exclude(state="cancelled").first()
    if message is None:  # an internal output: nothing was to leave
        _refuse_late(item)
        return None
    cancelled = outgoing.cancel(item, why="undone", by=by)
    if cancelled is None:
        raise Conflict(_left(message))
    return _voice(outgoing.voice_back(item, cancelled))


def _unreject(item: ReviewItem) -> Lease | None:
    _refuse_late(item)
    if not item.is_outward:
        return None
    ttl = outgoing.term(item)
    held = leases.current(item.account)
    if held and held.pk == item.lease_id and held.token == item.token:
        leases.renew(held, ttl=ttl)
        return held
    return _voice(leases.acquire(item.account, holder=f"item:{item.pk}", ttl=ttl))


def _refuse_late(item: ReviewItem) -> None:
    if item.undo_until is None or item.undo_until <= clock.now():
        stays = item.get_state_display().lower()
        raise Conflict(f"The time to take this back is over. It stays {stays}.")


def _voice(lease: Lease | None) -> Lease:
    if lease is None:
        raise Conflict("Somebody else speaks to this account by now.")
    return lease


def _left(message: OutboxMessage) -> str:
    if message.state == "sent" and message.settled_at:
        return f"It left {moments.at(message.settled_at)}."
    if message.state == "blocked":
        return "A check stopped it. Cancel it in the outbox, or try it again there."
    return "It is on its way; it cannot be taken back."
