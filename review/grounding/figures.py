"""What a text states in figures: sums, shares, times, measures and counts, each at its place.

The reader is that of `review.edits`, with a few rules ahead of its own for what is one figure and
stands in several words ("three and a half years", "half an hour", "nine out of ten"). Values are
brought to one unit of their kind, so that 75 minutes and an hour and a quarter are the same.
"""

import re
from dataclasses import dataclass, replace
from typing import NamedTuple

from review.edits import quantities
from review.edits.reading import GONE, PARAGRAPH, Fact, Reading, Rule

SHARES = ("half", "third", "quarter", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
PARTS = {name: number for number, name in enumerate(SHARES, 2)} | {"quarter": 4, "half": 2}
ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "eleventh", "twelfth"),
)
TIMES = {
    "second": ("s", 1.0), "minute": ("s", 60.0), "hour": ("s", 3600.0), "day": ("d", 1.0),
    "week": ("d", 7.0), "fortnight": ("d", 14.0), "month": ("mo", 1.0), "quarter": ("mo", 3.0),
    "year": ("mo", 12.0),
}  # fmt: skip
MEASURES = {
    r"kg|kilos?|kilograms?": ("kg", 1.0), r"tonnes?|tons?": ("kg", 1000.0),
    r"gram(?:me)?s?": ("kg", 0.001), r"lit(?:er|re)s?": ("l", 1.0),
    r"m3|cubic met(?:er|re)s?": ("l", 1000.0), r"k(?:ilo)?met(?:er|re)s?|km": ("m", 1000.0),
    r"met(?:er|re)s?|mtrs?": ("m", 1.0), r"GWh|gigawatt[ -]hours?": ("mwh", 1000.0),
    r"MWh|megawatt[ -]hours?": ("mwh", 1.0), r"kWh|kilowatt[ -]hours?": ("mwh", 0.001),
    r"MW|megawatts?": ("mw", 1.0), r"kW|kilowatts?": ("mw", 0.001), r"microns?": ("micron", 1.0),
    r"mg/m3|milligrams? per cubic met(?:er|re)": ("mg/m3", 1.0), r"ounces?|oz": ("oz", 1.0),
    r"bbl|barrels?": ("bbl", 1.0), r"acres?": ("acre", 1.0), r"hectares?|ha": ("ha", 1.0),
    r"degrees?": ("degree", 1.0), r"miles?": ("mile", 1.0),
    r"(?:square met(?:er|re)s?|m2|sqm)": ("m2", 1.0), r"times|x(?=\s)": ("times", 1.0),
}  # fmt: skip
UNITS = [
    (re.compile(rf"[ -]?(?:{words})(?!\w)", re.IGNORECASE), unit)
    for words, unit in sorted(MEASURES.items(), key=lambda row: -len(row[0]))
]
NUMBER = (
    rf"(?:\d{{1,18}}(?:[.,]\d{{1,9}}){{0,5}}|{quantities.WORD}(?:[ -]{quantities.WORD}){{0,5}})"
)
SHARE = "|".join(SHARES)
TIME = quantities.UNIT
SCALES = {"million": 1e6, "thousand": 1e3, "hundred": 100.0, "billion": 1e9, "dozen": 12.0}
FOREIGN = {"miljoen": 1e6, "millionen": 1e6, "mio": 1e6, "millones": 1e6, "millions": 1e6,
           "tausend": 1e3, "mille": 1e3, "mil": 1e3, "mld": 1e9, "grand": 1e3}  # fmt: skip
IDIOMS = (
    r"24/7|50[/-]50|one[- ]to[- ]one|9 to 5|nine to five"
    r"|\d+ ?(?:%|per ?cent) (?:sure|certain|agree|honest|free|clear|behind)"
    r"|(?:a |one )?(?:hundred|100|110) ?(?:%|per ?cent)|fortune \d+|top (?:ten|five|three|10|5|3)"
    r"|catch-22|five-star|two cents|ten to one|[2-5][dkg](?!\w)|\d+x|b2b|second to none"
    r"|one or two|two or three"
    r"|(?:a|one) (?:hundred|thousand|million) (?:thanks|times|apologies|questions|reasons)"
    r"|(?:at|on|for|to) (?:first|second|third) (?:glance|thought|sight|time)"
)


