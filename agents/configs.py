"""What each agent runs with: immutable versions, one of them in force; and which agents work.

Shipped prompts in `agents/prompts/` are seeds: they become version 1 at `migrate`, and from then
on the rows win. The page that changes them goes through `review.setup.agents`, which says before
what a version does to the evidence.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from agents import envelope
from agents.definitions import registry
from agents.models import AgentConfig, AgentState
from agents.outputs import ReplyOutput, RouterOutput
from revenue import clock, events, snapshots, transactions
from revenue.models import User

ROUTER, READER = "router", "reader"
# What the orchestration itself asks: none of the team.
OWN: dict[str, type[BaseModel]] = {ROUTER: RouterOutput, READER: ReplyOutput}
SEEDS = Path(__file__).parent / "prompts"
FIRST = ("prospecting", "outreach")  # whom a new desk starts with
COSMETIC, SCOPE, MINOR, MAJOR = "cosmetic", "scope", "minor", "major"
RELEASED = "system:release"  # publishes what a release makes something else of
RELEASE = "A new release of Countersign shows it other facts, or asks for another answer."
RESTARTING = (MINOR, MAJOR)  # what was learnt of the version before says nothing of this one


@dataclass(frozen=True)
class Content:
    """What a version says. `budget` is in US dollars a day, or None for no limit of its own;
    `left_out` names those of the agent's classes that it may not write, in their order."""

    prompt: str
    model: str = ""
    temperature: float = 0.3
    max_tokens: int = 1500
    budget: Decimal | None = None
    left_out: tuple[str, ...] = ()


class Moved(Exception):
    """Somebody published meanwhile: `last` is the version that the wish did not know."""

    def __init__(self, last: AgentConfig) -> None:
        super().__init__(f"{last} was published meanwhile.")
        self.last = last


def active(agent: str) -> AgentConfig | None:
    """The version that runs now; nothing when the agent is switched off."""
    return transactions.once(AgentConfig, _at_work).get(agent)


def team_at_work() -> dict[str, AgentConfig]:
    """The version in force of each agent of the team that is switched on."""
    rows = transactions.once(AgentConfig, _at_work)
    return {agent: row for agent, row in rows.items() if agent not in OWN}


def _at_work() -> dict[str, AgentConfig]:
    return {row.agent: row for row in AgentConfig.objects.at_work()}


def content_of(config: AgentConfig) -> Content:
    return Content(
        config.prompt, config.model, config.temperature, config.max_tokens, config.budget,
        tuple(config.left_out),
    )  # fmt: skip


def fingerprint(agent: str, content: Content) -> str:
    """The hash of everything that shapes the answer; white space in the prompt does not. Nor do the
    classes that are left out: a task names those that it offers, the others' words stay the same.
    """
    parts = [_words(content.prompt), content.model, content.temperature, content.max_tokens]
    parts += _of_release(agent)
    return snapshots.digest(snapshots.canonical(parts))


def _of_release(agent: str) -> list[Any]:
    """What the code says: the answer's schema, and of the team which packet they are shown."""
    if agent in OWN:
        return [envelope.schema(OWN[agent])]
    found = registry.get(agent)
    return [envelope.schema(found.output), found.shown]


def _words(prompt: str) -> str:
    return " ".join(prompt.split())


def change(before: Content, after: Content) -> str:
    """How much of what shapes the answers is another: "cosmetic" is nothing of it (white space,
    the budget), "scope" which classes it may write, "minor" the wording, "major" the model or its
    parameters."""
    if _parameters(before) != _parameters(after):
        return MAJOR
    if _words(before.prompt) != _words(after.prompt):
        return MINOR
    return COSMETIC if before.left_out == after.left_out else SCOPE


def _parameters(content: Content) -> Content:
    return replace(content, prompt="", budget=None, left_out=())


