"""The verbs of the page for agents: what a new version would do, publish, roll back, on and off.

An admin publishes and makes available, a manager switches on. A version with other words, another
model or parameter begins the evidence of every lane of its agent anew, and of every lane that is
written from its handoffs, in the same transaction; one that only leaves a class out pauses that
class where it left by itself, so that a manager decides anew when it comes back. `preview` says so
before, and `publish` takes only what was looked at.
Instructions of the router or the reader have to meet their scenarios first.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from agents import configs
from agents.configs import Content, Moved
from agents.definitions import registry
from agents.models import AgentConfig, AgentState
from agents.orchestration import scenarios
from revenue import snapshots, transactions
from revenue.models import User
from review import autonomy, worddiff
from review.models import Lane
from review.setup import team

GONE, BACK = "Not written any more.", "Written again."
AROUND = 3  # lines of what stayed, before and after a change
KINDS = {
    configs.COSMETIC: "Nothing that shapes the answers changes: the evidence goes on.",
    configs.SCOPE: "It may write other classes, in the same way: the evidence goes on.",
    configs.MINOR: "Other words in the instructions: the evidence begins anew.",
    configs.MAJOR: "Another model or other parameters: the evidence begins anew.",
}
OF_OWN = {
    **KINDS,
    configs.COSMETIC: "Nothing that shapes the answers changes.",
    configs.MINOR: "Other words in the instructions: the scenarios have to be met first.",
    configs.MAJOR: "Another model or other parameters: the scenarios have to be met first.",
}


class AgentError(ValueError):
    """Why nothing was done, and what to do. `status` is that of HTTP."""

    def __init__(self, words: str, status: int = 422) -> None:
        super().__init__(words)
        self.status = status


class Unseen(AgentError):
    """What would be published is not what was looked at."""


@dataclass(frozen=True)
class Effect:
    """What a version does to the evidence of one lane."""

    label: str
    state: str
    units: int
    words: str


@dataclass(frozen=True)
class Preview:
    """`is_other` says whether anything changes at all, `obstacle` why it may not run yet. `seal`
    names what was looked at: the wish, the version before it, and the lanes' states."""

    before: AgentConfig
    is_other: bool
    kind: str
    words: str
    spans: list[worddiff.Span]
    settings: list[tuple[str, str, str]]
    effects: list[Effect]
    unpriced: str
    obstacle: str
    seal: str


def latest(agent: str) -> AgentConfig:
    return AgentConfig.objects.filter(agent=agent).order_by("-version")[0]


def preview(agent: str, content: Content) -> Preview:
    before = latest(agent)
    old = configs.content_of(before)
    kind = configs.change(old, content)
    lanes = autonomy.affected(agent)
    shape = configs.fingerprint(agent, content)
    effects = [_effect(agent, lane, shape, old, content) for lane in lanes]
    parts = [content.prompt, *(said for _, said in in_words(agent, content))]
    seen = [agent, before.version, parts, [(lane.pk, lane.state) for lane in lanes]]
    return Preview(
        before=before,
        is_other=old != content,
        kind=kind,
        words=_kind_words(agent, kind) if old != content else "Nothing is changed yet.",
        spans=compared(old.prompt, content.prompt),
        settings=_differences(agent, old, content),
        effects=effects,
        unpriced=team.unpriced(content.model) if content.model else "",
        obstacle=scenarios.obstacle(agent, content) if kind in configs.RESTARTING else "",
        seal=snapshots.digest(snapshots.canonical(seen)),
    )


def compared(before: str, after: str) -> list[worddiff.Span]:
    """What changed, word by word, with the lines around it; nothing when nothing did."""
    return [] if before == after else [_shortened(span) for span in worddiff.diff(before, after)]


def _shortened(span: worddiff.Span) -> worddiff.Span:
    lines = span.text.split("\n")
    if span.op != "same" or len(lines) <= 2 * AROUND + 1:
        return span
    return worddiff.Span("same", "\n".join([*lines[:AROUND], "…", *lines[-AROUND:]]))


def _kind_words(agent: str, kind: str) -> str:
    return (KINDS if registry.knows(agent) else OF_OWN)[kind]


def in_words(agent: str, content: Content) -> list[tuple[str, str]]:
    """The settings of a version as a person reads them."""
    budget = "No limit of its own" if content.budget is None else f"${content.budget:,.2f} a day"
    said = [
        ("Model", content.model or "The installation’s"),
        ("Temperature", f"{content.temperature:g}"),
        ("Longest answer", f"{content.max_tokens:,} tokens"),
        ("Budget", budget),
    ]
    writes = registry.knows(agent) and registry.get(agent).writes
    return [*said, ("Classes", _classes(agent, content))] if writes else said


def _classes(agent: str, content: Content) -> str:
    rows = registry.get(agent).written
    return ", ".join(row.label for row in rows if row.name not in content.left_out) or "None"


def _differences(agent: str, old: Content, new: Content) -> list[tuple[str, str, str]]:
    pairs = zip(in_words(agent, old), in_words(agent, new), strict=True)
    return [(name, was, becomes) for (name, was), (_, becomes) in pairs if was != becomes]