class Scale(NamedTuple):
    """The kind of a figure and its unit: ("money", ""), ("time", "d"), ("plain", "") …"""

    kind: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """`said` is the number as it is written, in `unit`; `nouns` are the stems of what is counted,
    `label` the word before ("week 14")."""

    scale: Scale
    value: float
    said: float
    start: int
    end: int
    text: str
    unit: str = ""
    nouns: tuple[str, ...] = ()
    label: str = ""

    @property
    def kind(self) -> str:
        return self.scale.kind


# --- the rules ahead of the reader's own ----------------------------------------------------------


def _say(kind: str, value: float, unit: str = "") -> Reading:
    return "figure", f"{kind}|{value!r}|{unit}"


def _number(words: str) -> float:
    return float(quantities._value(words.casefold(), ""))


def _and_part(match: re.Match[str]) -> Reading:
    whole = 1.0 if match["whole"].casefold() in ("a", "an") else _number(match["whole"])
    value, unit = whole + 1 / PARTS[match["part"].casefold()], match["unit"] or match["first"]
    return _say("time", value, unit) if unit else _say("plain", value)


def _part_of(match: re.Match[str]) -> Reading:
    count = _number(match["count"]) if match["count"] else 1.0
    value = count / PARTS[match["part"].casefold().rstrip("s")]
    name = match["of"].casefold()
    return _say("plain", value * SCALES[name]) if name in SCALES else _say("time", value, name)


def _share_of_percent(match: re.Match[str]) -> Reading:
    return _say("percent", _number(match["count"]) / PARTS[match["part"].casefold().rstrip("s")])


def _one_in(match: re.Match[str]) -> Reading:
    some, all_ = _number(match["some"]), _number(match["all"].removeprefix("a "))
    if not 0 < some < all_ <= 1000:  # "17 in 2025", "one in 250,000": two figures
        return None
    return _say("ratio", some / all_)


def _share(match: re.Match[str]) -> Reading:
    count = match["count"].casefold()
    value = 1.0 if count in ("a", "an", "one") else _number(count)
    return _say("ratio", value / PARTS[match["part"].casefold().rstrip("s")])


def _cents(match: re.Match[str]) -> Reading:
    return _say("money", _number(match["count"]) / 100)


def _foreign(match: re.Match[str]) -> Reading:
    value = _number(match["count"]) * FOREIGN[match["scale"].casefold()]
    return _say("money" if match["money"] or match["scale"] == "grand" else "plain", value)


def _year(match: re.Match[str]) -> Reading:
    return _say("year", 2000 + int(match["short"]) if match["short"] else int(match["long"]))


def _rule(pattern: str, read: object) -> Rule:
    return re.compile(pattern, re.IGNORECASE), read  # type: ignore[return-value]


