"""One cell at a time: text to value, or what is wrong with it.

A parser gets the text of a cell that is not blank, and returns the value, the value with a note
(`Noted`), or raises `Unreadable`.
"""

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from revenue import consent, stages

from . import known
from .faults import MAPPED, Noted, Unreadable

Parser = Callable[[str], Any]
INTEGER_MAX = 2_147_483_647
_NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?", re.ASCII)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PHONE = re.compile(r"\+?[\d\s()./x-]+", re.ASCII)
_TWO = re.compile(r"[;,\s|]")
_is_address = EmailValidator(allowlist=[])  # "bob@localhost" is none here
YES = frozenset({"yes", "y", "true", "t", "1", "x"})
NO = frozenset({"no", "n", "false", "f", "0"})
STAGES = {
    "prospecting": ("qualification", "qualified", "appointment scheduled", "new", "lead"),
    "engaging": (
        "engaged", "needs analysis", "value proposition", "id. decision makers",
        "perception analysis", "qualified to buy", "presentation scheduled",
        "decision maker bought-in",
    ),
    "proposal": ("proposal/price quote", "negotiation/review", "negotiation", "contract sent"),
    "won": ("closed won", "closedwon"),
    "lost": ("closed lost", "closedlost"),
}  # fmt: skip
_STAGE_OF = {alias: name for name, aliases in STAGES.items() for alias in (name, *aliases)}


def fold(text: str) -> str:
    """Two names that differ in case and spaces only are one."""
    return " ".join(text.casefold().split())


def text(limit: int, *, phone: bool = False) -> Parser:
    """Stored as it is, formulas included; they are escaped where they leave for a sheet."""

    def parse(cell: str) -> Any:
        if len(cell) > limit:
            raise Unreadable(
                "{n} characters, at most {limit} fit; shorten it", n=len(cell), limit=limit
            )
        if cell.startswith(_FORMULA) and not (phone and _PHONE.fullmatch(cell)):
            note = Unreadable(
                "a sheet would run this cell as a formula: stored as it is, escaped on export"
            )
            return Noted(cell, note)
        return cell

    return parse


def person_name(limit: int) -> Parser:
    plain = text(limit)

    def parse(cell: str) -> Any:
        if len(cell.split()) > 5:
            note = Unreadable(
                "reads like a sentence, not like a name: stored as it is, never obeyed"
            )
            return Noted(_value(plain(cell)), note)
        return plain(cell)

    return parse


def _value(read: Any) -> Any:
    return read.value if isinstance(read, Noted) else read


def number(low: Decimal | int, high: Decimal | int, *, times: int = 1) -> Parser:
    """A plain decimal with two places. `times` turns millions into units."""

    def parse(cell: str) -> str:
        value = _decimal(cell) * times
        if not low <= value <= high:  # before it is rounded: that fails beyond 28 digits
            raise _out_of_range(cell, low, high)
        return str(value.quantize(Decimal("0.01"), ROUND_HALF_UP))

    return parse


def _decimal(cell: str) -> Decimal:
    if not _NUMBER.fullmatch(cell):
        raise Unreadable("'{found}' is not a number; write a number like 1234.56", found=cell)
    return Decimal(cell)


def integer(low: int, high: int = INTEGER_MAX, *, grouped: bool = True) -> Parser:
    def parse(cell: str) -> int:
        value = _decimal(cell)
        if value != value.to_integral_value():
            raise Unreadable("'{found}' is not a whole number; write one like 1234", found=cell)
        if not low <= value <= high:
            raise _out_of_range(cell, low, high, grouped=grouped)
        return int(value)

    return parse


def _out_of_range(cell: str, low: Any, high: Any, *, grouped: bool = True) -> Unreadable:
    pattern = "{:,}" if grouped else "{}"
    return Unreadable(
        "{found} is out of range: {low} to {high}",
        found=cell, low=pattern.format(low), high=pattern.format(high),
    )  # fmt: skip


def email(cell: str) -> Any:
    if cell.count("@") > 1 and _TWO.search(cell):
        raise Unreadable("one address per contact; '{found}' holds more", found=cell)
    try:
        _is_address(cell)
    except ValidationError as error:
        code = "'{found}' is not an address; write one like name@example.com"
        raise Unreadable(code, found=cell) from error
    if len(cell) > 254:
        code = "'{found}' has {n} characters; an address has at most 254"
        raise Unreadable(code, found=cell, n=len(cell))
    lookalike = known.lookalike(cell.rpartition("@")[2])
    if lookalike:
        note = Unreadable(
            "'{found}' is written with letters of another alphabet and looks like '{lookalike}': "
            "a human has to check it",
            found=cell, lookalike=lookalike,
        )  # fmt: skip
        return Noted(consent.on_the_wire(cell), note, needs_human=True)
    return consent.on_the_wire(cell)


@lru_cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


def time_zone(cell: str) -> str:
    zone = _zones().get(cell.casefold())
    if zone is None:
        raise Unreadable(
            "'{found}' is not a time zone; use one like Europe/Berlin. Imported without", found=cell
        )
    return zone


def flag(cell: str) -> Any:
    """Yes or no. What is neither counts as yes: here it protects somebody from mail."""
    if cell.casefold() in NO:
        return None
    if cell.casefold() in YES:
        return True
    return Noted(True, Unreadable("'{found}' is neither yes nor no; taken as yes", found=cell))


def stage(cell: str) -> str:
    name = _STAGE_OF.get(fold(cell))
    if name is None:
        raise Unreadable(
            "'{found}' is not a stage; use {stages}",
            found=cell, stages=", ".join(stages.OPPORTUNITY),
        )  # fmt: skip
    return name


def one_of(names: tuple[str, ...], what: str) -> Parser:
    """Free text, except that a slip in writing a known name is put right and told."""
    spelling = {fold(name): name for name in names}
    plain = text(120)

    @lru_cache(maxsize=4096)
    def closest(key: str) -> str:
        return known.closest(key, tuple(spelling))

    def parse(cell: str) -> Any:
        key = fold(cell)
        found = "" if key in spelling else closest(key)
        if not found:
            return plain(cell)
        # Written as the column writes: a lower-case column stays in lower case.
        name = found if cell.islower() else spelling[found]
        note = Unreadable(
            "'{found}' is not a known {what}; taken as '{name}'", found=cell, what=what, name=name
        )
        return Noted(name, note, MAPPED)

    return parse


def domain(cell: str) -> Any:
    """A host name, also from a web address."""
    host = re.sub(r"^[a-z]+://", "", cell.casefold()).partition("/")[0].removeprefix("www.")
    lookalike = known.lookalike(host)
    if lookalike:
        raise Unreadable(
            "'{found}' is written with letters of another alphabet and looks like '{lookalike}': "
            "kept without it, a human has to check it",
            found=host, lookalike=lookalike,
        )  # fmt: skip
    return text(253)(host)