def _effect(agent: str, lane: Lane, shape: str, old: Content, new: Content) -> Effect:
    units, turn = lane.epoch.count if lane.epoch else 0, _turn(lane, old, new)
    restarts = configs.change(old, new) in configs.RESTARTING
    words = f"{turn} {_anew(lane, units, turn) if restarts else _kept(lane, turn)}".strip()
    again = autonomy.collected(lane, shape) if restarts else 0
    if again:
        words += f" {again} of this version {'counts' if again == 1 else 'count'} again."
    fed = ", from its handoffs" if lane.output_class in registry.get(agent).feeds else ""
    return Effect(f"{autonomy.label(lane)}{fed}", lane.get_state_display(), units, words)


def anew(lane: Lane) -> Effect:
    """What it is for a lane that its evidence begins anew."""
    units = lane.epoch.count if lane.epoch else 0
    return Effect(autonomy.label(lane), lane.get_state_display(), units, _anew(lane, units, ""))


def _turn(lane: Lane, old: Content, new: Content) -> str:
    """Whether it may be written from now on, where that changes."""
    was, becomes = (lane.output_class in one.left_out for one in (old, new))
    return "" if was == becomes else GONE if becomes else BACK


def _kept(lane: Lane, turn: str) -> str:
    if turn == GONE:
        paused = "Paused until a manager resumes it." if lane.state in Lane.FREE else ""
        return f"{paused} Its evidence stays.".strip()
    if turn == BACK and lane.state == Lane.State.PAUSED:
        return "Every draft is reviewed until a manager resumes it."
    return "Its evidence goes on." if turn else "Stays as it is."


def _anew(lane: Lane, units: int, turn: str) -> str:
    days = "day no longer counts" if units == 1 else "days no longer count"
    lost = f"{units} reviewed account {days}." if units else ""
    if lane.state in Lane.FREE and turn != GONE:
        return f"Every draft is reviewed again. {lost}".strip()
    return lost or "Begins anew; nothing that counts has been collected."


@transactions.atomic
def publish(
    agent: str, content: Content, *, note: str, by: User, seen: int, seal: str,
    restores: int | None = None,
) -> AgentConfig:  # fmt: skip
    """A new version, in force at once. Moved when somebody published meanwhile; Unseen when it is
    not what `preview` showed."""
    if not by.is_admin:
        raise AgentError("Only an admin publishes a version.", 403)
    shown = preview(agent, content)
    if shown.before.version != seen:
        raise Moved(shown.before)
    if configs.content_of(shown.before) == content:
        raise AgentError("This is what runs already: nothing is changed.")
    if shown.seal != seal:
        raise Unseen("Look at what it changes first: something is different from what you saw.")
    if shown.obstacle:
        raise Unseen(shown.obstacle)
    config = configs.publish(
        agent, by=by, note=note, restores=restores, seen=seen, prompt=content.prompt,
        model=content.model, temperature=content.temperature, max_tokens=content.max_tokens,
        budget=content.budget, left_out=content.left_out,
    )  # fmt: skip
    reason = f"{registry.label(agent)} version {config.version}: {note}"
    if config.change in configs.RESTARTING:
        begin_anew([agent], by=by, reason=reason)
    gone = set(content.left_out) - set(shown.before.left_out)
    for lane in autonomy.affected(agent):
        if lane.output_class in gone:
            autonomy.taken_out(lane, by=by, reason=reason)
    return config


def begin_anew(agents: Iterable[str], *, by: User, reason: str) -> None:
    """The evidence of each lane that depends on these agents, in the caller's transaction."""
    for lane in autonomy.affected(*agents):
        autonomy.restarted(lane, by=by, reason=reason)


@transactions.atomic
def renewed() -> None:
    """After a release: evidence that was begun before what it published (see `configs.renew`) is
    about something else."""
    for config in AgentConfig.objects.active().filter(created_by=configs.RELEASED):
        for lane in autonomy.affected(config.agent):
            if lane.epoch and (lane.epoch.reopened_at or lane.epoch.opened_at) < config.created_at:
                reason = f"{registry.label(config.agent)} version {config.version}: {config.note}"
                autonomy.restarted(lane, by="system", reason=reason)


def roll_back(config: AgentConfig, *, note: str, by: User, seen: int, seal: str) -> AgentConfig:
    """A new version with the content of this older one: what ran in between stays on record."""
    said = note or f"Version {config.version} again."
    return publish(
        config.agent, configs.content_of(config), note=said, by=by, seen=seen, seal=seal,
        restores=config.version,
    )  # fmt: skip


@transactions.atomic
def make_available(agent: str, wanted: bool, *, by: User) -> None:
    """By an admin. What is taken away is off too: a manager decides anew when it comes back."""
    if not by.is_admin:
        raise AgentError("Only an admin makes an agent available.", 403)
    if not configs.switch(agent, by=by, is_available=wanted, is_on=None if wanted else False):
        state = "available" if wanted else "taken away"
        raise AgentError(f"{registry.label(agent)} is {state} already.", 409)


@transactions.atomic
def switch_on(agent: str, wanted: bool, *, by: User) -> None:
    """By a manager, among those that an admin made available."""
    if not by.is_manager:
        raise AgentError("Only a manager switches an agent on or off.", 403)
    label = registry.label(agent)
    if wanted and not AgentState.objects.filter(agent=agent, is_available=True).exists():
        raise AgentError(f"{label} is not available. An admin makes it available first.", 409)
    if not configs.switch(agent, by=by, is_on=wanted):
        raise AgentError(f"{label} is {'on' if wanted else 'off'} already.", 409)
