"""Is a figure one that a reader can work out from what stands in front of him?

A sum, a difference, a product, a share: of figures of the mail itself, or of one sentence of the
records, or of a price and a count. What comes out has to be of the kind that went in (minutes
times a count are minutes), so that a chance hit of two unrelated numbers is rare.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from review.grounding.figures import Figure, Scale

PERIODS = {"day": (5, 7, 20, 22, 30, 250, 365), "week": (4, 52), "month": (4, 12, 20, 22),
           "quarter": (3, 4), "year": (4, 12, 52, 365)}  # fmt: skip
COUNTS = {"money": ("plain", "time"), "plain": ("plain", "time"), "time": ("plain", "time")}
WRITTEN = re.compile(r"\d+(?:[.,' ]\d+)*")
IN_PARTS = re.compile(
    r"\b(?:instal\w+|rate[ns]?|tranches?|quarterly|monthly|each|parcelas?|cuotas?|plazos?"
    r"|mensualit\w+|échéances?|termijn\w*|chaque|cada|jeweils|je)\b",
    re.IGNORECASE,
)
MOST = 60  # operands looked at; a mail has about ten


@dataclass(frozen=True)
class Operands:
    """`seen` stand in the mail, `recorded` in the records, `sentences` together in one of them."""

    seen: list[Figure]
    recorded: list[Figure]
    sentences: list[list[Figure]]


def follows(
    wanted: Figure, given: Operands, *, slack: float = 0.0, is_difference: bool = False,
    per: str = "",
) -> bool:  # fmt: skip
    """`slack` is the share by which an "about" may differ; rounding is allowed anyhow.
    `is_difference`: the mail says that it is so much more or less; `per`: so much a week."""
    results = _results(wanted, given, is_about=bool(slack))
    if per:
        results = chain(results, _per(wanted, [*given.seen, *given.recorded], per))
    if is_difference:
        results = chain(results, _differences(wanted, given.recorded))
    return any(is_near(wanted, result, slack) for result in results)


def _results(wanted: Figure, given: Operands, *, is_about: bool) -> Iterator[float]:
    yield from _pairs(wanted, given.seen, given.seen)
    yield from _pairs(wanted, given.seen, given.recorded, is_recorded=True)
    for one in given.sentences:
        yield from (value for a in one for b in one if a is not b
                    for value in _in_one_record(wanted, a, b))  # fmt: skip
    yield from _alone(wanted.scale, given.seen)
    yield from _triples(wanted, given, is_about=is_about)
    if wanted.scale == Scale("plain") and not wanted.nouns and wanted.value >= 100:
        money = replace(wanted, scale=Scale("money"))  # "that leaves you 13,500"
        yield from _pairs(money, given.seen, given.seen)


def _per(wanted: Figure, others: list[Figure], per: str) -> Iterator[float]:
    """A year's by the week, a month's for the year."""
    for one in others[:MOST]:
        if one.scale == wanted.scale:
            for parts in PERIODS[per]:
                yield from (one.value / parts, one.value * parts)


def _differences(wanted: Figure, recorded: list[Figure]) -> Iterator[float]:
    same = [one.value for one in recorded if one.scale == wanted.scale][:MOST]
    yield from (abs(a - b) for at, a in enumerate(same) for b in same[at + 1 :])


def is_near(wanted: Figure, value: float, slack: float = 0.0) -> bool:
    room = max(abs(value) * slack, rounding(wanted))
    return abs(wanted.value - value) <= room + 1e-9 * abs(value)


def rounding(figure: Figure) -> float:
    """Half of the last digit that is written: 73.8 may be said as 74."""
    number = WRITTEN.search(figure.text)
    digits = number[0] if number else ""
    head, mark, tail = digits.rpartition("." if "." in digits else ",")
    decimals = len(tail) if mark and (len(tail) != 3 or not head) else 0
    if figure.kind == "ratio":
        return 0.05 * figure.value
    if figure.kind == "percent" and not digits:
        return 0.5
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


def is_instalment(figure: Figure, seen: list[Figure], sentence: str) -> bool:
    """One of the even parts, twelve at most, of a sum that the mail names."""
    if figure.kind != "money" or not IN_PARTS.search(sentence):
        return False
    sums = {one.value for one in seen if one.kind == "money"}
    return any(is_near(figure, one / parts) for parts in range(2, 13) for one in sums)


# --- the operations, by the kind of what comes out ------------------------------------------------


def _pairs(
    wanted: Figure, seen: list[Figure], others: list[Figure], *, is_recorded: bool = False
) -> Iterator[float]:
    for one in seen[:MOST]:
        for other in others[:MOST]:
            if one is not other:
                for a, b in ((one, other), (other, one)):
                    yield from _sums(wanted.scale, a, b, is_recorded)
                    if not is_recorded or _counts_the_same(wanted, a, b):
                        yield from _times(wanted, a, b)
                    yield from _shares(wanted.scale, a, b)


def _sums(scale: Scale, one: Figure, other: Figure, is_recorded: bool) -> Iterator[float]:
    """Counts of the records are taken from each other only if they count the same."""
    if not one.scale == other.scale == scale or scale.kind == "ratio":
        return
    if is_recorded and scale == Scale("plain") and not _alike(one, other):
        return
    yield abs(one.value - other.value)
    if not (is_recorded and scale == Scale("plain")):
        yield one.value + other.value


def _counts_the_same(wanted: Figure, one: Figure, other: Figure) -> bool:
    """So many visits are so many times so many visits, not clinics times days."""
    is_count = wanted.scale == Scale("plain") and bool(wanted.nouns)
    return not is_count or _alike(wanted, one) or _alike(wanted, other)


def _alike(one: Figure, other: Figure) -> bool:
    return bool(set(one.nouns) & set(other.nouns))


def _times(wanted: Figure, one: Figure, other: Figure) -> Iterator[float]:
    """So many times so much, as the numbers are said or in their base units; so many in each; so
    long at so much an hour."""
    scale = wanted.scale
    if one.scale == scale and other.value and other.kind in COUNTS.get(scale.kind, ("plain",)):
        yield from (one.value * other.value, one.value * other.said, one.said * other.said)
        if not other.scale.unit or other.kind == "time":
            yield one.said / other.said
    if one.scale == scale and other.nouns[:1] == ("point",) and other.said:
        yield one.value / other.said
    if scale == Scale("plain") and one.scale == other.scale == Scale("money") and other.value:
        yield one.value / other.value
    if scale.kind == "time" and one.scale == other.scale and one.kind == "plain" and other.value:
        yield one.value / other.value * wanted.value / (wanted.said or 1)


def _shares(scale: Scale, one: Figure, other: Figure) -> Iterator[float]:
    share = _share(other)
    if one.scale == scale and share is not None and scale.kind not in ("percent", "ratio"):
        yield from (one.value * share, one.value * (1 - share), one.value * (1 + share))
    if scale.kind in ("percent", "ratio") and one.scale == other.scale and _is_part(one, other):
        whole = 1.0 if scale.kind == "ratio" else 100.0
        part = one.value / other.value
        yield from (part * whole, (1 - part) * whole, (1 / part - 1) * whole)


def _is_part(one: Figure, other: Figure) -> bool:
    return one.kind in ("plain", "money", "time") and 0 < one.value <= other.value >= 10


def _share(figure: Figure) -> float | None:
    if figure.kind == "percent" or figure.nouns[:1] == ("point",):
        return figure.value / 100
    return figure.value if figure.kind == "ratio" else None


def _in_one_record(wanted: Figure, one: Figure, other: Figure) -> Iterator[float]:
    """What a reader of one record sees at once: how much more, how many a piece, which share."""
    scale = wanted.scale
    bare = one.scale == other.scale == Scale("plain") and not (one.nouns and other.nouns)
    of_a_kind = bare or (one.scale == other.scale == scale and scale.kind != "ratio")
    if of_a_kind and (_alike(one, other) or not (one.nouns and other.nouns)):
        unit = wanted.value / wanted.said if bare and wanted.said else 1.0
        yield abs(one.value - other.value) * unit
    if scale == Scale("plain") and one.scale == other.scale and other.value:
        yield one.value / other.value
        if _alike(wanted, one) and wanted.value >= 100:
            yield one.value * other.value
    share = _share(other)
    if one.scale == scale and share is not None and scale.kind in ("plain", "money"):
        yield from (one.value * share, one.value * (1 - share))
    yield from _shares(scale, one, other) if scale.kind in ("percent", "ratio") else ()


def _alone(scale: Scale, seen: list[Figure]) -> Iterator[float]:
    """What is left of a hundred; a month's of a year's."""
    for one in seen[:MOST]:
        if one.scale == scale and scale.kind == "percent":
            yield 100 - one.value
        if one.scale == scale and (scale.kind == "money" or scale.unit):
            yield from (one.value * 12, one.value / 12)


def _triples(wanted: Figure, given: Operands, *, is_about: bool) -> Iterator[float]:
    """A price, a count and the months of a year; three figures of the mail; so much more a piece;
    so many days at so many a day."""
    scale = wanted.scale
    counts = [one.said for one in given.seen if one.kind in ("plain", "time") and one.said > 1]
    counts = counts[:20]
    if scale.kind == "money":
        bases = [one for one in [*given.seen, *given.recorded] if one.scale == scale][:MOST]
        many = [
            *counts,
            *(one.said for one in given.seen if one.kind == "plain" and one.said >= 10),
        ]
        yield from (one.value * count * 12 for one in bases for count in many[:40])
        sums = [one.value for one in given.seen if one.scale == scale][:20]
        yield from (abs(a - b) * count for a in sums for b in sums for count in counts)
    seen = [one.said for one in given.seen if one.kind in ("plain", "time") and one.said > 1][:20]
    for first in counts if scale == Scale("plain") else ():
        yield from (first * a * b for a in seen for b in seen if a != b)
    for whole in given.seen[:20] if scale.kind == "time" and is_about else ():
        if whole.kind == "plain" and whole.value >= 1000:
            yield from (whole.value / a / b for a in seen for b in counts if a != b)
        if whole.scale == scale:
            yield from (whole.value * a * b for a in seen for b in counts if a != b)