@transactions.atomic
def publish(
    agent: str,
    *,
    prompt: str,
    by: User | str,
    model: str = "",
    temperature: float = 0.3,
    max_tokens: int = 1500,
    budget: Decimal | None = None,
    left_out: Iterable[str] = (),
    note: str = "",
    restores: int | None = None,
    seen: int | None = None,
) -> AgentConfig:
    """A new version, in force at once; the one before stays as it was.

    `seen` is the number of the version that whoever writes this one had before them: Moved when
    there is a later one.
    """
    if not prompt.strip():
        raise ValueError("A prompt cannot be empty.")
    last = _locked_last(agent)
    if last and seen is not None and last.version != seen:
        raise Moved(last)
    content = Content(prompt, model, temperature, max_tokens, budget, tuple(left_out))
    own_print = fingerprint(agent, content)
    changed = _changed(last, content, own_print) if last else ""
    AgentConfig.objects.filter(agent=agent, is_active=True).update(is_active=False)
    config = AgentConfig.objects.create(
        agent=agent,
        version=last.version + 1 if last else 1,
        prompt=prompt,
        model=model,
        temperature=temperature,
        max_tokens=max_tokens,
        budget=budget,
        left_out=list(content.left_out),
        note=note,
        change=changed,
        restores=restores,
        fingerprint=last.fingerprint if last and changed not in RESTARTING else own_print,
        is_active=True,
        created_by=events.actor(by),
        created_at=clock.now(),
    )
    transactions.forget(AgentConfig)
    events.append(
        "config.published", by=by, subject=config, agent=agent, version=config.version,
        fingerprint=config.fingerprint, left_out=config.left_out,
    )  # fmt: skip
    return config


def _changed(last: AgentConfig, content: Content, own_print: str) -> str:
    """The same content with another fingerprint is another release's: see `renew`."""
    if content == content_of(last):
        return COSMETIC if own_print == last.fingerprint else MAJOR
    return change(content_of(last), content)


def _locked_last(agent: str) -> AgentConfig | None:
    """The latest version. Whoever publishes holds the first one, which stays: a row that is found
    and then waited for would not be the latest any more."""
    rows = AgentConfig.objects.filter(agent=agent)
    list(rows.select_for_update(no_key=True).order_by("version").values_list("pk")[:1])
    return rows.order_by("-version").first()


@transactions.atomic
def switch(
    agent: str, *, by: User, is_available: bool | None = None, is_on: bool | None = None
) -> bool:
    """Make an agent available, or switch it on, or the reverse. False when it was so already.

    Runs that have begun come to their end; what they write is reviewed like anything else.
    """
    row = AgentState.objects.select_for_update().get(agent=agent)
    before = (row.is_available, row.is_on)
    row.is_available = row.is_available if is_available is None else is_available
    row.is_on = row.is_on if is_on is None else is_on
    if before == (row.is_available, row.is_on):
        return False
    row.save(update_fields=["is_available", "is_on"])
    transactions.forget(AgentConfig)
    events.append("agent.switched", by=by, subject=row, agent=agent, state=row.state)
    return True


def seed() -> None:
    """Version 1 of everything that has none yet; who a new desk starts with is at work. What runs
    already and this release would make something else of, is renewed."""
    known = set(AgentConfig.objects.values_list("agent", flat=True))
    for agent in [*OWN, *registry.names()]:
        if agent not in known:
            prompt = (SEEDS / f"{agent}.md").read_text(encoding="utf-8")
            publish(agent, prompt=prompt, by="system:seed")
        else:
            renew(agent)
    stated = set(AgentState.objects.values_list("agent", flat=True))
    for agent in registry.names():
        if agent not in stated:
            _add(agent, is_first=agent in FIRST)


@transactions.atomic
def renew(agent: str) -> None:
    """A new version where the release shows an agent another packet, or asks for another answer,
    than that which runs was published under: what was learnt of it says nothing of this one."""
    last = _locked_last(agent)
    if last is None or last.fingerprint == fingerprint(agent, content_of(last)):
        return
    publish(
        agent, by=RELEASED, note=RELEASE, prompt=last.prompt, model=last.model,
        temperature=last.temperature, max_tokens=last.max_tokens, budget=last.budget,
        left_out=last.left_out,
    )  # fmt: skip


@transactions.atomic
def _add(agent: str, *, is_first: bool) -> None:
    row = AgentState.objects.create(agent=agent, is_available=is_first, is_on=is_first)
    events.append("agent.added", by="system:seed", subject=row, agent=agent, state=row.state)
