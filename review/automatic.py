"""The gate's own approval: of what a class has earned, in the transaction that routes the draft.

It names the settings and the evidence that it rests on, and goes through the same outbox and
guards as a person's. Where anything is missing it does nothing, and the item waits for a person.
So does one whose class has lost that trust before it left, or that a guard stopped on its way:
intake's sweep asks somebody.
"""

from django.db.models import Q, QuerySet

from revenue import clock, events, snapshots
from review import autonomy, outgoing, payload
from review.autonomy import Ruling
from review.models import Cause, Decision, Lane, OutboxMessage, ReviewItem, State

BLOCKED, QUEUED = OutboxMessage.State.BLOCKED, OutboxMessage.State.QUEUED
UNSEEN = "nobody saw it"


def approve(item: ReviewItem, ruling: Ruling) -> Decision | None:
    """Let the draft leave as it is. The caller holds the account's lock; the item has the voice."""
    draft, lane = item.draft, ruling.lane
    if not ruling.auto or draft is None or lane is None or item.state != State.PENDING:
        return None
    mail = payload.prepare(draft, revision=1, subject=draft.subject, body=draft.body)
    if item.is_outward and not mail.recipient:
        return None
    now = clock.now()
    waiting = ReviewItem.objects.filter(pk=item.pk, state=State.PENDING, revision=1)
    if not waiting.update(state=State.APPROVED, state_since=now):
        return None
    item.state = State.APPROVED
    text = snapshots.put(f"{draft.subject}\n{draft.body}")
    decision = Decision.objects.create(
        item=item, revision=1, verb=Decision.Verb.APPROVE, policy=ruling.policy,
        evidence=lane.epoch, context_version=draft.context_version,
        context_hash=draft.context_hash, before=text, after=text,
        payload=snapshots.put(mail.canonical) if item.is_outward else "", at=now,
    )  # fmt: skip
    events.append(
        "item.approve", by=ruling.policy, account=item.account, subject=item, state=item.state,
        revision=1, decision=decision.pk, lane=lane.pk, epoch=lane.epoch_id,
    )  # fmt: skip
    if item.is_outward:
        outgoing.enqueue(item, decision, mail, not_before=now)
    return decision


def not_any_more() -> QuerySet[ReviewItem]:
    """What nobody approved but its class, once that has lost the trust or a guard stopped it."""
    trusted = Lane.objects.filter(state=Lane.State.AUTO, epoch__isnull=False).values("epoch")
    unseen = OutboxMessage.objects.filter(decision__by=None, decision__undone_at=None)
    lost = Q(state=QUEUED) & ~Q(decision__evidence__in=trusted)
    rows = ReviewItem.objects.filter(state=State.APPROVED)
    return rows.filter(messages__in=unseen.filter(lost | Q(state=BLOCKED)))


def ask_somebody(item: ReviewItem) -> bool:
    """It waits for a person, with the reason. The caller holds the account's lock."""
    decision = item.decisions.filter(by=None, undone_at=None).last()
    stopped = item.messages.filter(state=BLOCKED).first()
    reason = stopped.detail if stopped else autonomy.lost(decision) if decision else ""
    states = (QUEUED, BLOCKED)
    message = outgoing.cancel(item, why=UNSEEN, by="system", states=states) if reason else None
    if decision is None or message is None:
        return False
    cause = Cause.GUARD if stopped else item.cause
    lease = outgoing.voice_back(item, message)
    outgoing.reopen(item, decision, lease=lease, by="system", reason=reason, cause=cause)
    return True
