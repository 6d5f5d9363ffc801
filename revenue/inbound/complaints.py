"""Reports that somebody called a mail of ours spam (ARF, RFC 5965).

Anybody can write such a report: whoever acts on one checks `original_message_id` against what was
really sent, and the address that we wrote to counts, because reports often redact theirs. Called
by `message` alone.
"""

from dataclasses import dataclass
from email.message import Message

from revenue.inbound import bounces, headers, mime

# RFC 5965 and 6430; "not-spam", "virus" and "auth-failure" are no wish of the reader's.
UNWANTED = ("abuse", "fraud", "opt-out", "opt-out-list", "complaint")


@dataclass(frozen=True)
class Complaint:
    """`recipient` is whom the report names, empty where it does not."""

    kind: str
    recipient: str = ""
    original_message_id: str = ""


def found_in(message: Message) -> Complaint | None:
    """The complaint that this mail is, if it is one."""
    if bounces.report_type(message) != "feedback-report":
        return None
    for part in mime.leaves(message):
        if part.get_content_type() == "message/feedback-report":
            return _from_report(message, bounces.inner(part))
    return None


def _from_report(message: Message, fields: Message) -> Complaint | None:
    kind = headers.words(headers.value(fields, "Feedback-Type"), 40).lower()
    if kind not in UNWANTED:
        return None
    return Complaint(kind, _recipient(fields), bounces.original_id(message))


def _recipient(fields: Message) -> str:
    for name in ("Original-Rcpt-To", "Removal-Recipient"):
        found = headers.ADDRESS.search(headers.words(headers.value(fields, name), 300))
        if found:
            return found[0].lower()
    return ""
