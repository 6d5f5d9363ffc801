"""The outbox: claim → re-check → send → record. Nothing else sends.

A claim is one transaction: it share-locks the four switches, locks account, item and message,
locks the addresses and the domain, runs every guard, and moves the row to `sending`. Then the bytes
go out, with no transaction open. Then the outcome is recorded. A row that is left in `sending`
is never sent again: after two minutes its outcome is `unknown` and a person decides.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError

from agents.orchestration import triggers
from revenue import (
    clock,
    consent,
    events,
    ingest,
    leases,
    locks,
    mailboxes,
    snapshots,
    stages,
    transactions,
    workspace,
)
from revenue.models import Account, Activity, Address, Mailbox, User
from review import autonomy, blocks, guards, intake, payload
from review.channels import mail
from review.guards.base import Finding, Sight
from review.models import OutboxMessage, ReviewItem, State

logger = logging.getLogger(__name__)
Q = OutboxMessage.State

ATTEMPTS = 5
SENDING_TIME = timedelta(minutes=2)
RETRY_PAUSES = (60, 300, 900, 3600)
FOLLOW_UP_DAYS = 10
PINNED = timedelta(days=30)
UNWRITABLE = Finding(
    "approval",
    "This mail could not be made ready to leave.",
    "An admin finds the reason in the log.",
)


@dataclass(frozen=True)
class Claim:
    """A message that is ours to send, once."""

    message: OutboxMessage
    mime: bytes
    payload: payload.Payload
    mailbox: Mailbox | None = None


def send_due(*, limit: int = 50) -> int:
    """Send what is due, in this process. How many were handed to the mail server."""
    due = OutboxMessage.objects.due(clock.now()).order_by("not_before", "pk")
    ids = list(due.values_list("pk", flat=True)[:limit])
    return sum(_tried(pk) for pk in ids)


def _tried(message_id: int) -> bool:
    """One that cannot be claimed does not stop those behind it: a person looks at it."""
    try:
        return send(message_id)
    except DatabaseError:
        raise
    except Exception:
        logger.exception("Message %s failed", message_id)
        _set_aside(message_id)
        return False


@transactions.atomic
def _set_aside(message_id: int) -> None:
    message = OutboxMessage.objects.get(pk=message_id)
    message.account = locks.account(message.account_id)
    message.refresh_from_db(fields=["state", "attempt"])
    if message.state == Q.QUEUED:
        _stop(message, UNWRITABLE)


def send(message_id: int) -> bool:
    claim = _claim(message_id)
    if claim is None:
        return False
    outcome = mail.send(
        claim.mime, sender=claim.payload.sender, recipient=claim.message.recipient,
        mailbox=claim.mailbox,
    )  # fmt: skip
    _record(claim, outcome)
    return outcome.kind == mail.ACCEPTED


# --- claim ----------------------------------------------------------------------------------------


@transactions.atomic
def _claim(message_id: int) -> Claim | None:
    """Found without a lock, then everything under the locks, in their order."""
    known = OutboxMessage.objects.filter(pk=message_id).values_list(
        "draft__agent", "draft__output_class", "account_id"
    ).first()  # fmt: skip
    if known is None:
        return None
    switches = locks.switches_held(*known)
    account = locks.account(known[2])
    message = _free(message_id)
    if message is None:
        return None
    message.account = message.draft.account = message.item.account = account
    message.item.draft = message.draft
    address = consent.address_row(message.recipient)
    locks.addresses_held(address, consent.address_row(message.sender or message.recipient))
    sight = _sight(message, account, address, switches)
    stopping = guards.first(guards.look(sight))
    if stopping:
        _stop(message, stopping)
        return None
    return _take(message, sight)


def _free(message_id: int) -> OutboxMessage | None:
    """The row with its item, locked, if it is still queued and due; nobody waits for a busy one."""
    rows = OutboxMessage.objects.due(clock.now()).filter(pk=message_id)
    rows = rows.select_related("draft__contact", "item", "decision", "lease")
    return locks.free(rows, of=("item", "self")).first()


def _sight(message: OutboxMessage, account: Account, address: Address, switches: list) -> Sight:
    return Sight(
        draft=message.draft,
        account=account,
        contact=payload.own(message.draft),
        address=address,
        payload=payload.load(snapshots.get(message.payload)),
        workspace=workspace.load(),
        now=clock.now(),
        switches=switches,
        item=message.item,
        message=message,
        mailbox=mailboxes.held(payload.sender_id(message.draft)),
        vouched=tuple(message.decision.vouched),
        revoked=autonomy.revoked(message.decision),
    )


def _stop(message: OutboxMessage, finding: Finding) -> None:
    """A hold waits and tries again, a block waits for a person; each leaves its row."""
    now = clock.now()
    again = blocks.note(message, finding, at=now)
    if finding.guard == "freshness":  # intake's sweep makes the item stale and frees the voice
        message.not_before = now + timedelta(seconds=30)
        message.save(update_fields=["not_before"])
    elif finding.holds_until:
        words = f"{finding.detail} {finding.lifts}"[:300]
        held: dict[str, Any] = {"not_before": finding.holds_until, "hold_reason": words}
        if again:  # it stays where it was: nothing to tell
            OutboxMessage.objects.filter(pk=message.pk, state=Q.QUEUED).update(**held)
        else:
            _move(message, Q.QUEUED, Q.QUEUED, **held)
        lease = leases.of(message)
        if lease:
            leases.renew(lease, ttl=finding.holds_until - now + leases.HOLD_AFTER)
    else:
        _move(message, Q.BLOCKED, Q.QUEUED, guard=finding.guard, detail=finding.detail)


def _take(message: OutboxMessage, sight: Sight) -> Claim | None:
    now = clock.now()
    mime = snapshots.get(message.mime).encode() if message.mime else b""
    mime = mime or payload.render(sight.payload, date=now)
    stored = message.mime or snapshots.put(mime.decode())
    lease = leases.of(message)
    holder = f"outbox:{message.pk}"
    mailbox = payload.mailbox_of(sight.payload, sight.mailbox)
    if not lease or not leases.pass_to(lease, holder=holder, ttl=PINNED, pinned=True):
        return None
    moved = _move(
        message, "sending", Q.QUEUED, attempt=message.attempt + 1, claimed_at=now, mime=stored,
        hold_reason="", token=lease.token,
        stayed_local=mailbox is None and not workspace.has_mail_server(),
    )  # fmt: skip
    if not moved:
        return None
    return Claim(message, mime, sight.payload, mailbox)


def _move(
    message: OutboxMessage, to: str, *states: str, by: User | str = "system", **values: object
) -> bool:
    """One step of the declared table, if the row still is where it was."""
    rows = OutboxMessage.objects.filter(pk=message.pk, state__in=states, attempt=message.attempt)
    if not rows.update(state=to, **values):
        return False
    message.state = to
    for name, value in values.items():
        setattr(message, name, value)
    events.append(f"message.{to}", by=by, account=message.account, subject=message,
                  state=to, attempt=message.attempt)  # fmt: skip
    return True


# --- record ---------------------------------------------------------------------------------------


@transactions.atomic
def _record(claim: Claim, outcome: mail.Outcome) -> None:
    account = locks.account(claim.message.account_id)
    message = claim.message
    message.account = message.draft.account = message.item.account = account
    # `attempt` is the claim's own: a later attempt is not this one's to settle.
    answer = outcome.answer[:500]
    if outcome.kind == mail.ACCEPTED:
        # Even when the two minutes were over meanwhile, or somebody said that it did not leave.
        if _move(message, Q.SENT, Q.SENDING, Q.UNKNOWN, Q.QUEUED, settled_at=clock.now(),
                 provider_answer=answer, provider_id=outcome.provider_id[:255]):  # fmt: skip
            _sent(message, claim.payload)
    elif outcome.kind == mail.UNKNOWN:
        _move(message, Q.UNKNOWN, Q.SENDING, provider_answer=answer)
    elif message.attempt >= ATTEMPTS:
        if _move(message, Q.FAILED, Q.SENDING, settled_at=clock.now(), provider_answer=answer):
            _free_voice(message, reason="not delivered")
            triggers.ring(account.pk)
    else:
        _again(message, answer)


def _again(message: OutboxMessage, answer: str) -> None:
    """Provably refused: nothing left, so it may be tried again, later."""
    pause = RETRY_PAUSES[min(message.attempt, len(RETRY_PAUSES)) - 1]
    when = clock.now() + timedelta(seconds=pause)
    words = f"The mail server refused it: {answer}"[:300]
    if _move(message, Q.QUEUED, Q.SENDING, not_before=when, provider_answer=answer,
             hold_reason=words):  # fmt: skip
        _repin(message, ttl=when - clock.now() + leases.HOLD_AFTER)


def _repin(message: OutboxMessage, *, ttl: timedelta) -> bool:
    """The voice for another while, under a new token, no longer pinned."""
    lease = leases.of(message)
    passed = lease and leases.pass_to(lease, holder=f"outbox:{message.pk}", ttl=ttl)
    if passed:
        OutboxMessage.objects.filter(pk=message.pk).update(token=passed.token)
    return bool(passed)


def _hold_voice(message: OutboxMessage) -> None:
    """A mail that waited for days may have lost the voice: take it again, if nobody else has."""
    if _repin(message, ttl=leases.HOLD_AFTER):
        return
    lease = leases.acquire(message.account, holder=f"outbox:{message.pk}", ttl=leases.HOLD_AFTER)
    if lease is None:
        raise Unsettled("Somebody else speaks to this account now. Cancel this mail, or wait.")
    OutboxMessage.objects.filter(pk=message.pk).update(lease=lease, token=lease.token)


def _sent(
    message: OutboxMessage, mail_out: payload.Payload, *, said_by: User | None = None
) -> Activity:
    """It left: the conversation knows it, the stage says so, the account is free again."""
    account, author = message.account, payload.author_of(message.draft)
    by = said_by or author or f"agent:{message.draft.agent}"
    answered = message.draft.in_reply_to
    thread = answered.thread if answered and answered.thread else None
    thread = thread or ingest.thread_for(
        account, message.draft.contact, message.subject, token=f"d{message.draft_id}"
    )
    activity = ingest.record_message(
        account=account, direction=Activity.Direction.OUTBOUND, body=mail_out.body,
        subject=mail_out.subject, occurred_at=message.claimed_at or clock.now(),
        contact=message.draft.contact, thread=thread, message_id=message.message_id,
        in_reply_to=mail_out.in_reply_to, sender=mail_out.sender, by=by, user=author,
        ends_voice=False,
    )  # fmt: skip
    Address.objects.filter(email=message.recipient).update(last_sent_at=clock.now())
    mailboxes.count_sent(mail_out.sender, at=activity.occurred_at)
    if stages.semantic(account) == stages.OPEN and account.stage == "prospect":
        stages.advance(account, "contacted", by=by, reason="A mail was sent.")
    _free_voice(message, reason="sent")
    intake.end_undo(message.item)
    triggers.ring(account.pk, at=clock.business_days_after(clock.now(), FOLLOW_UP_DAYS))
    return activity


def _free_voice(message: OutboxMessage, *, reason: str) -> None:
    lease = leases.of(message)
    if lease and not leases.release(lease, reason=reason):
        # A person's word about it has moved the token since the claim.
        message.refresh_from_db(fields=["token", "lease"])
        lease = leases.of(message)
        if lease:
            leases.release(lease, reason=reason)


# --- what is left over ----------------------------------------------------------------------------


def sweep(*, limit: int = 100) -> int:
    """A sender that died leaves `sending` behind: nobody knows whether it left. How many."""
    before = clock.now() - SENDING_TIME
    stuck = OutboxMessage.objects.filter(state=Q.SENDING, claimed_at__lte=before)
    ids = list(stuck.order_by("account_id").values_list("pk", flat=True)[:limit])
    return sum(transactions.apart(lambda pk: _doubt(pk, before), ids))


@transactions.atomic
def _doubt(pk: int, before: datetime) -> bool:
    message = OutboxMessage.objects.select_related("account").get(pk=pk)
    locks.account(message.account_id)
    message.refresh_from_db()
    if message.state != Q.SENDING or message.claimed_at is None or message.claimed_at > before:
        return False
    return _move(
        message, Q.UNKNOWN, Q.SENDING,
        provider_answer="The sender stopped before the mail server's answer was recorded.",
    )  # fmt: skip


class Unsettled(Exception):
    """A wish about a message that is not possible; `words` say why."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@transactions.atomic
