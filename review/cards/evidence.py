"""Evidence as chips: what each asserted fact rests on, and where in the text it is asserted.

A source that is not in this account, or does not say what is quoted, is unresolved and shown red.
Rows are read for all cards at once: one query for each kind of source.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Model

from agents import handoffs
from agents.models import Draft
from revenue.models import Account, Activity, Claim, Contact, Fact, Opportunity, Product, Signal
from review import citations
from review.cards.wording import day, money
from review.grounding import Span

Source = Opportunity | Fact | Activity | Signal | Contact | Product | Claim
Rows = dict[str, Source]

READ: dict[str, Any] = {
    "opportunity": Opportunity.objects.select_related("product", "owner"),
    "fact": Fact.objects.all(),
    "activity": Activity.objects.select_related("contact", "user"),
    "signal": Signal.objects.all(),
    "contact": Contact.objects.all(),
    "product": Product.objects.all(),
    "claim": Claim.objects.all(),
}
SHARED = (Product, Claim)  # of the catalogue: nobody's account


@dataclass(frozen=True)
class Chip:
    """`source` says in a sentence where it is from; empty when there is no such source. What rests
    on our own catalogue (`is_ours`) says nothing of the buyer."""

    number: int
    claim: str
    quote: str
    when: str
    source: str
    text: str
    is_resolved: bool
    link: str = ""
    is_ours: bool = False


@dataclass(frozen=True)
class Piece:
    """A stretch of the mail; `number` is that of the chip it rests on, 0 for none; `doubt` says
    why it is not on record. `is_said`: mails of its class said so before."""

    text: str
    number: int = 0
    is_resolved: bool = True
    doubt: str = ""
    is_said: bool = False


def read(drafts: Iterable[Draft]) -> Rows:
    """Every row that these drafts cite, by "kind:number"."""
    return {
        f"{kind}:{row.pk}": row
        for kind, numbers in citations.cited(drafts).items()
        if kind in READ
        for row in READ[kind].filter(pk__in=numbers)
    }


def chips(draft: Draft, rows: Rows) -> list[Chip]:
    return [
        _chip(number, entry, _source(draft.account, citations.source_id(entry), rows))
        for number, entry in enumerate(draft.evidence, start=1)
    ]


def _source(account: Account, source_id: str, rows: Rows) -> Account | Source | None:
    if source_id == f"account:{account.pk}":
        return account
    row = rows.get(source_id)
    theirs = row is not None and (isinstance(row, SHARED) or row.account_id == account.pk)
    return row if theirs else None


def _chip(number: int, entry: dict[str, Any], row: Account | Source | None) -> Chip:
    quote = str(entry.get("quote", ""))
    says = _text(row) if row else ""
    return Chip(
        number=number,
        claim=str(entry.get("claim", "")),
        quote=quote,
        when=day(_as_of(entry) or _dated(row)),
        source=where_from(row) if row else "",
        text=excerpt(says, quote) if isinstance(row, Activity | Fact) else "",
        is_resolved=row is not None and quote.casefold() in says.casefold(),
        link=row.link if isinstance(row, Fact) else "",
        is_ours=isinstance(row, SHARED),
    )


def _as_of(entry: dict[str, Any]) -> date | None:
    try:
        return date.fromisoformat(str(entry.get("as_of") or "")[:10])
    except ValueError:
        return None


def _dated(row: Model | None) -> date | datetime | None:
    """The day of the row itself, where the evidence names none."""
    names = ("closed_on", "engaged_on", "as_of", "occurred_at", "created_at")
    days = (getattr(row, name, None) for name in names)
    return next((found for found in days if found), None)


def _text(row: Account | Source) -> str:
    """What the row says, as the check of a handoff's evidence reads it."""
    if isinstance(row, Account):
        return handoffs._account_text(row)
    if isinstance(row, Contact):
        return f"{row.name} {row.title} {row.buying_role}"
    if isinstance(row, Product):
        return f"{row.name} {row.series} {row.list_price or ''}"
    if isinstance(row, Claim):
        return row.text
    return handoffs._text(row)


