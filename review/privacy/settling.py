"""What has to end before somebody is erased: nothing of theirs may be on its way.

Called by `erasing` under the account's lock. What waits is withdrawn; what nobody can call back, a
mail that is leaving, a run that holds what it read, makes the erasure wait, in words.
"""

from agents.models import AgentRun
from revenue import clock, context, events, leases
from revenue.models import Account, ImportBatch, User
from review import intake
from review.models import OutboxMessage, ReviewItem, State
from review.privacy.traces import Traces
from review.setup import uploads
from review.setup.uploads import UploadError

WHY = "erased"
Q = OutboxMessage.State


def obstacle(account: Account) -> str:
    """What cannot be called back, in a sentence; "" when nothing stands in the way."""
    messages = OutboxMessage.objects.filter(account=account)
    if messages.filter(state=Q.SENDING).exists():
        return f"A mail to {account} is leaving at this moment."
    if messages.filter(state=Q.UNKNOWN).exists():
        return (
            f"Nobody knows whether a mail to {account} left. Whoever owns the account, or a "
            "manager, says so in the outbox."
        )
    if AgentRun.objects.filter(account=account, state=AgentRun.State.RUNNING).exists():
        return f"An agent is at work on {account}, for a minute and a half at most."
    return ""


def settle(account: Account, *, by: User | str) -> None:
    """Open drafts to the account are out of date, what is queued or blocked is cancelled."""
    for item in ReviewItem.objects.open().outward().filter(account=account):
        item.account = account
        intake.cancel_queued(item, why=WHY, by=by)
        _cancel_blocked(item, by=by)
        if not intake.close(item, State.STALE, reason=WHY):
            _pulled_back(item, by=by)
    context.moved(account.pk)
    leases.preempt(account, reason=WHY)


def _cancel_blocked(item: ReviewItem, *, by: User | str) -> None:
    for message in OutboxMessage.objects.filter(item=item, state=Q.BLOCKED).select_related("lease"):
        blocked = OutboxMessage.objects.filter(pk=message.pk, state=Q.BLOCKED)
        if blocked.update(state=Q.CANCELLED, settled_at=clock.now(), detail=WHY):
            events.append("message.cancelled", by=by, account=item.account, subject=message,
                          state="cancelled")  # fmt: skip
            lease = leases.of(message)
            if lease:
                leases.release(lease, reason=WHY)


def _pulled_back(item: ReviewItem, *, by: User | str) -> None:
    approved = ReviewItem.objects.filter(pk=item.pk, state=State.APPROVED)
    if approved.update(state=State.STALE, state_since=clock.now(), undo_until=None):
        events.append("item.stale", by=by, account=item.account, subject=item, state="stale")


def import_under_way() -> str:
    """An import that was checked before goes on writing what its files say."""
    running = ImportBatch.objects.filter(state__in=["queued", "running"])
    return "An import is under way. It has to end first." if running.exists() else ""


def discard_previews(traces: Traces) -> int:
    """Uploaded files that wait for their import and hold the person. How many previews went."""
    gone = 0
    for batch in ImportBatch.objects.filter(state=ImportBatch.State.PREVIEW):
        if _holds(batch, traces):
            uploads.discard(batch)
            gone += 1
    return gone


def _holds(batch: ImportBatch, traces: Traces) -> bool:
    try:
        tables, _ = uploads.tables(batch)
    except UploadError:
        return False
    cells = (cell for table in tables for row in table.rows() for cell in getattr(row, "cells", ()))
    return any(traces.bears(cell) for cell in cells)
