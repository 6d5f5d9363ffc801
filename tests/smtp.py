"""A real SMTP server on loopback: takes mail, refuses it, or drops the line after the final dot."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Sink:
    """Everything that was accepted, in order. `answer` is the reply to DATA.

    `drop` closes the connection after the final dot, when the mail has been taken; `taken` hears
    of the recipients then, before they are answered for.
    """

    def __init__(self) -> None:
        self.raw: list[bytes] = []
        self.recipients: list[str] = []
        self.answer = "250 OK"
        self.drop = False
        self.taken: Callable[[list[str]], None] = lambda recipients: None
        self.host, self.port = "127.0.0.1", 0

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=default) for raw in self.raw]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answer.startswith("2"):
            self.raw.append(envelope.original_content)
            self.recipients.extend(envelope.rcpt_tos)
            self.taken(envelope.rcpt_tos)
        if self.drop:
            server.transport.abort()
        return self.answer


class _AnyPort(Controller):
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def serving() -> Iterator[Sink]:
    sink = Sink()
    controller = _AnyPort(sink, hostname=sink.host, port=0)
    controller.start()
    sink.port = controller.port
    try:
        yield sink
    finally:
        controller.stop(no_assert=True)


@pytest.fixture
def smtp(settings: object) -> Iterator[Sink]:
    """A mail server that the product sends to for this test."""
    with serving() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = sink.host, sink.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield sink
