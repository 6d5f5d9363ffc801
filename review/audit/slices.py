"""A law, asked of many rows, a few hundred at a time: an audit needs no more memory than a page
does, and can stop after each part and go on later.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

AT_ONCE = 500
Rows = Callable[[], QuerySet[Any]]
Judge = Callable[[list[Any]], Iterator[str]]


@dataclass(frozen=True)
class Law:
    """What must hold of `rows`. `words` says it to whoever runs the product; `judge` says what
    breaks it in a part of the rows.

    `unsettled` are the rows that can still become what is asked about: whatever is older than the
    oldest of them needs no second look. Without it every row is looked at again.
    """

    name: str
    words: str
    rows: Rows
    judge: Judge
    unsettled: Callable[[], QuerySet[Any]] | None = None

    def __call__(self) -> Iterator[str]:
        for part in slices(self.rows()):
            yield from self.judge(part)


def law(
    words: str, rows: Rows, *, unsettled: Callable[[], QuerySet[Any]] | None = None
) -> Callable[[Judge], Law]:
    """The law that a function judges by; it is called as the function is."""
    return lambda judge: Law(judge.__name__, words, rows, judge, unsettled)


def slices(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """By the primary key, from the last one on: a row that comes meanwhile is seen."""
    last = 0
    while part := list(rows.order_by("pk").filter(pk__gt=last)[:AT_ONCE]):
        yield part
        last = part[-1].pk
