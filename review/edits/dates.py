"""Days, times of day and other points in time; "3 March 2026" and "2026-03-03" are one day."""

import re

from review.edits.reading import Reading, Rule, as_written

MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
NUMBER_OF = {name[:3]: number for number, name in enumerate(MONTHS, 1)}


def _day(match: re.Match[str]) -> Reading:
    month = match["month"].casefold()
    number = NUMBER_OF.get(month[:3]) or int(month)
    return "date", f"{match['year'] or ''}-{number}-{int(match['day'])}"


def _slashed(match: re.Match[str]) -> Reading:
    """Day first or month first? A number above 12 tells, and points do; else as it is written."""
    first, second = int(match["first"]), int(match["second"])
    year = f"20{match['year']}" if len(match["year"]) == 2 else match["year"]
    if match["mark"] == "." or first > 12:
        return "date", f"{year}-{second}-{first}"
    return "date", f"{year}-{first}{'-' if second > 12 else '/'}{second}"


def _clock(match: re.Match[str]) -> Reading:
    half, hour = match["half"].casefold()[:1], int(match["hour"])
    if half:
        hour = hour % 12 + 12 * (half == "p")
    return "time", f"{hour}:{int(match['minute'] or 0):02} {match['zone'] or ''}".rstrip()


def _weekday(match: re.Match[str]) -> Reading:
    return "date", f"{match['which'] or ''}{match['day'][:3]}".casefold()


MONTH = rf"(?P<month>(?:{'|'.join(MONTHS)}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b)\.?"
DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
YEAR = r"(?:,? (?P<year>(?:19|20)\d\d)(?!\d))?"
SLASHED = r"(?P<first>\d{1,2})(?P<mark>[/.])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})"
HOUR, HALF = r"(?<![\d:.,])(?P<hour>\d{1,2})", r"(?P<half>(?i:[ap]\.?m\b\.?))"
ZONES = r"CES?T|(?:UTC|GMT)(?:[+-]\d{1,2})?|BST|[WE]ES?T|[ECMP][SD]?T|IST|JST|AE[SD]?T|SGT"
ZONE = rf"(?: ?\(?(?P<zone>{ZONES})\b\)?)?"
WHICH = r"\b(?P<which>(?:[Nn]ext|[Ll]ast|[Ff]ollowing) )?"
WEEKDAYS = "mon|tues|wednes|thurs|fri|satur|sun"
NAMED_MONTH = "|".join(name.capitalize() for name in MONTHS)
STRETCH = r"(?:day|week|weekend|month|quarter|year)s?"
NEAR = (
    rf"today|tonight|tomorrow|yesterday|eo[dwmqy]|cob|end of (?:(?:the|this|next) )?{STRETCH}"
    rf"|(?:next|this|last|coming|following|past|previous) (?:few |couple of )?{STRETCH}"
    r"|(?<!good )(?:morning|afternoon|evening|noon|midday|midnight|lunch|lunchtime)s?"
)

RULES: list[Rule] = [
    (re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)(?!\d)"), _day),
    (re.compile(rf"\b{DAY}(?: of)? {MONTH}{YEAR}", re.IGNORECASE), _day),
    (re.compile(rf"\b{MONTH} {DAY}(?![\w:%]|[.,]\d){YEAR}", re.IGNORECASE), _day),
    (re.compile(rf"(?<![\d/.]){SLASHED}(?![\d/]|\.\d)"), _slashed),
    (re.compile(rf"{HOUR}(?:[:.](?P<minute>[0-5]\d))? ?{HALF}{ZONE}"), _clock),
    (re.compile(rf"{HOUR}[:h](?P<minute>[0-5]\d)(?![\d:])(?P<half>){ZONE}"), _clock),
    (
        re.compile(r"\b[QH][1-4]\b(?: (?:FY ?)?'?(?:20)?\d\d(?!\d))?|\bFY ?\d\d+"),
        as_written("date"),
    ),
    (re.compile(rf"\b(?!May (?:I|we|you)\b)(?:{NAMED_MONTH})\b(?: \d{{4}})?"), as_written("date")),
    (re.compile(rf"{WHICH}(?P<day>(?i:(?:{WEEKDAYS})days?))\b"), _weekday),
    (re.compile(rf"{WHICH}(?P<day>Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\b\.?"), _weekday),
    (re.compile(rf"\b(?:{NEAR})\b", re.IGNORECASE), as_written("date")),
]
