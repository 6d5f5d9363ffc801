"""What every reader of facts shares: the shape of a fact and of a rule, and the text to read."""

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

KINDS = (
    *("amount", "percentage", "date", "time", "name", "email", "url", "phone", "product"),
    *("negation", "commitment", "number"),
)
GONE = "\0"  # stands where a fact was taken out, so that no later rule reads it again
LINE, PARAGRAPH = "\n", "\f"


class Fact(NamedTuple):
    """`key` is the same however the fact is written, `text` is how it stands here."""

    kind: str
    key: str
    text: str


Reading = tuple[str, str] | None  # kind and key, or no fact after all
Reader = Callable[[re.Match[str]], Reading]
Rule = tuple[re.Pattern[str], Reader]

ALIKE = str.maketrans("’‘ʼ`−‐‑", "''''---", GONE)


def plain(text: str) -> str:
    """Compatibility forms, nothing invisible, every gap one character: space, line, paragraph."""
    text = unicodedata.normalize("NFKC", text).translate(ALIKE)
    text = "".join(char for char in text if unicodedata.category(char) != "Cf").strip()
    return re.sub(r"\s+", lambda gap: (" ", LINE, PARAGRAPH)[min(gap[0].count("\n"), 2)], text)


def flat(text: str) -> str:
    """The same with spaces only, so that no rule depends on where a line was broken."""
    return text.replace(LINE, " ").replace(PARAGRAPH, " ")


def as_written(kind: str) -> Reader:
    return lambda match: (kind, match[0].casefold().rstrip("."))
