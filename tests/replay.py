"""The log is played again: what it tells of a row must be the row's state, step by step.

One event for every step of the declared tables (LIFECYCLES.md), with an actor and, on the row that
keeps it, a reason. `contradictions` names everything that does not fit; it is asked after stories,
races and kills, and of one account or of all.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db.models import Q, QuerySet

from agents.models import AgentRun, Handoff, Preference
from revenue import stages
from revenue.models import Account, Event, Lease, Mailbox, Opportunity, StageChange, Switch
from review.models import Callback, Decision, OutboxMessage, ReviewItem

BORN = ""
ACTOR = re.compile(r"user:\d+|run:\d+|agent:\S.*|system(:[a-z]+)?|import|contact|\w+ v\d+")
TOLD_BY_KIND = {
    "account.imported": "prospect",
    "voice.acquired": "active",
    "voice.passed": "active",
    "run.started": "running",
}


def told(event: Event) -> str:
    """The state that a row has after this event."""
    data = event.data
    said = data.get("state") or data.get("after") or data.get("stage")
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
    return item.decisions.filter(undone_at=None, verb=Decision.Verb.REJECT).last().reason


def _answered(message: OutboxMessage) -> object:
    if message.state == "blocked":
        return message.blocks.filter(holds_until=None).exists()
    return message.provider_answer if message.state in ("failed", "unknown") else True


def _moved_for(subject: Account | Opportunity) -> object:
    return not _changes(subject).filter(Q(reason="") | Q(by="")).exists()


def _changes(subject: Account | Opportunity) -> QuerySet[StageChange]:
    """The steps in its history; how it began is none."""
    own: dict[str, Any] = {"account": subject, "opportunity": None}
    if isinstance(subject, Opportunity):
        own = {"opportunity": subject}
    return StageChange.objects.filter(**own).exclude(from_stage="").order_by("pk")


TABLES = [
    Table(
        ReviewItem,
        _steps("""
            > pending
            pending > approved rejected rewriting snoozed escalated stale withdrawn resolved
            pending > superseded
            escalated > approved rejected rewriting snoozed stale withdrawn resolved superseded
            rewriting > pending stale withdrawn
            snoozed > pending stale withdrawn
            approved > pending stale withdrawn
            rejected > pending
        """),
        _decided,
        stays=("item.reassign",),
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
    ),
    Table(
        Lease,
        _steps("""
            > active
            active > released expired preempted
        """),
        lambda lease: lease.state == "active" or lease.end_reason,
        stays=("voice.passed",),
    ),
    Table(
        AgentRun,
        _steps("""
            > running
            running > done failed cancelled
        """),
        lambda run: run.state not in ("failed", "cancelled") or run.note,
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
        _moved_for,
        column=lambda row: row.stage,
        kinds=("account.imported", "stage.changed"),
    ),
    Table(
        Opportunity,
        _graph(stages.OPPORTUNITY),
        _moved_for,
        column=lambda row: row.stage,
        kinds=("opportunity.imported", "opportunity.opened", "stage.changed"),
    ),
    Table(
        Callback,
        _steps("""
            > due
            due > delivered given_up
        """),
        lambda callback: callback.state == "due" or callback.answer,
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
    ),
]


def contradictions(account: Account | None = None) -> list[str]:
    """In words, everything in which the log and the rows do not agree."""
    found = [words for table in TABLES for words in _replayed(table, account)]
    return found + [
        words for law in (_voices, _decisions, _holds, _history) for words in law(account)
    ]


def _replayed(table: Table, account: Account | None) -> Iterator[str]:
    rows = list(_of(table.model, account))
    events = _events(table, rows)
    for row in rows:
        where, state = f"{table.model._meta.model_name} {row.pk}", table.first
        for event in events[row.pk]:
            after = told(event)
            if not table.allows(state, after, event.kind):
                yield f"{where}: {event.kind} tells of {state or 'nothing'} → {after}"
            if not ACTOR.fullmatch(event.actor):
                yield f"{where}: {event.kind} has no actor but “{event.actor}”"
            state = after
        if state != table.column(row):
            yield f"{where} is {table.column(row)}, and the log says {state or 'nothing of it'}"
        elif not table.reason(row):
            yield f"{where} is {state}, and nothing says why"


def _of(model: type[Any], account: Account | None) -> QuerySet[Any]:
    rows = model._default_manager.order_by("pk")
    if account is None:
        return rows
    if model is Switch:
        return rows.filter(scope="account", key=str(account.pk))
    if model is Mailbox:
        return rows.filter(user=account.owner_id)
    if model is Preference:
        return rows.filter(rep=account.owner_id)
    return rows.filter(pk=account.pk) if model is Account else rows.filter(account=account)


def _events(table: Table, rows: list[Any]) -> dict[int, list[Event]]:
    found = Event.objects.filter(
        subject_kind=table.model._meta.model_name, subject_id__in=[row.pk for row in rows]
    )
    if table.kinds:
        found = found.filter(kind__in=table.kinds)
    told_of: dict[int, list[Event]] = defaultdict(list)
    for event in found.order_by("pk"):
        told_of[event.subject_id or 0].append(event)
    return told_of


# --- one event each, also where a row stays what it was -------------------------------------------


def _accounts(account: Account | None) -> QuerySet[Account]:
    return _of(Account, account)


def _voices(account: Account | None) -> Iterator[str]:
    """Every token of an account was given once, and each giving is told once."""
    for row in _accounts(account):
        given = Event.objects.filter(account=row, kind__in=["voice.acquired", "voice.passed"])
        tokens = list(given.order_by("pk").values_list("data__token", flat=True))
        if tokens != list(range(1, row.voice_token + 1)):
            yield f"account {row.pk}: {row.voice_token} tokens, and the log has {tokens}"


def _decisions(account: Account | None) -> Iterator[str]:
    """Each decision, and each that was undone, has one event by whoever took it."""
    for row in _of(Decision, None).select_related("item"):
        if account and row.item.account_id != account.pk:
            continue
        events = Event.objects.filter(subject_kind="reviewitem", subject_id=row.item_id)
        kinds = [event.kind for event in events.filter(data__decision=row.pk).order_by("pk")]
        undone = ["item.undone"] if row.undone_at else []
        if kinds != [f"item.{row.verb}", *undone]:
            yield f"decision {row.pk} ({row.verb}): the log has {kinds}"


def _holds(account: Account | None) -> Iterator[str]:
    """A message that is held stays queued: one event for each hold that a guard wrote down."""
    for row in _of(OutboxMessage, account):
        events = _events(TABLES[1], [row])[row.pk]
        states = [told(event) for event in events]
        stayed = sum(pair == ("queued", "queued") for pair in pairwise(states))
        holds = row.blocks.exclude(holds_until=None).count()
        if stayed != holds:
            yield f"outboxmessage {row.pk}: {holds} holds, and the log has {stayed}"


def _history(account: Account | None) -> Iterator[str]:
    """A step of a stage is one row of the history and one event, by the same."""
    for model in (Account, Opportunity):
        for row in _of(model, account):
            events = Event.objects.filter(
                kind="stage.changed", subject_kind=model._meta.model_name, subject_id=row.pk
            ).order_by("pk")
            kept = [(one.from_stage, one.to_stage, one.by) for one in _changes(row)]
            said = [(one.data["before"], one.data["after"], one.actor) for one in events]
            if kept != said:
                where = f"{model._meta.model_name} {row.pk}"
                yield f"{where}: its history is {kept}, and the log has {said}"
