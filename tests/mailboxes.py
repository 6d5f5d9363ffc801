"""A rep's mailbox in tests: its row, its servers on loopback, the mails that lie in it."""

from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from revenue import clock, mailboxes
from revenue.models import Mailbox, User
from tests import imap
from tests.smtp import Sink

ADDRESS, PASSWORD = imap.USER, imap.PASSWORD


def connected(
    user: User,
    *,
    smtp: Sink | None = None,
    imap: imap.Server | None = None,
    tested: bool = True,
    **more: Any,
) -> Mailbox:
    """A mailbox at ADDRESS; of a server that is not given nobody asks."""
    values = {
        "address": ADDRESS, "username": ADDRESS, "smtp_host": smtp.host if smtp else "127.0.0.1",
        "smtp_port": smtp.port if smtp else 1, "smtp_security": "none",
        "imap_host": imap.host if imap else "", "imap_port": imap.port if imap else 993,
        "imap_security": "none", "daily_cap": 50,
    }  # fmt: skip
    row = mailboxes.connect(user, by=user, password=PASSWORD, **(values | more))
    if tested:
        mailboxes.note_test(row, by=user, sends=True, reads=bool(imap))
    return row


def mail(sender: str, to: str, text: str = "Hello.", **headers: str) -> bytes:
    """A raw mail. `headers` are named with underscores: `in_reply_to="<…>"`."""
    message = EmailMessage()
    message["From"], message["To"] = sender, to
    message["Subject"] = headers.pop("subject", "The GTX Pro")
    message["Date"] = format_datetime(clock.now())
    for name, value in headers.items():
        message[name.replace("_", "-").title().replace("-Id", "-ID")] = value
    message.set_content(text)
    return message.as_bytes()
