"""Reads the word lists in `words/`: sections of regular expressions, one a line."""

import re
from pathlib import Path

WORDS = Path(__file__).parent / "words"
SECTION = re.compile(r"\[(.+)\]")
DEFINITION = re.compile(r"([A-Z]+) = (.+)")
USE = re.compile(r"\{([A-Z]+)\}")
DOUBLED = re.compile(r"([a-z])\1+")


def load(name: str) -> dict[str, re.Pattern[str]]:
    """One pattern for each section, in the order of the file."""
    defined: dict[str, str] = {}
    sections: dict[str, list[str]] = {}
    for line in (WORDS / name).read_text("utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if section := SECTION.fullmatch(line):
            current = sections.setdefault(section[1], [])
        elif definition := DEFINITION.fullmatch(line):
            defined[definition[1]] = definition[2]
        else:
            current.append(USE.sub(lambda found: defined[found[1]], line))
    return {
        title: re.compile("|".join(f"(?:{one})" for one in sections[title])) for title in sections
    }


def stems(name: str) -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """Which ideas a stem stands for, and which a whole word ("word.") does."""
    begun: dict[str, set[str]] = {}
    whole: dict[str, set[str]] = {}
    for line in (WORDS / name).read_text("utf-8").splitlines():
        if definition := DEFINITION.fullmatch(line):
            for word in definition[2].split():
                into = whole if word.endswith(".") else begun
                into.setdefault(undoubled(word.rstrip(".")), set()).add(definition[1])
    return _frozen(begun), _frozen(whole)


def undoubled(word: str) -> str:
    """With each letter once in a row: "unsubscribbe"."""
    return DOUBLED.sub(r"\1", word)


def _frozen(found: dict[str, set[str]]) -> dict[str, frozenset[str]]:
    return {word: frozenset(ideas) for word, ideas in found.items()}
