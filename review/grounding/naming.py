"""Whom and what a mail names that the records do not know: greeting, company, people, products.

A name is a run of capitalised words. It is known when each of its words is one of the records and
the words stand side by side there. A word alone that merely opens a sentence is taken for a name
only where it looks like one of the records' own, misspelt.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice, pairwise
from typing import NamedTuple

from review.edits import names
from review.edits.names import ORDINARY
from review.edits.reading import LINE, PARAGRAPH
from review.grounding.common_words import (
    ANYBODY,
    CASUAL,
    COMMON,
    COMPANY_WORDS,
    DETERMINERS,
    ENGLISH,
    GERMAN,
    HONORIFICS,
    MORE_THAN_NAMES,
    PARTICLES,
    folded,
)
from review.grounding.reading import NEAR, Read
from review.grounding.records import Index, folded_words

WORD = re.compile(r"[^\W\d_][\w]*(?:['-](?!s\b)[^\W_]+)*")
NAME = r"[^\W\d_][^\W\d_.'’-]*(?:['’.-]+[^\W\d_]+)*\.?"
OPENINGS = (
    r"hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|morning|afternoon|evening|"
    r"greetings|hej|hei|hoi|hallo|moin|guten (?:tag|morgen|abend)|grüezi|sehr geehrte[r]?|"
    r"liebe[r]?|bonjour|salut|ch(?:er|ère)|madame|monsieur|hola|estimad[oa]|querid[oa]|"
    r"buenos días|olá|car[oai]|prezad[oa]|bom dia|boa tarde|ciao|gentile|egregio|"
    r"buongiorno|salve|beste|geachte|goede(?:morgen|middag)|k(?:æ|j)re|kjære|god dag|"
    r"god morgon|hyvä|grü(?:ß|ss) gott|servus|bonsoir|buenas(?: tardes)?|kia ora|namaste|attn|"
    r"oi|oie|alô|coucou|tach|"
    r"attention|to|for the attention of"
)
GREETING = re.compile(
    rf"\s*(?:(?P<word>{OPENINGS})\b(?: again)?(?:[:,]? (?P<name>{NAME}(?: {NAME}){{0,4}}))?"
    rf"|(?P<bare>{NAME}(?: {NAME}){{0,3}}))(?= ?[,!:;–-]|{LINE}|{PARAGRAPH}| [-–—]|\. |$)",
    re.IGNORECASE,
)
# What follows is where somebody goes, and no place is judged.
PLACED = re.compile(
    r"\b(?:in|to|from|near|around|via|through|into|towards?|outside|inside|over|across|leave|reach"
    r"|the|along|past|nach|aus|bei|über|à|en|vers|depuis|desde|hasta|hacia|por|em|na|no|até|naar"
    r"|te|uit|tot)"
    r" (?:the |sunny |rainy |north |south |west |east |all )?$",
    re.IGNORECASE,
)
UMLAUT = re.compile("[äöüß]")
# What follows is a day that everybody knows: "St Patrick's Day".
FEAST = re.compile(r"'?s? (?:Day|Night|Eve|Week)\b")
ZONE = re.compile(r" (?:time|Zeit)\b")  # "2 pm Melbourne time"
JAPANESE = re.compile(r"-(?:san|sama|sensei)$")
UNIT = re.compile(r"\d ?$")
HEADING = frozenset(
    ("what", "why", "how", "where", "when", "who", "next", "our", "your", "two", "three", "some")
)
ENUMERATED = re.compile(rf"(?:^|[{LINE}{PARAGRAPH}] ?)[([]?\w{{1,2}}[).\]]$")
ABBREVIATED = re.compile(r"\b(?:St|Mr|Mrs|Ms|Dr|Prof|Rev|[A-Z])\.$")


MOST = 40


class Named(NamedTuple):
    """A name that is not known; `kind` is greeting, company, product, customer or name."""

    kind: str
    start: int
    end: int
    text: str
    why: str


def unsupported(mail: Read, index: Index, *, body_at: int) -> list[Named]:
    """`body_at` is where the body begins, after the subject."""
    greeted = _greeting(mail, index, body_at)
    found = [greeted.wrong] if greeted.wrong else []
    before = {one.end: one.start for one in mail.mentions}
    for run in _runs(mail, body_at, greeted.end):
        wrong = _unknown(run, before, mail, index)
        if wrong:
            found.append(wrong)
        if len(found) == MOST:
            break
    return [*found, *islice(_products(mail, index), MOST)]


# --- the greeting ---------------------------------------------------------------------------------


class _Greeted(NamedTuple):
    end: int
    wrong: Named | None


def _greeting(mail: Read, index: Index, at: int) -> _Greeted:
    match = GREETING.match(mail.plain, at)
    if match is None:
        return _Greeted(at, None)
    name = match["name"] or match["bare"]
    if not name:
        return _Greeted(match.end(), None)
    if name[:1].islower() and not (match["word"] and _is_said_in_lower_case(match["word"], name)):
        return _Greeted(at, None)
    words = folded_words(name)
    words = tuple(JAPANESE.sub("", word) for word in words)
    said = [word for word in words if word not in HONORIFICS and len(word) > 1]
    wanted = {word for one in (index.known.person, index.known.title) for word in folded_words(one)}
    strange = [word for word in said if word not in wanted | ANYBODY | PARTICLES]
    if not match["word"] and not (set(said) & wanted) and not _is_person(name):
        return _Greeted(at, None)
    own = folded(index.known.person.partition(" ")[0])
    if len(said) == 1 and len(said[0]) > 2 and own.startswith(said[0]):
        return _Greeted(match.end(), None)  # "Hi Bron" to Bronwyn
    if set(said) & wanted:  # "Hi Maya and Terrence", "Dag Maya", "Congratulations Maya!"
        first = min(at for at, word in enumerate(said) if word in wanted)
        after = said if match["word"] else said[first:]
        strange = [word for word in after if word in strange and word not in index.words]
    elif len(said) == len(words):  # "Hi Globex"; but nobody is "Frau Globex"
        company = {word for way in index.company_names for word in folded_words(way)}
        strange = [word for word in strange if word not in company]
    if not strange:
        return _Greeted(match.end(), None)
    start = match.start("name") if match["name"] else match.start("bare")
    why = f"The greeting says “{name}”, the contact is {index.known.person or 'nobody'}."
    return _Greeted(match.end(), Named("greeting", start, start + len(name), name, why))


def _is_said_in_lower_case(opening: str, name: str) -> bool:
    """ "hi mya,": a word alone, and none of the language."""
    return opening.casefold() in CASUAL and " " not in name and not _is_manners(folded(name))


def _is_manners(word: str) -> bool:
    return word in ORDINARY | names.OPENING | COMMON


def _is_person(name: str) -> bool:
    """At a mail's very start, a word alone before a comma: a name, unless it is a word."""
    words = name.split()
    if not all(word[:1].isupper() or word in PARTICLES for word in words):
        return False
    lower = [folded(word.strip(".")) for word in words]
    return not any(map(_is_manners, lower))


