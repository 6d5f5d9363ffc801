"""The lifecycle of accounts and the stages of opportunities: two graphs, checked at import.

`advance` moves a stage, and the importer writes what its files tell of the past; either way the
history row is written in the same transaction.
Code that behaves by stage asks for its semantic (open, won, lost, hold), never for its label.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from revenue import calendars, clock, context, events, locks, transactions
from revenue.models import Account, Opportunity, StageChange, User

OPEN, WON, LOST, HOLD = "open", "won", "lost", "hold"


@dataclass(frozen=True)
class Stage:
    name: str
    label: str
    semantic: str
    to: tuple[str, ...]


class StageError(ValueError):
    """This step does not exist; the message says which ones do."""


def _graph(*stages: Stage) -> dict[str, Stage]:
    graph = {stage.name: stage for stage in stages}
    for stage in stages:
        unknown = [name for name in stage.to if name not in graph]
        if unknown or stage.semantic not in (OPEN, WON, LOST, HOLD):
            raise ValueError(f"Stage {stage.name}: unknown next stage {unknown} or semantic")
    if len(graph) != len(stages):
        raise ValueError("Two stages share a name")
    return graph


ACCOUNT = _graph(
    Stage("prospect", "Prospect", OPEN, ("contacted", "engaged", "customer", "hold", "lost")),
    Stage("contacted", "Contacted", OPEN, ("engaged", "customer", "hold", "lost")),
    Stage("engaged", "Engaged", OPEN, ("qualified", "customer", "hold", "lost")),
    Stage("qualified", "Qualified", OPEN, ("engaged", "customer", "hold", "lost")),
    Stage("customer", "Customer", WON, ("engaged", "hold", "lost")),
    Stage("hold", "On hold", HOLD, ("contacted", "engaged", "qualified", "customer", "lost")),
    Stage("lost", "Lost", LOST, ("contacted", "engaged", "customer", "hold")),
)
OPPORTUNITY = _graph(
    Stage("prospecting", "Prospecting", OPEN, ("engaging", "proposal", "won", "lost")),
    Stage("engaging", "Engaging", OPEN, ("prospecting", "proposal", "won", "lost")),
    Stage("proposal", "Proposal", OPEN, ("engaging", "won", "lost")),
    Stage("won", "Won", WON, ("engaging",)),
    Stage("lost", "Lost", LOST, ("prospecting", "engaging")),
)


def graph_of(subject: Account | Opportunity) -> dict[str, Stage]:
    return ACCOUNT if isinstance(subject, Account) else OPPORTUNITY


def semantic(subject: Account | Opportunity) -> str:
    """open, won, lost or hold; an unknown label counts as hold: nobody acts on it."""
    stage = graph_of(subject).get(subject.stage)
    return stage.semantic if stage else HOLD


def label(subject: Account | Opportunity) -> str:
    stage = graph_of(subject).get(subject.stage)
    return stage.label if stage else subject.stage


def names(graph: dict[str, Stage], wanted: str) -> list[str]:
    return [stage.name for stage in graph.values() if stage.semantic == wanted]


@transactions.atomic
def advance(
    subject: Account | Opportunity,
    to: str,
    *,
    by: User | str,
    reason: str,
    at: datetime | None = None,
) -> StageChange:
    """Move one step along the graph; StageError names the steps there are."""
    account, row = _locked(subject)
    _check(row, to)
    before = row.stage
    _write(row, to, by=by, at=at or clock.now())
    change = StageChange.objects.create(
        account=account,
        opportunity=row if isinstance(row, Opportunity) else None,
        from_stage=before,
        to_stage=to,
        at=at or clock.now(),
        by=events.actor(by),
        reason=reason,
    )
    events.append("stage.changed", by=by, account=account, subject=row, before=before, after=to)
    if account:
        context.moved(account.pk)
    if account and isinstance(subject, Account):
        subject.context_version = account.context_version
    row.stage = subject.stage = to
    return change


def _locked(subject: Account | Opportunity) -> tuple[Account | None, Account | Opportunity]:
    """The account, if there is one, and the row that moves, both as they are under its lock."""
    if isinstance(subject, Account):
        account = locks.account(subject.pk)
        return account, account
    holder = locks.account(subject.account_id) if subject.account_id else None
    return holder, locks.row(Opportunity, subject.pk)


def _check(row: Account | Opportunity, to: str) -> None:
    graph = graph_of(row)
    steps = graph[row.stage].to if row.stage in graph else ()
    if to not in steps:
        there_are = ", ".join(steps) or "none"
        raise StageError(f"“{row.stage}” cannot become “{to}”. Possible: {there_are}.")


def _write(row: Account | Opportunity, to: str, *, by: User | str, at: datetime) -> None:
    """A deal is closed on the day that it is where the person is who closes it."""
    if isinstance(row, Account):
        Account.objects.filter(pk=row.pk).update(stage=to)
        return
    meaning = OPPORTUNITY[to].semantic
    closed = meaning in (WON, LOST)
    day = calendars.day_at(at, by) if isinstance(by, User) else at.date()
    closed_on = row.closed_on or day if closed else None
    Opportunity.objects.filter(pk=row.pk).update(
        stage=to, is_closed=closed, is_won=meaning == WON, closed_on=closed_on
    )


def choices(graph: dict[str, Stage]) -> Iterator[tuple[str, str]]:
    return ((stage.name, stage.label) for stage in graph.values())
