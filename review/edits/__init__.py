"""What a reviewer's edit changed: nothing, the wording (minor), or what the text says (major).

Pure, strings in and a value out; the desk's verbs call `compare` when an edit is approved. In
order: 1 the same words and marks, white space aside → unchanged · 2 any change in the multiset of
facts (amounts, percentages, dates, times, names, addresses, products, negations, commitments,
numbers), or in the order of those of one kind (the prices of two plans changed places) → major · 3
other words in a sentence that is not English → major · 4 more than `minor_below` of the tokens
differ → major · 5 else minor.
A fact that is only written another way ("1,200" and "1200", "$5" and "5 USD", "10 am" and "10:00",
"don't" and "do not") has not changed. A reading in doubt counts as a fact: a wrong "major" costs a
little evidence, a wrong "minor" vouches for an error. Reads English alone, so of other languages
("gilt", "gilt nicht") each change of words is major.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

from review.edits import distance, facts, language, names
from review.edits.reading import KINDS, Fact, moved


@dataclass(frozen=True, slots=True)
class Change:
    """One fact as it was written; `before` is "" where it was added, `after` where it went."""

    kind: str
    before: str
    after: str

    def __str__(self) -> str:
        if self.before and self.after:
            return f"{self.kind}: {self.before} → {self.after}"
        return f"{self.kind} {'removed' if self.before else 'added'}: {self.before or self.after}"


@dataclass(frozen=True, slots=True)
class Edit:
    """`distance` is token Levenshtein over the longer text's token count, 0 to 1; `is_read` is
    False where words were changed that are not English."""

    kind: Literal["unchanged", "minor", "major"]
    distance: float
    changed_facts: tuple[Change, ...]
    is_read: bool = True


def compare(
    before: str, after: str, *, minor_below: float = 0.15, products: Iterable[str] = ()
) -> Edit:
    """Judge one edit; a distance of exactly `minor_below` is still minor.

    `products` are names that count as facts wherever and however they are written.
    """
    old, new = distance.tokens(before), distance.tokens(after)
    if old == new:
        return Edit("unchanged", 0.0, ())
    share = distance.levenshtein(old, new) / max(len(old), len(new))
    changes = _changed_facts(before, after, tuple(products))
    is_read = language.is_read(before, after)
    is_minor = is_read and not changes and share <= minor_below
    return Edit("minor" if is_minor else "major", share, changes, is_read)


def _changed_facts(before: str, after: str, products: tuple[str, ...]) -> tuple[Change, ...]:
    old, old_rest = facts.read(before, products)
    new, new_rest = facts.read(after, products)
    gone, come = names.changed(old_rest, new_rest)
    removed, added = _without(old, new) + gone, _without(new, old) + come
    changed = {fact.kind for fact in removed + added}
    for kind in KINDS:
        if kind not in changed:
            was, now = moved(_in_order(old, kind), _in_order(new, kind))
            removed, added = removed + was, added + now
    return tuple(
        Change(kind, was, now)
        for kind in KINDS
        for was, now in zip_longest(_texts(removed, kind), _texts(added, kind), fillvalue="")
    )


def _without(some: list[Fact], others: list[Fact]) -> list[Fact]:
    """The difference of the multisets."""
    spare = Counter((other.kind, other.key) for other in others)
    left = []
    for one in some:
        spare[one.kind, one.key] -= 1
        if spare[one.kind, one.key] < 0:
            left.append(one)
    return left


def _in_order(some: list[Fact], kind: str) -> list[Fact]:
    return sorted((one for one in some if one.kind == kind), key=lambda one: one.start)


def _texts(some: list[Fact], kind: str) -> list[str]:
    return [one.text for one in some if one.kind == kind]
