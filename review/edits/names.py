"""Who and what is named: capitalised words, and whether two texts name the same.

Names are compared by how often their words stand in each text, in any case and any place: so
"Anna will call" and "Then Anna will call", or "sales team" and "Sales Team", name the same.
"""

import re
from collections import Counter
from collections.abc import Iterator

from review.edits.reading import LINE, PARAGRAPH, Fact, moved

WORD = re.compile(r"[^\W_]+(?:['-](?!s\b)[^\W_]+)*")
GREETING = re.compile(
    rf"(?:^|(?<=[{LINE}{PARAGRAPH}]))"
    r"((?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)) )"
    r"([^\W\d_]+(?: (?:and |& )?[^\W\d_]+)?)(?=[,!:.\n\f]|$)",
    re.IGNORECASE,
)
SENTENCE_START = re.compile(r"[.!?…•]|\f|[,:]\n|\n[-*–—]")
TITLES = frozenset({"mr", "mrs", "ms", "mx", "dr", "prof", "st"})
LONGEST = 4  # words of one name; longer runs are several

# Never a name, whatever the case: "Kind Regards", "Thank You", "I".
FUNCTION_WORDS = """
    i you he she it we they me him her them my your his its our their mine yours ours this that
    these those here there who whom whose which what when where why how whether a an the some
    any each every both all most many much more less few several other another such and or but
    nor so yet if then than because although though while whereas since until unless once as at
    by for from in into of off on onto out over to under up with within about above across after
    against along among around before behind below beside between beyond despite down during
    except near outside past per regarding through throughout toward towards upon via am is are
    was were be been do does did have has had can could would should shall might must yes no not
    never ok okay hi hello hey dear good best kind warm warmest regards wishes sincerely
    faithfully cheers thanks thank please welcome re fw fwd ps subject all team everyone folks
    sir madam again both guys friends morning afternoon evening day asap fyi faq roi
"""
# Ordinary words that open a sentence; in the middle of one, a capital makes them names.
OPENERS = """
    us same own inside like everything everybody something someone anything anyone one none two
    three being doing done having let get got make made take took give gave go going come came
    see saw seen look know knew think thought want wanted need needed use used try ask asked
    tell told say said send sent call email write wrote read meet met hear heard feel felt find
    found keep kept leave left put set show start started stop wish work worked works run share
    shared talk speak spoke follow help helps check book pick plan reply respond review notice
    noticed just also only even still already again soon now later maybe perhaps great
    respectfully greetings congratulations congrats sorry apologies sure well however therefore
    thus hence instead otherwise meanwhile moreover furthermore besides additionally finally
    lastly first firstly second secondly third next last quick short brief happy glad pleased
    delighted excited looking hoping hoped curious interested available attached enclosed
    further based given regardless according new old big small long early late easy simple clear
    full open free true right different similar better teams perfect wonderful fantastic
    excellent awesome fine understood noted question questions note price prices pricing cost
    costs delivery shipping shipment support service services setup training onboarding
    implementation installation access feedback time data security budget interest demand
    revenue sales marketing business customers customer clients client users user companies
    company people product products offer offers order orders proposal quote invoice invoices
    payment payments contract contracts renewal renewals meeting meetings calls demo trial
    details information results numbers figures examples example feature features option options
    step steps reason reasons part parts total will may mark hope grace chase bill rich drew
"""
SAID_OF_A_NAME = """
    is was has had will would can could should might must may does did says said told asked
    mentions mentioned wants wanted needs needed thinks thought and or from at joined joins
    suggested suggests sent uses used runs made makes bought buys called calls wrote writes
    recently already also
"""
ORDINARY = frozenset(FUNCTION_WORDS.split())
OPENING = frozenset(OPENERS.split())
PREDICATES = frozenset(SAID_OF_A_NAME.split())
HAS_DIGIT = re.compile(r"\d")
PLAIN_ENDING = re.compile(r"(?:ing|tions?|sions?|ments?|ness|(?<!er)ly|(?<!m)ed|ies)$")


Name = tuple[str, ...]  # its words, case-folded
Counts = tuple[Counter[Name], Counter[Name]]  # in any case, with its capitals


def changed(before: str, after: str) -> tuple[list[Fact], list[Fact]]:
    """Names gone and names come. A name has changed when it stands less often or more often, both
    counted in any case and counted with its capitals; or when all stand in another order."""
    texts = _greeted(before), _greeted(after)
    words = [list(WORD.finditer(text)) for text in texts]
    named = [_names(text, found) for text, found in zip(texts, words, strict=True)]
    texts_of = {**named[1], **named[0]}
    counts = [_counts(found, texts_of) for found in words]
    gone, come = _fewer(named, counts), _fewer(named[::-1], counts[::-1])
    if gone or come:
        return gone, come
    return moved(*(_in_order(found, texts_of) for found in words))


