"""Countries by code, by name and by time zone: where a free text or a zone lies.

`countries.tsv` holds, for each ISO 3166 code, the names that people write and the zones in use
there, the one where most people live first (from the tz database, which is in the public domain).
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("countries.tsv")


@dataclass(frozen=True)
class Country:
    code: str
    name: str
    zones: tuple[str, ...]


@dataclass(frozen=True)
class _Atlas:
    by_code: dict[str, Country]
    by_name: dict[str, Country]
    by_zone: dict[str, Country]


@lru_cache(maxsize=1)
def _atlas() -> _Atlas:
    atlas = _Atlas({}, {}, {})
    for line in FILE.read_text(encoding="utf-8").splitlines():
        code, names, zones = line.split("\t")
        spelled = names.split("; ")
        country = Country(code, spelled[0], tuple(zone for zone in zones.split(", ") if zone))
        atlas.by_code[code] = country
        atlas.by_name.update({_folded(name): country for name in spelled})
        atlas.by_zone.update(dict.fromkeys(country.zones, country))
    return atlas


def named(text: str) -> Country | None:
    """The country of a code or of a name as somebody wrote it; nothing for one that is unknown."""
    atlas = _atlas()
    return atlas.by_code.get(text.strip().upper()) or atlas.by_name.get(_folded(text))


def of_zone(zone: str) -> Country | None:
    """The country in which a zone lies; UTC and the like lie in none."""
    return _atlas().by_zone.get(zone)


def choices() -> list[tuple[str, str]]:
    """Code and name of all, by name."""
    return sorted(
        ((one.code, one.name) for one in _atlas().by_code.values()), key=lambda one: one[1]
    )


def _folded(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in letters if letter.isalnum())
