"""Try a version on a real account without effect: context → model → validated output, no more.

The task is one of those that the rules give the agent, the packet is what a run of it would read
now, the money is reserved and settled like a run's. No run, draft, fact, handoff or snapshot is
written, and no voice is taken. Called by `review.setup.trying`, which keeps the deadline.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from agents import budget, llm, packets, runtime
from agents.configs import Content
from agents.definitions import registry
from agents.definitions.base import Definition, Packet
from agents.models import AgentConfig, Handoff, RoutingRule
from agents.orchestration import conditions, rules
from agents.reading import Shelf
from revenue import clock, context, locks, transactions
from revenue.models import Account, Activity


class TryError(ValueError):
    """Why nothing can be tried like this, and what to do. `field` names what was chosen."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


@dataclass(frozen=True)
class Attempt:
    """What is about to be asked; its money is set aside."""

    definition: Definition
    opening: runtime.Opening
    at: datetime


def tasks(agent: str) -> list[RoutingRule]:
    """The rules that send this agent to work. A person's hand-back is nothing to try: it asks for
    what that person wrote."""
    rules = RoutingRule.objects.filter(is_active=True, verdict="run")
    return [rule for rule in rules if _is_task(rule, agent)]


def _is_task(rule: RoutingRule, agent: str) -> bool:
    if rule.agents == ["receiver"]:
        return registry.get(agent).is_outward  # whom the others hand over to
    return agent in rule.agents and "handoff_to" not in conditions.attributes(rule.when)


@transactions.atomic
def begin(account: Account, agent: str, content: Content, *, rule: RoutingRule) -> Attempt:
    """Read, and set the money aside. TryError when the task does not fit or there is no money."""
    definition, row = registry.get(agent), locks.account(account.pk)
    handoff = _handoff(row, definition) if rule.agents == ["receiver"] else None
    config = AgentConfig(
        agent=agent, prompt=content.prompt, model=content.model,
        temperature=content.temperature, max_tokens=content.max_tokens,
        left_out=list(content.left_out),
    )  # fmt: skip
    shelf = Shelf([context.contexts([row])[row.pk]], now=clock.now())
    reader = packets.reader_for(shelf.known[0], shelf, signals=[], handoff=handoff)
    mandate = _mandate(row, rule, handoff)
    if mandate.get("output_class") in content.left_out:
        raise TryError("rule", "This version leaves that class out. Choose another task.")
    opening = runtime.prepare(reader, definition, mandate=mandate, handoff=handoff, config=config)
    if packets.suspected(opening.packet):
        words = "Text there reads like an order to an agent: a person looks at it first."
        raise TryError("account", words)
    [refusal] = runtime.reserve([opening])
    if refusal:
        raise TryError("", refusal.reason)
    return Attempt(definition, opening, clock.now())


def _handoff(account: Account, definition: Definition) -> Handoff:
    found = Handoff.objects.filter(account=account, to_agent=definition.name).first()
    if found is None:
        words = f"{account} was never handed over to {definition.label}. Choose another task."
        raise TryError("rule", words)
    return found


def _mandate(account: Account, rule: RoutingRule, handoff: Handoff | None) -> Packet:
    mandate = dict(rule.mandate)
    wanted = rules.asked_for(mandate, handoff)
    mandate |= {"output_class": wanted} if wanted else {}
    if "reply" in conditions.attributes(rule.when):
        mandate |= _answering(account)
    return mandate | {"signals": []}


def _answering(account: Account) -> Packet:
    inbound = Activity.objects.filter(
        account=account, kind=Activity.Kind.EMAIL, direction=Activity.Direction.INBOUND,
        is_auto=False,
    )  # fmt: skip
    reply = inbound.order_by("-occurred_at", "-pk").first()
    if reply is None:
        raise TryError("rule", f"Nobody at {account} has answered yet. Choose another task.")
    named = {"contact_id": f"contact:{reply.contact_id}"} if reply.contact_id else {}
    return {"in_reply_to": reply.pk, **named}


def judged(attempt: Attempt, answer: llm.Answer) -> runtime.Result:
    """What a run would have made of the answer."""
    if answer.value is None:
        return runtime.Result("unusable" if answer.unusable else "failed", answer.error)
    opening = attempt.opening
    return runtime.judged(
        attempt.definition, answer.value, opening.call, opening.packet, config=opening.config
    )


@transactions.atomic
def settle(attempt: Attempt, answer: llm.Answer | None) -> Decimal:
    """What it cost, booked. Without an answer nobody knows what was spent: then all of it was."""
    opening = attempt.opening
    asked = opening.call.model
    spent = llm.cost(answer.usage, answer.model, asked) if answer else opening.estimate
    budget.settle(
        opening.agent, opening.seen.account.pk, reserved=opening.estimate, spent=spent,
        at=attempt.at,
    )  # fmt: skip
    return spent
