"""What is let out, and how it went."""

from .doors import ApiToken, Callback, Submission, WebhookReceipt, WebhookSource
from .items import Decision, GuardBlock, OutboxMessage, ReviewItem
from .lanes import Heartbeat, Lane, Verdict
from .levels import ServiceLevel
from .notices import Notice, NoticeChoice, NoticeHost, NoticeOpening
from .said import ApprovedSentence
from .states import WAITING, Cause, EscalationVerdict, State

__all__ = [
    "WAITING",
    "ApiToken",
    "ApprovedSentence",
    "Callback",
    "Cause",
    "Decision",
    "EscalationVerdict",
    "GuardBlock",
    "Heartbeat",
    "Lane",
    "Notice",
    "NoticeChoice",
    "NoticeHost",
    "NoticeOpening",
    "OutboxMessage",
    "ReviewItem",
    "ServiceLevel",
    "State",
    "Submission",
    "Verdict",
    "WebhookReceipt",
    "WebhookSource",
]
