"""What is let out, and how it went."""

from .blocks import GuardBlock
from .doors import ApiToken, Callback, Submission, WebhookReceipt, WebhookSource
from .items import Decision, OutboxMessage, ReviewItem
from .lanes import (
    AuditDraw,
    Critical,
    EvidenceEpoch,
    EvidenceUnit,
    Heartbeat,
    Lane,
    LaneChange,
    Verdict,
)
from .levels import ServiceLevel
from .looks import Breach, Look
from .notices import Notice, NoticeChoice, NoticeHost, NoticeOpening
from .practice import Double, Plant, PracticeRound
from .said import ApprovedSentence
from .states import (
    BUSINESS_DAYS,
    DECIDABLE,
    IS_OPEN,
    MANAGER_HOURS,
    WAITING,
    Cause,
    EscalationVerdict,
    State,
)

__all__ = [
    "BUSINESS_DAYS",
    "DECIDABLE",
    "IS_OPEN",
    "MANAGER_HOURS",
    "WAITING",
    "ApiToken",
    "ApprovedSentence",
    "AuditDraw",
    "Breach",
    "Callback",
    "Cause",
    "Critical",
    "Decision",
    "Double",
    "EscalationVerdict",
    "EvidenceEpoch",
    "EvidenceUnit",
    "GuardBlock",
    "Heartbeat",
    "Lane",
    "LaneChange",
    "Look",
    "Notice",
    "NoticeChoice",
    "NoticeHost",
    "NoticeOpening",
    "OutboxMessage",
    "Plant",
    "PracticeRound",
    "ReviewItem",
    "ServiceLevel",
    "State",
    "Submission",
    "Verdict",
    "WebhookReceipt",
    "WebhookSource",
]