# --- names in the text ----------------------------------------------------------------------------


def _runs(mail: Read, body_at: int, after: int) -> list[list[re.Match[str]]]:
    """Names of the subject and of what follows the greeting."""
    text = mail.rest
    words = [
        word for word in WORD.finditer(text) if word.start() < body_at or word.start() >= after
    ]
    return names.runs(text, words)


def _unknown(
    run: list[re.Match[str]], before: dict[int, int], mail: Read, index: Index
) -> Named | None:
    """`before` leads from the end of a known name to its beginning: "Globex Foods" begins with the
    name of somebody at Globex Steel."""
    start, end = run[0].start(), run[-1].end()
    if FEAST.match(mail.plain, end) or (len(run) == 1 and ZONE.match(mail.plain, end)):
        return None
    if mail.plain[start - 1 : start] == " ":
        start = before.get(start - 1, start)
    text = mail.plain[start:end]
    words = folded_words(text)
    is_another = _is_another(words, index, is_joined="&" in text)
    if words[-1:] == ("time",):
        return None  # "9 Mountain Time"
    if words and (is_another or _is_strange(run, mail, index) or
                  _is_a_company(words, mail, start, index)):  # fmt: skip
        kind = _kind(words, mail, start, index)
        return Named(kind, start, end, text, f"No record knows “{text}”.")
    return None


