"""A real SMTP server on loopback: takes mail, refuses it, or drops the line after the final dot."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


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
        self.senders: list[str] = []
        self.login: tuple[bytes, bytes] | None = None
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

    def wants(self, username: str, password: str) -> None:
        """Nobody sends without this login from now on."""
        self.login = (username.encode(), password.encode())

    async def handle_MAIL(  # its name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list
    ) -> str:
        if self.login and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        self.senders.append(address)
        return "250 OK"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        is_right = isinstance(data, LoginPassword) and (data.login, data.password) == self.login
        return AuthResult(success=is_right, handled=False)


class _AnyPort(Controller):
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def serving(*, tls: ssl.SSLContext | None = None) -> Iterator[Sink]:
    sink = Sink()
    controller = _AnyPort(
        sink, hostname=sink.host, port=0, ssl_context=tls, authenticator=sink.authenticate,
        auth_require_tls=False,
    )  # fmt: skip
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
