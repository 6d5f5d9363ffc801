"""What somebody looks at before approving many at once: what is left out and why, what stands out,
three in full, and the rest. Reads only; nothing here decides."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from revenue.models import Opportunity, User
from review.cards import Card, build
from review.decisions import bulk

SAMPLES = 3


@dataclass(frozen=True)
class Shown:
    """One card of the preview; `why` says what makes it stand out, or keeps it out."""

    card: Card
    why: str = ""

    @property
    def seen(self) -> str:
        """What an approval names: item, revision, context."""
        item = self.card.item
        return f"{item.pk}:{item.revision}:{item.draft.context_hash if item.draft else ''}"


@dataclass(frozen=True)
class Choice:
    """One kind of several that were selected together."""

    kind: bulk.Kind
    ids: list[int]


@dataclass(frozen=True)
class Preview:
    """`choices` is filled when there are several kinds: then nothing can be approved yet."""

    left_out: list[Shown]
    choices: list[Choice]
    kind: bulk.Kind | None
    outliers: list[Shown]
    samples: list[Shown]
    others: list[Shown]
    missing: int

    @property
    def approvable(self) -> list[Shown]:
        return [*self.outliers, *self.samples, *self.others]


def of(ids: list[int], *, reader: User) -> Preview:
    cards = build(ids, reader=reader)
    watched = bulk.watched(card.item.draft for card in cards if card.item.draft)
    reasons = {card.item.pk: card.alone or watched.get(card.item.draft_id or 0, "")
               for card in cards}  # fmt: skip
    fit = [card for card in cards if not reasons[card.item.pk]]
    kinds: dict[bulk.Kind, list[Card]] = defaultdict(list)
    for card in fit:
        kinds[bulk.kind_of(card.item)].append(card)
    one = fit if len(kinds) == 1 else []
    outliers = _outliers(one)
    rest = [card for card in one if card not in [shown.card for shown in outliers]]
    samples = _spread(rest, SAMPLES)
    return Preview(
        left_out=[Shown(card, reasons[card.item.pk]) for card in cards if reasons[card.item.pk]],
        choices=[Choice(kind, [card.item.pk for card in its]) for kind, its in kinds.items()]
        if len(kinds) > 1 else [],
        kind=next(iter(kinds), None) if one else None,
        outliers=outliers,
        samples=[Shown(card) for card in samples],
        others=[Shown(card) for card in rest if card not in samples],
        missing=len(set(ids)) - len(cards),
    )  # fmt: skip


def _outliers(cards: list[Card]) -> list[Shown]:
    """Of more than are read in full anyway: whoever stands out in one way or several."""
    if len(cards) <= SAMPLES:
        return []
    worth = _worth(cards)
    found = {
        "the longest": _most(cards, _length),
        "the newest contact": _most(cards, _known_since),
        "the fewest sources": _most(cards, lambda card: -len(card.chips)),
        "the largest deal": _most(cards, lambda card: worth.get(card.item.account_id, 0)),
    }
    reasons = {
        card.item.pk: [words for words, most in found.items() if most is card] for card in cards
    }
    return [
        Shown(card, ", ".join(words).capitalize())
        for card in cards if (words := reasons[card.item.pk])
    ]  # fmt: skip


def _most(cards: list[Card], measure: Callable[[Card], Any]) -> Card | None:
    """The one with the highest measure; nobody when several share it."""
    values = [measure(card) for card in cards]
    top = max(values, default=None)
    return cards[values.index(top)] if values.count(top) == 1 else None


def _length(card: Card) -> int:
    text = card.letter.body if card.letter else " ".join(note.text for note in card.notes)
    return len(text.split())


def _known_since(card: Card) -> float:
    contact = card.item.draft.contact if card.item.draft else None
    return contact.created_at.timestamp() if contact else 0


def _worth(cards: list[Card]) -> dict[int, Decimal]:
    """What is at stake: the open deals of each account together."""
    open_deals = Opportunity.objects.filter(
        account__in=[card.item.account_id for card in cards], is_closed=False
    )
    sums = open_deals.order_by().values_list("account").annotate(worth=Sum("amount"))
    return {account: worth or Decimal() for account, worth in sums}


def _spread(cards: list[Card], number: int) -> list[Card]:
    """So many of them, from the first to the last in even steps."""
    if len(cards) <= number:
        return cards
    return [cards[at * (len(cards) - 1) // (number - 1)] for at in range(number)]
