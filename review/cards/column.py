"""The column beside the ring: what waits, in groups, a line each, from one query."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from revenue.models import User
from review import autonomy, queue
from review.cards.wording import due
from review.models import State

SHOWN = 100
FOLD = 8
FIRST, NOTES = "Needs you first", "Notes on accounts"
FIELDS = (
    "pk", "rank", "state", "reason", "expires_at", "due_at", "account__name",
    "draft__subject", "draft__output_class", "draft__contact__first_name",
    "draft__contact__last_name", "draft__contact__email",
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


def groups(user: User, *, now: datetime) -> list[Group]:
    """In the queue's order: a group stands where its first entry does."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for row in queue.in_order(queue.waiting(user), now=now).values(*FIELDS)[:SHOWN]:
        found[_label(row)].append(_entry(row, now))
    return [Group(label, entries) for label, entries in found.items()]


def _label(row: dict[str, Any]) -> str:
    if row["rank"] in (queue.URGENT, queue.NOTE):
        return FIRST if row["rank"] == queue.URGENT else NOTES
    return f"{autonomy.class_label(row['draft__output_class'])}s"


def _entry(row: dict[str, Any], now: datetime) -> Entry:
    ends = row["due_at"] if row["state"] == State.ESCALATED else row["expires_at"]
    ends = ends or row["expires_at"]
    return Entry(
        pk=row["pk"],
        who=row["account__name"],
        what=_what(row),
        due=due(ends, now),
        tone="warn" if ends - now < timedelta(days=2) else "",
    )


def _what(row: dict[str, Any]) -> str:
    if row["draft__output_class"] is None:
        return row["reason"]
    names = (row["draft__contact__first_name"], row["draft__contact__last_name"])
    person = " ".join(name for name in names if name) or row["draft__contact__email"] or ""
    return ", ".join(part for part in (person, row["draft__subject"]) if part)
