"""What a card is made of, as plain values."""

from dataclasses import dataclass

from review import worddiff
from review.cards.doubts import Doubts
from review.cards.evidence import Piece
from review.cards.newness import Newness
from review.models import ReviewItem

Badge = tuple[str, str]  # tone, words


@dataclass(frozen=True)
class Addressee:
    name: str
    role: str
    local_time: str
    place: str
    hours: str
    badges: list[Badge]
    is_person: bool  # else the account itself


@dataclass(frozen=True)
class Letter:
    """The mail as it would leave; `differs` holds the word diff once a person's words replaced
    the agent's, `newness` how much of it nobody has approved before, while it waits."""

    sender: str
    recipient: str
    subject: str
    body: str
    pieces: list[Piece]
    footer: str
    differs: list[worddiff.Span]
    doubts: Doubts
    subject_pieces: list[Piece]
    newness: Newness | None = None


@dataclass(frozen=True)
class Signature:
    """`wishes` are the preferences that the writer was given, in words."""

    writer: str
    written: str
    is_offline: bool
    wishes: list[str]
    signer: str = ""
    signed: str = ""
    is_refusal: bool = False


@dataclass(frozen=True)
class Note:
    """One internal output of a card that holds several."""

    item: ReviewItem
    label: str
    text: str
    written: str


@dataclass(frozen=True)
class Question:
    """An escalation without a draft: what was said, what is known, what an agent would do."""

    said: str
    lines: list[tuple[str, str]]
