"""The mailbox: how it is set up, and a mail to oneself through the channel that buyers' mail takes.

The last try is read from the event log, which holds what became of it and no text. A try counts for
the server and the login that it was made with: when the settings name others, it is as if none was.
"""

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from functools import partial

from django.conf import settings

from revenue import clock, events, reaching, workspace
from revenue.models import Event, User
from review import payload
from review.channels import mail
from review.setup import patience

TESTED = "mailbox.tested"
ARRIVED, LOCAL = "arrived", "local"
WORDS = {
    ARRIVED: "The mail server took the mail. Look into your inbox.",
    LOCAL: "No mail server is set up, so the mail stayed on this machine.",
    **reaching.WORDS,
    "sender": "The mail server does not let us send from this address. Allow it there, or set "
    "DEFAULT_FROM_EMAIL to one that it allows.",
    "recipient": "The mail server refused your address. Check the address of your login.",
    "message": "The mail server refused the mail itself. Its answer says why.",
    "unknown": "The line broke before the mail server answered. Nobody knows whether it took the "
    "mail: look into your inbox before you try again.",
}


@dataclass(frozen=True)
class Try:
    """`kind` is a key of WORDS; `answer` is what the server said."""

    kind: str
    answer: str = ""

    @property
    def arrived(self) -> bool:
        return self.kind == ARRIVED

    @property
    def words(self) -> str:
        said = f" It said: {self.answer}" if self.answer and self.kind != ARRIVED else ""
        return WORDS[self.kind] + said


def server() -> str:
    """The mail server in words, without its password; "" while there is none."""
    if not workspace.has_mail_server():
        return ""
    host = getattr(settings, "EMAIL_HOST", "")
    port = f":{settings.EMAIL_PORT}" if host else ""
    login = f", as {settings.EMAIL_HOST_USER}" if settings.EMAIL_HOST_USER else ""
    return f"{host}{port}{login}" if host else "an e-mail service"


def try_out(*, by: User) -> Try:
    """Send a mail to the person who asks, and keep what became of it."""
    tried = deliver(
        by,
        subject="Countersign can send mail",
        text="This mail went the way that approved mail takes. Nothing else has to be done.",
    )
    now, server = clock.now() if tried.arrived else None, workspace.mail_server()
    workspace.change(
        by=by, mailbox_tested_at=now, mailbox_tested_to=by.email if now else "",
        mailbox_tested_with=server if now else "",
    )  # fmt: skip
    events.append(TESTED, by=by, subject=workspace.load(), outcome=tried.kind, server=server)
    return tried


def deliver(
    to: User, *, subject: str, text: str, sender: str = "", headers: dict[str, str] | None = None
) -> Try:
    """A mail to one of our own people. Needs no approval, since no buyer reads it."""
    if not to.email:
        return Try("recipient", "there is no address")
    if not workspace.has_mail_server():
        return Try(LOCAL)
    sender = sender or payload.common_sender(to)
    mime = mime_to(to, to.email, sender=sender, subject=subject, text=text, headers=headers)
    send = partial(mail.send, mime, sender=sender, recipient=to.email)
    try:
        return read_outcome(patience.within(patience.SECONDS, send))
    except patience.TooLate:
        return Try("late")


def read_outcome(outcome: mail.Outcome) -> Try:
    if outcome.kind == mail.ACCEPTED:
        return Try(ARRIVED)
    kind = "unknown" if outcome.kind == mail.UNKNOWN else outcome.cause
    return Try(kind, outcome.answer.removeprefix(mail.NO_CONNECTION)[:300])


def mime_to(
    to: User,
    address: str,
    *,
    sender: str,
    subject: str,
    text: str,
    headers: dict[str, str] | None = None,
) -> bytes:
    """A mail of ours to one of our own people, with more `headers` where there are any."""
    company = workspace.load()
    message = EmailMessage(policy=SMTP)
    name = company.company or "Countersign"
    message["From"] = Address(display_name=payload.one_line(name), addr_spec=sender)
    message["To"] = Address(display_name=payload.one_line(str(to)), addr_spec=address)
    message["Subject"] = subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = make_msgid(domain=company.sender_domain or settings.MAIL_DOMAIN)
    message["Auto-Submitted"] = "auto-generated"
    for header, value in (headers or {}).items():
        message[header] = value
    message.set_content(f"{text}\n", charset="utf-8")
    return payload.checked(message)


def last_try() -> str:
    """What became of the last one, as a key of WORDS; "" when there was none."""
    rows = Event.objects.filter(subject_kind="workspace", subject_id=1, kind=TESTED)
    data = rows.order_by("-pk").values_list("data", flat=True).first() or {}
    same = data.get("server") == workspace.mail_server()
    return data.get("outcome", "") if same else ""
