"""The two kinds of words that always win: "never write to me again", and the law.

Two witnesses read each sentence: lists of known phrases (`words/refusals.txt`,
`words/stopping.txt`), and the ideas that its words stand for (`concepts`). What both say, or the
ideas twice over, is settled; what one of them says is suspected: nobody is suppressed for it, and
no agent answers. Text comes folded by `wording`. Called by `replies` and `signatures`.
"""

import re
from dataclasses import dataclass

from revenue.inbound import concepts, lexicon, wording
from revenue.inbound.concepts import Rule

SHORT = 60
CLAUSES = 3
FEW_WORDS = 10
EXPLICIT = {"UNSUB", "OPT", "BAJA"}
UNSUBSCRIBE, HOSTILE = "unsubscribe", "hostile_legal"
WISHES = (UNSUBSCRIBE, HOSTILE)
WORDS = lexicon.load("refusals.txt")
STOPPING = lexicon.load("stopping.txt")


@dataclass(frozen=True)
class Refusal:
    """The words that settle each kind, and those that only may mean it. Who asks for no more is
    hostile already by one sign."""

    opt_out: str = ""
    hostile: str = ""
    maybe_opt_out: str = ""
    maybe_hostile: str = ""

    @property
    def suspected(self) -> str:
        """The kind that a person has to look for; the graver one of two."""
        return HOSTILE if self.maybe_hostile else UNSUBSCRIBE if self.maybe_opt_out else ""


def read(folded: str) -> Refusal:
    """What the sentences of a mail ask or threaten, the first of each kind."""
    sentences = list(dict.fromkeys(wording.sentences(folded)))
    is_short = len(folded.split()) <= FEW_WORDS
    built = concepts.found_in(folded)
    wishes = [_wish(one, is_short=is_short) for one in sentences]
    threats = [_threat(one, is_short=is_short) for one in sentences]
    maybe = {rule.kind: words for rule, words in reversed(built.items())}
    opt_out = next((words for words, is_sure in wishes if is_sure), "")
    hostile = next((words for words, is_sure in threats if is_sure), "")
    maybe_hostile = next((words for words, _ in threats if words), maybe.get(HOSTILE, ""))
    return Refusal(
        opt_out=opt_out,
        hostile=hostile or (maybe_hostile if opt_out else ""),
        maybe_opt_out=next((words for words, _ in wishes if words), maybe.get(UNSUBSCRIBE, "")),
        maybe_hostile=maybe_hostile,
    )


def is_known(folded: str) -> bool:
    """Does any line of it refuse, in known words?"""
    return any(
        _asked_for(one) or _found("hostile", one) or _lawyer(one) or _stands_alone(one)
        for one in wording.sentences(folded)
    )


def _wish(sentence: str, *, is_short: bool) -> tuple[str, bool]:
    """The words of it that ask for no more, and whether that is settled."""
    if _stands_alone(sentence):
        return sentence, True
    known = _asked_for(sentence)
    rules = _built(sentence, UNSUBSCRIBE)
    sure = [rule for rule in rules if rule.is_sure]
    if known:
        return known, bool(sure) or len(rules) > 2 or is_short
    if len(sure) + sum(map(_is_explicit, sure)) > 1 and not _is_told(sentence):
        return sentence, True
    return (sentence if rules else ""), False


def _threat(sentence: str, *, is_short: bool) -> tuple[str, bool]:
    """A lawyer who is named in a longer mail may only read a contract."""
    rules = _built(sentence, HOSTILE)
    sure = [rule for rule in rules if rule.is_sure]
    found = WORDS["hostile"].search(sentence)
    if found:
        return found[0], True
    lawyer = _lawyer(sentence)
    if lawyer:
        return lawyer, bool(sure) or is_short
    if _are_independent(sure) and not _is_told(sentence):
        return sentence, True
    return (sentence if rules else ""), False


def _built(sentence: str, kind: str) -> list[Rule]:
    return [rule for rule in concepts.found_in(sentence) if rule.kind == kind]


def _is_explicit(rule: Rule) -> bool:
    """In the very word for it, which counts twice."""
    return not EXPLICIT.isdisjoint(rule.ideas)


def _are_independent(rules: list[Rule]) -> bool:
    """Two that share no idea."""
    return any(not set(one.ideas) & set(other.ideas) for one in rules for other in rules)


def _is_told(sentence: str) -> bool:
    """What happened, what others do, or small print."""
    told = STOPPING["kept"].search(sentence) or STOPPING["told"].search(sentence)
    return bool(told) or _about_others(sentence) or _harmless(sentence)


def _asked_for(sentence: str) -> str:
    found = _asked(sentence)
    return found[0] if found and not _harmless(sentence) else ""


def _asked(sentence: str) -> re.Match[str] | None:
    """In words that are known as they stand, by its parts, or by the bare word."""
    if STOPPING["kept"].search(sentence):
        return None
    found = WORDS["asked"].search(sentence)
    if not found and not STOPPING["told"].search(sentence):
        found = STOPPING["composed"].search(sentence)
    if not found and not _about_others(sentence):
        found = WORDS["mentioned"].search(sentence)
    return found


def _stands_alone(sentence: str) -> bool:
    return any(is_nothing_else(clause) for clause in _clauses(sentence))


def _clauses(sentence: str) -> set[str]:
    """It, and the first and last clause of a short one: "Hi Ana, stop"."""
    clauses = sentence.split(",") if len(sentence) <= SHORT else [sentence]
    return {sentence, clauses[0], clauses[-1]} if len(clauses) <= CLAUSES else {sentence}


def is_nothing_else(sentence: str) -> bool:
    """ "Stop", "unsubscribe" and their like, with thanks or without."""
    return bool(WORDS["whole sentence"].fullmatch(sentence.strip(wording.TRIM)))


def _about_others(sentence: str) -> bool:
    """ "How do customers unsubscribe?" is no wish to."""
    return _found("about others", sentence) and not _found("myself", sentence)


def _harmless(sentence: str) -> bool:
    """The small print of their own mail, or a wish for another channel."""
    is_footer = _found("footer", sentence) and not _found("myself", sentence)
    return is_footer or _found("disclaimer", sentence) or _found("another channel", sentence)


def _found(section: str, sentence: str) -> bool:
    return bool(WORDS[section].search(sentence))


def _lawyer(sentence: str) -> str:
    """One of theirs, unless they look for one or only read a contract."""
    found = None if _found("paperwork", sentence) else WORDS["lawyer"].search(sentence)
    return found[0] if found else ""
