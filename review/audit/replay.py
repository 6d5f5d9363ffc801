"""The log is played again: what it tells of a row must be the row's state, step by step.

One event for every step of the declared tables, with an actor and, on the row that keeps it, a
reason. `contradictions` names everything that does not fit.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import pairwise
from typing import Any

from django.db.models import Count, Q, QuerySet

from revenue.models import Account, Event, Opportunity, StageChange
from review.audit.slices import Law, law
from review.audit.tables import TABLES, Table, told
from review.models import Decision, OutboxMessage, ReviewItem

ACTOR = re.compile(
    r"user:\d+|run:\d+|agent:\S.*|system(:[a-z]+)?|policy:\S+ v\d+|import|contact|\w+ v\d+"
)


def contradictions() -> list[str]:
    """In words, everything in which the log and the rows do not agree."""
    return [words for one in LAWS for words in one()]


def _law(table: Table) -> Law:
    """That the log tells how each row of this table came to be what it is."""
    meta = table.model._meta
    what = table.plain or meta.verbose_name
    words = f"The log tells of every {what} how it came to be what it is."
    rows = table.model._default_manager.all
    return Law(f"replay_{meta.model_name}", words, rows, partial(_replayed, table))


def _replayed(table: Table, rows: list[Any]) -> Iterator[str]:
    told_of = _events(table, rows)
    for row in rows:
        where, state = f"{table.model._meta.model_name} {row.pk}", table.first
        for event in told_of[row.pk]:
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


def _events(table: Table, rows: list[Any]) -> dict[int, list[Event]]:
    there = _about(table.model, rows)
    if table.kinds:
        there = there.filter(kind__in=table.kinds)
    return _by(there, lambda event: event.subject_id or 0)


def _about(model: type[Any], rows: list[Any]) -> QuerySet[Event]:
    """The events whose subject is one of these rows, in their order."""
    ids, name = [row.pk for row in rows], model._meta.model_name
    return Event.objects.filter(subject_kind=name, subject_id__in=ids).order_by("pk")


def _by(rows: Iterable[Any], key: Callable[[Any], Any]) -> dict[Any, list[Any]]:
    sorted_out: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        sorted_out[key(row)].append(row)
    return sorted_out


# --- one event each, also where a row stays what it was -------------------------------------------


@law("Every right to speak to an account was given once.", Account.objects.all)
def voices(rows: list[Account]) -> Iterator[str]:
    """Every token of an account was given once, and each giving is told once."""
    kinds = ["voice.acquired", "voice.passed"]
    given = Event.objects.filter(account__in=rows, kind__in=kinds).order_by("pk")
    told_of = _by(given, lambda event: event.account_id)
    for row in rows:
        tokens = [event.data.get("token") for event in told_of[row.pk]]
        if tokens != list(range(1, row.voice_token + 1)):
            yield f"account {row.pk}: {row.voice_token} tokens, and the log has {tokens}"


def _taken() -> QuerySet[Decision]:
    return Decision.objects.select_related("item")


@law("The log has every decision once.", _taken)
def decisions(rows: list[Decision]) -> Iterator[str]:
    """Each decision, and each that was undone, has one event by whoever took it."""
    told_of = _by(
        _about(ReviewItem, list({row.item for row in rows})),
        lambda event: event.data.get("decision"),
    )
    for row in rows:
        kinds = [event.kind for event in told_of[row.pk]]
        undone = ["item.undone"] if row.undone_at else []
        if kinds != [f"item.{row.verb}", *undone]:
            yield f"decision {row.pk} ({row.verb}): the log has {kinds}"


def _with_holds() -> QuerySet[OutboxMessage]:
    holds = Count("blocks", filter=Q(blocks__holds_until__isnull=False))
    return OutboxMessage.objects.annotate(holds=holds)


@law("The log has every hold of a mail once.", _with_holds)
def holds(rows: list[Any]) -> Iterator[str]:
    """A message that is held stays queued: one event for each hold that a guard wrote down."""
    told_of = _by(_about(OutboxMessage, rows), lambda event: event.subject_id)
    for row in rows:
        states = [told(event) for event in told_of[row.pk]]
        stayed = sum(pair == ("queued", "queued") for pair in pairwise(states))
        if stayed != row.holds:
            yield f"outboxmessage {row.pk}: {row.holds} holds, and the log has {stayed}"


def _history(model: type[Any], rows: list[Any]) -> Iterator[str]:
    """A step of a stage is one row of the history and one event, by the same."""
    told_of = _by(_about(model, rows).filter(kind="stage.changed"), lambda event: event.subject_id)
    changes = _steps_of(model, rows)
    for row in rows:
        kept = [(one.from_stage, one.to_stage, one.by) for one in changes[row.pk]]
        said = [(one.data["before"], one.data["after"], one.actor) for one in told_of[row.pk]]
        where = f"{model._meta.model_name} {row.pk}"
        if kept != said:
            yield f"{where}: its history is {kept}, and the log has {said}"
        if not all(one.reason and one.by for one in changes[row.pk]):
            yield f"{where} is {row.stage}, and nothing says why"


def _steps_of(model: type[Any], rows: list[Any]) -> dict[int, list[StageChange]]:
    """The steps in the histories of these rows; how they began is none."""
    there = StageChange.objects.exclude(from_stage="").order_by("pk")
    if model is Account:
        there = there.filter(account__in=rows, opportunity=None)
        return _by(there, lambda change: change.account_id)
    return _by(there.filter(opportunity__in=rows), lambda change: change.opportunity_id)


def _of_stages(model: type[Any]) -> Law:
    name = model._meta.model_name
    what = "account" if model is Account else "deal"
    words = f"The history of every {what} is the one that the log tells."
    return Law(f"history_{name}", words, model._default_manager.all, partial(_history, model))


LAWS = (
    *map(_law, TABLES), voices, decisions, holds, _of_stages(Account), _of_stages(Opportunity),
)  # fmt: skip