def excerpt(text: str, quote: str) -> str:
    """The sentence or so around the quote."""
    at = max(text.casefold().find(quote.casefold()), 0)
    start, end = max(0, at - 120), at + len(quote) + 120
    return f"{'…' if start else ''}{text[start:end].strip()}{'…' if end < len(text) else ''}"


def where_from(row: Model) -> str:
    return WHERE[type(row)](row)


def _deal(row: Opportunity) -> str:
    what = f"Deal {row.product or row.name}".strip()
    state = "won" if row.is_won else "lost" if row.is_closed else f"open in {row.stage}"
    moment = row.closed_on or row.engaged_on
    parts = [f"{what}, {state}", moment and f"{moment:%-d %b %Y}", money(row.amount), row.owner]
    return ", ".join(str(part) for part in parts if part) + "."


def _company(row: Account) -> str:
    size = f"{row.number_of_employees:,} people" if row.number_of_employees else ""
    parts = [row.industry, size, row.billing_country]
    known = ", ".join(part for part in parts if part)
    return f"Account record: {known}. On record since {day(row.created_at)}."


def _person(row: Contact) -> str:
    parts = [row.name, row.title, row.buying_role]
    known = ", ".join(part for part in parts if part)
    return f"Contact record: {known}. On record since {day(row.created_at)}."


def _message(row: Activity) -> str:
    who = row.contact or row.user or row.sender
    return f"{row.get_kind_display()} from {who or 'somebody'}, {day(row.occurred_at)}."


def _fact(row: Fact) -> str:
    outside = "" if row.trust == Fact.Trust.INTERNAL else ", from outside"
    return f"{row.source}, {row.as_of:%-d %b %Y}{outside}."


def _signal(row: Signal) -> str:
    return f"Signal {row.kind.replace('_', ' ')} from {row.source}, {day(row.occurred_at)}."


def _product(row: Product) -> str:
    price = f", list price {money(row.list_price)}" if row.list_price else ""
    return f"Price list: {row.name}{price}."


def _claim(row: Claim) -> str:
    return f"Approved claim: {row.text}"


WHERE: dict[type[Model], Any] = {
    Opportunity: _deal,
    Account: _company,
    Contact: _person,
    Activity: _message,
    Fact: _fact,
    Signal: _signal,
    Product: _product,
    Claim: _claim,
}


def in_reading_order(found: list[Chip], text: str) -> list[Chip]:
    """Numbered as their places follow each other in the text; what has no place comes last."""
    places = {chip.number: start for start, _, chip in _places(text, found)}
    by_place = sorted(found, key=lambda chip: places.get(chip.number, len(text)))
    return [replace(chip, number=number) for number, chip in enumerate(by_place, start=1)]


def mark(text: str, found: list[Chip], doubts: Iterable[Span] = ()) -> list[Piece]:
    """The text in pieces: the first place of each quote that no other has taken is its place. What
    is not on record goes before what is quoted."""
    marked = [(one.start, one.end, Piece(one.text, doubt=one.why)) for one in doubts]
    marked += [
        (start, end, Piece(text[start:end], chip.number, chip.is_resolved))
        for start, end, chip in _places(text, found)
        if all(end <= first or last <= start for first, last, _ in marked)
    ]
    pieces, at = [], 0
    for start, end, piece in sorted(marked, key=lambda place: place[0]):
        pieces += [Piece(text[at:start]), piece]
        at = end
    return [piece for piece in [*pieces, Piece(text[at:])] if piece.text]


def _places(text: str, found: list[Chip]) -> list[tuple[int, int, Chip]]:
    taken: list[tuple[int, int, Chip]] = []
    for chip in sorted(found, key=lambda chip: -len(chip.quote)):
        for match in _mentions(text, chip.quote):
            if all(match.end() <= start or end <= match.start() for start, end, _ in taken):
                taken.append((match.start(), match.end(), chip))
                break
    return taken


def _mentions(text: str, quote: str) -> Iterable[re.Match[str]]:
    if not quote.strip():
        return ()
    return re.finditer(rf"(?<!\w){re.escape(quote)}(?!\w)", text, re.IGNORECASE)
