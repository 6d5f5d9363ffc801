"""The date on which somebody says to be back, or to be written to again.

Five languages. A date without a year is the one nearest to the mail's own date that is not long
past; 12/03 in English is whichever of its two readings comes first. "Until the 13th inclusive" is
the 14th. Called by `replies` alone.
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
COUNTS = {
    name: number
    for number, names in enumerate(
        ("a one ein eine einer einem un une uno una um uma", "two zwei deux dos dois duas",
         "three drei trois tres", "four vier quatre cuatro quatro", "five funf cinq cinco",
         "six sechs seis"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
UNITS = {
    name: days
    for days, names in ((1, "day tag jour dia"), (7, "week woche semaine semana"),
                        (30, "month monat mois mes"))
    for name in names.split()
}  # fmt: skip
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
    r"|\b(?:on|until|till|the|am|bis(?:\s+zum)?|ab(?:\s+dem)?|le|au|el|al|dia|ate)\s+(?:the\s+|o\s+)?"
    r"(?P<monthday>\d{1,2})(?!\d|[.,:/-]\d)(?:st|nd|rd|th|er|\.)?(?![\w%.])"
    rf"(?!\s*(?:uhr|h|am|pm|(?:de\s+|of\s+)?(?:{MONTH}))\b)"
    rf"|\b(?:in|en|im|em|until|till|bis|hasta|ate|ab|after|nach|apres|rentree(?:\s+de)?"
    rf"|despues\s+de|depois\s+de)\s+(?:early\s+|mid\s+|de\s+)?"
    rf"(?P<alone>{MONTH})\b(?:\s+(?:de\s+)?(?P<year4>\d{{4}}))?"
    rf"|\b(?P<weekday>{'|'.join(WEEKDAYS)})(?:-feira)?\b"
    rf"|\b(?:in|within|for|fur|nach|dans|pendant|en|dentro\s+de|durante|por|em|daqui\s+a)\s+(?:about\s+)?"
    rf"(?P<count>\d{{1,2}}|{'|'.join(COUNTS)})\s+(?P<unit>{'|'.join(UNITS)})\w{{0,2}}\b"
    r"|\b(?P<coming>tomorrow|morgen(?=\s+(?:wieder|zuruck|bin|ab|erreichbar)|[.,!]|$)|demain|manana|amanha"
    r"|next\s+(?:week|month)|(?:kommende|nachste)[nr]?\s+(?:woche|monat)"
    r"|(?:la\s+semaine|le\s+mois)\s+prochaine?|la\s+(?:proxima\s+semana|semana\s+que\s+viene)"
    r"|(?:el\s+)?(?:proximo\s+mes|mes\s+que\s+(?:viene|vem))|(?:na\s+)?(?:proxima\s+semana|semana\s+que\s+vem))\b"
    r"|\bq(?P<quarter>[1-4])\b"
)
INCLUSIVE = re.compile(
    r"\b(?:einschl\w*|inkl\w*|inclusive|including|inclus|compris|incluid[oa]|incluyendo)\b"
)
# Closer to the day of return wins: "out until Friday, back on Monday".
BACK = re.compile(
    r"\b(?:back|return(?:s|ing)?|resum\w+|(?:available|reachable|again|(?<!of )office)\s+from"
    r"|wieder|zuruck|zurueck|retour|reviens"
    r"|(?:de\s+)?vuelta|regres\w+|reincorpor\w+|vuelvo|volta|volto|retorn\w+)\b"
)
UNTIL = re.compile(
    r"\b(?:until|till?|through|thru|to|bis|einschliesslich|jusqu\W?\s?(?:au|a)|au|hasta|al|ate)\b|\d\.?\s*[-\u2013]\s*$"
)
AFTER_BACK = re.compile(r"\s*(?:[^\d\s]\S*\s+){0,4}(?:wieder|zuruck|zurueck)\b")
ENGLISH = re.compile(r"\b(?:the|until|back|out|away|on|and|am|will|is)\b")
WINDOW = 48
VAGUE = ("weekday", "alone", "monthday", "count", "coming", "quarter")


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
        if day and INCLUSIVE.search(text[max(0, match.start() - 24) : match.end() + 16]):
            day += timedelta(days=1)
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
    vague = 3 if any(match[name] for name in VAGUE) else 0
    return rank + vague


def _is_near(day: date, sent: date) -> bool:
    return -PAST_DAYS <= (day - sent).days <= FUTURE_DAYS


def _day(match: re.Match[str], sent: date | None, *, english: bool) -> date | None:
    if match["iso"]:
        return _made(*map(int, match["iso"].split("-")))
    if match["weekday"]:
        return _weekday(WEEKDAYS[match["weekday"]], sent)
    if match["monthday"]:
        return _of_a_month(int(match["monthday"]), sent)
    if match["count"] or match["coming"] or match["quarter"]:
        return _from(match, sent) if sent else None
    if match["first"]:
        return _numeric(match, sent, english=english)
    month = MONTHS[match["month"] or match["month2"] or match["alone"]]
    day = int(match["day"] or match["day2"] or 1)
    year = match["year"] or match["year2"] or match["year4"]
    return _made(int(year), month, day) if year else _nearest(month, day, sent)


def _weekday(number: int, sent: date | None) -> date | None:
    """The next one after the mail was sent."""
    return sent + timedelta(days=(number - sent.weekday() - 1) % 7 + 1) if sent else None


def _of_a_month(day: int, sent: date | None) -> date | None:
    """The next such day from the one on which the mail was sent."""
    if sent is None:
        return None
    later = sent.replace(day=1) + timedelta(days=32)
    days = (_made(sent.year, sent.month, day), _made(later.year, later.month, day))
    return next((one for one in days if one and one >= sent), None)


def _from(match: re.Match[str], sent: date) -> date:
    """So many days on; the next Monday, the first of the next month or of the quarter."""
    if match["count"]:
        count = COUNTS.get(match["count"]) or int(match["count"])
        return sent + timedelta(days=count * UNITS[match["unit"]])
    if match["quarter"]:
        month = 3 * int(match["quarter"]) - 2
        return date(sent.year + (month < sent.month), month, 1)
    words = match["coming"]
    if re.search(r"month|monat|mois|mes", words):
        return (sent.replace(day=1) + timedelta(days=32)).replace(day=1)
    if re.search(r"week|woche|semaine|semana", words):
        return sent + timedelta(days=7 - sent.weekday())
    return sent + timedelta(days=1)


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
