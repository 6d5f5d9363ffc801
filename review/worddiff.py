"""What changed between two texts, word by word, for the desk. Pure; the templates show the spans.

Words and marks are matched, white space travels with the word after it, so a paragraph that only
moved to a line of its own shows one changed gap. Every character is kept: same and del together
are the text before, same and ins together the text after.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal, NamedTuple

WORD_OR_MARK = r"\d+(?:[.,:]\d+)*\w*|\w+(?:['’-]\w+)*|[^\w\s]"
PIECE = re.compile(rf"(\s*)({WORD_OR_MARK})")
UNIT = re.compile(rf"\s+|{WORD_OR_MARK}")
WORD = re.compile(r"\w+")
BREAK = re.compile(r"[\n.!?…]")  # sentences and paragraphs stay apart


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text that stayed (`same`), went (`del`) or came (`ins`); never empty."""

    op: Literal["same", "del", "ins"]
    text: str


class Part(NamedTuple):
    """What stood here before and what stands here after."""

    old: str
    new: str

    @property
    def is_same(self) -> bool:
        return self.old == self.new


def diff(before: str, after: str) -> list[Span]:
    """The spans in reading order; where words were replaced, del comes before ins."""
    parts = _slid(_joined(_parts(_pieces(before), _pieces(after))))
    parts = _without_crumbs(_joined(_hang_gaps_outside(parts)))
    parts = _joined(_hang_gaps_outside(parts))
    return [span for part in parts for span in _spans(part)]


def _spans(part: Part) -> Iterator[Span]:
    if part.is_same:
        yield Span("same", part.old)
        return
    if part.old:
        yield Span("del", part.old)
    if part.new:
        yield Span("ins", part.new)


def _pieces(text: str) -> list[tuple[str, str]]:
    """(gap, word) pairs; the last has no word and holds what white space ends the text."""
    body = text.rstrip()
    return [(match[1], match[2]) for match in PIECE.finditer(body)] + [(text[len(body) :], "")]


def _parts(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> Iterator[Part]:
    """difflib's longest common blocks; from 200 words on its `autojunk` keeps the frequent words
    from starting a block, which both reads better and holds the time down."""
    words = [word for _, word in old], [word for _, word in new]
    for op, start, end, begin, stop in SequenceMatcher(None, *words).get_opcodes():
        if op != "equal":
            yield Part(_text(old[start:end]), _text(new[begin:stop]))
            continue
        for (gap, word), (other_gap, _) in zip(old[start:end], new[begin:stop], strict=True):
            yield Part(gap, other_gap)
            yield Part(word, word)


def _text(pieces: list[tuple[str, str]]) -> str:
    return "".join(gap + word for gap, word in pieces)


def _joined(parts: Iterable[Part]) -> list[Part]:
    """Neighbours of one sort become one part, empty ones go."""
    groups = groupby((part for part in parts if part != ("", "")), key=lambda part: part.is_same)
    runs = [list(group) for _, group in groups]
    return [Part("".join(p.old for p in run), "".join(p.new for p in run)) for run in runs]


def _slid(parts: list[Part]) -> list[Part]:
    """What only came or only went moves right as far as it can: a new sentence is then shown
    with its own full stop, not with the one of the sentence before."""
    slid: list[Part] = []
    for part in parts:
        if slid and bool(slid[-1].old) != bool(slid[-1].new):
            slid += _slide(slid.pop(), part.old)
        else:
            slid.append(part)
    return slid


def _slide(change: Part, following: str) -> list[Part]:
    units, ahead = UNIT.findall(change.old or change.new), UNIT.findall(following)
    far = next((i for i, unit in enumerate(ahead) if unit != units[i % len(units)]), len(ahead))
    turn = far % len(units)
    passed, rest = "".join(ahead[:far]), "".join(ahead[far:])
    moved = "".join(units[turn:] + units[:turn])
    here = Part(moved, "") if change.old else Part("", moved)
    return [Part(passed, passed), here, Part(rest, rest)]


def _without_crumbs(parts: list[Part]) -> list[Part]:
    """A lone mark or word that stayed between two changes is read as part of them."""
    kept: list[Part] = []
    for part in parts:
        if len(kept) > 1 and _is_crumb(kept[-2], kept[-1], part):
            crumb, left = kept.pop(), kept.pop()
            part = Part(left.old + crumb.old + part.old, left.new + crumb.new + part.new)
        kept.append(part)
    return kept


def _is_crumb(left: Part, part: Part, right: Part) -> bool:
    if left.is_same or right.is_same or BREAK.search(part.old):
        return False
    words = len(WORD.findall(part.old))
    return not words or (words == 1 and min(_length(left), _length(right)) > 1)


def _length(part: Part) -> int:
    return max(len(WORD.findall(part.old)), len(WORD.findall(part.new)))


def _hang_gaps_outside(parts: Iterable[Part]) -> Iterator[Part]:
    """White space that both sides begin with has not changed."""
    for part in parts:
        gap = part.old[: len(part.old) - len(part.old.lstrip())]
        gap = gap if part.new.startswith(gap) else ""
        yield Part(gap, gap)
        yield Part(part.old[len(gap) :], part.new[len(gap) :])
