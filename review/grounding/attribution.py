"""Whether a mail says of one customer what a claim says of another.

By the words and figures that a sentence shares with each claim that names a customer: a claim of
somebody who is not in the sentence, which shares clearly more with it than any of those who are,
is whose story it is.
"""

from collections.abc import Iterator, Set
from typing import NamedTuple

from review.grounding.common_words import ENGLISH, FUNCTION
from review.grounding.reading import Mention, Read
from review.grounding.records import Index, folded_words

LEAST, AHEAD = 3, 2  # words and figures shared with the other's claim; more than with one's own
STEM = 5  # letters of a word that tell it from others, whatever its ending


class Story(NamedTuple):
    """What one claim says: of which customers, in which words."""

    customers: frozenset[str]
    words: frozenset[str]


def unsupported(mail: Read, index: Index) -> Iterator[tuple[Mention, str]]:
    """Each with whose story it is."""
    customers = {one.name for _, told in _told(index) for one in told}
    named = [mention for mention in mail.mentions if mention.name in customers]
    stories = _stories(index) if named else []
    for mention in named:
        start, end = _passage(mention, mail, customers)
        words = _words(mail, start, end, customers)
        here = {one.name for one in mail.names(start, end)}
        own = max((len(words & one.words) for one in stories if one.customers & here), default=0)
        others = [(len(words & one.words), min(one.customers)) for one in stories
                  if not one.customers & here]  # fmt: skip
        most, whose = max(others, default=(0, ""))
        if most >= LEAST and most >= own + AHEAD:
            yield mention, f"A claim says this of {whose}, not of {mention.name}."


def _stories(index: Index) -> list[Story]:
    found = ((claim, frozenset(one.name for one in told)) for claim, told in _told(index))
    return [
        Story(customers, _words(claim, 0, len(claim.plain), customers))
        for claim, customers in found
        if customers
    ]


def _told(index: Index) -> Iterator[tuple[Read, list[Mention]]]:
    """The claims, each with the customers that it names."""
    apart = index.products | {index.known.company, index.known.seller}
    for text, found in index.read:
        if text.is_claim:
            yield found, [one for one in found.mentions if one.name not in apart]


def _passage(mention: Mention, mail: Read, customers: Set[str]) -> tuple[int, int]:
    """The sentence, and the next one where that names no customer: "They cut …"."""
    start, end = mail.sentence(mention.start)
    if end + 2 < len(mail.plain):
        after = mail.sentence(end + 1)[1]
        if not {one.name for one in mail.names(end, after)} & customers:
            end = after
    return start, end


def _words(text: Read, start: int, end: int, customers: Set[str]) -> frozenset[str]:
    names = {word for name in customers for word in folded_words(name)}
    said = set(folded_words(text.plain[start:end])) - names - ENGLISH - FUNCTION
    figures = {f"{one.said:g}" for one in text.figures if start <= one.start < end}
    return frozenset({word[:STEM] for word in said if len(word) > 3} | figures)
