"""The column beside the ring: what waits, in groups, a line each, from one query."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from revenue.models import User
from review import autonomy, queue
from review.cards.wording import time_left
from review.filters import NONE, Filters
from review.queue import Capped

Line = dict[str, Any]

SHOWN = 100
FOLD = 8
FIRST, QUESTIONS, NOTES = "Needs you first", "Questions", "Notes on accounts"
FIELDS = (
    "pk", "reason", "decide_by", "account__name", "draft__subject", "draft__output_class",
    "draft__effect", "draft__contact__first_name", "draft__contact__last_name",
    "draft__contact__email",
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    pk: int
    who: str
    what: str
    due: str
    tone: str


@dataclass(frozen=True)
class Group:
    label: str
    entries: list[Entry]

    @property
    def first(self) -> list[Entry]:
        return self.entries[:FOLD]

    @property
    def rest(self) -> list[Entry]:
        return self.entries[FOLD:]


def lines(user: User, asked: Filters = NONE) -> list[Line]:
    """The first that wait, in order: what the column shows and the ring begins with."""
    return list(queue.in_order(queue.waiting(user, asked)).values(*FIELDS)[:SHOWN])


def number(shown: list[Line], user: User, asked: Filters = NONE) -> Capped:
    """How many wait; counted only where there are more than these."""
    return queue.count(user, asked) if len(shown) == SHOWN else Capped(len(shown), queue.MOST)


def groups(shown: list[Line], *, now: datetime) -> list[Group]:
    """In the queue's order: a group stands where its first entry does."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for row in shown:
        found[_label(row, now)].append(_entry(row, now))
    return [Group(label, entries) for label, entries in found.items()]


def _label(row: Line, now: datetime) -> str:
    """What comes first is called so by its time alone: then that group stands first, too."""
    if row["decide_by"] - now < queue.NEAR:
        return FIRST
    if row["draft__effect"] == "none":
        return NOTES
    name = row["draft__output_class"]
    return autonomy.class_label(name) if name else QUESTIONS


def _entry(row: Line, now: datetime) -> Entry:
    tone, words = time_left(row["decide_by"], now)
    return Entry(pk=row["pk"], who=row["account__name"], what=_what(row), due=words, tone=tone)


def _what(row: Line) -> str:
    """To whom and about what; of a question, what is asked."""
    if row["draft__output_class"] is None:
        return row["reason"]
    names = (row["draft__contact__first_name"], row["draft__contact__last_name"])
    person = " ".join(name for name in names if name) or row["draft__contact__email"] or ""
    return ", ".join(part for part in (person, row["draft__subject"]) if part)
