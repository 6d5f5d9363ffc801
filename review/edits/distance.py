"""How much of the wording differs: tokens, and the Levenshtein distance between two lists of them.

A token is a word, a number, an address or a run of one mark; white space only separates.
"""

import re
import unicodedata
from collections.abc import Sequence

TOKEN = re.compile(
    r"(?:https?://|www\.)\S+"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
    r"|\d+(?:[.,:/'’]\d+)*\w*"
    r"|\w+(?:['’-]\w+)*"
    r"|(?P<mark>[^\w\s])(?P=mark)*"  # a ruler of sixty dashes is one mark
)


def tokens(text: str) -> list[str]:
    return [match[0] for match in TOKEN.finditer(unicodedata.normalize("NFC", text))]


def levenshtein(old: list[str], new: list[str]) -> int:
    """Exact, by bit vectors (Myers, JACM 46, 1999; Hyyrö 2003): a column of the table is one
    big integer, so n tokens against m cost about n · m / 30 machine steps and no table."""
    start, end = differing_middle(old, new)
    old, new = old[start:end], new[start : end + len(new) - len(old)]
    if not old or not new:
        return len(old) + len(new)
    top, full = len(old) - 1, (1 << len(old)) - 1
    where: dict[str, int] = {}
    for position, token in enumerate(old):
        where[token] = where.get(token, 0) | 1 << position
    rises, falls, edits = full, 0, len(old)
    for token in new:
        equal = where.get(token, 0)
        level = ((((equal & rises) + rises) ^ rises) | equal | falls) & full
        up, down = falls | (full ^ (level | rises)), level & rises
        edits += (up >> top) - (down >> top)
        up = (up << 1 | 1) & full
        rises = (down << 1 & full) | (full ^ (level | up))
        falls = up & level
    return edits


def differing_middle(old: Sequence[object], new: Sequence[object]) -> tuple[int, int]:
    """From where to where the first of two lists differs, between what both begin and end with."""
    shorter = min(len(old), len(new))
    head = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    rest = shorter - head
    tail = next((i for i in range(rest) if old[-1 - i] != new[-1 - i]), rest)
    return head, len(old) - tail
