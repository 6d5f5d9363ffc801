"""A rep speaks to the buyer, and hands the account back."""

from datetime import timedelta
from typing import Any

from agents import handoffs
from agents.models import Handoff
from agents.orchestration import triggers
from revenue import clock, events, ingest, leases, locks, transactions
from revenue.models import Account, Activity, User
from review import intake, moments
from review.decisions.errors import Conflict, DecisionError, NotYours
from review.models import WAITING, ReviewItem, State

TAKE_OVER = timedelta(days=365)


@transactions.atomic
def take_over(account: Account, *, by: User) -> Any:
    """A rep speaks to the buyer from now on: drafts are withdrawn, what is queued is cancelled."""
    row = locks.account(account.pk)
    if not Account.objects.for_user(by).filter(pk=row.pk).exists():
        raise NotYours("This account is not there.")
    held = leases.current(row)
    if held and held.is_pinned:
        raise Conflict("A mail to this account is on its way. Try again in a moment.")
    if held and held.holder.startswith("user:"):
        if held.holder == f"user:{by.pk}":
            return held
        person = User.objects.filter(pk=held.holder.partition(":")[2]).first()
        raise Conflict(f"{person} took this account over {moments.at(held.acquired_at)}.")
    leases.preempt(row, reason="taken over")
    lease = leases.acquire(row, holder=by, ttl=TAKE_OVER)
    _withdraw(row, by=by)
    events.append("account.taken_over", by=by, account=row, subject=row)
    return lease


def _withdraw(account: Account, *, by: User) -> None:
    """Open drafts to the buyer are withdrawn, what is queued is cancelled; a send goes on."""
    for item in ReviewItem.objects.open().outward().filter(account=account):
        intake.cancel_queued(item, why="taken over", by=by)
        gone = ReviewItem.objects.filter(pk=item.pk, state__in=[*WAITING, State.APPROVED])
        values = {"state_since": clock.now(), "due_at": None, "undo_until": None}
        if gone.update(state=State.WITHDRAWN, **values):
            events.append("item.withdrawn", by=by, account=account, subject=item,
                          state="withdrawn")  # fmt: skip


@transactions.atomic
def hand_back(account: Account, *, by: User, note: str, next_action: str) -> Handoff:
    """Give the account back to the agents, with what they need to know: a handoff."""
    if not next_action.strip():
        raise DecisionError("Say what should happen next.")
    row = locks.account(account.pk)
    if not Account.objects.for_user(by).filter(pk=row.pk).exists():
        raise NotYours("This account is not there.")
    held = leases.current(row)
    if held is None or not held.holder.startswith("user:"):
        raise Conflict("Nobody holds this account; there is nothing to hand back.")
    if held.holder != f"user:{by.pk}" and not by.is_manager:
        raise Conflict("A colleague holds this account; only they or a manager hand it back.")
    leases.release(held, reason="handed back")
    handoff = handoffs.write(
        row, from_agent="human", to_agent="", by=by,
        context={"note": ingest.storable(note)[:2000], "why": ingest.storable(note)[:2000]},
        state_update={}, mandate={"do": ingest.storable(next_action)[:500]},
    )  # fmt: skip
    if note.strip():
        ingest.record_message(
            account=row, direction=Activity.Direction.INTERNAL, kind=Activity.Kind.NOTE,
            body=note, occurred_at=clock.now(), user=by, by=by, subject="Handed back",
        )  # fmt: skip
    triggers.ring(row.pk)
    return handoff