def _is_strange(run: list[re.Match[str]], mail: Read, index: Index) -> bool:
    words = [folded(word[0]).removesuffix("'s") for word in run]
    if (
        len(run) == 1
        and len(words[0]) <= 3
        and UNIT.search(mail.plain, max(0, run[0].start() - 2), run[0].start())
    ):
        return False  # "85 Nm"
    strange = [not _is_word(word, raw[0], index) for word, raw in zip(words, run, strict=True)]
    if len(words[0]) <= 3 and _opens(run[0], mail):
        strange[0] = False  # "Na", "Im", "El": a word of another language
    if not any(strange) or _is_a_german_noun(run, mail):
        return False
    if _is_headline(run[0].start(), mail):
        return any(_looks_like(word, index) for word in words)
    return len(run) > 1 or _is_surely_a_name(run[0], words[0], mail, index)


def _is_a_german_noun(run: list[re.Match[str]], mail: Read) -> bool:
    """German writes every noun with a capital: there a capital alone names nobody."""
    start, end = mail.sentence(run[0].start())
    written = WORD.findall(mail.plain, start, end)
    words = [folded(word) for word in written]
    before = WORD.findall(mail.rest, max(0, run[0].start() - 20), run[0].start())
    beside = {folded(run[0][0]), *map(folded, before[-1:])}
    german = sum(word in GERMAN for word in words) + len(UMLAUT.findall(" ".join(written)))
    english = sum(word in ENGLISH for word in words)
    return (
        bool(beside & DETERMINERS) or german > english or (not english and _is_german(mail.plain))
    )


@lru_cache(maxsize=64)
def _is_german(text: str) -> bool:
    words = [folded(word) for word in WORD.findall(text)]
    return sum(word in GERMAN for word in words) > sum(word in ENGLISH for word in words)


def _is_word(word: str, raw: str, index: Index) -> bool:
    """A word of the records, or an ordinary one."""
    known = index.words
    if word in known or word in COMMON or word in ORDINARY or word in HONORIFICS | PARTICLES:
        return True
    one = word.removesuffix("s")
    if one not in index.name_words and (one in known or f"{word}s" in known):
        return True
    parts = re.split(r"[-']", word)
    if len(parts) > 1 and all(part in known or part in COMMON or len(part) < 2 for part in parts):
        return True
    return len(raw) == 1 or (raw.isupper() and len(raw) <= 4) or word.endswith("day")


def _is_headline(at: int, mail: Read) -> bool:
    """A line Where Every Word Has a Capital: there it says nothing."""
    start = max(mail.plain.rfind(LINE, 0, at), mail.plain.rfind(PARAGRAPH, 0, at)) + 1
    line = re.split(rf"[{LINE}{PARAGRAPH}]", mail.rest[start : start + NEAR])[0].rstrip()
    line = line.partition(":")[0]
    words = WORD.findall(line)
    if line[-1:] == "!" and len(words) <= 4:
        return True  # "Boas Festas!"
    if len(words) >= 3 and words[0].casefold() in HEADING and words[-1][0].isupper():
        return line[-1:] not in (".", ",", "!", "?") and any(
            word[0].isupper() for word in words[1:-1]
        )
    telling = [word for word in words if word.casefold() not in ORDINARY]
    capitals = [word for word in telling if word != word.lower()]
    if len(telling) >= 4:
        return len(capitals) > 0.7 * len(telling)
    # Few words, and even those that never have one: "What You Told Me".
    little = [word for word in words[1:] if word.casefold() in ORDINARY and len(word) > 1]
    return (
        3 <= len(words) <= 10
        and line[-1:] not in (".", ",", "!")
        and len(capitals) == len(telling)
        and any(word != word.lower() for word in little)
        and sum(word == word.lower() and len(word) > 3 for word in words) <= 1
    )


def _is_a_company(words: Sequence[str], mail: Read, start: int, index: Index) -> bool:
    """Ordinary words that end as companies' names do: "Northern Power", "Summit Group"."""
    pairs = set(pairwise(words))
    return (
        len(words) > 1
        and words[-1] in COMPANY_WORDS - MORE_THAN_NAMES
        and not pairs & index.pairs
        and not _is_headline(start, mail)
    )


