"""Is a figure one that a reader can work out from what stands in front of him?

A sum, a difference, a product, a share: of figures of the mail itself, or of one sentence of the
records, or of a price and a count. What comes out has to be of the kind that went in (minutes
times a count are minutes), so that a chance hit of two unrelated numbers is rare.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from review.grounding.figures import Figure, Scale

PARTS_OF_A_YEAR = (12.0, 52.0, 4.0)
WRITTEN = re.compile(r"\d+(?:[.,' ]\d+)*")
MOST = 60  # operands looked at; a mail has about ten


@dataclass(frozen=True)
class Operands:
    """`seen` stand in the mail, `recorded` in the records, `sentences` together in one of them."""

    seen: list[Figure]
    recorded: list[Figure]
    sentences: list[list[Figure]]


def follows(wanted: Figure, given: Operands, *, slack: float = 0.0) -> bool:
    """`slack` is the share by which an "about" may differ; rounding is allowed anyhow."""
    scales = [wanted.scale]
    if wanted.scale == Scale("plain"):
        scales.append(Scale("money"))  # "that leaves you 13,500"
    return any(
        is_near(wanted, result, slack) for scale in scales for result in _results(scale, given)
    )


def _results(scale: Scale, given: Operands) -> Iterator[float]:
    yield from _pairs(scale, given.seen, given.seen)
    yield from _pairs(scale, given.seen, given.recorded)
    for one in given.sentences:
        yield from _pairs(scale, one, one, is_sentence=True)
    yield from _alone(scale, given.seen)
    yield from _triples(scale, given.seen, given.recorded)


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
    scale: Scale, left: list[Figure], right: list[Figure], *, is_sentence: bool = False
) -> Iterator[float]:
    for one in left[:MOST]:
        for other in right[:MOST]:
            if one is not other:
                yield from _two(scale, one, other, is_sentence)
                yield from () if left is right else _two(scale, other, one, is_sentence)


def _two(scale: Scale, one: Figure, other: Figure, is_sentence: bool) -> Iterator[float]:
    """Of a sentence of the records only what a reader sees at once: how much more, how many a
    piece."""
    a, b = one.value, other.value
    if one.scale == other.scale == scale and scale.kind != "ratio":
        if not is_sentence:
            yield from (abs(a - b), a + b)
        elif not (one.nouns and other.nouns) or set(one.nouns) & set(other.nouns):
            yield abs(a - b)
    share = _share(other)
    if one.scale == scale and share is not None:
        yield from (a * share, a * (1 - share), a * (1 + share))
    if scale == Scale("plain") and one.scale == other.scale and b:
        yield a / b
    if scale.kind in ("percent", "ratio") and one.scale == other.scale and a <= b != 0:
        whole = 1.0 if scale.kind == "ratio" else 100.0
        yield from (a / b * whole, (1 - a / b) * whole)
    if not is_sentence:
        yield from _times(scale, one, other)


def _times(scale: Scale, one: Figure, other: Figure) -> Iterator[float]:
    """So many times so much, as the numbers are said or in their base units."""
    if one.scale != scale:
        return
    counts = other.kind == "plain" or (other.kind == "time" and scale.kind == "money")
    if counts and other.value:
        yield from (one.value * other.value, one.said * other.said)
        if not other.scale.unit:
            yield one.value / other.value


def _share(figure: Figure) -> float | None:
    if figure.kind == "percent" or figure.nouns[:1] == ("point",):
        return figure.value / 100
    return figure.value if figure.kind == "ratio" else None


def _alone(scale: Scale, seen: list[Figure]) -> Iterator[float]:
    """What is left of a hundred; a month's of a year's."""
    for one in seen[:MOST]:
        if one.scale == scale and scale.kind == "percent":
            yield 100 - one.value
        if one.scale == scale and (scale.kind == "money" or scale.unit):
            yield from (one.value * 12, one.value / 12)
        if one.scale == scale == Scale("plain"):
            for other in seen[:MOST]:
                if other.kind == "time" and other.said:
                    yield from (one.said / other.said, one.said * other.said)


def _triples(scale: Scale, seen: list[Figure], recorded: list[Figure]) -> Iterator[float]:
    """A price, a count and the parts of a year; three figures of the mail; so much more a piece."""
    counts = [one.said for one in seen if one.kind in ("plain", "time") and one.said > 1][:MOST]
    for base in [*seen, *(recorded if scale.kind == "money" else [])][:MOST]:
        if base.scale != scale and not (base.scale == Scale("plain") and scale.kind == "time"):
            continue
        for index, first in enumerate(counts):
            others = [*counts[:index], *counts[index + 1 :]]
            for second in [*others, *(PARTS_OF_A_YEAR if scale.kind == "money" else ())]:
                yield base.value / first / second
                if base.scale == scale:
                    yield base.value * first * second
    if scale.kind == "money":
        same = [one.value for one in seen if one.scale == scale][:MOST]
        yield from (abs(a - b) * count for a in same for b in same for count in counts)
