"""The router model: chooses among the agents that the rules allow, and nothing else.

An answer that is invalid, names an agent that is not allowed, contradicts itself or comes too
late is not repaired: a person is asked.
"""

from dataclasses import dataclass

from agents import budget, configs, llm, runtime
from agents.definitions.registry import label
from agents.models import AgentRun
from agents.orchestration.rules import Outcome
from agents.orchestration.situation import Situation
from agents.outputs import RouterOutput
from revenue import context


@dataclass(frozen=True)
class Choice:
    verdict: str
    reason: str
    agent: str = ""


def ask(situation: Situation, outcome: Outcome) -> runtime.Work | budget.Refusal:
    """Open the router's own run; it is the step lock until its answer is there."""
    config = configs.active(configs.ROUTER)
    if config is None:
        raise LookupError("There is no router prompt.")
    packet = {
        "task": {"agent": configs.ROUTER, "today": situation.now.date().isoformat(),
                 "mandate": outcome.mandate},
        "situation": situation.facts,
        "allowed": list(outcome.agents),
    }  # fmt: skip
    call = runtime.call_for(config, packet, output=RouterOutput, repair=False)
    seen = context.account_context(situation.account)
    run = runtime.open_run(
        seen.account, configs.ROUTER, config, call, version=seen.version,
        context_hash=seen.hash, manifest=[f"account:{seen.account.pk}"],
    )  # fmt: skip
    return runtime.Work(run, call, packet) if isinstance(run, AgentRun) else run


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
