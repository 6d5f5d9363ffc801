"""Chooses who acts next among the agents that the rules allow, by reading the situation.

What it looks for: what a person has to decide, a meeting that is near, what happened (`signals`),
whether there is a conversation, how many open deals are in stage Prospecting and beyond, and what
an agent has done on this very state already.
"""

from dataclasses import dataclass
from typing import Any

from agents.offline.brief import Row, section
from agents.outputs import RouterOutput

# What happened, the most telling first: who is the one for it, best first, and why.
SIGNALS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("reply", ("qualification", "outreach"), "They answered, and somebody has to take that up"),
    ("meeting_ended", ("followup",), "A meeting has ended and its follow-up is due"),
    ("meeting_changed", ("scheduling",), "A meeting has changed"),
    ("meeting_booked", ("prep",), "A meeting is booked and has to be prepared"),
    ("contract_notice", ("renewal",), "A contract is coming up for notice"),
    ("champion_left", ("reengage",), "The person who knew us has left"),
    ("competitor_mention", ("competitive",), "A competitor was named"),
    ("usage", ("renewal",), "Their usage has changed"),
    ("form", ("qualification",), "Somebody there filled in a form"),
    ("news", ("research",), "There is news about them"),
    ("firmographic_change", ("research",), "The company has changed"),
    ("silence", ("outreach", "nurture"), "An open deal has gone silent"),
    ("imported", ("prospecting",), "The account was just imported"),
)


# What is left to a person, whoever is allowed: an attribute, its value, and why.
PERSONS: tuple[tuple[str, Any, str], ...] = (
    ("known_stage", False, "The account is in a stage that is not known here."),
    ("unknown_signal", True, "Something happened that nobody here knows how to read."),
    ("reply_class", "hostile_legal", "The reply speaks of law or threatens."),
    ("reply_class", "objection", "The reply is an objection."),
    ("has_owner", False, "The account has no owner."),
    ("is_strategic", True, "It is a strategic account."),
)


@dataclass(frozen=True)
class Seen:
    """What the choice turns on."""

    signals: frozenset[str]
    talking: bool
    early_deals: bool
    later_deals: bool


def choose(packet: Row) -> RouterOutput:
    situation = section(packet, "situation")
    named = packet.get("allowed")
    allowed = [name for name in named if isinstance(name, str)] if isinstance(named, list) else []
    if not allowed:
        return _answer(None, "none", "The rules allow no agent here, so nobody acts.")
    persons = _left_to_a_person(situation)
    if persons:
        return _answer(None, "escalate", persons)
    if situation.get("meeting_near") and not situation.get("reply"):
        return _answer(None, "wait", "A meeting is near: nothing goes out before it is over.")
    agent, reason = _chosen(_seen(situation), _fresh(situation, allowed))
    if agent is None:
        listed = " or ".join(allowed)
        return _answer(None, "escalate", f"Nothing in what is known speaks for {listed}.")
    return _answer(agent, "run", f"{reason}, so {agent} is the one to act.")


def _left_to_a_person(situation: Row) -> str:
    if situation.get("reply") and situation.get("reply_has_sender") is False:
        return "Somebody answered whom nobody here knows."
    found = (why for name, value, why in PERSONS if situation.get(name) == value)
    return next(found, "")


def _answer(agent: str | None, verdict: Any, reason: str) -> RouterOutput:
    return RouterOutput(agent=agent and agent[:80], verdict=verdict, reason=reason[:600])


def _fresh(situation: Row, allowed: list[str]) -> list[str]:
    """Without those who were at work on this very state already, unless nobody else is left."""
    done = situation.get("done_here")
    left = [name for name in allowed if name not in (done if isinstance(done, list) else [])]
    return left or allowed


def _seen(situation: Row) -> Seen:
    signals = situation.get("signals")
    kinds = [str(kind) for kind in signals] if isinstance(signals, list) else []
    kinds += ["reply"] if situation.get("reply_class") else []
    return Seen(
        signals=frozenset(kinds),
        talking=bool(situation.get("has_conversation")),
        early_deals=bool(situation.get("prospecting_deals")),
        later_deals=bool(situation.get("engaging_deals")),
    )


def _chosen(seen: Seen, allowed: list[str]) -> tuple[str | None, str]:
    if len(allowed) == 1:
        return allowed[0], "Nobody else is allowed and left"
    for kind, preferred, reason in SIGNALS:
        agent = next((name for name in preferred if name in allowed), None)
        if kind in seen.signals and agent:
            return agent, reason
    return _by_deals(seen, allowed)


def _by_deals(seen: Seen, allowed: list[str]) -> tuple[str | None, str]:
    if seen.talking and "outreach" in allowed:
        return "outreach", "There is a conversation to go on with"
    if seen.early_deals and "prospecting" in allowed:
        return "prospecting", "A deal is in stage Prospecting and nobody there has been written to"
    if seen.later_deals and "outreach" in allowed:
        return "outreach", "A deal is under way and wants a word"
    return None, ""
