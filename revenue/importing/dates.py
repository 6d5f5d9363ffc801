"""In which order a column writes its dates, found from all its values together.

10/20/2016 can only be month/day/year and settles its column. A column in which every value could
be both is ambiguous, and nothing in it is guessed.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from .faults import Unreadable

ORDERS = {"ymd": "year-month-day", "mdy": "month/day/year", "dmy": "day/month/year"}
REMEDY = "use YYYY-MM-DD"
# One vote in fifty against the column's order is a slip of the pen and reported in its row.
TOLERATED = 50
_DATE = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})(?:[T ]\d{1,2}:\d{2}.*)?", re.ASCII)


@dataclass
class DateColumn:
    """What the values seen so far say; `example` is the first that settles the order."""

    mdy: int = 0
    dmy: int = 0
    unclear: int = 0
    year_first: int = 0
    example: str = ""

    def see(self, text: str) -> None:
        parts = _parts(text)
        if parts is None:
            return
        if parts[0] > 999:
            self.year_first += 1
            return
        as_mdy, as_dmy = _date(parts, "mdy"), _date(parts, "dmy")
        if as_mdy and as_dmy:
            self.unclear += as_mdy != as_dmy
        elif as_mdy or as_dmy:
            self.mdy += as_mdy is not None
            self.dmy += as_dmy is not None
            self.example = self.example or text.strip()

    @property
    def order(self) -> str:
        """ "ymd", "mdy", "dmy", or "" when nothing settles it."""
        if self.mdy and self.mdy > self.dmy * TOLERATED:
            return "mdy"
        if self.dmy and self.dmy > self.mdy * TOLERATED:
            return "dmy"
        if self.mdy or self.dmy or self.unclear:
            return ""
        return "ymd"

    def __str__(self) -> str:
        if not self.order:
            return f"ambiguous: {REMEDY}"
        settled = f" ({self.example} settles it)" if self.example else ""
        return f"{ORDERS[self.order]}{settled}"


@lru_cache(maxsize=8192)
def parse(text: str, order: str) -> date:
    """The date of a cell in a column of that order. A year that comes first is always ISO's."""
    parts = _parts(text)
    if parts is None:
        raise Unreadable(f"'{{found}}' is not a date; {REMEDY}", found=text)
    if parts[0] > 999:
        order = "ymd"
    if order not in ORDERS or (order == "ymd" and parts[0] <= 999):
        return _alike(parts, text)
    found = _date(parts, order)
    if found is None:
        raise Unreadable(f"'{{found}}' is not a date as {ORDERS[order]}; {REMEDY}", found=text)
    return found


def _alike(parts: tuple[int, int, int], text: str) -> date:
    """In an ambiguous column only 3/3/2017 is clear."""
    as_mdy, as_dmy = _date(parts, "mdy"), _date(parts, "dmy")
    if as_mdy is None or as_mdy != as_dmy:
        raise Unreadable(
            "'{found}' may be day/month or month/day, and no row of the column settles it; "
            f"{REMEDY}",
            found=text,
        )
    return as_mdy


@lru_cache(maxsize=8192)
def _parts(text: str) -> tuple[int, int, int] | None:
    match = _DATE.fullmatch(text.strip())
    return (int(match[1]), int(match[3]), int(match[4])) if match else None


@lru_cache(maxsize=8192)
def _date(parts: tuple[int, int, int], order: str) -> date | None:
    year, month, day = (parts[order.index(letter)] for letter in "ymd")
    try:
        return date(year, month, day) if 1900 <= year <= 2200 else None
    except ValueError:
        return None
