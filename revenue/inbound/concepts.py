"""What a sentence is made of: which of a few ideas its words stand for, and which ideas together
make a wish for no more mail, or a threat.

Words are known by their stems, long ones with a letter wrong; rules join ideas that stand near one
another in one sentence. So a sentence counts that nobody wrote down here. It may count wrongly,
too: what is found by one rule alone is a suspicion. Text comes folded by `wording`; the stems are
in `words/concepts.txt`. Called by `refusals` and `replies`.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from revenue.inbound import lexicon

TOKEN = re.compile(r"[a-z0-9'’*-]+|[.!?;:\n]+")
BREAK = re.compile(r"[.!?;]|\n\s*\n")
LONGEST = 24
SLIP = 8  # letters of a stem that is known with one of them wrong
COMPOUND = 6  # letters of a stem that may stand inside a word
ENCLITIC = re.compile(r"(?:me|nos|melo|nosla)$")


class Rule(NamedTuple):
    """Ideas of which each stands on a word of its own, all within so many words."""

    kind: str
    ideas: tuple[str, ...]
    within: int
    is_sure: bool


# kind, ideas, within how many words
SURE = (
    ("unsubscribe", "UNSUB ME", 3),
    ("unsubscribe", "UNSUB WISH", 4),
    ("unsubscribe", "NOT MORE CONTACT", 9),
    ("unsubscribe", "NOT ME CONTACT", 5),
    ("unsubscribe", "NOT WANT CONTACT", 6),
    ("unsubscribe", "WISH NOT CONTACT", 7),
    ("unsubscribe", "STOP CONTACT", 5),
    ("unsubscribe", "STOP SENDING", 5),
    ("unsubscribe", "REMOVE ME", 3),
    ("unsubscribe", "REMOVE LIST", 9),
    ("unsubscribe", "REMOVE ADDRESS", 7),
    ("unsubscribe", "TAKE ME OFF", 4),
    ("unsubscribe", "ME OFF YOU LIST", 7),
    ("unsubscribe", "NOT MORE GET", 5),
    ("unsubscribe", "TAKE OFF LIST", 8),
    ("unsubscribe", "NOT ME LIST", 7),
    ("unsubscribe", "OPT ME OFF", 4),
    ("unsubscribe", "PEACE ME", 4),
    ("unsubscribe", "FORGET ADDRESS", 3),
    ("unsubscribe", "GIVE BAJA", 4),
    ("unsubscribe", "WISH BAJA", 6),
    ("hostile_legal", "COMPLAIN AUTHORITY", 9),
    ("hostile_legal", "COMPLAIN YOU", 5),
    ("hostile_legal", "COMPLAIN COURT", 9),
    ("hostile_legal", "BREACH LAW", 7),
    ("hostile_legal", "BREACH CONTACT", 6),
    ("hostile_legal", "LAW RIGHT", 9),
    ("hostile_legal", "LAW DATA ME", 12),
    ("hostile_legal", "RIGHT DATA ME", 9),
    ("hostile_legal", "NOT CONSENT CONTACT", 12),
    ("hostile_legal", "NOT ME CONSENT", 6),
    ("hostile_legal", "NOT CONSENT DATA", 9),
    ("hostile_legal", "LAWYER COMPLAIN", 9),
    ("hostile_legal", "LAWYER MORE CONTACT", 9),
    ("hostile_legal", "LAWYER BASIS DATA", 9),
    ("hostile_legal", "COURT YOU", 6),
    ("hostile_legal", "COURT NEXT", 9),
    ("hostile_legal", "AUTHORITY NEXT", 9),
    ("hostile_legal", "AUTHORITY LAW", 7),
    ("hostile_legal", "REGULATOR", 1),
    ("hostile_legal", "SUIT", 1),
    ("hostile_legal", "INSULT", 1),
)
UNSURE = (
    ("unsubscribe", "UNSUB", 1),
    ("unsubscribe", "OPT OFF", 4),
    ("unsubscribe", "STOP NOW", 3),
    ("unsubscribe", "WISH STOP", 4),
    ("unsubscribe", "WISH GONE", 5),
    ("unsubscribe", "OFF LIST", 4),
    ("unsubscribe", "OFF LIST ME", 7),
    ("unsubscribe", "WISH LAST BE", 12),
    ("unsubscribe", "LAST BE CONTACT", 12),
    ("unsubscribe", "PEACE WISH", 9),
    ("unsubscribe", "FORBID CONTACT", 9),
    ("unsubscribe", "FORBID ADDRESS", 5),
    ("unsubscribe", "TIMES CONTACT ME", 8),
    ("unsubscribe", "ORDINAL CONTACT", 6),
    ("unsubscribe", "NOT ORDINAL", 4),
    ("hostile_legal", "COMPLAIN CONTACT", 5),
    ("hostile_legal", "RIGHT DATA", 7),
    ("hostile_legal", "LAWYER NEXT", 9),
    ("hostile_legal", "LAWYER YOU", 5),
    ("hostile_legal", "LAWYER CONTACT", 9),
    ("hostile_legal", "AUTHORITY CONTACT", 9),
    ("hostile_legal", "PROVENANCE OBTAIN DATA ME", 9),
    ("hostile_legal", "PROVENANCE OBTAIN ADDRESS ME", 9),
    ("hostile_legal", "THEFT ADDRESS", 6),
    ("hostile_legal", "EXPOSE YOU", 6),
)
RULES = tuple(
    Rule(kind, tuple(ideas.split()), within, is_sure)
    for rows, is_sure in ((SURE, True), (UNSURE, False))
    for kind, ideas, within in rows
)


def _rules_of() -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for rule in RULES:
        for idea in rule.ideas:
            found.setdefault(idea, []).append(rule)
    return found


def _without_one(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(1, len(word))}


def _slips() -> dict[str, set[str]]:
    """Each long stem with any letter but its first left out."""
    found: dict[str, set[str]] = {}
    for stem, ideas in STEMS.items():
        for slip in _without_one(stem) if len(stem) >= SLIP else ():
            found.setdefault(slip, set()).update(ideas)
    return found


STEMS, WORDS = lexicon.stems("concepts.txt")
SLIPS = _slips()
RULES_OF = _rules_of()


def found_in(folded: str) -> dict[Rule, str]:
    """The rules that hold somewhere, each with the first words for which it does."""
    found: dict[Rule, str] = {}
    last: dict[str, int] = {}
    said: list[str] = []
    for match in TOKEN.finditer(folded):
        token = match[0]
        if not token[0].isalnum():
            if BREAK.search(token):
                last = {}
            continue
        said.append(token)
        at = len(said) - 1
        ideas = ideas_of(token)
        last |= dict.fromkeys(ideas, at)
        for rule in (rule for idea in ideas for rule in RULES_OF.get(idea, ())):
            if rule not in found and _holds(rule, last, at):
                first = min(last[idea] for idea in rule.ideas)
                found[rule] = " ".join(said[first:])
    return found


def denies(folded: str) -> bool:
    """Does a word of it say no?"""
    return any("NOT" in ideas_of(token) for token in TOKEN.findall(folded))


def _holds(rule: Rule, last: dict[str, int], at: int) -> bool:
    places = {last.get(idea, -1) for idea in rule.ideas}
    return len(places) == len(rule.ideas) and -1 not in places and at - min(places) < rule.within


@lru_cache(maxsize=20_000)
def ideas_of(token: str) -> frozenset[str]:
    """A word may stand for several: "spam" is a message and an insult."""
    parts = [token, *token.split("-"), *token.split("'")] if not token.isalnum() else [token]
    found: set[str] = set()
    for part in parts:
        word = lexicon.undoubled(part[:LONGEST])
        ends = (word[:end] for end in range(2, len(word) + 1))
        found |= WORDS.get(word, frozenset()).union(*(STEMS.get(one, ()) for one in ends))
        found |= _inside(word) | (set() if found else _misspelt(word))
        if part.endswith("n't") or (part.endswith("nt") and part[:-2] in ("do", "does", "did")):
            found.add("NOT")
    if "REMOVE" in found and ENCLITIC.search(token):
        found.add("ME")
    return frozenset(found)


def _inside(word: str) -> set[str]:
    """German puts words together: "Landesdatenschutzbehoerde"."""
    found: set[str] = set()
    if len(word) < 2 * COMPOUND:
        return found
    for start in range(2, len(word) - COMPOUND + 1):
        for end in range(start + COMPOUND, len(word) + 1):
            found |= STEMS.get(word[start:end], frozenset())
    return found


def _misspelt(word: str) -> set[str]:
    found: set[str] = set()
    for end in range(SLIP - 1, len(word) + 1):
        begun = word[:end]
        found |= SLIPS.get(begun, set()).union(*(SLIPS.get(one, ()) for one in _without_one(begun)))
        found.update(*(STEMS.get(one, ()) for one in _without_one(begun) if len(one) >= SLIP))
    return found
