"""The facts that patterns can find, in one order: what an earlier rule took, no later one sees."""

import re
from collections.abc import Iterable
from functools import partial

from review.edits import addresses, dates, promises, quantities
from review.edits.reading import GONE, Fact, Reader, Rule, flat, plain

LATER: list[Rule] = [*dates.RULES, *addresses.PHONES, *quantities.RULES, *promises.RULES]


def read(text: str, products: Iterable[str] = ()) -> tuple[list[Fact], str]:
    """The facts, rule by rule, and what is left of the text for `names`."""
    return scan(plain(text), (*addresses.RULES, *addresses.product_rules(products), *LATER))


def scan(layout: str, rules: Iterable[Rule]) -> tuple[list[Fact], str]:
    """What these rules find in a plain text, and what they leave of it, each at its place."""
    found: list[Fact] = []
    rest = flat(layout)
    for pattern, reading in rules:
        rest = pattern.sub(partial(_take, reading, found), rest)
    return found, "".join(
        gap if char == " " else char for char, gap in zip(rest, layout, strict=True)
    )


def _take(read_it: Reader, found: list[Fact], match: re.Match[str]) -> str:
    reading = read_it(match)
    if reading is None:
        return match[0]
    found.append(Fact(*reading, match[0].strip(), match.start(), match.end()))
    return GONE * len(match[0])
