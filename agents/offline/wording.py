"""Turns phrases and data into sentences, the same way every time for the same account.

A phrase holds `{name}` (a datum, or another set of phrases) and `[one|other]` (a choice in place).
A phrase that needs a datum which is not there does not exist, so nothing is said without a source.
Which of the possible phrases is taken depends on the seed alone.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import date

TOKEN = re.compile(r"\[([^\[\]]*)\]|\{(\w+)\}|([^\[\]{}]+)")
OLD_DAYS = 550
RECENT_DAYS = 75

CONTRACTIONS = (
    (r"\b([Cc])an't\b", r"\1annot"),
    (r"\b([Ww])on't\b", r"\1ill not"),
    (r"n't\b", " not"),
    (r"\b([Ll])et's\b", r"\1et us"),
    (r"\b([Ii]t|there)'s (been|gone)\b", r"\1 has \2"),
    (r"\b(it|that|there|what|here|who|It|That|There|What|Here|Who)'s\b", r"\1 is"),
    (r"\b(I|you|we|they|who|You|We|They)'d\b", r"\1 would"),
    (r"'ll\b", " will"),
    (r"'ve\b", " have"),
    (r"'re\b", " are"),
    (r"\bI'm\b", "I am"),
)

Phrases = Mapping[str, Sequence[str]]


class Writer:
    """Writes with `data`; `used` names every datum that reached the text."""

    def __init__(self, data: Mapping[str, str], phrases: Phrases, seed: str) -> None:
        self.data = data
        self.phrases = phrases
        self.seed = seed
        self.used: set[str] = set()

    def can(self, name: str) -> bool:
        return name in self.data or any(map(self._possible, self.phrases.get(name, ())))

    def say(self, name: str) -> str:
        """A sentence, or several, of the phrases called `name`; empty when none is possible."""
        if not self.can(name):
            return ""
        return re.sub(r"\.\.+", ".", self._expand("{" + name + "}", name)).replace(".?", "?")

    def pick(self, options: Sequence[str], place: str) -> str:
        digest = hashlib.blake2b(f"{self.seed}|{place}".encode(), digest_size=8).digest()
        return options[int.from_bytes(digest, "big") % len(options)]

    def _possible(self, text: str) -> bool:
        return all(
            any(map(self._possible, choice.split("|"))) if choice else not name or self.can(name)
            for choice, name, _ in TOKEN.findall(text)
        )

    def _expand(self, text: str, place: str) -> str:
        parts = TOKEN.findall(text)
        return "".join(
            self._part(choice, name, plain, f"{place}.{index}")
            for index, (choice, name, plain) in enumerate(parts)
        )

    def _part(self, choice: str, name: str, plain: str, place: str) -> str:
        if plain:
            return plain
        if name in self.data:
            self.used.add(name)
            return self.data[name]
        options = self.phrases[name] if name else choice.split("|")
        chosen = self.pick([option for option in options if self._possible(option)], place)
        return self._expand(chosen, f"{place}.{name}")


def spelled_out(text: str) -> str:
    """Without contractions, for a formal mail; the possessive of a name is none."""
    for short, long in CONTRACTIONS:
        text = re.sub(short, long, text)
    return text


def possessive(name: str) -> str:
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def day(value: object) -> date | None:
    """The date in an ISO date or time; None for anything else."""
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def is_past(value: object, today: date) -> bool:
    moment = day(value)
    return moment is not None and moment <= today


def month(moment: date) -> str:
    return f"{moment:%B} {moment.year}"


def exact(moment: date, today: date) -> str:
    year = "" if moment.year == today.year else f" {moment.year}"
    return f"{moment.day} {moment:%B}{year}"


def when(moment: date, today: date) -> str:
    """As a letter says it: on 14 November, in March 2026, back in March 2017."""
    age = (today - moment).days
    if age <= RECENT_DAYS:
        return f"on {exact(moment, today)}"
    return f"{'back ' if age > OLD_DAYS else ''}in {month(moment)}"


def since(moment: date, today: date) -> str:
    """What follows “since”: 14 November, March 2017."""
    recent = (today - moment).days <= RECENT_DAYS
    return exact(moment, today) if recent else month(moment)
