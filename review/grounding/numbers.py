"""Which figures of a mail nothing supports.

In order: 1 the records state it, of the same thing → supported · 2 it follows by a sum → supported
· 3 it claims nothing (the length of a call, an offer, a numbering, "a hundred questions") → passed
· 4 else unsupported. A figure that the records state of somebody else is unsupported too.
"""

import re

from review.edits.names import WORD
from review.edits.reading import GONE, LINE, PARAGRAPH
from review.grounding.figures import Figure, Scale, stem
from review.grounding.labels import Labelled, around, labelled
from review.grounding.reading import Read
from review.grounding.records import Index, Stated
from review.grounding.sums import Operands, follows, is_instalment

ABOUT = re.compile(
    r"(?:about|around|some|roughly|nearly|almost|close to|approximately|approx\.?|circa|ca\.|~"
    r"|something like|near(?:er)?|not quite|just over|just under|a little (?:over|under)"
    r"|a bit (?:over|under)|well (?:over|under)|more than|less than|over|under|up to|fewer than"
    r"|at least|as (?:many|much) as|upwards of|towards|good|inside of|within|north of"
    r"|rund|etwa|ungefähr|knapp|fast|gut|über|unter|keine|mehr als|weniger als|mindestens|bis zu"
    r"|environ|près de|presque|moins de|plus de|au moins|quelque|unos|unas|cerca de|casi|menos de"
    r"|más de|nicht einmal|nog geen|not even|pas même|alrededor de|quase|mais de|em torno de"
    r"|ongeveer|bijna|ruim|meer dan|minder dan"
    r"|circa|quasi|oltre) "
    r"(?:the |your |a |an )?[€$£]? ?$",
    re.IGNORECASE,
)
WIDE = re.compile(
    r"(?:more than|less than|over|under|well (?:over|under)|fewer than|at least|north of|über"
    r"|unter|mehr als|weniger als|keine|nicht einmal|moins de|plus de|menos de|más de|mais de"
    r"|meer dan|minder dan|nog geen) (?:[€$£] ?)?$",
    re.IGNORECASE,
)
PER = re.compile(
    r"(?: [a-z]+)?\s(?:an?|per|each|every|for the|for a|in a|all) (day|week|month|quarter|year)\b",
    re.I,
)
DIFFERENCE = re.compile(
    r"\b(?:more|less|fewer|shorter|longer|higher|lower|faster|slower|up|down|points?|saved?|saving"
    r"|difference|gap|apart|over|under|below|above|gained?|lost|dropped|rose|fell)\b",
    re.IGNORECASE,
)
AFTER = re.compile(r"(?:,? give or take\b| or so\b|-?ish\b|-odd\b|\+| or thereabouts\b)")
TALK = re.compile(
    r"\b(?:"
    r"call|calls|phone|ring|talk|chat|speak|spoke|meet|meeting|screen|share|demo|"
    r"coffee|visit|walk|show|sit|your time|of you|plenty|enough|should do|should be|"
    r"would do|will do|minutes? is|free|slot|agenda|join|hour is|questions|one-pager|"
    r"calendar|quick|brief|reply|read|short|spare|worth|cover|zoom|teams|video"
    r")\b",
    re.IGNORECASE,
)
OFFER = re.compile(
    r"\b(?:(?:i|we)(?:'d| would| can| could|'ll| will| shall| may| might)|shall (?:i|we)"
    r"|(?:may|could|can) (?:i|we|you)|would you|let's|how about|suppose|say"
    r"|if (?:we|i|you|they))\b|\?",
    re.IGNORECASE,
)
THEIRS = re.compile(r"(?:\b(?:all|your|usual|those|these|their|the) |\ball of )$", re.IGNORECASE)
OF_THEIRS = re.compile(r" of (?:your|their|the|all)\b", re.IGNORECASE)
PART_OF = re.compile(rf" of (?:the|your|our|their|its|all) {GONE}")
YOU = re.compile(r"\b(?:you|your|yours)\b", re.IGNORECASE)
FEW = re.compile(r"\b(?:few|several|couple of|many) $", re.IGNORECASE)
SINCE = re.compile(
    r"\b(?:since|another|last|past|next|almost|nearly|been|after|in|us|you|left|just|exactly) "
    r"(?:the )?$",
    re.IGNORECASE,
)
AGO = re.compile(
    r"[ ,]{1,2}(?:ago|on|later|from|away|off|left|to go|ahead|before|after|since|earlier|exactly|"
    r"today|out|into|now|for two)\b",
    re.IGNORECASE,
)
CLOCK = re.compile(r"\b(?:at|by|from|until|till|around) $", re.IGNORECASE)
HOUR = re.compile(r"(?:[01]?\d|2[0-3])\.[0-5]\d")
RATE = re.compile(r" (?:an?|per|each|every|on (?:a|one|each|every|the))\b", re.IGNORECASE)
EVERY = re.compile(r"\b(?:every|within|in under|under|up to) $", re.IGNORECASE)
NUMBERED = re.compile(rf"(?:^|[{LINE}{PARAGRAPH}] ?)[(#]?$")
TALK_LENGTHS = {1, 2, 3, 5, 10, 15, 20, 25, 30, 40, 45, 60, 90, 120}  # minutes
SMALL = 20
MOST = 40  # a mail with more of them is not looked at any further


