"""What every reader of facts shares: the shape of a fact and of a rule, and the text to read."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from review.edits.distance import differing_middle

KINDS = (
    *("amount", "percentage", "date", "time", "name", "email", "url", "phone", "product"),
    *("negation", "commitment", "number"),
)
GONE = "\0"  # stands where a fact was taken out, so that no later rule reads it again
LINE, PARAGRAPH = "\n", "\f"
SHOWN = 3  # facts of those that only changed places


class Fact(NamedTuple):
    """`key` is the same however the fact is written, `text` is how it stands here, from `start`
    to `end` of the plain text."""

    kind: str
    key: str
    text: str
    start: int = 0
    end: int = 0


Reading = tuple[str, str] | None  # kind and key, or no fact after all
Reader = Callable[[re.Match[str]], Reading]
Rule = tuple[re.Pattern[str], Reader]

# A character with the marks and the parts of a syllable that follow it: they are read as one.
CLUSTER = re.compile("[^\u0300-\u036f\u1160-\u11ff][\u0300-\u036f\u1160-\u11ff]*|.", re.DOTALL)
ALIKE = str.maketrans("’‘ʼ`−‐‑", "''''---", GONE)


def plain(text: str) -> str:
    """Compatibility forms, nothing invisible, every gap one character: space, line, paragraph."""
    text = unicodedata.normalize("NFKC", text).translate(ALIKE)
    text = "".join(char for char in text if unicodedata.category(char) != "Cf").strip()
    return re.sub(r"\s+", lambda gap: _gap(gap[0]), text)


def placed(text: str) -> tuple[str, list[int]]:
    """The same, and where each of its characters, and its end, stands in the text as it is."""
    if text.isascii():
        pieces = [(char, at) for at, char in enumerate(text.translate(ALIKE))]
    else:
        pieces = [piece for match in CLUSTER.finditer(text) for piece in _pieces(match)]
    letters = "".join(char for char, _ in pieces)
    places = [at for _, at in pieces]
    begin, found, origins = len(letters) - len(letters.lstrip()), [], []
    for match in re.finditer(r"\s+|\S+", letters[begin : len(letters.rstrip())]):
        start, end = match.start() + begin, match.end() + begin
        gap = match[0].isspace()
        found.append(_gap(match[0]) if gap else match[0])
        origins += places[start : start + 1] if gap else places[start:end]
    last = origins[-1] + 1 if origins else 0
    return "".join(found), [*origins, last]


def _pieces(match: re.Match[str]) -> list[tuple[str, int]]:
    text = unicodedata.normalize("NFKC", match[0]).translate(ALIKE)
    return [(char, match.start()) for char in text if unicodedata.category(char) != "Cf"]


def _gap(gap: str) -> str:
    return (" ", LINE, PARAGRAPH)[min(gap.count("\n"), 2)]


def flat(text: str) -> str:
    """The same with spaces only, so that no rule depends on where a line was broken."""
    return text.replace(LINE, " ").replace(PARAGRAPH, " ")


def moved(old: list[Fact], new: list[Fact]) -> tuple[list[Fact], list[Fact]]:
    """The stretch in which the same facts stand in another order, as one fact of each text."""
    keys = [[one.key for one in some] for some in (old, new)]
    if keys[0] == keys[1] or Counter(keys[0]) != Counter(keys[1]):
        return [], []
    start, end = differing_middle(*keys)
    return [_as_one(old[start:end])], [_as_one(new[start:end])]


def _as_one(facts: list[Fact]) -> Fact:
    more = ", …" if len(facts) > SHOWN else ""
    return Fact(facts[0].kind, "", ", ".join(one.text for one in facts[:SHOWN]) + more)


def as_written(kind: str) -> Reader:
    return lambda match: (kind, match[0].casefold().rstrip("."))
