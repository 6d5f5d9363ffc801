"""What a mail may rest on, as plain values, and the index that the check looks things up in.

`Known` is filled by `review.grounding.sources` from rows, or by anybody else: pure, no Django.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import pairwise

from review.edits import dates, names
from review.edits.reading import flat, plain
from review.grounding.common_words import folded
from review.grounding.figures import Figure, Scale
from review.grounding.labels import Labelled, labelled
from review.grounding.reading import Day, Read, nearest, read

LEGAL = re.compile(
    r",? (?:inc|llc|llp|ltd|limited|gmbh|ag|as|ab|nv|b\.?v|s\.?a\.?s?|lda|plc|co|corp|oy|kg|"
    r"sa de cv|s\.?r\.?l|aps|pty|group|holdings?)\.?$",
    re.IGNORECASE,
)


NO_NAME = re.compile(rf"[A-Z]{{2,4}}|(?i:{'|'.join(dates.MONTHS)}|\w+day)s?")


@dataclass(frozen=True)
class Text:
    """One record's words. `day` is when it was written or is of."""

    text: str
    day: date | None = None
    is_claim: bool = False  # somebody approved it
    is_theirs: bool = False  # a buyer's own words: no price, no link and no customer rests on them


@dataclass(frozen=True, order=True)
class Product:
    name: str
    price: str = ""


@dataclass(frozen=True)
class Deal:
    """What is open, was bought or was lost; `amount` "" where it is not known."""

    product: str
    amount: str = ""
    days: tuple[date, ...] = ()


@dataclass(frozen=True)
class Known:
    """Everything that one mail to one person may rest on."""

    today: date
    company: str  # the account's name
    person: str  # whom it is to, "" for nobody
    title: str = ""
    started: int = 0  # the year of the company's founding
    sender: str = ""
    seller: str = ""
    people: tuple[str, ...] = ()
    products: tuple[Product, ...] = ()
    deals: tuple[Deal, ...] = ()
    texts: tuple[Text, ...] = ()
    claims: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()  # what the mail cites and what holds no more

    @cached_property
    def index(self) -> "Index":
        return Index(self)


@dataclass(frozen=True)
class Stated:
    """A figure of a record, with the record's sentence and the name that it is said of."""

    figure: Figure
    sentence: int
    of: Labelled
    is_theirs: bool = False
    is_claim: bool = False


class Index:
    """The records as they are looked up. Built once for a mail."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.names = _names(known)
        self.company_names = frozenset(
            name for name, whole in self.names.items() if whole == known.company
        )
        self.products = frozenset(row.name for row in known.products)
        self.codes = {part for name in self.products for part in name.split() if part.isdigit()}
        claims = [Text(claim, is_claim=True) for claim in known.claims]
        texts = [*known.texts, *claims]
        names = tuple(self.names.items())
        self.read = [(text, _read(text.text, names)) for text in texts if text.text]
        self.days = {known.today, *(day for deal in known.deals for day in deal.days)}
        for text, found in self.read:
            self.days |= {text.day} if text.day else set()
            self.days |= {made for day in found.days if (made := _dated(day, text, known.today))}

    @cached_property
    def stated(self) -> list[Stated]:
        found = [_sum(row.name, row.price, -at) for at, row in enumerate(self.known.products)
                 if row.price]  # fmt: skip
        deals = dict.fromkeys((row.product, row.amount) for row in self.known.deals if row.amount)
        found += [_sum(name, amount, -len(found) - at) for at, (name, amount) in enumerate(deals)]
        number = 0
        for text, seen in self.read:
            by_sentence: dict[int, int] = {}
            for one in seen.figures:
                start = seen.number_of_sentence(one.start)
                if start not in by_sentence:
                    number += 1
                    by_sentence[start] = number
                of = labelled(one, seen, self.products)
                found.append(Stated(one, by_sentence[start], of, text.is_theirs, text.is_claim))
        return found

    @cached_property
    def phones(self) -> set[str]:
        return {fact.key for text, found in self.read if not text.is_theirs
                for fact in found.addresses if fact.kind == "phone"}  # fmt: skip

    @cached_property
    def _by_value(self) -> dict[float, list[Stated]]:
        found: dict[float, list[Stated]] = {}
        for one in self.stated:
            value = one.figure.value
            for way in {value, one.figure.said, value * 100, value / 100}:
                found.setdefault(round(way, 6), []).append(one)
        return found

    def about(self, value: float) -> list[Stated]:
        """What may be this value, said as a share or in another unit."""
        return self._by_value.get(round(value, 6), [])

    @property
    def of_claims(self) -> list[Stated]:
        return [one for one in self.stated if one.is_claim]

    @cached_property
    def months(self) -> set[tuple[int, int]]:
        """The months that the records name, or have a day of."""
        return self._named_months | {(day.year, day.month) for day in self.days}

    @cached_property
    def _named_months(self) -> set[tuple[int, int]]:
        return {
            (made.year, made.month)
            for text, found in self.read
            for day in found.days
            if day.month and (made := nearest(day, text.day or self.known.today))
        }

    @cached_property
    def named_months(self) -> set[int]:
        return {month for _, month in self._named_months}

    @cached_property
    def years(self) -> set[int]:
        stated = {int(one.figure.value) for one in self.stated if one.figure.kind == "year"}
        return stated | {year for year, _ in self.months} | self.founded

    @cached_property
    def founded(self) -> set[int]:
        return {int(self.known.started)} if self.known.started else set()

    @cached_property
    def pieces(self) -> set[float]:
        """How many of its product a deal is about, as its amount and the list price say."""
        prices = {row.name: float(row.price) for row in self.known.products if row.price}
        return {
            float(deal.amount) / prices[deal.product]
            for deal in self.known.deals
            if deal.amount and prices.get(deal.product)
        }

    @cached_property
    def totals(self) -> set[float]:
        """What some deals come to together: any two, those of a product, all."""
        amounts = [(deal.product, float(deal.amount)) for deal in self.known.deals if deal.amount]
        pairs = {a + b for at, (_, a) in enumerate(amounts) for _, b in amounts[at + 1 :]}
        sums = {sum(one for name, one in amounts if name == wanted) for wanted, _ in amounts}
        return pairs | sums | {sum(one for _, one in amounts)}

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of the records, in any case, without accents."""
        return frozenset(word for words in self._sequences for word in words)

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        return frozenset(pair for words in self._sequences for pair in pairwise(words))

    @cached_property
    def _sequences(self) -> list[tuple[str, ...]]:
        known = self.known
        texts = [known.company, known.person, known.title, known.sender, known.seller]
        texts += [*known.people, *(row.name for row in known.products), *known.claims]
        texts += [row.text for row in known.texts]
        return [folded_words(text) for text in texts if text]

    @cached_property
    def name_words(self) -> frozenset[str]:
        """The words of the names on record."""
        known = self.known
        whole = [known.company, known.person, known.sender, known.seller, *known.people]
        whole += [*(row.name for row in known.products), *self.names.values(), *self._capitalised]
        words = (word for name in whole for word in folded_words(name))
        return frozenset(word for word in words if len(word) > 2)

    @cached_property
    def _capitalised(self) -> list[str]:
        return _named([row.text for row in self.known.texts], {})

    @cached_property
    def firsts(self) -> frozenset[str]:
        """The first words of names of several words."""
        known = self.known
        whole = [known.company, known.person, known.sender, *known.people, *self.names.values()]
        words = [folded_words(name) for name in [*whole, *self._capitalised]]
        return frozenset(some[0] for some in words if len(some) > 1)

    @cached_property
    def brands(self) -> frozenset[str]:
        whole = [*(row.name for row in self.known.products), self.known.seller]
        return frozenset(words[0] for name in whole if (words := folded_words(name)))

    @cached_property
    def codes_after(self) -> dict[str, set[str]]:
        """By a word of a product's name the numbers and codes that may follow it."""
        found: dict[str, set[str]] = {}
        for row in self.known.products:
            words = row.name.split()
            for word, code in pairwise(words):
                if any(map(str.isdigit, code)):
                    found.setdefault(folded(word), set()).add(folded(code))
        return found

    @cached_property
    def quantified(self) -> dict[str, set[float]]:
        """What the records say how many of something there are, by the stem of its name."""
        found: dict[str, set[float]] = {}
        for one in self.stated:
            for noun in one.figure.nouns[:3]:
                found.setdefault(noun, set()).add(one.figure.value)
        return found


