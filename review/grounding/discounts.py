"""How far below the list a text goes: percentages off, and sums below a product's list price.

The arithmetic is `Decimal` and all of it is here; who may give how much is the price guard's.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from review.edits import quantities
from review.grounding.figures import Figure, Scale
from review.grounding.labels import labelled
from review.grounding.reading import Read, read
from review.grounding.records import Known

NUMBER = (
    rf"(?<![\w.,])(?P<number>\d{{1,6}}(?:[.,]\d{{1,4}})?"
    rf"|{quantities.WORD}(?:[ -]{quantities.WORD}){{0,2}})"
)
SHARE = rf"{NUMBER}(?: ?%| ?per ?cent\b| ?pct\b)"
SOLD = "\x01"  # stands for a product's name
LESS = r"discount\w*|rebates?|price (?:cut|reduction)s?|markdowns?"
CUT = r"reduc\w+|lower\w*|cut\w*|drop\w*|discount\w*|knock\w*|trim\w*|slash\w*"
PRICE = (
    r"(?:list |unit |usual |regular |standard |full |whole |first |annual |yearly |monthly )*"
    r"(?:prices?|fees?|list|quotes?|offers?|totals?|amount|invoices?|orders?|deals?|contracts?"
    rf"|licen[cs]es?|seats?|subscriptions?|packages?|renewals?|lot|first|usual|{SOLD}+)"
)
# "20 % off", and not "took 63 % off its lab bill".
OFF = (
    rf"off(?! (?:of )?(?:its|their|his|her)\b)"
    rf"(?! (?:of )?(?:the|your|our|that|this|these|those|a|each|every)\b(?! {PRICE}))"
)
PATTERNS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{SHARE},? (?:{OFF}|(?:{LESS})"
        r"|(?:below|under|less than|cheaper than) (?:the |our )?list)\b",
        rf"\b(?:{LESS}) (?:of|by|at|is|:)? ?(?:up to |about |another )?{SHARE}",
        rf"\b(?:{CUT}) (?:the|our|your|this|that) {PRICE} (?:[\w'-]+ ){{0,3}}by (?:up to )?{SHARE}",
        rf"\bsav\w+ (?:you )?{SHARE} (?:on|off|against|from) (?:the |your |our )?{PRICE}\b",
    )
]
OF_LIST = re.compile(
    rf"\b(?:at|for) {SHARE} of (?:the |our )?(?:list|price|usual)\b", re.IGNORECASE
)
HALF = re.compile(
    rf"\bhalf(?:[ -]|-the-)price\b|\bhalf (?:of )?(?:the |our |your )?{PRICE}\b|\bhalf off\b",
    re.IGNORECASE,
)
GIVEN = re.compile(
    rf"\bwaiv(?:e|es|ed|ing) (?:the |our |your |all )+{PRICE}\b|\bfree of charge\b", re.IGNORECASE
)


class Discount(NamedTuple):
    """`percent` off the list, as the text has it from `start` to `end` of the plain text."""

    percent: Decimal
    text: str


def discounts(text: str, known: Known) -> list[Discount]:
    """All of them, the largest first; those that an approved claim grants are not counted."""
    mail = read(text, known.index.names)
    granted = {one.percent for claim in known.claims for one in _percentages(claim)}
    found = [one for one in _percentages(_with_sold(mail)) if one.percent not in granted]
    found += _below_list(mail, known)
    return sorted(found, key=lambda one: -one.percent)


def _with_sold(mail: Read) -> str:
    text = mail.plain
    for one in mail.mentions:
        text = text[: one.start] + SOLD * (one.end - one.start) + text[one.end :]
    return text


def _percentages(text: str) -> Iterator[Discount]:
    text = text.replace("\n", " ")
    for pattern in PATTERNS:
        for match in pattern.finditer(text):
            yield Discount(_value(match), match[0].replace(SOLD, "").strip())
    for match in OF_LIST.finditer(text):
        yield Discount(100 - _value(match), match[0])
    for match in HALF.finditer(text):
        yield Discount(Decimal(50), match[0].replace(SOLD, "").strip())
    for match in GIVEN.finditer(text):
        yield Discount(Decimal(100), match[0].replace(SOLD, "").strip())


def _value(match: re.Match[str]) -> Decimal:
    return Decimal(quantities._value(match["number"].casefold(), ""))


def _below_list(mail: Read, known: Known) -> Iterator[Discount]:
    """A sum that is said of a product and is less than its list price; what a deal of the account
    or an approved claim has is no offer."""
    prices = {row.name: Decimal(row.price) for row in known.products if row.price}
    told = {(deal.product, Decimal(deal.amount)) for deal in known.deals if deal.amount}
    said = {Decimal(str(one.figure.value)) for one in known.index.of_claims}
    for figure in mail.figures:
        product = labelled(figure, mail, known.index.products).product
        price = prices.get(product)
        value = Decimal(str(figure.value))
        if not price or not _is_sum(figure, price) or not 0 <= value < price:
            continue
        if (product, value) not in told and value not in said | set(prices.values()):
            percent = (100 * (price - value) / price).quantize(Decimal("0.1"))
            yield Discount(percent, f"{product} at {figure.text}, list price {price:,.2f}")


def _is_sum(figure: Figure, price: Decimal) -> bool:
    """Money, or a bare number about as large as the price."""
    if figure.kind == "money":
        return True
    bare = figure.scale == Scale("plain") and not figure.nouns and not figure.label
    return bare and Decimal(str(figure.value)) >= max(price / 5, Decimal(100))