def settle(message: OutboxMessage, *, by: User, outcome: str) -> OutboxMessage:
    """A person says what became of an unknown one: sent, queued (did not leave), cancelled."""
    row = _for_person(message, by=by)
    if outcome not in (Q.SENT, Q.QUEUED, Q.CANCELLED):
        raise Unsettled("Say whether it left, did not leave, or should not be sent any more.")
    now = clock.now()
    values = {"not_before": now} if outcome == Q.QUEUED else {"settled_at": now}
    if not _move(row, outcome, Q.UNKNOWN, by=by, **values):
        raise Unsettled(f"This is “{row.get_state_display().lower()}” by now.")
    if outcome == Q.SENT:
        mail_out = payload.load(snapshots.get(row.payload))
        _sent(row, mail_out, said_by=by)
    elif outcome == Q.QUEUED:
        _repin(row, ttl=leases.HOLD_AFTER)
    else:
        _cancelled(row, by=by)
    return row


@transactions.atomic
def unblock(message: OutboxMessage, *, by: User) -> OutboxMessage:
    """Try a blocked one again, now that its cause is lifted; the guards decide anew. What no person
    approved goes to one instead: intake's sweep takes it back to the desk."""
    row = _for_person(message, by=by)
    if row.state == Q.BLOCKED and row.decision.by_id is None:
        raise Unsettled("Nobody has looked at this mail yet. Decide it at the desk.")
    if not _move(row, Q.QUEUED, Q.BLOCKED, by=by, not_before=clock.now(), guard="", detail=""):
        raise Unsettled(f"This is “{row.get_state_display().lower()}” by now.")
    _hold_voice(row)
    return row