def unsupported(mail: Read, index: Index) -> list[tuple[Figure, str]]:
    """Each with what was looked for."""
    found: list[tuple[Figure, str]] = []
    good: list[Figure] = []
    for figure in mail.figures:
        if figure.kind == "year" or len(found) == MOST:
            continue
        said = labelled(figure, mail, index.products)
        stated, elsewhere = _stated(figure, said, mail, index)
        if stated or (not elsewhere and _passes(figure, mail, index)):
            good.append(figure)
        else:
            found.append((figure, elsewhere))
    left = [row for row in found if row[1] or not _worked_out(row[0], mail, good, found, index)]
    worked_out = [one for one, why in found if (one, why) not in left]
    fine = {(one.scale, one.value) for one in worked_out}  # the subject says it before the sum
    left = [row for row in left if row[1] or (row[0].scale, row[0].value) not in fine]
    return [(figure, elsewhere or _looked_for(figure, mail, index)) for figure, elsewhere in left]


# --- 1 stated -------------------------------------------------------------------------------------


def _stated(figure: Figure, said: Labelled, mail: Read, index: Index) -> tuple[bool, str]:
    """Is it in the records; and if it is, but of something else, of what."""
    slack = _slack(figure, mail)
    near = index.stated if slack else index.about(figure.value)
    same = [one for one in near if _same(figure, one.figure, slack)]
    same = [one for one in same if figure.kind != "money" or not one.is_theirs]
    if not same:
        return False, ""
    other = _of_another(figure, said, same, mail, index)
    if other:
        return False, other
    return _of_the_same_thing(figure, mail, index), ""


def _same(figure: Figure, known: Figure, slack: float) -> bool:
    if not _comparable(figure, known):
        return False
    value = known.value
    if figure.kind == "ratio" and known.kind == "percent":
        value /= 100
    elif figure.kind == "percent" and known.kind == "ratio":
        value *= 100
    if figure.scale == Scale("plain") and known.scale.unit:
        value = known.said  # "3.2" for 3.2 gigawatt hours
    exact = abs(figure.value - value) <= 1e-6 * max(abs(value), 1)
    return exact or bool(slack and abs(figure.value - value) <= slack * abs(value))


def _comparable(figure: Figure, known: Figure) -> bool:
    if figure.scale == known.scale:
        return True
    kinds = {figure.kind, known.kind}
    if kinds == {"percent", "ratio"}:
        return True
    if figure.scale == Scale("plain") and known.kind == "percent":
        return not figure.nouns or figure.nouns[0] == "point" or bool(figure.value % 1)
    if figure.scale == Scale("plain"):
        return known.kind != "time" or not figure.nouns or figure.value >= 100
    if known.scale != Scale("plain"):
        return False
    if figure.kind == "plain":
        return not known.nouns
    return figure.kind == "money" and known.value >= 1000


def _of_another(
    figure: Figure, said: Labelled, same: list[Stated], mail: Read, index: Index
) -> str:
    """The name or year of which the records state this, where the mail says it of another."""
    near = {one.name for one in around(figure, mail)}
    if YOU.search(mail.rest, *mail.sentence(figure.start)):
        near.add(index.known.company)
    is_count = figure.scale == Scale("plain") and not figure.nouns
    for mine, theirs in (
        ("" if is_count else said.product, {one.of.product for one in same}),
        (said.company if _has_its_own(said.company, figure, index) else "",
         {one.of.company for one in same}),
    ):  # fmt: skip
        if mine and all(theirs) and not theirs & near:
            return f"The records say this of {min(theirs)}, not of {mine}."
    years = {one.of.year for one in same}
    if said.year and all(years) and said.year not in years:
        return f"The records say this of {min(years)}, not of {said.year}."
    return ""


def _has_its_own(name: str, figure: Figure, index: Index) -> bool:
    """The records state a figure of that name: a customer's, or of this kind."""
    of_it = [one.figure for one in index.stated if one.of.company == name]
    is_customer = figure.kind != "money" and name != index.known.company
    return any(is_customer or one.scale == figure.scale for one in of_it)


