"""What is let out, and how it went."""

from .items import WAITING, Decision, GuardBlock, OutboxMessage, ReviewItem, State
from .lanes import Heartbeat, Lane, Verdict

__all__ = [
    "WAITING",
    "Decision",
    "GuardBlock",
    "Heartbeat",
    "Lane",
    "OutboxMessage",
    "ReviewItem",
    "State",
    "Verdict",
]
