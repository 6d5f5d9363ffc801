"""What is let out, and how it went."""

from .doors import ApiToken, Callback, Submission, WebhookReceipt, WebhookSource
from .items import WAITING, Decision, GuardBlock, OutboxMessage, ReviewItem, State
from .lanes import Heartbeat, Lane, Verdict
from .notices import Notice, NoticeChoice, NoticeHost, NoticeOpening

__all__ = [
    "WAITING",
    "ApiToken",
    "Callback",
    "Decision",
    "GuardBlock",
    "Heartbeat",
    "Lane",
    "Notice",
    "NoticeChoice",
    "NoticeHost",
    "NoticeOpening",
    "OutboxMessage",
    "ReviewItem",
    "State",
    "Submission",
    "Verdict",
    "WebhookReceipt",
    "WebhookSource",
]