def _sum(name: str, amount: str, sentence: int) -> Stated:
    """A list price or a deal's amount, of its product."""
    value = float(amount)
    figure = Figure(Scale("money"), value, value, 0, 0, amount)
    return Stated(figure, sentence, Labelled(name, "", 0))


@lru_cache(maxsize=1024)
def _read(text: str, names: tuple[tuple[str, str], ...]) -> Read:
    """A record is looked at for every mail that may rest on it: gate, desk and claim."""
    return read(text, dict(names))


def _dated(day: Day, text: Text, today: date) -> date | None:
    return nearest(day, text.day or today) if day.day and day.month else None


def _names(known: Known) -> dict[str, str]:
    """From every way to say a product's, the company's or a customer's name to the whole name."""
    found: dict[str, str] = {}
    brands = {row.name.partition(" ")[0] for row in known.products}
    for row in known.products:
        first, _, rest = row.name.partition(" ")
        if rest and (first in brands and len(rest) > 1):
            found.setdefault(plain(rest).casefold(), row.name)
    for row in known.products:
        found[flat(plain(row.name)).casefold()] = row.name
    for name in company_ways(known.company):
        found.setdefault(name.casefold(), known.company)
    for name in _named(known.claims, found):
        found.setdefault(name.casefold(), name)
    return {name: whole for name, whole in found.items() if len(name) > 1}


def company_ways(name: str) -> list[str]:
    """The whole name, the one without its legal form, and its first word where that names it."""
    whole = flat(plain(name))
    short = LEGAL.sub("", LEGAL.sub("", whole)) or whole
    first = short.partition(" ")[0]
    return list(dict.fromkeys([whole, short, first if len(first) > 3 else short]))


def _named(claims: Iterable[str], known: dict[str, str]) -> list[str]:
    """Those whom the claims name, apart from products and from what is known already."""
    return [
        name
        for claim in claims
        for name in names_in(claim)
        if not any(one in name.casefold() or name.casefold() in one for one in known)
    ]


@lru_cache(maxsize=4096)
def names_in(text: str) -> tuple[str, ...]:
    layout = plain(text)
    runs = names.runs(layout, list(names.WORD.finditer(layout)))
    found = (layout[run[0].start() : run[-1].end()].removesuffix("'s") for run in runs)
    return tuple(name for name in found if not NO_NAME.fullmatch(name))


@lru_cache(maxsize=4096)
def folded_words(text: str) -> tuple[str, ...]:
    return tuple(
        folded(word[0]).removesuffix("'s").strip("'") for word in names.WORD.finditer(plain(text))
    )
