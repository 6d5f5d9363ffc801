"""Whether a mail says of one customer what a claim says of another.

By the words and figures that a sentence shares with each claim that names a customer: a claim of
somebody who is not in the sentence, which shares clearly more with it than any of those who are,
is whose story it is.
"""

from collections.abc import Iterator
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
    stories = [story for story in _stories(index) if story.customers]
    customers = frozenset().union(*(story.customers for story in stories))
    for mention in mail.mentions:
        if mention.name not in customers:
            continue
        start, end = _passage(mention, mail, customers)
        words = _words(mail, start, end, customers)
        here = {one.name for one in mail.names(start, end)}
        own = max((len(words & one.words) for one in stories if one.customers & here), default=0)
        others = [(len(words & one.words), min(one.customers)) for one in stories
                  if not one.customers & here]  # fmt: skip
        most, whose = max(others, default=(0, ""))
        if most >= LEAST and most >= own + AHEAD:
            yield mention, f"A claim says this of {whose}, not of {mention.name}."


def _stories(index: Index) -> Iterator[Story]:
    apart = index.products | {index.known.company, index.known.seller}
    for text, found in index.read:
        if text.is_claim:
            customers = frozenset(one.name for one in found.mentions if one.name not in apart)
            yield Story(customers, _words(found, 0, len(found.plain), customers))


def _passage(mention: Mention, mail: Read, customers: frozenset[str]) -> tuple[int, int]:
    """The sentence, and the next one where that names no customer: "They cut …"."""
    start, end = mail.sentence(mention.start)
    if end + 2 < len(mail.plain):
        after = mail.sentence(end + 1)[1]
        if not {one.name for one in mail.names(end, after)} & customers:
            end = after
    return start, end


def _words(text: Read, start: int, end: int, customers: frozenset[str]) -> frozenset[str]:
    names = {word for name in customers for word in folded_words(name)}
    said = set(folded_words(text.plain[start:end])) - names - ENGLISH - FUNCTION
    figures = {f"{one.said:g}" for one in text.figures if start <= one.start < end}
    return frozenset({word[:STEM] for word in said if len(word) > 3} | figures)
