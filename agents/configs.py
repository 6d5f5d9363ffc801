"""What each agent runs with: immutable versions, one of them active.

Shipped prompts in `agents/prompts/` are seeds: they become version 1 at `migrate`, and from then
on the rows win.
"""

from pathlib import Path

from pydantic import BaseModel

from agents import envelope
from agents.definitions import registry
from agents.models import AgentConfig
from agents.outputs import ReplyOutput, RouterOutput
from revenue import clock, events, snapshots, transactions
from revenue.models import User

ROUTER, READER = "router", "reader"
# What the orchestration itself asks: none of the team.
OWN: dict[str, type[BaseModel]] = {ROUTER: RouterOutput, READER: ReplyOutput}
SEEDS = Path(__file__).parent / "prompts"


def active(agent: str) -> AgentConfig | None:
    """The version that runs now; nothing when the agent is switched off."""
    return transactions.once(AgentConfig, _active).get(agent)


def active_agents() -> set[str]:
    return transactions.once(AgentConfig, _active).keys() - OWN.keys()


def _active() -> dict[str, AgentConfig]:
    return {row.agent: row for row in AgentConfig.objects.active()}


def fingerprint(agent: str, prompt: str, model: str, temperature: float, max_tokens: int) -> str:
    output = OWN[agent] if agent in OWN else registry.get(agent).output
    parts = [prompt, model, temperature, max_tokens, envelope.schema(output)]
    return snapshots.digest(snapshots.canonical(parts))


@transactions.atomic
def publish(
    agent: str,
    *,
    prompt: str,
    by: User | str,
    model: str = "",
    temperature: float = 0.3,
    max_tokens: int = 1500,
) -> AgentConfig:
    """A new version, active at once; the one before stays as it was."""
    if not prompt.strip():
        raise ValueError("A prompt cannot be empty.")
    last = AgentConfig.objects.select_for_update().filter(agent=agent).order_by("-version").first()
    AgentConfig.objects.filter(agent=agent, is_active=True).update(is_active=False)
    config = AgentConfig.objects.create(
        agent=agent,
        version=last.version + 1 if last else 1,
        prompt=prompt,
        model=model,
        temperature=temperature,
        max_tokens=max_tokens,
        fingerprint=fingerprint(agent, prompt, model, temperature, max_tokens),
        is_active=True,
        created_by=events.actor(by),
        created_at=clock.now(),
    )
    transactions.forget(AgentConfig)
    events.append(
        "config.published", by=by, subject=config, agent=agent, version=config.version,
        fingerprint=config.fingerprint,
    )  # fmt: skip
    return config


def seed() -> None:
    """Version 1 of everything that has none yet."""
    known = set(AgentConfig.objects.values_list("agent", flat=True))
    for agent in [*OWN, *registry.names()]:
        if agent not in known:
            prompt = (SEEDS / f"{agent}.md").read_text(encoding="utf-8")
            publish(agent, prompt=prompt, by="system:seed")
