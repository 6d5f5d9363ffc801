"""One fact of a text, swapped for another that reads as well. Pure; `review.edits` proves each.

Tried in this order: a link, a date, a product, an amount or another figure, a name, a negation. An
error that stands on record, only not of this, is what agents make and no guard notices: so what
else is on record where the mail goes is tried first.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from review import edits
from review.edits import Change, dates

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
MONTHS = [name.capitalize() for name in dates.MONTHS if name != "may"]  # which is a verb as well
DATE = re.compile(rf"\b(?P<day>\d\d? )?(?P<month>{dates.NAMED_MONTH})(?P<year> (?:19|20)\d\d)?\b")
ISO = re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d\b")
AMOUNT = re.compile(r"(?P<sign>[$€£])\d[\d,]*(?:\.\d\d)?(?![\w,.]*\d)")
LINK = re.compile(r"https?://[^\s/<>]+/[^\s<>]*[\w]")
FIGURE = re.compile(r"(?<![\w.,:/-])[$€£]?\d(?:[\d.,:]*\d)?(?![\w/-])")
WHO, STATES = "we|it|they|you|which|that|this", "is|are|can|could|will|would"
STATED = re.compile(rf"\b(?:{WHO}) (?:{STATES})\b(?! not)")

FEW = 6  # others that are tried in the place of one
DENIED = re.compile(r"\b((?:is|are|can|could|will|would|do|does|did) )not ")


@dataclass(frozen=True)
class Swap:
    """`text` is the whole text with the wrong fact in it."""

    text: str
    change: Change


@dataclass(frozen=True)
class Record:
    """What else could stand there: of our catalogue, and of the account that the mail goes to.
    `names` are whole ones, of people there."""

    products: Sequence[str] = ()
    names: Sequence[str] = ()
    days: Sequence[date] = ()
    amounts: Sequence[float] = ()
    links: Sequence[str] = ()


def of(text: str, record: Record) -> list[Swap]:
    """Every swap that changes exactly one fact."""
    tried = dict.fromkeys(one for way in WAYS for one in way(text, record))
    found = (_proved(text, wrong, record.products) for wrong in tried if wrong != text)
    return [swap for swap in found if swap]


def _proved(text: str, wrong: str, products: Sequence[str]) -> Swap | None:
    edit = edits.compare(text, wrong, products=products)
    if edit.kind != "major" or len(edit.changed_facts) != 1:
        return None
    return Swap(wrong, edit.changed_facts[0])


def _put(text: str, match: re.Match[str], words: str) -> str:
    return text[: match.start()] + words + text[match.end() :]


def _links(text: str, record: Record) -> Iterator[str]:
    for match in LINK.finditer(text):
        yield from (_put(text, match, other) for other in record.links if LINK.fullmatch(other))
        yield _put(text, match, f"{match[0]}-archive")


def _days(text: str, record: Record) -> Iterator[str]:
    """Of something else that is on record, written in the same way."""
    for match in DATE.finditer(text):
        form = ("%-d " if match["day"] else "") + "%B" + (" %Y" if match["year"] else "")
        yield from (_put(text, match, f"{day:{form}}") for day in record.days)
    for match in ISO.finditer(text):
        yield from (_put(text, match, f"{day:%Y-%m-%d}") for day in record.days)


def _dates(text: str, record: Record) -> Iterator[str]:
    for words in (DAYS, MONTHS):
        for word, other in pairwise([*words, words[0]]):
            for match in re.finditer(rf"\b{word}\b", text):
                yield _put(text, match, other)


def _products(text: str, record: Record) -> Iterator[str]:
    return _for_each_other(text, record.products)


def _for_each_other(text: str, names: Sequence[str], *, alone: str = "") -> Iterator[str]:
    for name in names:
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w){alone}", text):
            yield from (_put(text, match, other) for other in names[:FEW] if other != name)


def _amounts(text: str, record: Record) -> Iterator[str]:
    for match in AMOUNT.finditer(text):
        for amount in record.amounts:
            yield _put(text, match, f"{match['sign']}{amount:,.0f}")


def _figures(text: str, record: Record) -> Iterator[str]:
    for match in FIGURE.finditer(text):
        first = next(char for char in match[0] if char.isdigit())
        other = "3" if first in "12" and ":" in match[0] else str(int(first) % 9 + 1)
        yield _put(text, match, match[0].replace(first, other, 1))


def _names(text: str, record: Record) -> Iterator[str]:
    """A whole name for a whole one, a first name for one that stands alone."""
    yield from _for_each_other(text, record.names)
    firsts = tuple(dict.fromkeys(name.split()[0] for name in record.names))
    yield from _for_each_other(text, firsts, alone=r"(?! [A-Z])")


def _negations(text: str, record: Record) -> Iterator[str]:
    for match in STATED.finditer(text):
        yield _put(text, match, f"{match[0]} not")
    for match in DENIED.finditer(text):
        yield _put(text, match, match[1])


WAYS: tuple[Callable[[str, Record], Iterator[str]], ...] = (
    _links, _days, _dates, _products, _amounts, _figures, _names, _negations,
)  # fmt: skip
