"""An approved mail enters the outbox, in the approval's own transaction, with the voice.

Called by the verb of whoever approved, and by the gate where nobody had to. `dispatch` moves the
row from then on.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from revenue import clock, consent, events, leases
from revenue.models import Lease, User
from review import payload
from review.models import MANAGER_HOURS, Decision, OutboxMessage, ReviewItem, State


class NoVoice(Exception):
    """Somebody else speaks to this account by now."""


def enqueue(
    item: ReviewItem, decision: Decision, mail: payload.Payload, *, not_before: datetime
) -> OutboxMessage:
    if item.draft is None:
        raise ValueError("A question has nothing that could leave.")
    now = clock.now()
    message = OutboxMessage.objects.create(
        account=item.account,
        item=item,
        draft=item.draft,
        decision=decision,
        revision=decision.revision,
        sender=consent.normalise(mail.sender)[:254],
        recipient=mail.recipient,
        domain=mail.recipient.rpartition("@")[2],
        subject=mail.subject,
        payload=decision.payload,
        approved=decision.payload,
        message_id=mail.message_id,
        not_before=not_before,
        created_at=now,
    )
    ttl = not_before - now + leases.HOLD_AFTER
    lease = _pass_voice(item, holder=f"outbox:{message.pk}", ttl=ttl)
    message.lease, message.token = lease, lease.token
    message.save(update_fields=["lease", "token"])
    events.append("message.queued", by=decision.by or decision.policy, account=item.account,
                  subject=message, state="queued", payload=message.payload)  # fmt: skip
    return message


def cancel(
    item: ReviewItem, *, why: str, by: User | str, states: Sequence[str] = ("queued",)
) -> OutboxMessage | None:
    """Take the item's queued message out again; nothing when none is queued any more. Its voice is
    the caller's to free or to pass on, and the account's lock theirs."""
    rows = OutboxMessage.objects.filter(item=item, state__in=states).select_related("lease")
    message = rows.first()
    if message is None or not rows.update(state="cancelled", settled_at=clock.now(), detail=why):
        return None
    events.append("message.cancelled", by=by, account=item.account, subject=message,
                  state="cancelled")  # fmt: skip
    return message


def voice_back(item: ReviewItem, message: OutboxMessage) -> Lease | None:
    """From a cancelled message to its item, which waits again; None when somebody else has it."""
    lease, holder, ttl = leases.of(message), f"item:{item.pk}", term(item)
    passed = leases.pass_to(lease, holder=holder, ttl=ttl) if lease else None
    return passed or leases.acquire(item.account, holder=holder, ttl=ttl)


def reopen(
    item: ReviewItem, decision: Decision, *, lease: Lease | None, by: User | str, **values: Any
) -> None:
    """The decision is taken back, and its item waits again with this voice. The caller holds the
    account's lock."""
    now = clock.now()
    Decision.objects.filter(pk=decision.pk).update(undone_at=now)
    ReviewItem.objects.filter(pk=item.pk).update(
        state=State.PENDING, state_since=now, undo_until=None,
        lease=lease, token=lease.token if lease else 0, **values,
    )  # fmt: skip
    events.append("item.undone", by=by, account=item.account, subject=item, state="pending",
                  decision=decision.pk)  # fmt: skip


def term(item: ReviewItem) -> timedelta:
    """How long one that waits again keeps the voice."""
    left = max(item.expires_at - clock.now(), timedelta())
    return left + MANAGER_HOURS + leases.HOLD_AFTER


def _pass_voice(item: ReviewItem, *, holder: str, ttl: timedelta) -> Lease:
    lease = leases.of(item)
    passed = leases.pass_to(lease, holder=holder, ttl=ttl) if lease else None
    if passed is None:
        raise NoVoice
    return passed