RULES: list[Rule] = [
    _rule(rf"(?<![\w.,])(?:{IDIOMS})(?!\w)", lambda match: ("idiom", match[0])),
    _rule(r"(?<![\w'])'(?P<short>[0-4]\d)(?P<long>)(?!\w)", _year),
    _rule(r"(?<![\w.,/-])(?P<short>)(?P<long>20\d\d)/\d\d(?![\w/])", _year),
    _rule(rf"(?<!\w)(?P<whole>an?|{NUMBER})[ -](?P<first>{TIME})? ?and an? "
          rf"(?P<part>half|quarter|third)(?: (?P<unit>{TIME}))?(?!\w)", _and_part),
    _rule(rf"(?<!\w)(?:(?P<count>{NUMBER})[ -])?(?P<part>half|quarters?|thirds?)[ -](?:of )?an?[ -]"
          rf"(?P<of>{'|'.join(SCALES)}|{TIME})(?!\w)", _part_of),
    _rule(rf"(?<!\w)(?P<count>{NUMBER})[ -](?P<part>{SHARE})s? of (?:one|a) per ?cent(?!\w)",
          _share_of_percent),
    _rule(rf"(?<![\w.,])(?P<some>{NUMBER}) (?:in|out of)(?: every)? "
          rf"(?P<all>(?:a )?{NUMBER})(?![\w%]|[.,]\d|-)", _one_in),
    _rule(rf"(?<![\w.,])(?P<some>{NUMBER}) [a-z-]+ (?:in|out of) (?:a |every )?"
          r"(?P<all>hundred)(?!\w)", _one_in),
    _rule(rf"(?<!\w)(?P<count>an?|one|two|three|four|five|six|seven|nine)[ -]"
          rf"(?P<part>{SHARE})s?(?!\w)", _share),
    _rule(rf"(?<![\w.,])(?P<count>{NUMBER})(?: ?(?:cents?|pence)|p|¢)(?!\w)", _cents),
    _rule(rf"(?P<money>[€$£] ?)?(?<![\w.,])(?P<count>{NUMBER}) (?P<scale>{'|'.join(FOREIGN)})"
          r"(?!\w)", _foreign),
]  # fmt: skip


# --- from facts to figures ------------------------------------------------------------------------

SKIPPED_WORDS = """
    of the your our my their its his her these those that this more fewer less other additional
    new or so all such same different about
"""
SKIPPED = frozenset(SKIPPED_WORDS.split())
STOPS_WORDS = """
    a an in on at for per from to with without which who and or is are was were be has have had
    by as than but if when since until before after between within into over under will would
    can could should each every not it they we you i he she there here then too instead rather
    against versus vs plus minus
"""
STOPS = frozenset(STOPS_WORDS.split())
CURRENCY = frozenset({"dollar", "euro", "pound", "franc", "cent", "crown", "krona", "krone"})
NEXT = re.compile(rf"{PARAGRAPH}|[^\W\d_]+(?:['-][^\W\d_]+)*|[^\s]")
# What leads from one figure to another of the same unit: "from 22 to 13 minutes", "5 litres
# instead of 12".
AND_ON = re.compile(r" ?(?:to|and|or|-|–|—|/|against|vs\.?|versus) ?$", re.IGNORECASE)
AND_BACK = re.compile(
    r"(?:[^.;:!?]{0,24}\b(?:to|vs\.?|versus|against|from)"
    r"|[^.;:!?]{0,60}\b(?:instead of|rather than))"
    r" (?:your |the )?",
    re.IGNORECASE,
)
LABEL = re.compile(
    r"\b(week|number|no|nr|option|part|step|page|row|room|line|lane|press|pen|machine|depot|gate"
    r"|phase|chapter|version|room|floor|unit|iso|item|point|level|dock|tamper|hall|week|question"
    r"|slide|module)s?\.? #?$",
    re.IGNORECASE,
)


def figures(found: list[Fact], text: str, rest: str) -> list[Figure]:
    """`text` is the plain text, `rest` the same without the facts that were read from it."""
    made = (_figure(fact, text, rest) for fact in found)
    ordered = sorted((one for one in made if one), key=lambda one: one.start)
    for index in range(len(ordered) - 2, -1, -1):
        if AND_ON.fullmatch(rest, ordered[index].end, ordered[index + 1].start):
            ordered[index] = _alike(ordered[index], ordered[index + 1])
    for index in range(1, len(ordered)):
        if AND_BACK.fullmatch(rest, ordered[index - 1].end, ordered[index].start):
            ordered[index] = _alike(ordered[index], ordered[index - 1])
    return ordered


