"""The date on which somebody says to be back, or to be written to again.

Five languages. A date without a year is the one nearest to the mail's own date that is not long
past; 12/03 in English is whichever of its two readings comes first. Called by `replies` alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

PAST_DAYS = 31
FUTURE_DAYS = 730

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january januar janner janvier enero janeiro jan janv ene",
            "february februar fevrier febrero fevereiro feb fev fevr",
            "march marz maerz mars marzo marco mar mrz",
            "april avril abril apr avr abr",
            "may mai mayo maio",
            "june juni juin junio junho jun",
            "july juli juillet julio julho jul juil",
            "august aout agosto aug ago",
            "september septembre septiembre setembro sept sep set",
            "october oktober octobre octubre outubro oct okt out",
            "november novembre noviembre novembro nov",
            "december dezember decembre diciembre dezembro dec dez dic",
        ),
        start=1,
    )
    for name in names.split()
}
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday montag lundi lunes segunda",
            "tuesday dienstag mardi martes terca",
            "wednesday mittwoch mercredi miercoles quarta",
            "thursday donnerstag jeudi jueves quinta",
            "friday freitag vendredi viernes sexta",
            "saturday samstag samedi sabado",
            "sunday sonntag dimanche domingo",
        )
    )
    for name in names.split()
}
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
# Only English puts the month first; "out 12" is no twelfth of October.
FIRST = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    "|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
DATE = re.compile(
    rf"\b(?P<iso>\d{{4}}-\d\d-\d\d)\b"
    rf"|\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|o|\.)?\s*(?:of\s+|de\s+|d')?(?P<month>{MONTH})\b\.?"
    rf"(?:,?\s*(?:de\s+|del\s+)?(?P<year>\d{{4}}))?"
    rf"|\b(?P<month2>{FIRST})\.?\s+(?:the\s+)?(?P<day2>\d{{1,2}})(?!\d)(?:st|nd|rd|th)?"
    rf"(?:,?\s*(?P<year2>\d{{4}}))?"
    rf"|\b(?P<first>\d{{1,2}})(?P<mark>[./-])(?P<second>\d{{1,2}})(?:(?P=mark)"
    rf"(?P<year3>\d{{4}}|\d\d))?(?!\d)"
    rf"|\b(?:in|en|im|em|until|till|bis|hasta|ate|ab)\s+(?:early\s+|mid\s+|de\s+)?"
    rf"(?P<alone>{MONTH})\b(?:\s+(?:de\s+)?(?P<year4>\d{{4}}))?"
    rf"|\b(?P<weekday>{'|'.join(WEEKDAYS)})(?:-feira)?\b"
)
# Closer to the day of return wins: "out until Friday, back on Monday".
BACK = re.compile(
    r"\b(?:back|return(?:s|ing)?|resum\w+|(?:available|reachable|again|office)\s+from|wieder|zuruck|zurueck|retour|reviens"
    r"|(?:de\s+)?vuelta|regres\w+|reincorpor\w+|vuelvo|volta|volto|retorn\w+)\b"
)
UNTIL = re.compile(
    r"\b(?:until|till?|through|thru|to|bis|einschliesslich|jusqu\W?\s?(?:au|a)|au|hasta|al|ate)\b"
)
AFTER_BACK = re.compile(r"\s*(?:[^\d\s]\S*\s+){0,4}(?:wieder|zuruck|zurueck)\b")
ENGLISH = re.compile(r"\b(?:the|until|back|out|away|on|and|am|will|is)\b")
WINDOW = 48


@dataclass(frozen=True)
class Named:
    """One date that the text names: how close to a return, and where."""

    rank: int
    at: int
    day: date


def find(text: str, *, sent: date | None) -> date | None:
    """`text` without accents and in lower case; without `sent` only a full date counts."""
    named = sorted(_named(text, sent), key=lambda one: (one.rank, one.at))
    return named[0].day if named else None


def _named(text: str, sent: date | None) -> Iterator[Named]:
    for match in DATE.finditer(text):
        day = _day(match, sent, english=bool(ENGLISH.search(text)))
        if day and (sent is None or _is_near(day, sent)):
            yield Named(_rank(text, match), match.start(), day)


def _rank(text: str, match: re.Match[str]) -> int:
    """0 back on, 1 until, 2 merely named; a bare weekday or month counts after a full date."""
    before = text[max(0, match.start() - WINDOW) : match.start()]
    before = re.split(r"[.;!?]\s|\n", before)[-1]
    cues = [(found.end(), 0) for found in BACK.finditer(before)]
    cues += [(found.end(), 1) for found in UNTIL.finditer(before)]
    rank = max(cues)[1] if cues else 2
    rank = 0 if AFTER_BACK.match(text[match.end() : match.end() + WINDOW]) else rank
    vague = 3 if match["weekday"] or match["alone"] else 0
    return rank + vague


def _is_near(day: date, sent: date) -> bool:
    return -PAST_DAYS <= (day - sent).days <= FUTURE_DAYS


def _day(match: re.Match[str], sent: date | None, *, english: bool) -> date | None:
    if match["iso"]:
        return _made(*map(int, match["iso"].split("-")))
    if match["weekday"]:
        return _weekday(WEEKDAYS[match["weekday"]], sent)
    if match["first"]:
        return _numeric(match, sent, english=english)
    month = MONTHS[match["month"] or match["month2"] or match["alone"]]
    day = int(match["day"] or match["day2"] or 1)
    year = match["year"] or match["year2"] or match["year4"]
    return _made(int(year), month, day) if year else _nearest(month, day, sent)


def _weekday(number: int, sent: date | None) -> date | None:
    """The next one after the mail was sent."""
    return sent + timedelta(days=(number - sent.weekday() - 1) % 7 + 1) if sent else None


def _numeric(match: re.Match[str], sent: date | None, *, english: bool) -> date | None:
    """Day first, unless only month first is a date, or English with a slash makes it sooner."""
    first, second, year = int(match["first"]), int(match["second"]), match["year3"]
    if match["mark"] == "-" and not year:  # "3-12" is a range or a time
        return None
    readings = [(second, first)]
    if match["mark"] == "/" and (english or second > 12):
        readings.append((first, second))
    full = int(year) + (2000 if len(year) == 2 else 0) if year else None
    days = [_made(full, *one) if full else _nearest(*one, sent) for one in readings]
    found = [day for day in days if day]
    ahead = [day for day in found if sent and day >= sent]
    return min(ahead or found, default=None)


def _nearest(month: int, day: int, sent: date | None) -> date | None:
    """The year in which it is not more than a month past."""
    if sent is None:
        return None
    days = (_made(sent.year + offset, month, day) for offset in (-1, 0, 1))
    return next((one for one in days if one and (one - sent).days >= -PAST_DAYS), None)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
