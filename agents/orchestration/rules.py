"""The rules table: condition → what is allowed. The first active rule that holds decides.

Shipped rules (`shipped`) are seeded at `migrate`; the rows win from then on. Nothing holds →
nothing to do.
"""

from dataclasses import dataclass, field
from typing import Any

from agents.models import RoutingRule
from agents.orchestration import conditions
from agents.orchestration.situation import Situation
from revenue import snapshots, transactions


@dataclass(frozen=True)
class Outcome:
    """`inputs` is the hash of what the rule depends on."""

    verdict: str
    words: str
    rule: str = ""
    agents: tuple[str, ...] = ()
    mandate: dict[str, Any] = field(default_factory=dict)
    inputs: str = ""


NOTHING = Outcome("none", "Nothing new, and no deal that waits for somebody.")


def decide(situation: Situation, *, active: set[str]) -> Outcome:
    """The first rule that holds, narrowed to the agents that are switched on."""
    for rule in transactions.once(RoutingRule, _active):
        try:
            if not conditions.holds(rule.when, situation.facts):
                continue
        except conditions.ConditionError as error:
            words = f"The rule “{rule.name}” cannot be read: {error} An admin should mend it."
            return Outcome("escalate", words, rule.name, inputs=snapshots.digest(words))
        return _outcome(rule, situation, active)
    return NOTHING


def _active() -> list[RoutingRule]:
    return list(RoutingRule.objects.filter(is_active=True))


def _outcome(rule: RoutingRule, situation: Situation, active: set[str]) -> Outcome:
    agents = tuple(agent for agent in _receivers(rule, situation) if agent in active)
    inputs = _inputs(rule, situation)
    words = _words(rule, situation)
    if rule.verdict == "run" and not agents:
        words = f"{words} No agent that is switched on may do this, so a person is asked."
        return Outcome("escalate", words, rule.name, inputs=inputs)
    return Outcome(rule.verdict, words, rule.name, agents, dict(rule.mandate), inputs)


def _receivers(rule: RoutingRule, situation: Situation) -> list[str]:
    """A rule names its agents, or "receiver": whom the open handoff is addressed to."""
    if rule.agents != ["receiver"]:
        return rule.agents
    return [situation.handoff.to_agent] if situation.handoff else []


def _inputs(rule: RoutingRule, situation: Situation) -> str:
    used = conditions.attributes(rule.when)
    # Another signal, or another reply, of the same kind is a new question.
    used |= {"last_signal"} if used & {"signals", "unknown_signal"} else set()
    used |= {"reply"} if "reply_class" in used else set()
    names = sorted(used)
    seen = {name: situation.facts.get(name) for name in names}
    return snapshots.digest(snapshots.canonical([rule.name, seen]))


def _words(rule: RoutingRule, situation: Situation) -> str:
    """The rule's own words with what is there filled in; no other field is known."""
    known = {
        "account": situation.account.name,
        "signals": ", ".join(situation.facts["signals"]).replace("_", " ") or "nothing new",
        "reply_class": str(situation.facts["reply_class"]).replace("_", " "),
        "silent_days": _days(situation.facts["silent_days"]),
        "deal_days": _days(situation.facts["deal_days"]),
    }
    words = rule.words
    for name, value in known.items():
        words = words.replace("{" + name + "}", value)
    return words


def _days(value: int | None) -> str:
    return "some time" if value is None else f"{value} days"
