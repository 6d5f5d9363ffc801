"""Raw mails as a mail program saves them."""

from email.message import EmailMessage
from typing import Any

from django.db import DatabaseError


def raw_mail(
    *,
    sender: str = "nobody@else.example",
    subject: str = "A question",
    text: str = "How long is delivery?",
    number: int = 1,
    in_reply_to: str = "",
) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "moses@seller.example", subject
    mail["Message-ID"] = f"<{number}.{abs(hash(sender))}@else.example>"
    if in_reply_to:
        mail["In-Reply-To"] = in_reply_to
    mail.set_content(text)
    return mail.as_bytes()


def no_bell(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """The database fails when a worker is to be woken."""
    if sql.startswith("INSERT") and "django_q_ormq" in sql:
        raise DatabaseError("the disk is full")
    return execute(sql, params, many, context)
