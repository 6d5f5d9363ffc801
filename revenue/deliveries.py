"""What a mail provider tells of a mail that left: delivered, opened, bounced, complained of.

Kept once per event, in whatever order they come. A bounce that means that there is no such
address, a complaint and an opt-out end writing to the address; everything else is only shown.
Opens and clicks move nothing. Called by the top floor.
"""

import re
from datetime import datetime, timedelta
from typing import Any

from django.db.models import TextChoices

from revenue import clock, consent, ingest, mailboxes, transactions
from revenue.models import Account, MailEvent


class Kind(TextChoices):
    """django-anymail's event types, as far as they concern mail that we sent."""

    QUEUED = "queued", "Accepted by the provider"
    SENT = "sent", "Sent by the provider"
    DELIVERED = "delivered", "Delivered"
    DEFERRED = "deferred", "Delayed"
    REJECTED = "rejected", "Refused by the provider"
    FAILED = "failed", "Not sent by the provider"
    BOUNCED = "bounced", "Came back"
    OPENED = "opened", "Opened"
    CLICKED = "clicked", "Link followed"
    COMPLAINED = "complained", "Marked as spam"
    UNSUBSCRIBED = "unsubscribed", "Unsubscribed"


# Who fetches pictures and follows links before, or instead of, a person.
MACHINES = re.compile(
    r"googleimageproxy|ggpht\.com|yahoomailproxy|yahoo! mail proxy|barracuda|proofpoint|mimecast"
    r"|symantec|messagelabs|trendmicro|cisco|ironport|sophos|fireeye|safelinks|bingpreview"
    r"|headless|python-|curl/|wget|go-http|java/|okhttp|bot\b|crawl|spider|preview|scanner",
    re.IGNORECASE,
)
BARE = {"", "mozilla/5.0", "mozilla/4.0"}  # Apple's privacy proxy says no more than this
TOO_SOON = timedelta(seconds=10)
# What a provider calls a bounce and is none for ever: RFC 3463 class 4, a full mailbox.
PASSING = re.compile(
    r"(?<![\d.])4\.\d{1,3}\.\d{1,3}(?![\d.])|(?<![\d.])4[0-5]\d(?=[ -])|(?<![\d.])5\.2\.2(?![\d.])"
    r"|soft ?bounce|mailbox (?:is )?full|over ?quota|temporar|try again",
    re.IGNORECASE,
)
NO_SUCH_ADDRESS = ("invalid", "bounced")
UNWANTED = ("spam", "unsubscribed")


@transactions.atomic
def record(
    *,
    kind: str,
    key: str,
    recipient: str,
    occurred_at: datetime | None,
    account: Account | None = None,
    message_id: str = "",
    sent_at: datetime | None = None,
    detail: str = "",
    reason: str = "",
    user_agent: str = "",
    url: str = "",
) -> MailEvent | None:
    """Keep an event and do what it means; nothing when `key` was seen or the kind is not ours.

    `reason` is anymail's reject reason. `sent_at` is when the mail left.
    """
    if kind not in Kind.values:
        return None
    now = clock.now()
    at = min(occurred_at, now) if occurred_at else now
    values: dict[str, Any] = ingest.storable({
        "account": account, "kind": kind, "message_id": message_id[:255],
        "recipient": consent.normalise(recipient)[:consent.LONGEST], "occurred_at": at,
        "received_at": now, "is_machine": is_machine(kind, user_agent, at, sent_at),
        "detail": detail[:300], "url": url[:500],
    })  # fmt: skip
    row, is_new = MailEvent.objects.get_or_create(key=ingest.storable(key)[:64], defaults=values)
    if not is_new:
        return None
    _act(row, reason=reason)
    return row


def is_machine(kind: str, user_agent: str, at: datetime, sent_at: datetime | None) -> bool:
    """Did probably nobody look? A known proxy, or so soon that nobody can have read it."""
    if kind not in (Kind.OPENED, Kind.CLICKED):
        return False
    said = user_agent.strip()
    if MACHINES.search(said) or said.casefold() in BARE:
        return True
    return sent_at is not None and at - sent_at < TOO_SOON


def is_final(kind: str, reason: str, detail: str) -> bool:
    """Does this say that there is no such address?"""
    if kind == Kind.BOUNCED:
        return reason not in ("blocked", "spam", "timed_out") and not PASSING.search(detail)
    return kind == Kind.REJECTED and reason in NO_SUCH_ADDRESS


def _act(row: MailEvent, *, reason: str) -> None:
    if "@" not in row.recipient:
        return
    if row.kind == Kind.BOUNCED or is_final(row.kind, reason, row.detail):
        hard = is_final(row.kind, reason, row.detail)
        consent.record_bounce(row.recipient, hard=hard, account=row.account)
        if hard:
            mailboxes.note_bounce(row.message_id)
        _tell(row, hard=hard)
    elif row.kind == Kind.COMPLAINED or reason == "spam":
        _suppress(row, "marked a mail of ours as spam")
        mailboxes.note_complaint(row.message_id)
    elif row.kind == Kind.UNSUBSCRIBED or (row.kind == Kind.REJECTED and reason in UNWANTED):
        _suppress(row, "unsubscribed at the mail provider")


def _suppress(row: MailEvent, reason: str) -> None:
    consent.suppress(
        row.recipient, scope="address", reason=reason, by="contact", account=row.account
    )


def _tell(row: MailEvent, *, hard: bool) -> None:
    if row.account:
        ingest.record_signal(
            account=row.account, kind="bounce", source="mail provider",
            occurred_at=row.occurred_at, dedupe_key=f"mail-event:{row.pk}",
            payload={"reply_class": "bounce_hard" if hard else "bounce_soft", "event": row.pk},
        )  # fmt: skip
