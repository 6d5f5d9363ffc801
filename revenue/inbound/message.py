"""One raw mail as what it says: the new words apart from the rest, who, when, in answer to what.

Any bytes at all are taken: what cannot be read is replaced and named in `notes`; what is too much
is `quarantined`, with its headers kept. Pure; called by `receive` and by whoever shows a mail.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from email.message import Message

from revenue.inbound import bodies, bounces, complaints, headers, mime, quoting
from revenue.inbound.bounces import Bounce
from revenue.inbound.complaints import Complaint
from revenue.inbound.headers import Authentication

SUBJECT_LIMIT = 300


@dataclass(frozen=True)
class ParsedEmail:
    """`date` is None when the mail has no usable one: the time of receipt counts then.

    `sender` is what the mail claims; `authentication` says what its server made of the claim.
    `quarantined` says in words why nothing but the headers was read.
    """

    message_id: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    sender: str = ""
    sender_name: str = ""
    recipients: tuple[str, ...] = ()
    subject: str = ""
    date: datetime | None = None
    text: str = ""
    quoted: str = ""
    signature: str = ""
    is_auto: bool = False
    is_bounce: bool = False
    bounce: Bounce | None = None
    complaint: Complaint | None = None
    report_type: str = ""
    authentication: Authentication = field(default_factory=Authentication)
    notes: tuple[str, ...] = ()
    quarantined: str = ""


def parse_email(raw: bytes) -> ParsedEmail:
    """The mail in these bytes (RFC 5322, MIME). Never raises."""
    reason = mime.too_much(raw)
    if not reason:
        try:
            return _whole(raw)
        except Exception:
            # The standard parser raises undocumented errors on hostile mail; a person looks at it.
            reason = "its parts could not be read"
    return replace(_envelope(mime.headers_of(raw), raw), quarantined=reason)


def _envelope(message: Message, raw: bytes) -> ParsedEmail:
    """What the headers alone say."""
    ids = headers.message_ids(headers.value(message, "Message-ID"))
    senders = headers.addresses(message, "From") or headers.addresses(message, "Sender")
    name, sender = senders[0] if senders else ("", "")
    date, note = headers.sent_at(message)
    answered = headers.message_ids(headers.value(message, "In-Reply-To"))
    return ParsedEmail(
        message_id=ids[0] if ids else headers.content_id(message, mime.body_bytes(raw)),
        in_reply_to=answered[0] if answered else "",
        references=headers.message_ids(headers.value(message, "References")),
        sender=sender,
        sender_name=name,
        recipients=_recipients(message),
        subject=headers.words(headers.value(message, "Subject"), SUBJECT_LIMIT),
        date=date,
        is_auto=headers.is_automatic(message),
        authentication=headers.authentication(message),
        notes=(note,) if note else (),
    )


def _recipients(message: Message) -> tuple[str, ...]:
    found = headers.addresses(message, "To", "Cc", "Delivered-To", "X-Original-To")
    return tuple(address for _, address in found)


def _whole(raw: bytes) -> ParsedEmail:
    message = mime.parts_of(raw)
    envelope = _envelope(message, raw)
    body = bodies.read(message)
    split = quoting.split(body.lines)
    bounce = bounces.found_in(message, split.text, split.quoted)
    report = bounces.report_type(message)
    notes = [*envelope.notes, *body.notes, *_remarks(split)]
    return replace(
        envelope,
        text=split.text,
        quoted=split.quoted,
        signature=split.signature,
        is_auto=bool(envelope.is_auto or bounce or report),
        is_bounce=bounce is not None,
        bounce=bounce,
        complaint=complaints.found_in(message),
        report_type=report,
        notes=tuple(dict.fromkeys(notes)),
    )


def _remarks(split: quoting.Split) -> list[str]:
    return [] if split.text else ["only quoted text" if split.quoted else "no text"]
