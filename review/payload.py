"""What exactly would leave: the canonical fields that an approval binds to, and the bytes.

`prepare` is what the desk shows and what is hashed; `render` turns the stored fields into MIME
once. The footer, the headers and the links are ours, never the model's.
"""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.conf import settings
from django.core import signing
from django.urls import reverse

from agents.models import Draft
from revenue import consent, snapshots, workspace
from revenue.models import Contact, User, Workspace

UNSUBSCRIBE = "review.unsubscribe"


@dataclass(frozen=True)
class Payload:
    """Everything a buyer would get. `not_before` is ISO 8601 or "" for "as soon as approved"."""

    sender: str
    sender_name: str
    recipient: str
    recipient_name: str
    subject: str
    body: str
    footer: str
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    unsubscribe: str

    @property
    def text(self) -> str:
        return f"{self.body.rstrip()}\n\n-- \n{self.footer}\n"

    @property
    def canonical(self) -> str:
        return snapshots.canonical(asdict(self))

    @property
    def hash(self) -> str:
        return snapshots.digest(self.canonical)


def prepare(
    draft: Draft,
    *,
    revision: int,
    subject: str = "",
    body: str = "",
    company: Workspace | None = None,
) -> Payload:
    """The mail of one revision of a draft. The recipient is the record's address of today.

    Whoever prepares several gives the `company` that they have loaded.
    """
    company = company or workspace.load()
    owner = draft.account.owner
    link = unsubscribe_link(company, draft.contact.email if draft.contact else "")
    answered = draft.in_reply_to
    return Payload(
        sender=sender_address(owner, company),
        sender_name=f"{owner}" if owner else company.company,
        recipient=consent.normalise(draft.contact.email) if draft.contact else "",
        recipient_name=draft.contact.name if draft.contact else "",
        subject=subject or draft.subject,
        body=body or draft.body,
        footer=footer(company, owner, link),
        message_id=message_id(draft, revision, company),
        in_reply_to=(answered.message_id or "") if answered else "",
        references=_references(draft),
        unsubscribe=link,
    )


def sender_address(owner: User | None, company: Workspace) -> str:
    if settings.EMAIL_URL or not owner or not owner.email:
        return settings.DEFAULT_FROM_EMAIL
    return owner.email


def footer(company: Workspace, owner: User | None, link: str) -> str:
    who = ", ".join(part for part in (str(owner or ""), company.company) if part)
    lines = [who, company.postal_address, f"No more mail from us: {link}"]
    return "\n".join(line for line in lines if line)


def message_id(draft: Draft, revision: int, company: Workspace) -> str:
    """Stable for a revision: a mail that is sent again is recognised as the same."""
    what = f"{draft.pk}.{revision}".encode()
    seal = hmac.new(company.link_secret.encode(), what, hashlib.sha256).hexdigest()[:16]
    domain = company.sender_domain or settings.MAIL_DOMAIN
    return f"<{draft.pk}.{revision}.{seal}@{domain}>"


def _references(draft: Draft) -> tuple[str, ...]:
    if not draft.in_reply_to or not draft.in_reply_to.message_id:
        return ()
    thread = draft.in_reply_to.thread
    earlier = thread.activities.exclude(message_id=None) if thread else None
    ids = (
        list(earlier.order_by("occurred_at").values_list("message_id", flat=True))
        if earlier
        else []
    )
    return tuple(dict.fromkeys([*ids[-10:], draft.in_reply_to.message_id]))


def unsubscribe_link(company: Workspace, email: str) -> str:
    token = signing.dumps(
        consent.normalise(email), key=company.link_secret, salt=UNSUBSCRIBE, compress=True
    )
    return settings.SITE_URL + reverse("unsubscribe", args=[token])


def read_unsubscribe(token: str) -> str | None:
    """The address of an unsubscribe link, or nothing for one that we did not make."""
    try:
        return signing.loads(token, key=workspace.load().link_secret, salt=UNSUBSCRIBE)
    except signing.BadSignature:
        return None


def load(text: str) -> Payload:
    fields = json.loads(text)
    return Payload(**{**fields, "references": tuple(fields["references"])})


def render(payload: Payload, *, date: datetime) -> bytes:
    """The MIME bytes (RFC 5322, RFC 8058 headers), with the date of the first attempt."""
    message = EmailMessage(policy=SMTP)
    message["From"] = _mailbox(payload.sender_name, payload.sender)
    message["To"] = _mailbox(payload.recipient_name, payload.recipient)
    message["Subject"] = payload.subject
    message["Date"] = format_datetime(date)
    message["Message-ID"] = payload.message_id
    if payload.in_reply_to:
        message["In-Reply-To"] = payload.in_reply_to
        message["References"] = " ".join(payload.references or (payload.in_reply_to,))
    message["List-Unsubscribe"] = f"<{payload.unsubscribe}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(payload.text, charset="utf-8")
    return message.as_bytes()


def _mailbox(name: str, address: str) -> HeaderAddress:
    user, _, domain = address.rpartition("@")
    return HeaderAddress(display_name=_one_line(name), username=user, domain=domain)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def recipient_of(draft: Draft) -> Contact | None:
    """The contact as the record holds it now; nothing when it is not this account's any more."""
    return Contact.objects.filter(pk=draft.contact_id, account=draft.account_id).first()