def _fewer(named: list[dict[Name, str]], counts: list[Counts]) -> list[Fact]:
    """The names that stand less often in the second text, in the order of the first."""
    (was, was_capital), (now, now_capital) = counts
    gone: list[Fact] = []
    texts = named[1] | named[0]
    for key in dict.fromkeys([*named[0], *named[1]]):
        fewer = was[key] - now[key]
        if fewer > 0 and now_capital[key] != was_capital[key]:
            gone += [Fact("name", " ".join(key), texts[key])] * fewer
    return gone


def _counts(words: list[re.Match[str]], names: dict[Name, str]) -> Counts:
    found = list(_mentions(words, names))
    named = (name for name, _, is_name in found if is_name)
    return Counter(name for name, _, _ in found), Counter(named)


def _in_order(words: list[re.Match[str]], names: dict[Name, str]) -> list[Fact]:
    """As they stand in the text; of those that begin at one word the shorter first."""
    named = sorted((at, name) for name, at, is_name in _mentions(words, names) if is_name)
    return [Fact("name", " ".join(name), names[name]) for _, name in named]


def _mentions(
    words: list[re.Match[str]], names: dict[Name, str]
) -> Iterator[tuple[Name, int, bool]]:
    """Each of these names, the place of its first word, and whether it stands with its capitals."""
    texts = [word[0] for word in words]
    folded = [text.casefold() for text in texts]
    for length in {len(name) for name in names}:
        for start in range(len(texts) - length + 1):
            name = tuple(folded[start : start + length])
            if name in names:
                yield name, start, all(map(_is_capital, texts[start : start + length]))


def _greeted(text: str) -> str:
    """A greeting names its reader in lower case too: "hi anna,"."""
    return GREETING.sub(lambda match: match[1] + _capitalised(match[2]), text)


def _capitalised(words: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in words.split(" "))


def _names(text: str, words: list[re.Match[str]]) -> dict[Name, str]:
    """Each name with the way it is written."""
    return {
        tuple(word[0].casefold() for word in run): text[run[0].start() : run[-1].end()]
        for run in runs(text, words)
    }


def runs(text: str, words: list[re.Match[str]]) -> list[list[re.Match[str]]]:
    """The words that name somebody or something, neighbours together."""
    found: list[list[re.Match[str]]] = []
    last = -2
    for index, word in enumerate(words):
        if not _is_name(text, words, index):
            continue
        joined = last == index - 1 and text[words[last].end() : word.start()] in (" ", " & ")
        if joined and len(found[-1]) < LONGEST:
            found[-1].append(word)
        else:
            found.append([word])
        last = index
    return found


def _is_name(text: str, words: list[re.Match[str]], index: int) -> bool:
    word = words[index][0]
    stem = re.split("['-]", word.casefold())[0]
    if not _is_capital(word) or stem in ORDINARY:
        return False
    before = text[words[index - 1].end() : words[index].start()] if index else PARAGRAPH
    if before.startswith(". ") and _is_abbreviated(words[index - 1][0]):
        return True  # "Ms. Łukasik", "J. Smith"
    if SENTENCE_START.search(before):
        return stem not in OPENING and _acts_like_a_name(text, words, index)
    if LINE in before:  # a new thought, or a sentence that was wrapped
        return stem not in OPENING and not PLAIN_ENDING.search(word)
    return True


def _is_capital(word: str) -> bool:
    return word != word.lower()


def _is_abbreviated(word: str) -> bool:
    return len(word) == 1 or word.casefold() in TITLES


def _acts_like_a_name(text: str, words: list[re.Match[str]], index: int) -> bool:
    """At a sentence's start every word is capitalised; its shape or what follows tells a name."""
    word = words[index]
    follows = text[word.end() : word.end() + 2]
    if follows == "'s" or word[0][1:] != word[0][1:].lower() or HAS_DIGIT.search(word[0]):
        return True  # "Globex's", "SAP", "GTX500", "O'Brien"
    if PLAIN_ENDING.search(word[0]):
        return False
    if follows[:1] in (",", "!", ":", LINE, PARAGRAPH, ""):  # "Anna, …", a signature
        return True
    after = words[index + 1][0] if index + 1 < len(words) else ""
    is_title = _is_capital(after) and after.casefold() not in ORDINARY
    return follows[:1] == " " and (is_title or after in PREDICATES)