def _of_the_same_thing(figure: Figure, mail: Read, index: Index) -> bool:
    """A small count is so common that it has to be one of the same thing, where that is counted."""
    if figure.scale != Scale("plain") or figure.value >= 10:
        return True
    noun = _counted(figure, index)
    return (
        noun is None
        or figure.value in index.quantified[noun]
        or bool(PART_OF.match(mail.rest, figure.end))
    )


def _counted(figure: Figure, index: Index) -> str | None:
    return next((noun for noun in figure.nouns if noun in index.quantified), None)


def _slack(figure: Figure, mail: Read) -> float:
    """By how much an approximate figure may differ; only a round one is approximate."""
    if significant(figure) > 2:
        return 0.0
    before = mail.rest[max(0, figure.start - 30) : figure.start].replace(LINE, " ")
    if WIDE.search(before):
        return 0.15
    near = ABOUT.search(before) or AFTER.match(mail.rest, figure.end)
    if near and figure.kind == "time":
        return 0.1  # "nearly four hours" for 3:40
    return 0.07 if near or "grand" in figure.text.casefold() else 0.0


def significant(figure: Figure) -> int:
    digits = f"{figure.said:.10g}".replace(".", "").strip("0-")
    return len(digits.partition("e")[0])


# --- 2 worked out ---------------------------------------------------------------------------------


def _worked_out(
    figure: Figure, mail: Read, good: list[Figure], open_: list[tuple[Figure, str]], index: Index
) -> bool:
    """From what is supported, and from what stands before it in the mail."""
    before = [one for one, _ in open_ if one is not figure and one.end <= figure.start]
    seen = [*good, *before]
    ours = [one for one in index.stated if not (one.is_theirs and one.figure.kind == "money")]
    given = Operands(
        seen=seen,
        recorded=[one.figure for one in ours],
        sentences=_sentences(index),
    )  # fmt: skip
    if is_instalment(figure, seen, mail.plain[slice(*mail.sentence(figure.start))]):
        return True
    noun = _counted(figure, index) if figure.scale == Scale("plain") else None
    if PART_OF.match(mail.rest, figure.end):
        return False
    if figure.scale == Scale("plain") and figure.value in index.pieces:
        return True
    if noun and figure.value in _differences(index.quantified[noun]):
        return True
    if _is_sum(figure) and figure.value in (*index.totals, _list_total(figure, mail, index)):
        return True
    if (
        noun and figure.value <= SMALL and not figure.value % 1
    ):  # so many small sums are possible that one fits by chance
        same = [one for one in given.seen if noun in one.nouns]
        given = Operands(same, [], given.sentences)
    more = DIFFERENCE.search(mail.rest[max(0, figure.start - 24) : figure.end + 24])
    per = PER.match(mail.plain, figure.end)
    return follows(figure, given, slack=_nearly(figure, mail), is_difference=bool(more),
                   per=per[1].casefold() if per else "")  # fmt: skip


def _is_sum(figure: Figure) -> bool:
    """Of money, or a large number that counts nothing: "together that is 20,950"."""
    return figure.kind == "money" or (figure.scale == Scale("plain") and figure.value >= 1000)


def _list_total(figure: Figure, mail: Read, index: Index) -> float:
    """What the products of its sentence cost together."""
    names = {one.name for one in around(figure, mail)}
    prices = [float(row.price) for row in index.known.products if row.name in names and row.price]
    return sum(prices)


def _nearly(figure: Figure, mail: Read) -> float:
    """A sum that is said to be "near" may be a little off."""
    before = mail.rest[max(0, figure.start - 30) : figure.start].replace(LINE, " ")
    if not (ABOUT.search(before) or AFTER.match(mail.rest, figure.end)):
        return 0.0
    if WIDE.search(before) and significant(figure) == 1:
        return 0.15  # "more than 300 hours" for 316
    return 0.02 if significant(figure) <= 2 else 0.0006


def _differences(values: set[float]) -> set[float]:
    return {abs(one - other) for one in values for other in values if one != other}


def _sentences(index: Index) -> list[list[Figure]]:
    found: dict[int, list[Figure]] = {}
    for one in index.stated:
        found.setdefault(one.sentence, []).append(one.figure)
    return [some for some in found.values() if 1 < len(some) <= 8]


# --- 3 claims nothing -----------------------------------------------------------------------------


def _passes(figure: Figure, mail: Read, index: Index) -> bool:
    return (
        (figure.value in (0, 1) and figure.kind == "plain")
        or figure.text.partition(" ")[0].casefold() in ("a", "an", "one", "half")
        or figure.text in index.codes
        or bool(CLOCK.search(mail.rest[: figure.start][-8:]) and HOUR.fullmatch(figure.text))
        or bool(FEW.search(mail.rest, max(0, figure.start - 12), figure.start))
        or _is_numbering(figure, mail, index)
        or _is_length_of_a_talk(figure, mail)
        or _is_distance(figure, mail, index)
        or (figure.kind == "ratio" and " in " not in figure.text and " of " not in figure.text)
        or _is_no_claim(figure, mail, index)
    )  # fmt: skip


