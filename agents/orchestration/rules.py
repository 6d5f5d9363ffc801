"""The rules table: condition → what is allowed. The first active rule that holds decides.

Shipped rules (`shipped`) are seeded at `migrate`; the rows win from then on. Nothing holds →
nothing to do.
"""

from dataclasses import dataclass, field
from typing import Any

from agents.definitions import registry
from agents.models import AgentConfig, Handoff, RoutingRule
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


def decide(situation: Situation, *, active: dict[str, AgentConfig]) -> Outcome:
    """The first rule that holds, narrowed to the agents that are switched on and may write what is
    asked for; `active` has the version of each."""
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


def _outcome(rule: RoutingRule, situation: Situation, active: dict[str, AgentConfig]) -> Outcome:
    on = [agent for agent in _receivers(rule, situation) if agent in active]
    asked = {agent: asked_for(rule.mandate, handoff_for(situation, agent)) for agent in on}
    agents = tuple(agent for agent in on if asked[agent] not in active[agent].left_out)
    inputs = _inputs(rule, situation)
    words = _words(rule, situation)
    if rule.verdict == "run" and not agents:
        words = f"{words} {_nobody(asked)}"
        return Outcome("escalate", words, rule.name, inputs=inputs)
    return Outcome(rule.verdict, words, rule.name, agents, dict(rule.mandate), inputs)


def _nobody(asked: dict[str, str]) -> str:
    """Why nobody may act; `asked` is what would be wanted of those who are on."""
    for agent, name in asked.items():
        wanted = registry.output_class(name)
        if wanted:
            said = f"“{wanted.label}” was taken out of what {registry.label(agent)} may write"
            return f"{said}, so a person is asked."
    return "No agent that is switched on may do this, so a person is asked."


def handoff_for(situation: Situation, agent: str) -> Handoff | None:
    handoff = situation.handoff
    return handoff if handoff and handoff.to_agent in ("", agent) else None


def asked_for(mandate: dict[str, Any], handoff: Handoff | None) -> str:
    """The class that is wanted, by the handoff before the rule; "" leaves the choice."""
    return (handoff and handoff.mandate.get("output_class")) or mandate.get("output_class", "")


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
