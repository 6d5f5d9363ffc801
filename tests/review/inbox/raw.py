"""Raw mails as a mail program saves them."""

from email.message import EmailMessage


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
