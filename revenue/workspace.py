"""Who we are to a buyer, and whether anything may leave this machine yet."""

import hashlib
import hmac
import re
import secrets
from typing import Any

from django.conf import settings

from revenue import events, outside, transactions
from revenue.models import Mailbox, User, Workspace
from revenue.snapshots import canonical, digest

LOCAL_OUTBOX = "review.channels.local.EmailBackend"
OURS = re.compile(r"<(\d+\.\d+)\.([0-9a-f]{16})@[^<>]+>")
# Who the demo writes as. No mail to a real account goes out under it.
INVENTED = {
    "company": "Tidewater Systems",
    "postal_address": "14 Quay Street, Springfield, IL 62701",
}


def load() -> Workspace:
    """The one row; read once in a transaction."""
    return transactions.once(Workspace, _load)


def _load() -> Workspace:
    found = Workspace.objects.filter(pk=1).first()
    if found:
        return found
    Workspace.objects.bulk_create(
        [Workspace(pk=1, link_secret=secrets.token_hex(32))], ignore_conflicts=True
    )
    return Workspace.objects.get(pk=1)


@transactions.atomic
def change(*, by: User | str, **values: Any) -> Workspace:
    row = load()
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    events.append("workspace.changed", by=by, subject=row, fields=sorted(values))
    return row


def told(*, offer: str, voice: str) -> str:
    """The hash of what the agents are told of us, in the words of an admin; "" where nothing is.
    White space says nothing."""
    words = [" ".join(text.split()) for text in (offer, voice)]
    return digest(canonical(words)) if any(words) else ""


def tells() -> str:
    """The same, of what they are told now."""
    row = load()
    return told(offer=row.offer, voice=row.voice)


def leaves_the_machine() -> bool:
    """Can approved mail reach people, by the installation's mail server or a rep's mailbox?"""
    return has_mail_server() or Mailbox.objects.filter(user__is_active=True).exists()


def has_mail_server() -> bool:
    """Is a real mail server set up for all who have no mailbox of their own?"""
    return bool(outside.simulated()) or settings.EMAIL_BACKEND != LOCAL_OUTBOX


def message_id(what: str, row: Workspace) -> str:
    """The Message-ID of a mail of ours, the same each time, which nobody else can make."""
    return f"<{what}.{_seal(what, row)}@{row.sender_domain or settings.MAIL_DOMAIN}>"


def made_here(message_id: str) -> bool:
    """Is it the id of a mail that left, or was about to leave, from here?"""
    parts = OURS.fullmatch(message_id)
    return parts is not None and hmac.compare_digest(parts[2], _seal(parts[1], load()))


def _seal(what: str, row: Workspace) -> str:
    return hmac.new(row.link_secret.encode(), what.encode(), hashlib.sha256).hexdigest()[:16]


def log_address() -> str:
    """Where people copy their own mail to, so that it counts; "" where no mail comes in."""
    if not settings.INBOUND_DOMAIN:
        return ""
    return f"log+{_seal('log', load())[:12]}@{settings.INBOUND_DOMAIN}"


def mail_server() -> str:
    """Which server and login the settings name, as a hash: enough to see that it is another."""
    names = ("EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER")
    return digest(canonical([str(getattr(settings, name, "")) for name in names]))


def mailbox_is_tested(row: Workspace) -> bool:
    """Did the mail server that is set up now take a test mail?"""
    if outside.simulated():
        return True
    return row.mailbox_tested_at is not None and not is_another_server(row)


def is_another_server(row: Workspace) -> bool:
    """Was a test mail taken by another server, or under another login, than is set up now?"""
    return row.mailbox_tested_with not in ("", mail_server())


def missing_identity(row: Workspace) -> str:
    """What a buyer must be able to read and is not set yet, in words; "" when all is there."""
    parts = {"the company's name": row.company, "a postal address": row.postal_address}
    return " and ".join(name for name, value in parts.items() if not value.strip())


def is_invented(row: Workspace) -> bool:
    """Is a part of the demo's sender still in place?"""
    return any(getattr(row, name) == value for name, value in INVENTED.items())
