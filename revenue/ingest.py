"""The only way facts enter: signals, messages, facts, meetings, outcomes.

Every call is deduplicated by a key that the source gives, writes its event in the same
transaction, and says nothing to anybody: who must act sees it in the rows. Called by the top
floor (hooks, uploads, commands, dispatch) and by `revenue.inbound`.
"""

from datetime import datetime, timedelta
from typing import Any

from revenue import (
    clock,
    consent,
    context,
    events,
    leases,
    locks,
    signal_kinds,
    stages,
    transactions,
)
from revenue.models import (
    Account,
    Activity,
    Contact,
    Fact,
    Meeting,
    Opportunity,
    Signal,
    StageChange,
    Thread,
    User,
)
from revenue.trust import of_writer
from revenue.visibility import visible


def storable(value: Any) -> Any:
    """The same value without characters that a database cannot hold, or that nobody sees."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {storable(str(key)): storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    return value


@transactions.atomic
def record_signal(
    *,
    account: Account,
    kind: str,
    source: str,
    occurred_at: datetime,
    payload: dict[str, Any],
    dedupe_key: str,
) -> Signal:
    """Keep a signal once per `dedupe_key`; SignalError when a known kind's payload is wrong.

    Returns the row, the earlier one when the key was seen before.
    """
    row = Signal(
        account=account,
        kind=storable(kind)[:40],
        is_known=kind in signal_kinds.KINDS,
        source=storable(source)[:120],
        occurred_at=occurred_at,
        received_at=clock.now(),
        payload=storable(signal_kinds.checked(kind, payload)),
        dedupe_key=storable(dedupe_key)[:255],
    )
    Signal.objects.bulk_create([row], ignore_conflicts=True)
    kept = Signal.objects.get(dedupe_key=row.dedupe_key)
    if kept.received_at == row.received_at and kept.account_id == account.pk:
        events.append(
            "signal.received", by=f"source:{row.source}"[:80], account=account, subject=kept,
            signal=row.kind if row.is_known else "unknown",
        )  # fmt: skip
    return kept


@transactions.atomic
def record_message(
    *,
    account: Account | None,
    direction: str,
    body: str,
    occurred_at: datetime,
    subject: str = "",
    contact: Contact | None = None,
    thread: Thread | None = None,
    kind: str = Activity.Kind.EMAIL,
    user: User | None = None,
    by: User | str = "system",
    is_auto: bool = False,
    ends_voice: bool | None = None,
    **more: Any,
) -> Activity:
    """Keep a message or call. One that a person spoke moves the account's version.

    `ends_voice` pre-empts whoever holds the voice: by default what came in from a person, or was
    sent by one. Mail without a message id is always new.
    """
    message_id = storable(more.pop("message_id", "") or "")[:255] or None
    if account:
        locks.account(account.pk)
    # Looked up under the lock: of two deliveries at once the second finds the first.
    known = message_id and Activity.objects.filter(message_id=message_id).first()
    if known:
        return known
    row = Activity(
        account=account,
        contact=contact,
        thread=thread,
        kind=kind,
        direction=direction,
        user=user,
        subject=storable(subject)[:300],
        body=storable(body),
        occurred_at=occurred_at,
        message_id=message_id,
        is_auto=is_auto,
        **storable(more),
    )
    row.save()
    if account:
        _message_moves(account, row, by=by, ends_voice=ends_voice)
    return row


def _message_moves(
    account: Account, row: Activity, *, by: User | str, ends_voice: bool | None
) -> None:
    spoken = not row.is_auto and row.direction != Activity.Direction.INTERNAL
    if spoken:
        context.moved(account.pk)
    human = row.direction == Activity.Direction.INBOUND or row.user_id is not None
    if spoken and (human if ends_voice is None else ends_voice):
        leases.preempt(account, reason=f"{row.direction} {row.kind}")
    events.append(
        "message.recorded", by=by, account=account, subject=row,
        direction=row.direction, automatic=row.is_auto,
    )  # fmt: skip


@transactions.atomic
def record_fact(
    *,
    account: Account,
    text: str,
    source: str,
    as_of: datetime,
    by: User | str,
    key: str = "",
    contact: Contact | None = None,
    confidence: float = 1.0,
    shelf_life: timedelta | None = None,
    trust: str = "",
    source_url: str = "",
) -> Fact:
    """Remember a dated, sourced sentence; a newer one with the same `key` supersedes it.

    No source, no fact: an empty one is refused. Who writes decides the trust, unless they say:
    what comes from an agent or from outside is untrusted, and supersedes no record of our own.
    """
    if not text.strip() or not source.strip():
        raise ValueError("A fact needs a text and a source.")
    same = Fact.objects.filter(account=account, superseded_by=None, text=storable(text))
    known = same.filter(source=storable(source), as_of=as_of).first()
    if known:
        return known
    fact = Fact.objects.create(
        account=account,
        contact=contact,
        text=storable(text)[:2000],
        source=storable(source)[:300],
        source_url=source_url,
        as_of=as_of,
        confidence=confidence,
        good_until=as_of + shelf_life if shelf_life else None,
        trust=trust or _trust_of(events.actor(by)),
        key=key[:120],
        written_by=events.actor(by),
    )
    if key:
        older = Fact.objects.filter(account=account, key=fact.key, superseded_by=None)
        if fact.trust == Fact.Trust.UNTRUSTED:
            older = older.filter(trust=Fact.Trust.UNTRUSTED)
        older.exclude(pk=fact.pk).update(superseded_by=fact)
    events.append("fact.recorded", by=by, account=account, subject=fact)
    return fact


def _trust_of(writer: str) -> str:
    is_foreign = of_writer(writer) == Fact.Trust.UNTRUSTED
    return Fact.Trust.UNTRUSTED if is_foreign else Fact.Trust.INTERNAL


@transactions.atomic
def record_meeting(
    *,
    account: Account,
    uid: str,
    starts_at: datetime,
    ends_at: datetime,
    subject: str = "",
    status: str = Meeting.Status.BOOKED,
    attendees: list[Contact] | None = None,
    by: User | str = "system",
) -> Meeting:
    """Keep a meeting by its UID (RFC 5545); a change of time or status moves the version.

    One that turns out to be another account's moves there, and both versions move.
    """
    left = (
        Meeting.objects.filter(uid=uid).exclude(account=account).values_list("account", flat=True)
    )
    locks.accounts([account.pk, *left])
    fields = ("account", "starts_at", "ends_at", "status")
    before = Meeting.objects.filter(uid=uid).values(*fields).first()
    meeting, is_new = Meeting.objects.update_or_create(
        uid=uid,
        defaults={
            "account": account,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "subject": storable(subject)[:300],
            "status": status,
        },
    )
    if attendees is not None:
        meeting.attendees.set(attendees)
    after = dict(zip(fields, (account.pk, starts_at, ends_at, status), strict=True))
    if is_new or before != after:
        for pk in sorted({account.pk, before["account"] if before else account.pk}):
            context.moved(pk)
        kind = "meeting_booked" if is_new else "meeting_changed"
        events.append("meeting.recorded", by=by, account=account, subject=meeting, status=status)
        record_signal(
            account=account, kind=kind, source="calendar", occurred_at=clock.now(),
            payload={"meeting": meeting.pk}, dedupe_key=f"{uid}:{starts_at}:{ends_at}:{status}",
        )  # fmt: skip
    return meeting


@transactions.atomic
def record_meeting_end(meeting: Meeting, *, held: bool, notes: str, by: User) -> Meeting:
    """It took place, with what was said there, or nobody came. Moves the account's version.

    Notes are kept as what they are, ours; the meeting itself keeps agents waiting afterwards.
    """
    account = locks.account(meeting.account_id)
    row = Meeting.objects.get(pk=meeting.pk)
    row.status = Meeting.Status.HELD if held else Meeting.Status.MISSED
    row.save(update_fields=["status"])
    context.moved(account.pk)
    events.append("meeting.recorded", by=by, account=account, subject=row, status=row.status)
    record_signal(
        account=account, kind="meeting_ended" if held else "meeting_changed", source="calendar",
        occurred_at=clock.now(), dedupe_key=f"{row.uid}:{row.starts_at}:{row.status}",
        payload={"notes": notes[:20_000]} if held else {"meeting": row.pk, "status": row.status},
    )  # fmt: skip
    if notes.strip():
        record_message(
            account=account, kind=Activity.Kind.MEETING, direction=Activity.Direction.INTERNAL,
            subject=row.subject, body=notes, occurred_at=min(row.ends_at, clock.now()), user=by,
            by=by, contact=row.attendees.first(),
        )  # fmt: skip
    return row


@transactions.atomic
def record_step(opportunity: Opportunity, to: str, *, by: User | str, reason: str) -> StageChange:
    """A deal moves one step along its graph, and the account is told by a signal."""
    change = stages.advance(opportunity, to, by=by, reason=reason)
    if opportunity.account:
        record_signal(
            account=opportunity.account, kind="stage_changed", source="crm",
            occurred_at=change.at, dedupe_key=f"stage:{change.pk}",
            payload={"opportunity": opportunity.pk, "to": change.to_stage},
        )  # fmt: skip
    return change


def thread_for(account: Account, contact: Contact | None, subject: str, *, token: str) -> Thread:
    """The thread of this token, which belongs to one account; made under that account's lock."""
    locks.account(account.pk)
    known = Thread.objects.filter(token=token).first()
    if known:
        return known
    subject = storable(subject)[:300]
    return Thread.objects.create(account=account, contact=contact, subject=subject, token=token)


def see_address(email: str) -> None:
    """Make sure that an address has its row, so that opt-outs and claims meet on it."""
    if email:
        consent.address_row(email)
