"""A mail provider's API in place of SMTP, by django-anymail: the approved fields, and what its
answer proves.

It says "provably refused" of a 4xx answer, of what django-anymail did not even send, and of a
connection that never stood; a 5xx, a timeout or a lost connection may come after it took the mail.
"""

from email import message_from_bytes
from email.policy import SMTP
from typing import Any

import requests
from anymail.backends.base import AnymailBaseBackend
from anymail.exceptions import AnymailAPIError, AnymailConfigurationError, AnymailError
from django.core.mail import EmailMessage
from urllib3.exceptions import MaxRetryError, NewConnectionError

HEADERS = (
    "Message-ID", "In-Reply-To", "References", "List-Unsubscribe", "List-Unsubscribe-Post",
)  # fmt: skip


def is_used(connection: Any) -> bool:
    return isinstance(connection, AnymailBaseBackend)


def message(mime: bytes) -> EmailMessage:
    """The stored mail as a provider's API takes it. It writes the MIME itself."""
    stored = message_from_bytes(mime, policy=SMTP)
    text = stored.get_body(("plain",))
    return EmailMessage(
        subject=str(stored["Subject"]),
        body=text.get_content().replace("\r\n", "\n") if text else "",
        from_email=str(stored["From"]),
        to=[str(stored["To"])],
        headers={name: str(stored[name]) for name in HEADERS if name in stored},
    )


def name_of(sent: Any) -> str:
    """What the provider calls a mail that it took; "" for one that no provider took."""
    status = getattr(sent, "anymail_status", None)
    name = status.message_id if status else None
    return name if isinstance(name, str) else ""


def is_refusal(error: Exception) -> bool:
    """Does this prove that nothing left?"""
    if isinstance(error, AnymailAPIError):
        status = error.status_code
        if status is not None:
            return 400 <= status < 500 and status != 408
        return _never_connected(error)
    return isinstance(error, AnymailError | AnymailConfigurationError)


def _never_connected(error: Exception) -> bool:
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.__cause__
    inner = cause.args[0] if isinstance(cause, requests.ConnectionError) and cause.args else None
    return isinstance(inner, MaxRetryError) and isinstance(inner.reason, NewConnectionError)
