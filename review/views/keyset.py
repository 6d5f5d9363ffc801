"""Pages by key: what comes after a row, never by counting. As quick on the last page as the first.

A page asks for one row more than it shows, so that it knows whether there is another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import QueryDict


@dataclass(frozen=True)
class Page:
    """`next` and `previous` are keys of rows to go on from, None where there is nothing more."""

    rows: list[Any]
    next: int | None = None
    previous: int | None = None


def newest(rows: QuerySet, query: QueryDict, *, size: int) -> Page:
    """By descending id: `?after=` goes on to older rows, `?before=` back to newer ones."""
    after, before = number(query.get("after")), number(query.get("before"))
    if before is not None:
        found = list(rows.filter(pk__gt=before).order_by("pk")[: size + 1])
        return _page(found[:size][::-1], older=True, newer=len(found) > size)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-pk")[: size + 1])
    return _page(found[:size], older=len(found) > size, newer=after is not None)


def named(
    rows: QuerySet, query: QueryDict, *, field: str, size: int, places: QuerySet | None = None
) -> Page:
    """By a `field`, annotated or not, and id, ascending. The key is the id; the row gives its name.

    `places`: where that row is looked for when it may have left `rows` since.
    """
    return _by(rows, query, field, size, on="gt", back="lt", places=places)


def latest(rows: QuerySet, query: QueryDict, *, field: str, size: int) -> Page:
    """By a `field` of time and id, descending. The key is the id; the row gives its time."""
    return _by(rows, query, field, size, on="lt", back="gt")


def _by(
    rows: QuerySet, query: QueryDict, field: str, size: int, *, on: str, back: str,
    places: QuerySet | None = None,
) -> Page:  # fmt: skip
    """`on` and `back` compare a row that comes later, or earlier, with the one that is known."""
    after, before = number(query.get("after")), number(query.get("before"))
    pk = before if before is not None else after
    known = (rows if places is None else places).filter(pk=pk).values_list(field, flat=True)
    place = known.first() if pk is not None else None
    down: dict[str, tuple[Any, str]] = {"gt": (field, "pk"), "lt": (F(field).desc(), "-pk")}
    if place is not None and before is not None:
        found = list(rows.filter(_past(field, place, pk, back)).order_by(*down[back])[: size + 1])
        return _page(found[:size][::-1], older=True, newer=len(found) > size)
    if place is not None:
        rows = rows.filter(_past(field, place, pk, on))
    found = list(rows.order_by(*down[on])[: size + 1])
    return _page(found[:size], older=len(found) > size, newer=place is not None)


def _past(field: str, place: Any, pk: int | None, how: str) -> Q:
    """Rows past this place; at the same place the id decides. An index begins at the first
    condition, not at an "or"."""
    past = Q(**{f"{field}__{how}": place}) | Q(**{field: place, f"pk__{how}": pk})
    return Q(**{f"{field}__{how}e": place}) & past


def _page(rows: Sequence[Any], *, older: bool, newer: bool) -> Page:
    if not rows:
        return Page([])
    return Page(
        list(rows), next=rows[-1].pk if older else None, previous=rows[0].pk if newer else None
    )


def number(text: str | None) -> int | None:
    """A key from an address, or nothing when it is not one."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def link(query: QueryDict, **changes: str | int | None) -> str:
    """The same address with other parameters; the place in a list is forgotten unless given."""
    params = query.copy()
    for name in ("after", "before"):
        params.pop(name, None)
    for name, value in changes.items():
        params.pop(name, None)
        if value not in (None, ""):
            params[name] = str(value)
    return f"?{params.urlencode()}"
