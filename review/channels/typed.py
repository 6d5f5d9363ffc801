"""SMTP to a server that a person typed in: the address rule holds, certificates are checked."""

import smtplib
import socket
from typing import Any

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

from revenue import reaching
from revenue.mailboxes import Line


class _Plain(smtplib.SMTP):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return reaching.connect(host, port, timeout)


class _Encrypted(smtplib.SMTP_SSL):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line = reaching.connect(host, port, timeout)
        return reaching.encrypted(line, self.context, host)


class Backend(EmailBackend):
    @property
    def connection_class(self) -> Any:
        return _Encrypted if self.use_ssl else _Plain


def connection(line: Line) -> Backend:
    return Backend(
        host=line.host,
        port=line.port,
        username=line.username,
        password=line.password,
        use_tls=line.security == "starttls",
        use_ssl=line.security == "tls",
        timeout=settings.EMAIL_TIMEOUT,
    )
