"""The mail channel: stored bytes out, by whatever mail backend is set up.

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

from revenue import secrecy
from review.channels import provider

ACCEPTED, REFUSED, UNKNOWN = "accepted", "refused", "unknown"


@dataclass(frozen=True)
class Outcome:
    """`cause` of a refusal: connection, login, sender, recipient or message. `provider_id` is what
    a mail provider calls the mail that it took."""

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


def send(mime: bytes, *, sender: str, recipient: str) -> Outcome:
    """One attempt. Never raises: what cannot be known is said to be unknown."""
    message: EmailMessage = StoredMessage(mime, sender=sender, recipient=recipient)
    connection = get_connection()
    if provider.is_used(connection):
        message = provider.message(mime)
    try:
        connection.open()
    except Exception as error:
        words = f"No connection to the mail server: {_words(error)}"
        return Outcome(REFUSED, words, _cause(error))
    try:
        count = connection.send_messages([message])
    except Exception as error:
        return Outcome(_meaning(error), _words(error), _cause(error))
    finally:
        _close(connection)
    name = provider.name_of(message)
    return (
        Outcome(ACCEPTED, "accepted", provider_id=name)
        if count
        else Outcome(UNKNOWN, "the server said nothing")
    )


def _meaning(error: Exception) -> str:
    """A reply code of the server is proof; everything else is not."""
    if isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPNotSupportedError):
        return REFUSED
    if provider.is_refusal(error):
        return REFUSED
    if isinstance(error, smtplib.SMTPResponseException) and 400 <= error.smtp_code < 600:
        return REFUSED
    return UNKNOWN


def _cause(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPNotSupportedError):
        return "login"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "recipient"
    if isinstance(error, smtplib.SMTPSenderRefused):
        return "sender"
    return "message" if isinstance(error, smtplib.SMTPDataError) else "connection"


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return secrecy.hide(f"{code} {_text(text)}")
    if isinstance(error, smtplib.SMTPResponseException):
        return secrecy.hide(f"{error.smtp_code} {_text(error.smtp_error)}")
    return secrecy.hide(str(error)) or type(error).__name__


def _text(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer


def _close(connection: Any) -> None:
    """A server that is gone must not turn an answer that we have into an error."""
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        connection.connection = None
