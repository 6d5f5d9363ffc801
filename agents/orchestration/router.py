"""The router model: chooses among the agents that the rules allow, and nothing else.

An answer that is invalid, names an agent that is not allowed, contradicts itself or comes too
late is not repaired: a person is asked.
"""

import re
from dataclasses import dataclass

from agents import configs, llm, packets, runtime
from agents.definitions.base import Packet
from agents.definitions.registry import label
from agents.orchestration.rules import Outcome
from agents.orchestration.situation import Situation
from agents.outputs import RouterOutput

# Of the instructions: what each says stands below its heading.
PARTS = {
    "1": "What triggers each agent",
    "2": "What a handoff must carry",
    "3": "When a person decides",
    "4": "Conflicts",
    "5": "When you do not recognise the state",
}
PART = re.compile(r"^## ([1-5])\. [^\n]*\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Choice:
    verdict: str
    reason: str
    agent: str = ""


def ask(situation: Situation, outcome: Outcome) -> runtime.Opening:
    """The router's own run; it is the step lock until its answer is there."""
    config = configs.active(configs.ROUTER)
    if config is None:
        raise LookupError("There is no router prompt.")
    today = situation.now.date().isoformat()
    packet = packet_of(situation.facts, outcome.agents, today=today, mandate=outcome.mandate)
    call = packets.call_for(config, packet, output=RouterOutput, repair=False)

    def judge(answer: llm.Answer) -> runtime.Result:
        choice = read(answer, outcome.agents)
        return runtime.Result(choice.verdict, choice.reason)

    manifest = [f"account:{situation.account.pk}"]
    return runtime.Opening(
        situation.seen, configs.ROUTER, config, call, packet, manifest, judge=judge
    )


def packet_of(facts: Packet, allowed: tuple[str, ...], *, today: str, mandate: Packet) -> Packet:
    return {
        "task": {"agent": configs.ROUTER, "today": today, "mandate": mandate},
        "situation": facts,
        "allowed": list(allowed),
    }


def lacks(prompt: str) -> list[str]:
    """The parts that every version of its instructions has, and this one has not."""
    found = {number for number, text in PART.findall(prompt) if text.strip()}
    return [f"## {number}. {title}" for number, title in PARTS.items() if number not in found]


def read(answer: llm.Answer, allowed: tuple[str, ...]) -> Choice:
    """The choice, or an escalation that shows both claims of a contradiction."""
    said = answer.value
    if not isinstance(said, RouterOutput):
        return Choice("escalate", f"The router gave no usable answer. {answer.error}")
    named = said.agent or ""
    if said.verdict != "run":
        if named:
            words = f"The router contradicts itself: “{said.verdict}” and “{named}”."
            return Choice("escalate", words)
        return Choice(said.verdict, said.reason)
    if named not in allowed:
        may = " or ".join(label(agent) for agent in allowed)
        return Choice("escalate", f"The router named “{named or 'nobody'}”; allowed is {may}.")
    return Choice("run", said.reason, named)
