"""What of a waiting mail a rep has to read, because no approved mail of its class said it before.

A sentence is said before when it stands word for word in such a mail (`review.said`) or in an
approved claim. One that is in doubt, or that rests on a fact of this buyer, is always new: it may
be true of one account and not of another.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from agents.models import Draft
from review import said
from review.cards.evidence import Chip, Piece
from review.said import Sentence

Place = tuple[int, int]


@dataclass(frozen=True)
class Newness:
    """Words of the mail: those in new sentences, and all of them."""

    new: int
    words: int


@dataclass(frozen=True)
class Text:
    """One mail of a ring; `claims` are the approved ones. `said`: the hashes that had been said
    before, where that is on record; else it is looked up."""

    draft: Draft
    body: str
    pieces: list[Piece]
    chips: list[Chip]
    claims: tuple[str, ...]
    said: frozenset[str] | None = None


def read(texts: list[Text]) -> Iterator[tuple[list[Piece], Newness]]:
    """The pieces with what was said before marked, and the count, for each; by one query."""
    found = [said.of(text.draft, text.body) for text in texts]
    wanted: dict[str, set[str]] = defaultdict(set)
    for text, sentences in zip(texts, found, strict=True):
        wanted[text.draft.output_class] |= {one.digest for one in sentences}
    known = said.known(wanted)
    for text, sentences in zip(texts, found, strict=True):
        own = {digest for name, digest in known if name == text.draft.output_class}
        own = own if text.said is None else set(text.said)
        quiet = list(_quiet(text, sentences, own | _claimed(text.claims)))
        yield list(_cut(text.pieces, quiet)), _count(text.body, quiet)


def _claimed(claims: Iterable[str]) -> set[str]:
    return {one.digest for claim in claims for one in said.sentences(claim)}


def _quiet(text: Text, sentences: list[Sentence], known: set[str]) -> Iterator[Place]:
    ours = {chip.number for chip in text.chips if chip.is_ours and chip.is_resolved}
    loud = [place for place, piece in _placed(text.pieces)
            if piece.doubt or (piece.number and piece.number not in ours)]  # fmt: skip
    for one in sentences:
        meets = any(start < one.end and one.start < end for start, end in loud)
        if one.digest in known and not meets:
            yield one.start, one.end


def _placed(pieces: Iterable[Piece]) -> Iterator[tuple[Place, Piece]]:
    at = 0
    for piece in pieces:
        yield (at, at + len(piece.text)), piece
        at += len(piece.text)


def _cut(pieces: list[Piece], quiet: list[Place]) -> Iterator[Piece]:
    """Cut at the ends of what is quiet; a phrase with a source keeps its mark."""
    ends = sorted({end for place in quiet for end in place})
    for (start, end), piece in _placed(pieces):
        if piece.number or piece.doubt:
            yield piece
            continue
        cuts = [start, *(at for at in ends if start < at < end), end]
        for first, last in pairwise(cuts):
            inside = any(begin <= first and last <= stop for begin, stop in quiet)
            text = piece.text[first - start : last - start]
            yield replace(piece, text=text, is_said=inside)


def _count(body: str, quiet: list[Place]) -> Newness:
    words = len(body.split())
    return Newness(words - sum(len(body[start:end].split()) for start, end in quiet), words)
