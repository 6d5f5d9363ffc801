"""Which dates and years of a mail nothing supports.

In order: 1 the records know that day, month or year → supported · 2 it is a day still to come that
the mail proposes ("the week of 16 March?") → passed · 3 else unsupported. Weekdays, "next week" and
a bare "the 25th" are never judged: they make an appointment or mean nothing without one.
"""

import re
from datetime import date, timedelta
from itertools import islice

from review.grounding.figures import Figure, Scale
from review.grounding.reading import FOREIGN_MONTH, Day, Read, nearest
from review.grounding.records import Index, folded_words

PROPOSED = re.compile(
    r"\b(?:week of|week from|weeks? beginning|by|choose|pick|suggest|propose|shall|may i|could"
    r"|would|can i|can you|i can|i'?ll|let's|how about|should|perhaps|'d|maybe|before|if|offers?"
    r"|könnte\w*|würde\w*|passt|schlage|vorschlag|vielleicht|wenn|propos\w+|pourr\w+|serai\w+|si"
    r"|podría\w*|podemos|estaría|tal vez|quizás?|poderia\w*|talvez|se|kunnen|zullen|misschien|als"
    r"|stel)\b|\?",
    re.IGNORECASE,
)
ASSERTED = re.compile(
    r"\b(?:until|till|renew\w*|due|opens|ends|expir\w+|starts|started|closes|closed|opened|valid|held|hold|fixed"
    r"|deadline|voted|counting back|runs|lapses|since|was|were|went|bought|ordered|signed)\b",
    re.IGNORECASE,
)
SET = re.compile(
    r"\b(?:renew\w*|expir\w+|due|opens?|closes?|until|till|ends?|lapses?)"
    r" (?:on |in |at the end of )?(?:early |late |mid-?)?$",
    re.IGNORECASE,
)
SINCE = re.compile(
    r"\b(?:since|last|(?<!come )(?<!get )back in) (?:early |late |mid-?)?$", re.IGNORECASE
)
TOLD = re.compile(
    r"\b(?:was|were|had|went|met|spoke|talked|said|told|asked|wrote|ordered|bought|signed|opened"
    r"|closed|launched|joined|moved|started|left|mentioned|visited|fell|rose|lost|chose|decided)\b",
    re.IGNORECASE,
)
ON_THE = re.compile(r"\b(?:on|until|till|for|of) the $", re.IGNORECASE)
EVERY = re.compile(r"\b(?:every|each) $", re.IGNORECASE)
EVENT = re.compile(
    r"\b(?:committee|board|meeting|meets?|exhibition|audit|conference|fair|launch|opening|deadline"
    r"|vote|renewal|contract|agreement|offer|price|quote|cycle|budget|hearing|election|your)\b",
    re.IGNORECASE,
)
WEEKDAYS = (
    "monday montag lundi lunes segunda segunda-feira maandag lunedì",
    "tuesday dienstag mardi martes terça terça-feira dinsdag martedì",
    "wednesday mittwoch mercredi miércoles quarta quarta-feira woensdag mercoledì",
    "thursday donnerstag jeudi jueves quinta quinta-feira donderdag giovedì",
    "friday freitag vendredi viernes sexta sexta-feira vrijdag venerdì",
    "saturday samstag sonnabend samedi sábado zaterdag sabato",
    "sunday sonntag dimanche domingo zondag domenica",
)
NUMBER_OF = {name: number for number, names in enumerate(WEEKDAYS) for name in names.split()}
WEEKDAY = re.compile(rf"\b({'|'.join(NUMBER_OF)}),? (?:(?:the|den|dem|le|el|de) )?$", re.IGNORECASE)
FOREIGN_DAY = re.compile(rf"\d+(?:\.|er|º|°)? (?:de |d')?(?!may|april|august|september|november)"
                         rf"(?:{FOREIGN_MONTH})\b.*", re.IGNORECASE)  # fmt: skip
WEEK_OF = re.compile(r"\bweek (?:of|beginning|from) $", re.IGNORECASE)
MOST = 40
AHEAD = timedelta(days=210)


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
        if not day.month:
            wrong = not _only_day_passes(day, mail, index)
        else:
            wrong = not (_is_known(day, mail, index) or _is_proposed(day, mail, index))
        if wrong:
            found.append((day, f"No record has the date “{day.text}”."))
    years = [one for one in mail.figures if one.kind == "year"]
    strange = (one for one in years if not _year_is_known(one, index))
    found += [(one, f"No record speaks of {one.text}.") for one in islice(strange, MOST)]
    return found


