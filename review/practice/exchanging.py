"""An approved mail, written for another account: what is of the one is exchanged for its like.

People, company, the deals that it cites with their products, dates and amounts, and a note on the
buyer. Each record that it cites needs its like at the other account, unless the mail says nothing
of it; what would mean two things at once fits nowhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from agents.models import Draft
from revenue.models import Contact, Fact, Opportunity
from revenue.rows import key

OURS = ("product", "claim")  # of the catalogue: true for everybody
DAYS = ("%-d %B %Y", "%B %-d, %Y", "%-d %b %Y", "%B %Y", "%Y-%m-%d", "%-d %B", "%B %-d")
CLAUSE = re.compile(r"[^.!?\n]{10,200}")
Pair = tuple[str, str]
Row = Contact | Opportunity | Fact
Evidence = dict[str, Any]


class NoLike(Exception):
    """Something that the mail says has no like there."""


@dataclass
class Exchange:
    """Made of a mail and a person of another account; `evidence` are that account's own records."""

    source: Draft
    to: Contact
    pairs: dict[str, str] = field(default_factory=dict)
    taken: set[Row] = field(default_factory=set)  # of there, which stand for one already
    evidence: list[Evidence] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._add(*_people(self.source, self.to))
        likes = [(entry, self._like(entry)) for entry in self.source.evidence]
        for entry, source_id in likes:
            if source_id:
                said = {name: self(str(entry.get(name, ""))) for name in ("claim", "quote")}
                dated = {} if _kind(entry) in OURS else {"as_of": None}
                self.evidence.append({**entry, **said, **dated, "source_id": source_id})

    def __call__(self, text: str) -> str:
        found = sorted(self.pairs, key=len, reverse=True)
        either = "|".join(map(re.escape, found))
        swapped = rf"(?<!\w)(?:{either})(?!\w)"
        return re.sub(swapped, lambda match: self.pairs[match[0]], text) if found else text

    def deep(self, value: Any) -> Any:
        """The same inside lists and fields."""
        if isinstance(value, dict):
            return {name: self.deep(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self.deep(one) for one in value]
        return self(value) if isinstance(value, str) else value

    def _add(self, *pairs: Pair) -> None:
        for old, new in pairs:
            if not old.strip():
                continue
            if self._says(old) and (not new.strip() or self.pairs.get(old, new) != new):
                raise NoLike(old)
            self.pairs.setdefault(old, new)

    def _says(self, words: str) -> bool:
        text = f"{self.source.subject}\n{self.source.body}"
        return bool(words) and bool(re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text))

    def _like(self, entry: Evidence) -> str:
        """Its source there; "" for what the mail does not say and nothing there stands for."""
        kind, number = _kind(entry), key(str(entry.get("source_id", "")).partition(":")[2])
        if kind in OURS:
            return str(entry["source_id"])
        if kind == "account":
            return f"account:{self.to.account_id}"
        alike = _LIKES[kind](self, number or 0, entry) if kind in _LIKES else 0
        if not alike and self._says(str(entry.get("quote", ""))):
            raise NoLike(kind)
        return f"{kind}:{alike}" if alike else ""

    def _contact(self, number: int, entry: Evidence) -> int:
        if number == self.source.contact_id:
            return self.to.pk if self.to.title else 0
        old = Contact.objects.filter(pk=number, account=self.source.account_id).first()
        rows = Contact.objects.there().filter(account=self.to.account_id).exclude(pk=self.to.pk)
        found = (row for row in rows.exclude(title="").order_by("pk") if row not in self.taken)
        new = next(found, None)
        if old is None or new is None:
            return 0
        self._add(*_person(old, new))
        self.taken.add(new)
        return new.pk

    def _deal(self, number: int, entry: Evidence) -> int:
        """One that ended the same way, over the same product where there is one."""
        deal = Opportunity.objects.filter(pk=number, account=self.source.account_id).first()
        if deal is None:
            return 0
        alike = {"account": self.to.account_id, "is_won": deal.is_won, "is_closed": deal.is_closed}
        rows = Opportunity.objects.filter(**alike, product__isnull=deal.product_id is None)
        found = [row for row in rows.select_related("product").order_by("pk")
                 if row not in self.taken and self._fits(deal, row)]  # fmt: skip
        if not found:
            return 0
        new = min(found, key=lambda row: row.product_id != deal.product_id)
        self._add(*_of_deal(deal, new))
        self.taken.add(new)
        return new.pk

    def _fits(self, old: Opportunity, new: Opportunity) -> bool:
        """What our catalogue says of a product is not true of another."""
        if old.product_id == new.product_id:
            return True
        ours = " ".join(str(one.get("claim", "")) for one in self.source.evidence
                        if _kind(one) in OURS)  # fmt: skip
        name = str(old.product)
        return name not in ours and self.pairs.get(name, str(new.product)) == str(new.product)

    def _fact(self, number: int, entry: Evidence) -> int:
        """A note that says as much in one clause, of that account by its name."""
        quote, old = str(entry.get("quote", "")), Fact.objects.filter(pk=number).first()
        if old is None or not quote.startswith(str(self.source.account)):
            return 0
        rows = Fact.objects.filter(account=self.to.account_id, superseded_by=None, trust=old.trust)
        rows = rows.filter(text__startswith=str(self.to.account))
        found = (row for row in rows.order_by("-as_of", "-pk") if row not in self.taken)
        new = next((row for row in found if CLAUSE.fullmatch(row.text.rstrip("."))), None)
        if new is None:
            return 0
        self._add((quote, new.text.rstrip(".")))
        self.taken.add(new)
        return new.pk


_LIKES = {"contact": Exchange._contact, "opportunity": Exchange._deal, "fact": Exchange._fact}


def of(source: Draft, to: Contact) -> Exchange | None:
    """None where something that the mail says has no like at that account."""
    try:
        return Exchange(source, to)
    except NoLike:
        return None


def _kind(entry: Evidence) -> str:
    return str(entry.get("source_id", "")).partition(":")[0]


def _people(source: Draft, to: Contact) -> Iterator[Pair]:
    yield str(source.account), str(to.account)
    if source.contact:
        yield from _person(source.contact, to)
    old, new = source.account.owner, to.account.owner
    if old and new:
        yield str(old), str(new)
        yield from ((getattr(old, name), getattr(new, name)) for name in ("first_name", "email"))


def _person(old: Contact, new: Contact) -> Iterator[Pair]:
    yield old.name, new.name
    for name in ("first_name", "last_name", "email", "title", "buying_role"):
        yield getattr(old, name), getattr(new, name)


def _of_deal(old: Opportunity, new: Opportunity) -> Iterator[Pair]:
    if old.product_id != new.product_id:
        yield str(old.product), str(new.product)
    for name in ("engaged_on", "closed_on"):
        yield from _days(getattr(old, name), getattr(new, name))
    yield from zip(_sums(old.amount), _sums(new.amount), strict=False)


def _days(old: date | None, new: date | None) -> Iterator[Pair]:
    if old:
        yield from ((f"{old:{form}}", f"{new:{form}}" if new else "") for form in DAYS)


def _sums(amount: Decimal | None) -> list[str]:
    return [] if amount is None else [f"{amount:,.0f}", f"{amount:.0f}", f"{amount:,.2f}"]