def _is_numbering(figure: Figure, mail: Read, index: Index) -> bool:
    before = mail.rest[max(0, figure.start - 3) : figure.start]
    after = mail.rest[figure.end : figure.end + 1]
    if figure.kind != "plain":
        return False
    if (NUMBERED.search(before) and after in (".", ")")) or before.endswith("("):
        return after in (".", ")")
    if not figure.label:
        return False
    same = [one.figure.value for one in index.stated if one.figure.label == figure.label]
    return not same or figure.value in same


def _is_length_of_a_talk(figure: Figure, mail: Read) -> bool:
    if figure.scale != Scale("time", "s") or figure.value / 60 not in TALK_LENGTHS:
        return False
    if RATE.match(mail.rest, figure.end) or EVERY.search(mail.rest[: figure.start][-12:]):
        return False
    start, end = mail.sentence(figure.start)
    if end - start < 40 and not mail.names(start, end):
        return True
    end = min(end + 1, len(mail.rest))
    return bool(TALK.search(mail.rest, start, end) or OFFER.search(mail.rest, start, end))


def _is_distance(figure: Figure, mail: Read, index: Index) -> bool:
    """Weeks since the proposal, months to the renewal: the days of the records lie so far apart."""
    if figure.scale not in (Scale("time", "d"), Scale("time", "mo")):
        return False
    before = mail.rest[max(0, figure.start - 16) : figure.start].replace(LINE, " ")
    if not (SINCE.search(before) or AGO.match(mail.rest, figure.end)):
        return False
    factor, unit = (1.0, 1.5) if figure.scale.unit == "d" else (30.44, 16.0)
    if figure.scale.unit == "d" and figure.value >= 7:
        unit = 4.0
    days = sorted(index.days)
    today = index.known.today
    far = figure.value * factor
    return any(abs(abs((day - today).days) - far) <= unit for day in days)


def _is_no_claim(figure: Figure, mail: Read, index: Index) -> bool:
    """Not of something that the records count, and small, round in words, or merely offered."""
    start, end = mail.sentence(figure.start)
    is_offer = bool(OFFER.search(mail.rest, start, min(end + 1, len(mail.rest))))
    if figure.kind == "time":
        offered = is_offer and figure.said <= 12 and figure.scale.unit != "s"
        return offered or (figure.said <= 100 and not _unit_is_counted(figure, index))
    if figure.scale.unit:
        often = figure.scale.unit == "times" and figure.value > SMALL
        return not (often or _unit_is_counted(figure, index))
    if figure.scale != Scale("plain"):
        return False
    counted = _counted(figure, index)
    if counted is None:
        return _is_small(figure) or (is_offer and significant(figure) <= 2
                                     and not _is_theirs(figure, mail))  # fmt: skip
    if is_offer and PART_OF.match(mail.rest, figure.end):
        return figure.value <= 12
    most = 60 if significant(figure) == 1 and not figure.text.isdigit() else 24
    return is_offer and figure.value <= most and not _is_theirs(figure, mail)


def _is_small(figure: Figure) -> bool:
    """A few of something, or "seven hundred"."""
    in_words = not any(map(str.isdigit, figure.text))
    return (figure.value <= SMALL and not figure.value % 1) or (
        in_words and significant(figure) == 1
    )


def _is_theirs(figure: Figure, mail: Read) -> bool:
    before = mail.rest[max(0, figure.start - 12) : figure.start].replace(LINE, " ")
    return bool(THEIRS.search(before) or OF_THEIRS.match(mail.rest, figure.end))


def _unit_is_counted(figure: Figure, index: Index) -> bool:
    return any(
        one.figure.unit == figure.unit and not one.figure.text.startswith(("a ", "an "))
        for one in index.stated
    )


def _looked_for(figure: Figure, mail: Read, index: Index) -> str:
    noun = _counted(figure, index) if figure.scale == Scale("plain") else None
    if noun is None:
        return f"No record, claim or sum says “{figure.text}”."
    values = " or ".join(f"{value:,g}" for value in sorted(index.quantified[noun])[:3])
    return f"No record says “{_with_noun(figure, noun, mail)}”; the records say {values}."


def _with_noun(figure: Figure, noun: str, mail: Read) -> str:
    for word in WORD.finditer(mail.plain, figure.end, figure.end + 60):
        if noun in (stem(word[0]), *map(stem, word[0].split("-"))):
            return " ".join(mail.plain[figure.start : word.end()].split())
    return figure.text