def _only_day_passes(day: Day, mail: Read, index: Index) -> bool:
    """ "The 25th" is judged where the records have a date that is to come, or was just now."""
    near = [one for one in index.days if abs((one - index.known.today).days) <= 45]
    ahead = [one for one in near if one > index.known.today]
    if not ahead or day.day in {one.day for one in near}:
        return True
    before = mail.plain[max(0, day.start - 20) : day.start]
    start, end = mail.sentence(day.start)
    return not ON_THE.search(before) or bool(PROPOSED.search(mail.plain[start : end + 1]))


def _is_known(day: Day, mail: Read, index: Index) -> bool:
    known = index.days
    before = mail.plain[max(0, day.start - 8) : day.start]
    if not day.day and EVERY.search(before):
        return day.month in index.named_months
    if day.day:
        ways = {(day.month, day.day), _other_way(day)}
        return any((one.month, one.day) in ways for one in known if day.year in (0, one.year))
    if day.year:
        return (day.year, day.month) in index.months or _is_counted_on(day, mail, index)
    return day.month in {month for _, month in index.months}


def _is_counted_on(day: Day, mail: Read, index: Index) -> bool:
    """So many months after a day of the records: "a battery lasts 18 months, so in April 2027"."""
    spans = {one.value for one in mail.figures if one.scale == Scale("time", "mo")}
    spans |= {one.figure.value for one in index.stated if one.figure.scale == Scale("time", "mo")}
    wanted = 12 * day.year + day.month
    return any(
        12 * known.year + known.month + span == wanted for known in index.days for span in spans
    )


def _other_way(day: Day) -> tuple[int, int]:
    """Day first or month first, where figures alone do not tell."""
    return (day.day, day.month) if "/" in day.text else (day.month, day.day)


def _is_proposed(day: Day, mail: Read, index: Index) -> bool:
    today = index.known.today
    meant = nearest(day, today)
    if meant is None:
        return False
    if not day.day:
        return _month_passes(day, mail)
    start, end = mail.sentence(day.start)
    sentence = mail.plain[start : end + 1]
    asked = PROPOSED.search(mail.plain, max(start, day.start - 48), day.start) or "?" in sentence
    is_english = not FOREIGN_DAY.fullmatch(day.text)
    if not asked and is_english and not EVENT.search(sentence) and not _known_in_month(day, index):
        asked = True  # somebody's own plans
    if WEEK_OF.search(mail.plain, max(0, day.start - 16), day.start):
        return True
    is_ahead = today <= meant <= today + AHEAD
    asked = asked or _has_its_weekday(day, meant, mail)
    return bool(is_ahead and asked) and not ASSERTED.search(sentence)


def _has_its_weekday(day: Day, meant: date, mail: Read) -> bool:
    """ "Monday 26 January": whoever looked it up in a calendar makes an appointment."""
    before = WEEKDAY.search(mail.plain, max(0, day.start - 22), day.start)
    return before is not None and NUMBER_OF[before[1].casefold()] == meant.weekday()


def _known_in_month(day: Day, index: Index) -> bool:
    return any(one.month == day.month and one >= index.known.today for one in index.days)


def _month_passes(day: Day, mail: Read) -> bool:
    """A month without a year that no record has: to come, and neither a habit nor a date set; or
    one in a sentence that tells of nothing past."""
    before = mail.plain[max(0, day.start - 24) : day.start]
    start, end = mail.sentence(day.start)
    if day.year or EVERY.search(before) or SINCE.search(before):
        return False
    sentence = mail.plain[start : end + 1]
    if SET.search(before) and not PROPOSED.search(sentence):
        return False
    return bool(PROPOSED.search(sentence)) or not TOLD.search(sentence)


def _year_is_known(figure: Figure, index: Index) -> bool:
    year = int(figure.value)
    return (
        year in index.years
        or any(one.figure.value == year for one in index.stated)
        or year in (index.known.today.year, index.known.today.year + 1)
        or figure.text in index.codes
    )
