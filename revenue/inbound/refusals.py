"""The two kinds of words that always win: "never write to me again", and the law.

Text comes folded by `wording`; the words themselves are in `words/refusals.txt` and
`words/stopping.txt`. Called by
`replies` alone.
"""

import re

from revenue.inbound import lexicon, wording

SHORT = 60
WORDS = lexicon.load("refusals.txt")
STOPPING = lexicon.load("stopping.txt")


def opt_out(folded: str) -> str:
    """The words that ask never to be written to again; empty when there are none."""
    for sentence in wording.sentences(folded):
        if any(is_nothing_else(clause) for clause in _clauses(sentence)):
            return sentence
        found = _asked(sentence)
        if found and not _harmless(sentence):
            return found[0]
    return ""


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


def _clauses(sentence: str) -> set[str]:
    """It, and the first and last clause of a short one: "Hi Ana, stop"."""
    clauses = sentence.split(",") if len(sentence) <= SHORT else [sentence]
    return {sentence, clauses[0], clauses[-1]}


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


def hostility(folded: str) -> str:
    """The words of law, complaint or abuse; a lawyer who reads a contract is none."""
    for sentence in wording.sentences(folded):
        found = WORDS["hostile"].search(sentence)
        if not found and not _found("paperwork", sentence):
            found = WORDS["lawyer"].search(sentence)
        if found:
            return found[0]
    return ""
