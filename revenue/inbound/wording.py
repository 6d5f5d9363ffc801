"""The words of a reply made comparable, and cut into sentences. For the lexicons of this room."""

import re
import unicodedata
from collections.abc import Iterator

INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "‐": "-"})
ENDS = re.compile(r"[.!?;]+(?=\s|$)(?!\s+\d)|\n|(?<=[a-z]),\s(?=please\b|bitte\b)")
TRIM = " \t.,!?;:*_-–—\"'()[]<>"


def folded(text: str) -> str:
    """Lower case without accents or invisible characters: "Désabonner" is "desabonner"."""
    return cased(text).casefold()


def cased(text: str) -> str:
    """The same with its capitals, where a name matters."""
    plain = unicodedata.normalize("NFKD", INVISIBLE.sub("", text).translate(QUOTES))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def sentences(folded_text: str) -> Iterator[str]:
    """Each sentence as its lines stand, then once more over the breaks that a mailer put in."""
    yield from _cut(folded_text)
    if "\n" in folded_text:
        paragraphs = re.split(r"\n\s*\n", folded_text)
        yield from _cut("\n".join(" ".join(one.split()) for one in paragraphs))


def _cut(text: str) -> Iterator[str]:
    yield from (one for one in (piece.strip(TRIM) for piece in ENDS.split(text)) if one)
