"""Numbers in figures and words: what stands around one says if it is money, a share or a time."""

import re
from decimal import Decimal

from review.edits.reading import Reading, Rule, as_written

SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
WORTH = {word: Decimal(value) for value, word in enumerate(SMALL)}
WORTH |= {word: Decimal(10 * value) for value, word in enumerate(TENS, 2)}
WORTH |= {"half": Decimal("0.5"), "couple": Decimal(2), "double": Decimal(2), "twice": Decimal(2)}
WORTH |= {"triple": Decimal(3), "a": Decimal(1), "an": Decimal(1)}
TIMES = {"dozen": 12, "hundred": 100, "thousand": 1000, "k": 1000, "million": 10**6, "m": 10**6}
TIMES |= {"mn": 10**6, "billion": 10**9, "bn": 10**9}
CURRENCIES = {"$": "USD", "us$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}
CURRENCIES |= {"dollar": "USD", "buck": "USD", "euro": "EUR", "pound": "GBP", "franc": "CHF"}
UNITS = {"sec": "second", "min": "minute", "hr": "hour", "h": "hour", "wk": "week", "mo": "month"}
UNITS |= {"yr": "year", "daily": "day", "weekly": "week", "monthly": "month", "annual": "year"}
UNITS |= {"quarterly": "quarter", "yearly": "year", "annually": "year", "hourly": "hour"}
EXACT = 25  # digits; beyond 28 Decimal rounds


def _quantity(match: re.Match[str]) -> Reading:
    part = match.groupdict()
    currency = part["ahead"] or part["behind"]
    value = part["minus"] + _value(part["number"].casefold(), (part["scale"] or "").casefold())
    if currency:
        return "amount", f"{_currency(currency.casefold())} {value}"
    if part["percent"]:
        return "percentage", f"{value}{' points' if 'oint' in part['percent'] else ''}"
    if part["unit"]:
        return "time", f"{value} {(part['office'] or '').casefold()} {_unit(part['unit'])}"
    if part["number"].casefold() in ("one", "a", "an") and not part["scale"]:
        return None  # "one question", "this one"
    tail = (part["tail"] or "").casefold()
    return "number", value if tail in ("st", "nd", "rd", "th") else value + tail


def _currency(name: str) -> str:
    return CURRENCIES.get(name) or CURRENCIES.get(name.rstrip("s")) or name.upper()


def _unit(written: str) -> str:
    name = written.casefold()
    return UNITS.get(name) or UNITS.get(name.rstrip("s")) or name.rstrip("s")


def _value(number: str, scale: str) -> str:
    figures = _decimal(number) if number[0].isdigit() else None
    if figures and len(figures) > EXACT:
        return figures + scale
    value = Decimal(figures) if figures else _spelled(re.split("[ -]", number))
    return f"{(value * TIMES.get(scale, 1)).normalize():f}"


def _decimal(number: str) -> str:
    """Two marks: the last is the decimal one. One mark: before three digits it groups them."""
    number = re.sub("[ ']", "", number)
    marks = re.findall("[.,]", number)
    head, _, tail = number.rpartition(marks[-1] if marks else "\n")
    if len(set(marks)) == 2 and marks.count(marks[-1]) == 1:
        return re.sub("[.,]", "", head) + "." + tail
    if len(marks) == 1 and not (len(tail) == 3 and len(head) <= 3 and head != "0"):
        return f"{head}.{tail}"
    return re.sub("[.,]", "", number)


def _spelled(words: list[str]) -> Decimal:
    whole, part = Decimal(0), Decimal(0)
    for word in words[1:] if words[0] in ("a", "an") and len(words) > 1 else words:
        if word == "thousand":
            whole, part = whole + (part or 1) * 1000, Decimal(0)
        elif word in ("hundred", "dozen"):
            part = (part or Decimal(1)) * TIMES[word]
        else:
            part += WORTH.get(word, 0)
    return whole + part


def _rate(match: re.Match[str]) -> Reading:
    if match["thing"]:
        return "amount", f"per {match['thing'].casefold().replace('licence', 'license')}"
    return "time", f"per {_unit(match['time'] or match['rhythm'])}"


CODE = "(?:USD|EUR|GBP|CHF|SEK|NOK|DKK|PLN|CZK|JPY|CNY|INR|CAD|AUD|NZD|SGD|BRL|ZAR)"
SIGN = r"(?:(?:US|A|C|NZ)?\$|[€£¥₹])"
WORD = "(?:" + "|".join([*(set(WORTH) - {"a", "an"}), "dozen", "hundred", "thousand"]) + ")"
UNIT = (
    "(?:seconds|secs?|min(?:ute)?s?|h(?:ou)?rs?|days?|weeks?|wks?|months?|mo|quarters?|y(?:ea)?rs?)"
)
QUANTITY = rf"""
    (?P<minus>(?:(?<![\w)\x00])-)?)
    (?: (?: (?P<ahead>{SIGN}|\b{CODE})\ ? | (?<!\w) )
        (?P<number>
            (?: \d{{1,3}}(?:[ ']\d{{3}})+(?:[.,]\d+)?(?!\d) | \d+(?:[.,]\d+)* )
          | {WORD}(?:[ -]{WORD}|(?:(?<=hundred)|(?<=thousand))\ and\ {WORD})*\b
          | an?(?=\ (?:{WORD}|{UNIT})\b)(?:\ {WORD}\b)*
        )
    )
    (?: [ -]?(?P<scale>million|billion|thousand|k|mn?|bn)\b )?
    (?: \ ?(?P<percent>%|(?:percent(?:age\ points?)?|per\ cent|pct)\b)
      | \ ?(?P<behind>{CODE}\b|{SIGN}(?!\d)|(?:dollar|buck|euro|pound|franc)s?\b)
      | (?:\ of)?[ -]?(?:(?P<office>business|working|calendar)[ -])?(?P<unit>{UNIT}|h)\b
      | (?P<tail>(?<=\d)[^\W\d]\w*)
    )?
"""
THING = "user|seat|licen[cs]e|unit|person|head|account|site|device|call"
RHYTHM = "hourly|daily|weekly|monthly|quarterly|yearly|annual(?:ly)?"
EACH = rf"(?:\b(?:per|each|every) |/ ?)(?:(?P<time>{UNIT})|(?P<thing>{THING}))\b"
RATE = rf"{EACH}|\b(?P<rhythm>{RHYTHM})\b"
RULES: list[Rule] = [
    (re.compile(QUANTITY, re.VERBOSE | re.IGNORECASE), _quantity),
    (re.compile(RATE, re.IGNORECASE), _rate),
    (re.compile(r"(?<!\w)[^\W\d_A-Z]+\d\w*"), as_written("number")),
]