def _alike(figure: Figure, other: Figure) -> Figure:
    """A bare number takes the unit of the figure that it is compared with."""
    bare = figure.scale == Scale("plain") and not figure.nouns
    if not bare or other.scale == Scale("plain") or other.kind in ("ratio", "year"):
        return figure
    if figure.said > 1000 and other.kind != "money":
        return figure
    if other.kind == "money" and figure.said < 0.01 * other.said:
        return figure  # "$21,500 and one invoice instead of two"
    factor = other.value / other.said if other.said else 1.0
    return replace(figure, scale=other.scale, value=figure.value * factor, unit=other.unit)


def _figure(fact: Fact, text: str, rest: str) -> Figure | None:
    read = _scale(fact)
    if read is None:
        return None
    scale, said, unit = read
    value, end = said * _factor(scale, unit), fact.start + len(fact.text)
    if scale == Scale("plain"):
        scale, value, unit, end = _measured(said, rest, end)
    counted = nouns(rest, end)
    if scale == Scale("plain") and CURRENCY & set(counted[:2]):
        scale, counted = Scale("money"), ()
    if scale == Scale("plain") and counted[:1] == ("point",) and said % 1:
        scale = Scale("percent")
    label = LABEL.search(rest, max(0, fact.start - 14), fact.start)
    return Figure(
        scale, value, said, fact.start, end, text[fact.start : end], unit, counted,
        label[1].casefold() if label else "",
    )  # fmt: skip


def _scale(fact: Fact) -> tuple[Scale, float, str] | None:
    """The kind, the number as it is said, and its unit."""
    if fact.kind == "figure":
        kind, value, unit = fact.key.split("|")
        return _timed(value, unit) if kind == "time" else (Scale(kind), float(value), "")
    value, _, rest = fact.key.partition(" ")
    if fact.kind == "amount" and value != "per":
        return Scale("money"), _float(rest), ""
    if fact.kind == "percentage":
        return Scale("percent"), _float(value), ""
    if fact.kind == "time" and value != "per" and ":" not in value:
        return _timed(value, rest.split()[-1])
    return _plain(fact) if fact.kind == "number" else None


def _timed(value: str, unit: str) -> tuple[Scale, float, str]:
    name = quantities._unit(unit)
    return Scale("time", TIMES[name][0]), _float(value), name


def _factor(scale: Scale, unit: str) -> float:
    return TIMES[unit][1] if scale.kind == "time" else 1.0


def _plain(fact: Fact) -> tuple[Scale, float, str] | None:
    match = re.match(r"-?[\d.]+", fact.key)
    if match is None or re.fullmatch(r"\d+(?:st|nd|rd|th)", fact.text, re.IGNORECASE):
        return None
    value = _float(match[0])
    if re.fullmatch(r"(?:19|20)\d\d", fact.text):
        return Scale("year"), value, ""
    if fact.text.casefold() in ("twice", "double", "triple", "couple", "a couple"):
        return None
    return Scale("ratio" if fact.text.casefold() == "half" else "plain"), value, ""


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _measured(said: float, rest: str, end: int) -> tuple[Scale, float, str, int]:
    for pattern, (unit, factor) in UNITS:
        match = pattern.match(rest, end)
        if match:
            return Scale("plain", unit), said * factor, unit, match.end()
    return Scale("plain"), said, "", end


def nouns(text: str, end: int) -> tuple[str, ...]:
    """The stems of the next words, as far as they belong to the figure."""
    found: list[str] = []
    for word in NEXT.finditer(text, end, end + 60):
        name = word[0].casefold()
        if (
            name in STOPS
            or name == PARAGRAPH
            or (not name[0].isalpha() and name not in ("-", GONE))
        ):
            break
        if name in SKIPPED or not name[0].isalpha():
            continue
        found += [stem(part) for part in name.split("-")]
        if len(found) >= 3:
            break
    return tuple(found)


def stem(word: str) -> str:
    """The same for one and for many: buses and bus, houses and house, days and day's."""
    word = word.casefold().removesuffix("'s").rstrip("'")
    if len(word) <= 3:
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return word[:-1] if word.endswith("e") else word
