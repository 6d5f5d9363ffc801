"""Reads a text for the check: its figures, days, addresses and known names, each at its place."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import NamedTuple

from review.edits import addresses, dates, facts, quantities
from review.edits.reading import LINE, PARAGRAPH, Fact, Reading, Rule, placed
from review.grounding import figures
from review.grounding.figures import ORDINALS, Figure

# Not after "i.e.", "Dr." and the like. A row of full stops is looked at from its beginning alone,
# or behind the first of it: it may be as long as the mail.
SENTENCE_END = re.compile(
    rf"(?<![ (][A-Za-z])(?<!\.[A-Za-z])(?<![ ][DMS][rst])(?<!Mrs)(?<!Prof)(?<!approx)"
    rf"(?<! [Nn]o)(?<! ca)(?:(?<![.!?…])|(?<=[A-Za-z][.!?…]))"
    rf"[.!?…]+(?=[\s{PARAGRAPH}]|$)|{PARAGRAPH}|:{LINE}|{LINE}(?=[-*–•\d])"
)
# Top-level domains that a mail program makes a link of without a scheme, beside the reader's own.
MORE = (
    "xyz|shop|online|site|store|top|club|info|biz|link|click|live|news|cloud|tech|page|pro|world"
    "|zone|ly|me|tv|cc|to|us|ca|au|nz|jp|cn|in|br|mx|ru|pl|cz|at|be|fi|no|pt|it|ie|gr|hu|ro|tr|za"
    "|sg|hk|kr|invalid|localhost"
)
BARE: Rule = (
    re.compile(
        rf"(?<![\w.@-])(?:[\w-]{{1,63}}\.)+(?:{MORE})\b(?:/[\w/%.?=&#-]*\w|(?=[\s,;:!?)]|$))"
    ),
    addresses._url,
)
ORDINAL = "|".join(ORDINALS)


def _ordinal_day(match: re.Match[str]) -> Reading:
    month = dates.NUMBER_OF[match["month"].casefold()[:3]]
    return "date", f"{match['year'] or ''}-{month}-{ORDINALS.index(match['day'].casefold()) + 1}"


def _short_day(match: re.Match[str]) -> Reading:
    first, second = int(match[1]), int(match[2])
    return ("date", f"-{first}-{second}") if first <= 12 and 0 < second <= 31 else None


def _foreign_day(match: re.Match[str]) -> Reading:
    month = FOREIGN_MONTHS[match["month"].casefold()]
    return "date", f"{match['year'] or ''}-{month}-{int(match['day'])}"


def _clock(match: re.Match[str]) -> Reading:
    return "time", f"{int(match['hour'])}:{match['minute'] or '00'}"


FOREIGN_MONTHS = {
    name: number
    for names in (
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "januar februar märz april mai juni juli august september oktober november dezember",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        "januari februari maart april mei juni juli augustus september oktober november december",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre"
        " dicembre",
    )
    for number, name in enumerate(names.split(), 1)
}
FOREIGN_MONTH = "|".join(FOREIGN_MONTHS)
OCLOCK = r"(?<![\d.,:])(?P<hour>[01]?\d|2[0-4])"
DAYS: list[Rule] = [
    (re.compile(rf"(?<![\d.,])(?P<day>[12]?\d|3[01])(?:\.|er|º|°)? (?:de |d')?"
                rf"(?P<month>{FOREIGN_MONTH})(?!\w)(?:,? (?:del? )?(?P<year>20\d\d)(?!\d))?",
                re.IGNORECASE), _foreign_day),
    (re.compile(rf"{OCLOCK}(?:[.:h](?P<minute>[0-5]\d))? ?(?:uhr|uur)(?!\w)", re.IGNORECASE),
     _clock),
    (re.compile(rf"\b(?:à|às|as|om|um|ab|vers|de) {OCLOCK} ?h ?(?P<minute>[0-5]\d)?(?!\w)",
                re.IGNORECASE), _clock),
    (re.compile(rf"\b(?P<day>{ORDINAL})(?: of)? {dates.MONTH}{dates.YEAR}", re.IGNORECASE),
     _ordinal_day),
    (re.compile(r"(?<![\w./-])(\d{1,2})/(\d{1,2})(?![\w/.-])"), _short_day),
]  # fmt: skip
FIRST: list[Rule] = [*addresses.RULES, BARE]
THEN: list[Rule] = [
    *figures.RULES, *DAYS, *dates.RULES, *addresses.PHONES, quantities.RULES[0],
]  # fmt: skip
NEAR = 400
NO_NAMES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Day:
    """A point in time as far as it is said; `year`, `month`, `day` are 0 where it is not."""

    start: int
    end: int
    text: str
    year: int = 0
    month: int = 0
    day: int = 0


class Mention(NamedTuple):
    """A known name in the text; `name` is that of the record."""

    start: int
    end: int
    name: str


@dataclass(frozen=True)
class Read:
    """`plain` is the text as it is read, `rest` without what was read, `origins` the way back."""

    plain: str
    rest: str
    origins: list[int]
    figures: list[Figure]
    days: list[Day]
    addresses: list[Fact]
    mentions: list[Mention]
    ends: list[int]

    def number_of_sentence(self, at: int) -> int:
        return bisect_right(self.ends, at)

    def sentence(self, at: int) -> tuple[int, int]:
        """Where it begins and ends; of an endless one what is near."""
        index = self.number_of_sentence(at)
        start = self.ends[index - 1] if index else 0
        end = self.ends[index] if index < len(self.ends) else len(self.plain)
        return max(start, at - NEAR), min(end, at + NEAR)

    @cached_property
    def _mentioned(self) -> list[int]:
        return [one.start for one in self.mentions]

    @cached_property
    def _counted(self) -> list[int]:
        return [one.start for one in self.figures if one.kind != "year"]

    def names(self, start: int, end: int) -> list[Mention]:
        """The known names that begin in this stretch."""
        at = self._mentioned
        return self.mentions[bisect_left(at, start) : bisect_left(at, end)]

    def has_figure(self, start: int, end: int) -> bool:
        """Other than a year."""
        return bisect_left(self._counted, start) < bisect_left(self._counted, end)


def read(text: str, names: Mapping[str, str] = NO_NAMES) -> Read:
    """`names` leads from a name, case-folded, to the name of the record."""
    plain, origins = placed(text)
    found, rest = facts.scan(plain, [*FIRST, *_name_rules(names), *THEN])
    days = _days(found, plain)
    return Read(
        plain=plain,
        rest=rest,
        origins=origins,
        figures=_without_days(figures.figures(found, plain, rest.replace(LINE, " ")), days, plain),
        days=days,
        addresses=[fact for fact in found if fact.kind in ("email", "url", "phone")],
        mentions=sorted(
            Mention(fact.start, fact.end, fact.key) for fact in found if fact.kind == "known"
        ),
        ends=[match.end() for match in SENTENCE_END.finditer(plain)],
    )


def _name_rules(names: Mapping[str, str]) -> list[Rule]:
    pattern = _either(tuple(names))
    if pattern is None:
        return []

    def known(match: re.Match[str]) -> Reading:
        text = match["name"]
        is_name = text != text.lower() or any(map(str.isdigit, text)) or " " in text
        return ("known", names[text.casefold()]) if is_name else None

    return [(pattern, known)]


@lru_cache(maxsize=256)
def _either(names: tuple[str, ...]) -> re.Pattern[str] | None:
    """The longest first; a plural or a possessive is the same name."""
    ordered = sorted({name for name in names if name}, key=lambda name: (-len(name), name))
    either = "|".join(map(re.escape, ordered))
    return re.compile(rf"(?<!\w)(?P<name>{either})(?:'?s|')?(?!\w)", re.I) if ordered else None


# --- days -----------------------------------------------------------------------------------------

ONLY_DAY = re.compile(r"([1-9]|[12]\d|3[01])(?:st|nd|rd|th)", re.IGNORECASE)
KEY = re.compile(r"(\d*)-(\d{1,2})-(\d{1,2})")
BETWEEN = re.compile(r"\s?(?:to|until|till|and|or|-|–|through)\s?")


def _days(found: Iterable[Fact], plain: str) -> list[Day]:
    made = (_day(fact, plain) for fact in found if fact.kind in ("date", "number"))
    days = sorted((day for day in made if day), key=lambda day: day.start)
    for index in range(len(days) - 2, -1, -1):  # "11 January to 7 February 2027"
        one, other = days[index], days[index + 1]
        if not one.year and other.year and BETWEEN.fullmatch(plain, one.end, other.start):
            days[index] = replace(one, year=other.year)
    return days


def _day(fact: Fact, plain: str) -> Day | None:
    text = plain[fact.start : fact.start + len(fact.text)].rstrip(".")
    if fact.kind == "number":
        only = ONLY_DAY.fullmatch(text)
        return Day(fact.start, fact.start + len(text), text, day=int(only[1])) if only else None
    match = KEY.fullmatch(fact.key)
    if match and LINE not in text and PARAGRAPH not in text:
        year, month, day = (int(part or 0) for part in match.groups())
        return (
            Day(fact.start, fact.start + len(text), text, year, month, day)
            if 0 < month <= 12
            else None
        )
    text = re.split(rf"[.]?[{LINE}{PARAGRAPH}]", text)[0]  # "by the end of April.", then "2. We …"
    word, _, rest = text.casefold().partition(" ")
    month = dates.NUMBER_OF.get(word[:3], 0)
    if not month or word not in dates.MONTHS:
        return None
    year = int(rest) if rest.isdigit() and len(rest) == 4 else 0
    return Day(fact.start, fact.start + len(text), text, year, month)


def _without_days(found: list[Figure], days: list[Day], plain: str) -> list[Figure]:
    """The "24" of "April 20 to 24" is no figure."""
    ends = [day.end for day in days if day.day and day.month]

    def is_a_day(one: Figure) -> bool:
        at = bisect_left(ends, one.start)
        return bool(at) and bool(BETWEEN.fullmatch(plain, ends[at - 1], one.start))

    return [
        one for one in found if not (one.kind == "plain" and one.text.isdigit() and is_a_day(one))
    ]


def nearest(day: Day, to: date) -> date | None:
    """The date that is meant, in the year that brings it closest."""
    years = [day.year] if day.year else [to.year - 1, to.year, to.year + 1]
    found = [made for year in years if (made := _made(year, day.month, day.day or 15))]
    return min(found, key=lambda made: abs((made - to).days), default=None)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