def _is_another(words: Sequence[str], index: Index, *, is_joined: bool) -> bool:
    """Known words that are no name together: the company's first ones with another's last, one
    person's first name with another's last."""
    company = folded_words(index.known.company)
    if words[0] in index.brands and len(words) > 1 and tuple(words[:2]) not in index.pairs:
        return True  # "Swatchbook Teams" is no product
    if words[0] == company[0] and len(words) > 1:
        odd = [word for word in words if word not in company]
        if is_joined or any(word in COMPANY_WORDS or word not in COMMON for word in odd):
            return not set(pairwise(words)) <= index.pairs
    return any(_is_torn(*pair, index) for pair in pairwise(words))


def _is_surely_a_name(word: re.Match[str], key: str, mail: Read, index: Index) -> bool:
    """In the middle of a sentence; or like a name of the records."""
    if _looks_like(key, index):
        return True
    if mail.plain[word.end() : word.end() + 1] == ":" and _is_first_of_line(word, mail):
        return False
    if _opens(word, mail) or key.endswith(("ing", "ed", "ly")):
        return False
    return not PLACED.search(mail.plain, max(0, word.start() - 16), word.start())


def _is_first_of_line(word: re.Match[str], mail: Read) -> bool:
    return mail.plain[max(0, word.start() - 1) : word.start()] in (LINE, PARAGRAPH, "")


def _opens(word: re.Match[str], mail: Read) -> bool:
    """Does it begin a sentence, a line, a quotation? After "St." or "Dr." none does."""
    before = mail.plain[max(0, word.start() - 12) : word.start()].rstrip(f" {LINE}")
    if ABBREVIATED.search(before):
        return False
    if ENUMERATED.search(before):
        return True
    return not before or before[-1] in f'.!?…:•{PARAGRAPH}-–—"“>(,'


def _looks_like(word: str, index: Index) -> bool:
    """One letter or two away from a name of the records: "Mya", "Sunfeld"."""
    most = 1 if len(word) < 6 else 2
    return 2 < len(word) < 40 and any(
        abs(len(name) - len(word)) <= most and name[0] == word[0] and _distance(name, word) <= most
        for name in index.name_words
    )


def _distance(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1]


def _is_torn(first: str, second: str, index: Index) -> bool:
    """Two known words that never stand together, where each belongs to a longer name."""
    if (first, second) in index.pairs or first in COMMON | ORDINARY or second in COMMON | ORDINARY:
        return False
    if first in HONORIFICS or second in HONORIFICS:
        return False
    return first in index.firsts and second in index.name_words - index.firsts


def _kind(words: Sequence[str], mail: Read, start: int, index: Index) -> str:
    known = index.known
    if words[0] in index.brands:
        return "product"
    company = set(folded_words(known.company)) - ORDINARY
    close = any(_distance(one, other) <= 2 for one in words for other in company if len(other) > 4)
    if set(words) & company or close:
        return "company"
    people = {word for name in (known.person, known.sender, *known.people)
              for word in folded_words(name)}  # fmt: skip
    if set(words) & people or mail.rest[:start].rstrip().endswith(("Dr.", "Mr.", "Ms.", "Mrs.")):
        return "name"
    return "customer" if len(words) > 1 else "name"


# --- products with a number -----------------------------------------------------------------------


def _products(mail: Read, index: Index) -> Iterable[Named]:
    """A product's name with another number or letter after it: "Temperia 60"."""
    for word in WORD.finditer(mail.rest):
        follows = index.codes_after.get(folded(word[0]))
        if not follows or word[0] == word[0].lower():
            continue
        code = re.match(r" ([\w-]*\d[\w-]*)", mail.plain[word.end() : word.end() + 24])
        if (
            code
            and folded(code[1]) not in follows
            and f"{folded(code[1])}".rstrip("s") not in follows
        ):
            end = word.end() + code.end()
            text = mail.plain[word.start() : end]
            yield Named("product", word.start(), end, text, f"There is no product “{text}”.")
