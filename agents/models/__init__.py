"""Who acts next, and what they write."""

from .configs import AgentConfig, AgentState, Rehearsal, RoutingRule
from .preferences import Preference, ReceivedPreference
from .routing import RoutingDecision, WakeUp
from .runs import HUMAN, OUTSIDE, AgentRun, Draft, Effect, ExtraRead, Handoff
from .spend import Spend

__all__ = [
    "HUMAN",
    "OUTSIDE",
    "AgentConfig",
    "AgentRun",
    "AgentState",
    "Draft",
    "Effect",
    "ExtraRead",
    "Handoff",
    "Preference",
    "ReceivedPreference",
    "Rehearsal",
    "RoutingDecision",
    "RoutingRule",
    "Spend",
    "WakeUp",
]
