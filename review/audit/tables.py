"""The declared steps of every row that has a state, and how the log names the state after each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agents.models import AgentRun, AgentState, Handoff, Preference, RoutingDecision, WakeUp
from revenue import stages
from revenue.models import Account, Event, Lease, Mailbox, Opportunity, Switch
from review.models import Callback, Decision, EvidenceEpoch, Lane, OutboxMessage, ReviewItem

BORN = ""
TOLD_BY_KIND = {
    "account.imported": "prospect",
    "voice.acquired": "active",
    "voice.passed": "active",
    "run.started": "running",
}


def told(event: Event) -> str:
    """The state that a row has after this event."""
    data = event.data
    said = data.get("state") or data.get("after") or data.get("stage") or data.get("verdict")
    return said or TOLD_BY_KIND.get(event.kind) or event.kind.partition(".")[2]


def _steps(text: str) -> set[tuple[str, str]]:
    """Lines of "from > to to to"; nothing before the > is the birth of a row."""
    rows = (line.partition(">") for line in text.strip().splitlines())
    return {(before.strip(), after) for before, _, afters in rows for after in afters.split()}


def _graph(graph: dict[str, stages.Stage]) -> set[tuple[str, str]]:
    steps = {(stage.name, to) for stage in graph.values() for to in stage.to}
    return steps | {(BORN, name) for name in graph}


@dataclass(frozen=True)
class Table:
    """The declared steps of a model's rows; `stays` are kinds that tell of a row that stays."""

    model: type[Any]
    steps: set[tuple[str, str]]
    reason: Callable[[Any], object]
    column: Callable[[Any], str] = lambda row: row.state
    kinds: tuple[str, ...] = ()
    stays: tuple[str, ...] = ()
    first: str = BORN  # what a row is before anything is told of it
    plain: str = ""  # what a person calls it

    def allows(self, before: str, after: str, kind: str) -> bool:
        if kind in self.stays:
            return before == after != BORN
        return (before, after) in self.steps


def _in_force(preference: Preference) -> str:
    """Its state as the log says it: what was never turned is as it was saved."""
    if preference.removed_at:
        return "removed"
    untouched = preference.changed_at == preference.made_at
    return "off" if not preference.is_on else "saved" if untouched else "on"


def _decided(item: ReviewItem) -> object:
    """A rejection has a reason; an item that stopped waiting by itself says why in its state."""
    if item.state != "rejected":
        return True
    last = item.decisions.filter(undone_at=None, verb=Decision.Verb.REJECT).last()
    return last and last.reason


def _answered(message: OutboxMessage) -> object:
    if message.state == "blocked":
        return message.blocks.filter(holds_until=None).exists()
    return message.provider_answer if message.state in ("failed", "unknown") else True


def _is_forgotten(epoch: EvidenceEpoch) -> bool:
    """It spoke for invented reviews, and was ended with them: the log tells it of the lane."""
    return not (epoch.fingerprint or epoch.reason)


def _collects(epoch: EvidenceEpoch) -> str:
    if epoch.closed_at and not _is_forgotten(epoch):
        return "closed"
    return "reopened" if epoch.reopened_at else "opened"


TABLES = [
    Table(
        ReviewItem,
        _steps("""
            > pending
            pending > approved rejected rewriting snoozed escalated stale withdrawn resolved
            pending > superseded practised
            escalated > approved rejected rewriting snoozed stale withdrawn resolved superseded
            rewriting > pending stale withdrawn
            snoozed > pending stale withdrawn
            approved > pending stale withdrawn
            rejected > pending
        """),
        _decided,
        stays=("item.reassign",),
        plain="item on the desk",
    ),
    Table(
        OutboxMessage,
        _steps("""
            > queued
            queued > queued sending blocked cancelled sent
            sending > sent queued failed unknown
            unknown > sent queued cancelled
            blocked > queued cancelled
        """),
        _answered,
        plain="mail in the outbox",
    ),
    Table(
        Lease,
        _steps("""
            > active
            active > released expired preempted
        """),
        lambda lease: lease.state == "active" or lease.end_reason,
        stays=("voice.passed",),
        plain="right to speak to an account",
    ),
    Table(
        AgentRun,
        _steps("""
            > running
            running > done failed cancelled
        """),
        lambda run: run.state not in ("failed", "cancelled") or run.note,
        plain="run of an agent",
    ),
    Table(
        Handoff,
        _steps("""
            > offered
            offered > accepted bounced escalated
            bounced > offered
        """),
        lambda handoff: handoff.state not in ("bounced", "escalated") or handoff.missing,
    ),
    Table(
        Account,
        _graph(stages.ACCOUNT),
        lambda account: True,  # `_history` asks for it
        column=lambda row: row.stage,
        kinds=("account.imported", "stage.changed"),
    ),
    Table(
        Opportunity,
        _graph(stages.OPPORTUNITY),
        lambda deal: True,
        column=lambda row: row.stage,
        kinds=("opportunity.imported", "opportunity.opened", "stage.changed"),
        plain="deal",
    ),
    Table(
        Callback,
        _steps("""
            > due
            due > delivered given_up
        """),
        lambda callback: callback.state == "due" or callback.answer,
        plain="answer to an outside agent",
    ),
    Table(
        Mailbox,
        _steps("""
            > active
            active > paused
            paused > active
        """),
        lambda mailbox: mailbox.state == "active" or mailbox.paused_at,
        kinds=("mailbox.connected", "mailbox.paused", "mailbox.resumed"),
    ),
    Table(
        Preference,
        _steps("""
            > saved
            saved > off removed
            off > on removed
            on > off removed
        """),
        lambda preference: preference.changed_at,
        column=_in_force,
        plain="preference of a rep",
    ),
    Table(
        AgentState,
        _steps("""
            > away on
            away > available
            available > away on
            on > available away
        """),
        lambda row: True,
        plain="agent that is on or off",
    ),
    Table(
        Lane,
        _steps("""
            review > review auto paused
            auto > auto tightened review paused
            tightened > tightened auto review paused
            paused > paused review auto tightened
        """),
        lambda lane: not lane.changes.filter(reason="").exists(),
        first="review",
        plain="class that may leave by itself",
    ),
    Table(
        EvidenceEpoch,
        _steps("""
            > opened
            opened > closed
            closed > reopened
            reopened > closed
        """),
        lambda epoch: not epoch.closed_at or epoch.reason or _is_forgotten(epoch),
        column=_collects,
        plain="collection of reviews",
    ),
    Table(
        RoutingDecision,
        _steps("""
            > run wait escalate none
        """),
        lambda row: row.reason,
        column=lambda row: row.verdict,
        plain="choice of who acts",
    ),
    Table(
        WakeUp,
        _steps("""
            released > quarantined released
            quarantined > quarantined released
        """),
        lambda row: not row.quarantined_at or row.error,
        column=lambda row: "quarantined" if row.quarantined_at else "released",
        first="released",
        plain="account that was set aside",
    ),
    # A claim makes the rows of its switches. Whoever stops what is stopped, or lifts what is
    # lifted, changes who did it, and why.
    Table(
        Switch,
        _steps("""
            on > on off
            off > on off
        """),
        lambda switch: not switch.is_on or switch.reason,
        column=lambda row: "on" if row.is_on else "off",
        first="off",
        plain="stop",
    ),
]
