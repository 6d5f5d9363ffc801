"""Of whom or what a figure is said: the name and the year that stand with it in its sentence."""

import re
from collections.abc import Container
from typing import NamedTuple

from review.grounding.figures import Figure
from review.grounding.reading import Mention, Read

IN_YEAR = re.compile(r"(?:[^\d.;:!?]{0,60}?) (?:in|for|of|during) (?:[A-Za-z]+ )?((?:19|20)\d\d)\b")

COMPARED = re.compile(r"\b(?:as|than|against|versus|vs|like|for|from)\b", re.IGNORECASE)


class Labelled(NamedTuple):
    """The product, the organisation (each "" for none) and the year (0) that a figure is of."""

    product: str
    company: str
    year: int


def labelled(figure: Figure, text: Read, products: Container[str]) -> Labelled:
    near = around(figure, text)
    sold = [one for one in near if one.name in products]
    theirs = [one for one in near if one.name not in products]
    return Labelled(_nearest(figure, sold, text), _nearest(figure, theirs, text),
                    _year(figure, text))  # fmt: skip


def around(figure: Figure, text: Read) -> list[Mention]:
    """The names in the figure's sentence."""
    return text.names(*text.sentence(figure.start))


def _nearest(figure: Figure, names: list[Mention], text: Read) -> str:
    """The last name before it, else the first after it, if no other figure stands between."""
    before = [one for one in names if one.end <= figure.start]
    after = [one for one in names if one.start >= figure.end]
    if before:
        name = before[-1]
        return "" if text.has_figure(name.end, figure.start) else name.name
    if after and not COMPARED.search(text.plain, figure.end, after[0].start):
        return "" if text.has_figure(figure.end, after[0].start) else after[0].name
    return ""


def _year(figure: Figure, text: Read) -> int:
    """The year of "17 in 2025", if no other figure stands between."""
    match = IN_YEAR.match(text.plain, figure.end)
    if match is None or text.has_figure(figure.end, match.start(1)):
        return 0
    return int(match[1])
