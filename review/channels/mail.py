"""The mail channel: stored bytes out, by a rep's mailbox or whatever mail backend is set up.

Says one of three things: accepted, provably refused, or unknown. "Provably refused" is a 4xx or
5xx reply (RFC 5321), or a failure before the message was handed over; a connection that is lost
after the final dot is unknown, because the server may have taken the mail.
"""

import smtplib
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage as MimeMessage
from email.policy import SMTP
from typing import Any

from django.core.mail import EmailMessage, get_connection

from revenue import mailboxes, outside, reaching, secrecy, vault
from revenue.mailboxes import Line
from revenue.models import Mailbox
from review.channels import provider, typed

ACCEPTED, REFUSED, UNKNOWN = "accepted", "refused", "unknown"
NO_CONNECTION = "No connection to the mail server: "


@dataclass(frozen=True)
class Outcome:
    """`cause` of a refusal: login, sender, recipient, message, or why nobody was reached
    (`reaching.cause`). `provider_id` is what a mail provider calls the mail that it took."""

    kind: str
    answer: str
    cause: str = ""
    provider_id: str = ""


class StoredMessage(EmailMessage):
    """A mail whose bytes are already there: backends that speak SMTP send exactly these."""

    def __init__(self, mime: bytes, *, sender: str, recipient: str) -> None:
        self.mime = mime
        headers = message_from_bytes(mime, policy=SMTP)
        text = headers.get_body(("plain",))
        super().__init__(
            subject=headers["Subject"],
            body=text.get_content() if text else "",
            from_email=sender,
            to=[recipient],
            headers={
                name: str(headers[name])
                for name in ("Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post")
                if name in headers
            },
        )

    def message(self, *args: Any, **options: Any) -> MimeMessage:
        return _Stored(self.mime)


class _Stored(MimeMessage):
    """What a backend serialises: always the stored bytes."""

    def __init__(self, mime: bytes) -> None:
        super().__init__()
        self.mime = mime

    def as_bytes(self, unixfrom: bool = False, policy: Any = None, linesep: str = "\n") -> bytes:
        return self.mime


def send(mime: bytes, *, sender: str, recipient: str, mailbox: Mailbox | None = None) -> Outcome:
    """One attempt. Never raises: what cannot be known is said to be unknown."""
    try:
        line = mailboxes.sends(mailbox) if mailbox else None
    except vault.Unreadable:
        return Outcome(REFUSED, f"The password of {mailbox} cannot be read any more.", "login")
    return send_by(line, mime, sender=sender, recipient=recipient)


def send_by(line: Line | None, mime: bytes, *, sender: str, recipient: str) -> Outcome:
    """The same by a server that is told, or by the installation's own. Touches no row."""
    message: EmailMessage = StoredMessage(mime, sender=sender, recipient=recipient)
    connection = _connection(line)
    password = line.password if line else ""
    if provider.is_used(connection):
        message = provider.message(mime)
    try:
        connection.open()
    except Exception as error:
        words = NO_CONNECTION + _words(error, password)
        return Outcome(REFUSED, words, _cause(error))
    try:
        count = connection.send_messages([message])
    except Exception as error:
        return Outcome(_meaning(error), _words(error, password), _cause(error))
    finally:
        _close(connection)
    name = provider.name_of(message)
    return (
        Outcome(ACCEPTED, "accepted", provider_id=name)
        if count
        else Outcome(UNKNOWN, "the server said nothing")
    )


def _connection(line: Line | None) -> Any:
    world = outside.simulated()
    if world:
        return world.mail
    return typed.connection(line) if line else get_connection()


def _meaning(error: Exception) -> str:
    """A reply code of the server is proof, and so is what a provider's answer proves
    (`provider.is_refusal`); everything else is not."""
    if isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPNotSupportedError):
        return REFUSED
    if provider.is_refusal(error):
        return REFUSED
    if isinstance(error, smtplib.SMTPResponseException) and 400 <= error.smtp_code < 600:
        return REFUSED
    return UNKNOWN


def _cause(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPNotSupportedError) and "STARTTLS" in str(error):
        return "tls"
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPNotSupportedError):
        return "login"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "recipient"
    if isinstance(error, smtplib.SMTPSenderRefused):
        return "sender"
    return "message" if isinstance(error, smtplib.SMTPDataError) else reaching.cause(error)


def _words(error: Exception, password: str) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return secrecy.hide(f"{code} {_text(text)}", password)
    if isinstance(error, smtplib.SMTPResponseException):
        return secrecy.hide(f"{error.smtp_code} {_text(error.smtp_error)}", password)
    said = getattr(error, "strerror", None) or error  # without the number of the system's error
    return secrecy.hide(str(said), password) or type(error).__name__


def _text(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer


def _close(connection: Any) -> None:
    """A server that is gone must not turn an answer that we have into an error."""
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        connection.connection = None
