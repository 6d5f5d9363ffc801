"""What exactly would leave: the canonical fields that an approval binds to, and the bytes.

`prepare` is what the desk shows and what is hashed; `render` turns the stored fields into MIME
once. The footer, the headers and the links are ours, never the model's.
"""

import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from email import message_from_bytes
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.conf import settings
from django.core import signing
from django.urls import reverse

from agents.models import Draft
from revenue import consent, mailboxes, snapshots, transactions, workspace
from revenue.models import Contact, Mailbox, User, Workspace

UNSUBSCRIBE = "review.unsubscribe"
# An id that can be repeated as it is (RFC 5322, 3.6.4): printable ASCII in angle brackets.
REPEATABLE = re.compile(r"<(?!.*=\?)[!-;=?-~]+>")


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
    owner = sender_of(draft)
    link = unsubscribe_link(company, draft.contact.email if draft.contact else "")
    answered = draft.in_reply_to
    return Payload(
        sender=sender_address(owner),
        sender_name=one_line(f"{owner}" if owner else company.company),
        recipient=consent.normalise(draft.contact.email) if draft.contact else "",
        recipient_name=display_name(draft.contact) if draft.contact else "",
        subject=one_line(subject or draft.subject),
        body=body or draft.body,
        footer=footer(company, owner, link),
        message_id=message_id(draft, revision, company),
        in_reply_to=repeatable(answered.message_id) if answered else "",
        references=_references(draft),
        unsubscribe=link,
    )


def sender_id(draft: Draft) -> int | None:
    """Who writes: the person who composed it, else the account's owner."""
    return draft.by_id or draft.account.owner_id


def sender_of(draft: Draft) -> User | None:
    """The same with their mailbox."""
    return author_of(draft) if draft.is_human else draft.account.owner


def author_of(draft: Draft) -> User | None:
    """The person who composed it; nobody when an agent did, and then without a query."""
    if not draft.is_human:
        return None
    rows = User.objects.select_related("mailbox")
    return transactions.once((User, draft.by_id), lambda: rows.filter(pk=draft.by_id or 0).first())


def sender_address(owner: User | None) -> str:
    """Who has a mailbox writes from it, paused or not: then their mail waits."""
    mailbox = mailboxes.of(owner)
    return mailbox.address if mailbox else common_sender(owner)


def common_sender(owner: User | None) -> str:
    """The sender of mail that leaves by the installation's own server."""
    if settings.EMAIL_URL or settings.MAIL_PROVIDER or not owner or not owner.email:
        return settings.DEFAULT_FROM_EMAIL
    return owner.email


def mailbox_of(mail: Payload, mailbox: Mailbox | None) -> Mailbox | None:
    """The mailbox that this mail leaves by: the owner's, where the mail was approved to come from
    its address."""
    return mailbox if mailbox and mailbox.address == mail.sender else None


def footer(company: Workspace, owner: User | None, link: str) -> str:
    who = ", ".join(part for part in (str(owner or ""), company.company) if part)
    lines = [who, company.postal_address, f"No more mail from us: {link}"]
    return "\n".join(line for line in lines if line)


def message_id(draft: Draft, revision: int, company: Workspace) -> str:
    """Stable for a revision: a mail that is sent again is recognised as the same."""
    return workspace.message_id(f"{draft.pk}.{revision}", company)


def _references(draft: Draft) -> tuple[str, ...]:
    if not draft.in_reply_to or not draft.in_reply_to.message_id:
        return ()
    thread = draft.in_reply_to.thread
    ids: list[str | None] = []
    if thread:
        rows = thread.activities.exclude(message_id=None).order_by("occurred_at")
        ids = list(rows.values_list("message_id", flat=True))
    known = map(repeatable, [*ids[-10:], draft.in_reply_to.message_id])
    return tuple(one for one in dict.fromkeys(known) if one)


def one_line(text: str) -> str:
    """Somebody's words for a header: no line break, nor an encoded word (RFC 2047), which the
    library would decode, line breaks and all."""
    return " ".join(text.split()).replace("=?", "= ?")


def display_name(contact: Contact) -> str:
    """The name before the address in To; none where the record's looks like another address."""
    name = one_line(f"{contact.first_name} {contact.last_name}")
    return "" if "@" in name or "//" in name else name


def repeatable(message_id: str | None) -> str:
    """The id of somebody's mail, or nothing when it is one that no honest mail has."""
    return message_id if message_id and REPEATABLE.fullmatch(message_id) else ""


def unsubscribe_link(company: Workspace, email: str) -> str:
    token = signing.dumps(
        consent.normalise(email), key=company.link_secret, salt=UNSUBSCRIBE, compress=True
    )
    return settings.SITE_URL + reverse("unsubscribe", args=[token])


def read_unsubscribe(token: str) -> str | None:
    """The address of an unsubscribe link, or nothing for one that we did not make.

    The desk shows the mail of a person without an address, too: its link is nobody's.
    """
    try:
        return signing.loads(token, key=workspace.load().link_secret, salt=UNSUBSCRIBE) or None
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
    return checked(message)


def checked(message: EmailMessage) -> bytes:
    """The bytes, if they hold the headers that were put in and no other; ValueError else."""
    raw = message.as_bytes()
    if message_from_bytes(raw).keys() != message.keys():
        raise ValueError("This mail cannot be written as it was approved.")
    return raw


def _mailbox(name: str, address: str) -> HeaderAddress:
    user, _, domain = address.rpartition("@")
    return HeaderAddress(display_name=name, username=user, domain=domain)


def recipient_of(draft: Draft) -> Contact | None:
    """The contact as the record holds it now; nothing when it is not this account's any more."""
    return Contact.objects.filter(account=draft.account_id, pk=draft.contact_id or 0).first()


def own(draft: Draft) -> Contact | None:
    """The same of a draft that was just read with its contact, under the account's lock."""
    contact = draft.contact
    return contact if contact and contact.account_id == draft.account_id else None
