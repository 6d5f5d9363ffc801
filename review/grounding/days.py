"""Which dates and years of a mail nothing supports.

In order: 1 the records know that day, month or year → supported · 2 it is a day still to come that
the mail proposes ("the week of 16 March?") → passed · 3 else unsupported. Weekdays, "next week" and
a bare "the 25th" are never judged: they make an appointment or mean nothing without one.
"""

import re
from datetime import date, timedelta
from itertools import islice

from review.grounding.figures import Figure
from review.grounding.reading import Day, Read, nearest
from review.grounding.records import Index, folded_words

PROPOSED = re.compile(
    r"\b(?:week of|week from|weeks? beginning|by|choose|pick|suggest|propose|shall|may i|could|would"
    r"|can i|can you|i can|i'?ll|let's|how about|perhaps|maybe|before|if)\b|\?",
    re.IGNORECASE,
)
ASSERTED = re.compile(
    r"\b(?:until|till|renew\w*|due|opens?|ends?|expir\w+|starts?|closes?|valid|held|hold|fixed"
    r"|deadline|voted|counting back|runs?|lapses?|since|was|were|went|bought|ordered|signed)\b",
    re.IGNORECASE,
)
EVERY = re.compile(r"\b(?:every|each) $", re.IGNORECASE)
WEEK_OF = re.compile(r"\bweek (?:of|beginning|from) $", re.IGNORECASE)
MOST = 40
AHEAD = timedelta(days=120)
MONTHS_MOST = 40
AHEAD = timedelta(days=210)
YEAR = timedelta(days=366)


def unsupported(mail: Read, index: Index) -> list[tuple[Day | Figure, str]]:
    """Each with what was looked for."""
    people = {
        word for name in (index.known.person, index.known.sender, *index.known.people)
        for word in folded_words(name)
    }  # fmt: skip
    found: list[tuple[Day | Figure, str]] = []
    for day in mail.days:
        if len(found) == MOST:
            break
        if day.text.casefold() in people and not day.day:  # "Mark May", "June,"
            continue
        if not _is_known(day, mail, index) and not _is_proposed(day, mail, index):
            found.append((day, f"No record has the date “{day.text}”."))
    years = [one for one in mail.figures if one.kind == "year"]
    strange = (one for one in years if not _year_is_known(one, index))
    found += [(one, f"No record speaks of {one.text}.") for one in islice(strange, MOST)]
    return found


def _is_known(day: Day, mail: Read, index: Index) -> bool:
    known = index.days
    before = mail.plain[max(0, day.start - 8) : day.start]
    if not day.day and EVERY.search(before):
        return day.month in index.named_months
    if day.day:
        ways = {(day.month, day.day), _other_way(day)}
        return any(
            (one.month, one.day) in ways for one in known if day.year in (0, one.year)
        )
    if day.year:
        return (day.year, day.month) in index.months
    return day.month in {month for _, month in index.months}


def _other_way(day: Day) -> tuple[int, int]:
    """Day first or month first, where figures alone do not tell."""
    return (day.day, day.month) if "/" in day.text else (day.month, day.day)


def _is_proposed(day: Day, mail: Read, index: Index) -> bool:
    today = index.known.today
    meant = nearest(day, today)
    if meant is None:
        return False
    if not day.day:
        before = mail.plain[max(0, day.start - 8) : day.start]
        return (
            not (day.year or EVERY.search(before))
            and today - timedelta(days=31) <= _next(day, today) <= today + YEAR
        )
    start, end = mail.sentence(day.start)
    sentence = mail.plain[start : end + 1]
    if WEEK_OF.search(mail.plain, max(0, day.start - 16), day.start):
        return True
    is_ahead = today <= meant <= today + AHEAD
    return is_ahead and bool(PROPOSED.search(sentence)) and not ASSERTED.search(sentence)


def _next(day: Day, today: date) -> date:
    """The middle of that month, this year or next."""
    here = date(today.year, day.month, 15)
    return here if here >= today - timedelta(days=31) else date(today.year + 1, day.month, 15)


def _year_is_known(figure: Figure, index: Index) -> bool:
    year = int(figure.value)
    return (
        year in index.years
        or any(one.figure.value == year for one in index.stated)
        or year in (index.known.today.year, index.known.today.year + 1)
        or figure.text in index.codes
    )