@transactions.atomic
def cancel(message: OutboxMessage, *, by: User) -> OutboxMessage:
    """It is not to be sent any more."""
    row = _for_person(message, by=by)
    if not _move(row, Q.CANCELLED, Q.BLOCKED, Q.QUEUED, Q.UNKNOWN, by=by, settled_at=clock.now()):
        raise Unsettled(f"This is “{row.get_state_display().lower()}” by now.")
    _cancelled(row, by=by)
    return row


def _cancelled(message: OutboxMessage, *, by: User) -> None:
    _free_voice(message, reason="cancelled")
    gone = ReviewItem.objects.filter(pk=message.item_id, state=State.APPROVED)
    if gone.update(state=State.WITHDRAWN, state_since=clock.now(), undo_until=None):
        events.append("item.withdrawn", by=by, account=message.account,
                      subject=message.item, state="withdrawn")  # fmt: skip
        autonomy.undecided(message.item)
    triggers.ring(message.account_id)


def _for_person(message: OutboxMessage, *, by: User) -> OutboxMessage:
    account = locks.account(message.account_id)
    rows = OutboxMessage.objects.for_user(by).select_related(
        "lease", "item", "decision", "draft__contact"
    )
    row = rows.filter(pk=message.pk).first()
    if row is None:
        raise Unsettled("This message is not there, or no longer yours.")
    row.account = row.draft.account = row.item.account = account
    row.item.draft = row.draft
    return row
