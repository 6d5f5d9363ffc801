"""A rep speaks to the buyer, and hands the account back."""

from typing import Any

from agents import handoffs
from agents.models import HUMAN, Handoff
from agents.orchestration import triggers
from revenue import clock, events, ingest, leases, transactions
from revenue.models import Account, Activity, Lease, User
from review import autonomy, intake, moments
from review.decisions.checks import decide, visible_account
from review.decisions.errors import Conflict, DecisionError
from review.models import WAITING, Decision, ReviewItem, State


@transactions.atomic
def take_over(account: Account, *, by: User) -> Any:
    """A rep speaks to the buyer from now on: drafts are withdrawn, what is queued is cancelled.
    The history has it at each of them."""
    row = visible_account(account, by=by)
    held = leases.current(row)
    if held and held.is_pinned:
        raise Conflict("A mail to this account is on its way. Try again in a moment.")
    if held and held.person:
        refuse_a_colleagues(held, by=by)
        return held
    leases.preempt(row, reason="taken over")
    lease = leases.acquire(row, holder=by, ttl=leases.TAKE_OVER)
    for item in end_open(row, State.WITHDRAWN, why="taken over", by=by):
        decide(item, Decision.Verb.TAKE_OVER, by=by, revision=item.revision)
    events.append("account.taken_over", by=by, account=row, subject=row)
    return lease


def refuse_a_colleagues(held: Lease, *, by: User) -> None:
    """A person holds the account: only they speak there."""
    if held.person != leases.holder_name(by):
        person = User.objects.filter(pk=held.person.removeprefix(Lease.PERSON)).first()
        raise Conflict(f"{person} took this account over {moments.at(held.acquired_at)}.")


def end_open(account: Account, state: str, *, why: str, by: User) -> list[ReviewItem]:
    """Open drafts to the buyer end in `state`, what is queued is cancelled; a send goes on. Which
    they are; the caller writes them into the log."""
    rows = ReviewItem.objects.open().outward().filter(account=account)
    ended = []
    for item in rows.select_related("draft"):
        intake.cancel_queued(item, why=why, by=by)
        gone = ReviewItem.objects.filter(pk=item.pk, state__in=[*WAITING, State.APPROVED])
        values = {"state_since": clock.now(), "due_at": None, "undo_until": None}
        if gone.update(state=state, **values):
            item.account, item.state = account, state
            ended.append(item)
            autonomy.undecided(item)
    return ended


@transactions.atomic
def hand_back(account: Account, *, by: User, note: str, next_action: str) -> Handoff:
    """Give the account back to the agents, with what they need to know: a handoff.

    A mail of one's own that still waits to leave keeps the voice until it has left.
    """
    if not next_action.strip():
        raise DecisionError("Say what should happen next.")
    row = visible_account(account, by=by)
    held = leases.current(row)
    if held is None or not held.person:
        raise Conflict("Nobody holds this account; there is nothing to hand back.")
    if held.person != leases.holder_name(by) and not by.is_manager:
        raise Conflict("A colleague holds this account; only they or a manager hand it back.")
    if held.is_pinned:
        raise Conflict("A mail to this account is on its way. Settle it first.")
    if held.returns_to:
        leases.leave_to_the_mail(held)
    else:
        leases.release(held, reason="handed back")
    handoff = handoffs.write(
        row, from_agent=HUMAN, to_agent="", by=by,
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
