"""Is a figure one that a reader can work out from what stands in front of him?

A sum, a difference, a product, a share: of figures of the mail itself, or of one sentence of the
records, or of a price and a count. What comes out has to be of the kind that went in (minutes
times a count are minutes), so that a chance hit of two unrelated numbers is rare.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from review.grounding.figures import Figure, Scale

COUNTS = {"money": ("plain", "time"), "plain": ("plain", "time")}
WRITTEN = re.compile(r"\d+(?:[.,' ]\d+)*")
MOST = 60  # operands looked at; a mail has about ten


@dataclass(frozen=True)
class Operands:
    """`near` stand in the sentence of the figure or in the one before, `seen` in the mail,
    `recorded` in the records, `sentences` together in one of them."""

    near: list[Figure]
    seen: list[Figure]
    recorded: list[Figure]
    sentences: list[list[Figure]]


def follows(wanted: Figure, given: Operands, *, slack: float = 0.0) -> bool:
    """`slack` is the share by which an "about" may differ; rounding is allowed anyhow."""
    return any(is_near(wanted, result, slack) for result in _results(wanted, given))


def _results(wanted: Figure, given: Operands) -> Iterator[float]:
    scale = wanted.scale
    yield from _pairs(scale, given.near, given.seen)
    yield from _pairs(scale, given.near, given.recorded, is_recorded=True)
    for one in given.sentences:
        yield from (value for a in one for b in one if a is not b
                    for value in _in_one_record(scale, a, b))  # fmt: skip
    yield from _alone(scale, given.near)
    yield from _triples(scale, given)
    if scale == Scale("plain") and not wanted.nouns and wanted.value >= 100:
        yield from _pairs(Scale("money"), given.near, given.seen)  # "that leaves you 13,500"


def is_near(wanted: Figure, value: float, slack: float = 0.0) -> bool:
    room = max(abs(value) * slack, rounding(wanted))
    return abs(wanted.value - value) <= room + 1e-9 * abs(value)


def rounding(figure: Figure) -> float:
    """Half of the last digit that is written: 73.8 may be said as 74."""
    number = WRITTEN.search(figure.text)
    digits = number[0] if number else ""
    head, mark, tail = digits.rpartition("." if "." in digits else ",")
    decimals = len(tail) if mark and (len(tail) != 3 or not head) else 0
    if figure.kind == "ratio" or (figure.kind == "percent" and not digits):
        return 0.05 * figure.value
    if not digits:
        return 0.25 if figure.value % 1 == 0.5 else 0.0
    step = 10.0**-decimals
    if decimals == 0 and figure.kind == "money":
        return 0.0  # a sum of money without cents is exact
    return step / 2 * (figure.value / max(_shown(digits, decimals), 1e-9))


def _shown(digits: str, decimals: int) -> float:
    """The number as its digits say it, so that "300k" and "3.2 GWh" keep their own step."""
    plain = "".join(char for char in digits if char.isdigit())
    return float(plain) / 10**decimals if plain else 1.0


# --- the operations, by the kind of what comes out ------------------------------------------------


def _pairs(
    scale: Scale, near: list[Figure], others: list[Figure], *, is_recorded: bool = False
) -> Iterator[float]:
    for one in near[:MOST]:
        for other in others[:MOST]:
            if one is not other:
                for a, b in ((one, other), (other, one)):
                    yield from _sums(scale, a, b, is_recorded)
                    yield from _times(scale, a, b)
                    yield from _shares(scale, a, b)


def _sums(scale: Scale, one: Figure, other: Figure, is_recorded: bool) -> Iterator[float]:
    """Counts of the records are taken from each other only if they count the same."""
    if not one.scale == other.scale == scale or scale.kind == "ratio":
        return
    if is_recorded and scale == Scale("plain") and not _alike(one, other):
        return
    yield abs(one.value - other.value)
    if not (is_recorded and scale == Scale("plain")):
        yield one.value + other.value


def _alike(one: Figure, other: Figure) -> bool:
    return bool(set(one.nouns) & set(other.nouns))


def _times(scale: Scale, one: Figure, other: Figure) -> Iterator[float]:
    """So many times so much, as the numbers are said or in their base units; so many in each."""
    if one.scale == scale and other.value and other.kind in COUNTS.get(scale.kind, ("plain",)):
        yield from (one.value * other.value, one.said * other.said)
        if not other.scale.unit or other.kind == "time":
            yield one.said / other.said
    if one.scale == scale and other.nouns[:1] == ("point",) and other.said:
        yield one.value / other.said
    if scale == Scale("plain") and one.scale == other.scale == Scale("money") and other.value:
        yield one.value / other.value


def _shares(scale: Scale, one: Figure, other: Figure) -> Iterator[float]:
    share = _share(other)
    if one.scale == scale and share is not None and scale.kind not in ("percent", "ratio"):
        yield from (one.value * share, one.value * (1 - share), one.value * (1 + share))
    if scale.kind in ("percent", "ratio") and one.scale == other.scale and _is_part(one, other):
        whole = 1.0 if scale.kind == "ratio" else 100.0
        part = one.value / other.value
        yield from (part * whole, (1 - part) * whole)


def _is_part(one: Figure, other: Figure) -> bool:
    return one.kind in ("plain", "money") and 10 <= one.value <= other.value


def _share(figure: Figure) -> float | None:
    if figure.kind == "percent" or figure.nouns[:1] == ("point",):
        return figure.value / 100
    return figure.value if figure.kind == "ratio" else None


def _in_one_record(scale: Scale, one: Figure, other: Figure) -> Iterator[float]:
    """What a reader of one record sees at once: how much more, how many a piece."""
    if one.scale == other.scale == scale and scale.kind != "ratio":
        if _alike(one, other) or not (one.nouns and other.nouns):
            yield abs(one.value - other.value)
    if scale == Scale("plain") and one.scale == other.scale and other.value:
        yield one.value / other.value
    yield from _shares(scale, one, other) if scale.kind in ("percent", "ratio") else ()


def _alone(scale: Scale, near: list[Figure]) -> Iterator[float]:
    """What is left of a hundred; a month's of a year's."""
    for one in near[:MOST]:
        if one.scale == scale and scale.kind == "percent":
            yield 100 - one.value
        if one.scale == scale and (scale.kind == "money" or scale.unit):
            yield from (one.value * 12, one.value / 12)


def _triples(scale: Scale, given: Operands) -> Iterator[float]:
    """A price, a count and the months of a year; three figures of the mail; so much more a piece;
    so many days at so many a day."""
    counts = [one.said for one in given.near if one.kind in ("plain", "time") and one.said > 1]
    bases = [one for one in [*given.seen, *given.recorded] if one.scale == scale]
    if scale.kind == "money":
        yield from (one.value * count * 12 for one in bases[:MOST] for count in counts)
        sums = [one.value for one in given.near if one.scale == scale]
        yield from (abs(a - b) * count for a in sums for b in sums for count in counts)
    seen = [one.said for one in given.seen if one.kind in ("plain", "time") and one.said > 1][:MOST]
    for first in counts if scale == Scale("plain") else ():
        yield from (first * a * b for a in seen for b in seen if a != b)
    for whole in given.near if scale.kind == "time" else ():
        if whole.kind == "plain" and whole.value >= 1000:
            yield from (whole.value / a / b for a in seen for b in counts if a != b)
