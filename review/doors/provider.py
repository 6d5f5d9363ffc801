"""The mail provider's webhooks, read by django-anymail: events of mail that left, and mail that
came.

Its views check and read a request; its signals are left out, so that where an event goes stands
here, in one place; each is one transaction, with its bell.
"""

import logging
from contextlib import suppress
from datetime import UTC, datetime
from email.policy import compat32
from typing import Any

from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from anymail.signals import AnymailInboundEvent, AnymailTrackingEvent
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest
from django.http.request import UnreadablePostError
from django.urls import Resolver404, resolve

from revenue import consent, deliveries, ingest, request_size, snapshots, transactions
from revenue.inbound import receive_email
from review import complaints, tasks
from review.doors.problems import Problem
from review.models import OutboxMessage

logger = logging.getLogger(__name__)
KINDS = ("tracking", "inbound")
MALFORMED = (
    AnymailError, ImproperlyConfigured, SuspiciousOperation, ArithmeticError, AttributeError,
    LookupError, OSError, RecursionError, TypeError, ValueError,
)  # fmt: skip


def take(request: HttpRequest, *, provider: str, kind: str) -> int:
    """Take every event of one request. How many it brought."""
    found = _events(_view(request, provider, kind), request)
    for event in found:
        if isinstance(event, AnymailInboundEvent) and event.message is not None:
            mail = event.message
            to = _text(mail.envelope_recipient)
            receive_email(_raw(mail), recipient=to, bell=tasks.ring)
        elif isinstance(event, AnymailTrackingEvent):
            _record(event, provider)
    return len(found)


def _view(request: HttpRequest, provider: str, kind: str) -> Any:
    """anymail's own view of this provider; nothing without a secret, whoever asks."""
    if kind not in KINDS or provider != settings.MAIL_PROVIDER:
        raise Problem(404, "not_found", "This mail provider is not set up.",
                      "Set MAIL_PROVIDER and start Countersign again.")  # fmt: skip
    if not any(settings.ANYMAIL.get("WEBHOOK_SECRET", [])):
        raise Problem(503, "no_secret", "Nothing is taken here without a secret.",
                      "Set ANYMAIL_WEBHOOK_SECRET=name:password, and put both into the address "
                      "that the provider calls.")  # fmt: skip
    if not request_size.has_provider_secret(request):
        raise _refused("The secret is missing or wrong.")
    try:
        found: Any = resolve(f"/{provider}/{kind}/", urlconf="anymail.urls").func
    except Resolver404:
        raise Problem(404, "not_found", f"This provider has no {kind} webhook.",
                      "See django-anymail's list of what providers offer.") from None  # fmt: skip
    view = found.view_class()
    view.setup(request)
    return view


def _refused(words: str) -> Problem:
    return Problem(401, "no_secret", words, "Put ANYMAIL_WEBHOOK_SECRET into the address, as in "
                   "https://name:password@desk.example/hooks/mail/…",
                   headers={"WWW-Authenticate": 'Basic realm="mail provider"'})  # fmt: skip


def _events(view: Any, request: HttpRequest) -> list[Any]:
    try:
        view.run_validators(request)
    except (AnymailWebhookValidationFailure, ImproperlyConfigured) as error:
        raise _refused(str(error).splitlines()[0][:200]) from None
    try:
        return list(view.parse_events(request))
    except (UnreadablePostError, RequestDataTooBig):
        raise Problem(413, "too_large", "This could not be read whole.", "Send less.") from None
    except MALFORMED as error:
        raise _unreadable(error) from None


def _unreadable(error: Exception) -> Problem:
    """anymail's readers trust the provider: anything malformed ends in some error of Python's."""
    logger.warning("A webhook of the mail provider cannot be read: %s", type(error).__name__)
    return Problem(400, "unreadable", "This is no event as the provider sends it.",
                   "Check which webhook calls this address.")  # fmt: skip


def _raw(message: Any) -> bytes:
    """The mail as bytes, its headers as they stand: the modern policy would read and fold them
    anew, and fails at what no honest mail has."""
    for written in (_as_bytes, _as_text):
        with suppress(*MALFORMED):
            return written(message)
    raise _unreadable(ValueError())


def _as_bytes(message: Any) -> bytes:
    return bytes(message.as_bytes(policy=compat32))


def _as_text(message: Any) -> bytes:
    return str(message.as_string(policy=compat32)).encode("utf-8", "replace")


@transactions.atomic
def _record(event: AnymailTrackingEvent, provider: str) -> None:
    message = _message(event)
    row = deliveries.record(**_values(event, message, provider))
    if row is None:
        return
    if message and row.kind == deliveries.Kind.COMPLAINED:
        complaints.note(message)
    tasks.ring()


def _message(event: AnymailTrackingEvent) -> OutboxMessage | None:
    """Which of our mails it is, by the provider's name of it or by ours."""
    name = _text(event.message_id)
    if not name:
        return None
    rows = OutboxMessage.objects.select_related("account", "item__draft")
    bare = f"<{name.strip('<>')}>"
    return rows.filter(provider_id=name[:255]).first() or rows.filter(message_id=bare[:255]).first()


def _values(
    event: AnymailTrackingEvent, message: OutboxMessage | None, provider: str
) -> dict[str, Any]:
    recipient = _text(event.recipient) or (message.recipient if message else "")
    detail = " ".join(filter(None, map(_text, (event.mta_response, event.description))))
    at = _moment(event.timestamp)
    parts = [provider, event.event_type, event.event_id, _text(event.message_id),
             consent.normalise(recipient), at, _text(event.click_url)]  # fmt: skip
    return {
        "kind": _text(event.event_type),
        "key": snapshots.digest(snapshots.canonical([_text(str(part)) for part in parts])),
        "recipient": recipient,
        "occurred_at": at,
        "account": message.account if message else None,
        "message_id": message.message_id if message else "",
        "sent_at": (message.claimed_at or message.settled_at) if message else None,
        "detail": detail,
        "reason": _text(event.reject_reason),
        "user_agent": _text(event.user_agent),
        "url": _text(event.click_url),
    }


def _text(value: object) -> str:
    """What should be text, and need not be: the provider's JSON may hold anything there."""
    return str(ingest.storable(value)) if isinstance(value, str) else ""


def _moment(value: object) -> datetime | None:
    if not isinstance(value, datetime) or not 2000 < value.year < 9000:
        return None
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
