"""Which mail of a rep's own mailbox concerns an account, and which is nobody's business here.

A private mail is looked at by its headers alone and nothing of it is kept. What answers a mail of
ours, comes from a contact, or reports about a mail of ours is kept.
"""

from revenue import consent, workspace
from revenue.inbound import receive
from revenue.inbound.message import ParsedEmail
from revenue.models import Address, Contact

COMPLAINT = "feedback-report"


def may_concern_us(headers: ParsedEmail) -> bool:
    """Of what the headers say: has the whole mail to be looked at?"""
    is_report = headers.is_bounce or bool(headers.report_type)
    return is_report or concerns_us(headers)


def concerns_us(mail: ParsedEmail) -> bool:
    """Does it answer us, come from a contact, or report about a mail of ours?"""
    ids = [mail.in_reply_to, *mail.references]
    if mail.bounce:
        ids.append(mail.bounce.original_message_id)
    if any(workspace.made_here(one) for one in ids if one):
        return True
    if receive.message_answered(mail) is not None or mail.report_type == COMPLAINT:
        return True
    return _is_known(mail.sender) or bool(mail.bounce and _was_written_to(mail.bounce.recipient))


def _is_known(sender: str) -> bool:
    email = consent.normalise(sender)
    return bool(email) and Contact.objects.with_address(email).exists()


def _was_written_to(recipient: str) -> bool:
    email = consent.normalise(recipient)
    rows = Address.objects.filter(email=email, last_sent_at__isnull=False)
    return bool(email) and rows.exists()
