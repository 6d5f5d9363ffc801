"""Who holds the voice of an account, in words that a rep reads. For lists and for one account."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from agents.definitions import registry
from agents.models import AgentRun
from revenue import clock
from revenue.models import Account, Contact, Lease, User
from review.cards.around import AFTER
from review.models import OutboxMessage, ReviewItem

UNKNOWN = OutboxMessage.State.UNKNOWN


@dataclass(frozen=True)
class Holder:
    """`until` is None where time does not end it: a person, or a mail that is on its way."""

    words: str
    since: datetime
    until: datetime | None = None
    person: User | None = None
    is_you: bool = False


def of(accounts: Iterable[Account], *, viewer: User) -> dict[int, Holder]:
    """The holder of each account that is held now, in at most six queries for any number."""
    ids = [account.pk for account in accounts]
    leases = list(live().filter(account__in=ids))
    numbers = defaultdict(list)
    for lease in leases:
        kind, _, number = _named(lease).partition(":")
        if number.isdigit():
            numbers[kind].append(int(number))
    known = {kind: rows(numbers[kind]) for kind, rows in _ROWS.items() if numbers[kind]}
    held = {lease.account_id: _holder(lease, known, viewer) for lease in leases}
    return _practising([pk for pk in ids if pk not in held]) | held


def _practising(free: list[int]) -> dict[int, Holder]:
    """What is practice holds no voice, and nothing tells by that: as on its card."""
    rows = ReviewItem.objects.waiting().without_copies().filter(draft__is_planted=True)
    rows = rows.filter(account__in=free).select_related("draft__contact")
    return {row.account_id: Holder(_item(row), row.created_at, row.expires_at + AFTER)
            for row in rows.defer("draft__body", "draft__evidence")}  # fmt: skip


def live() -> Any:
    """Leases that count now: active, and not past their time unless a mail is on its way."""
    return Lease.objects.active().filter(Q(expires_at__gt=clock.now()) | Q(is_pinned=True))


def by_people() -> Any:
    """Those with which a person holds an account."""
    lent = Q(returns_to__startswith=Lease.PERSON)
    return live().filter(Q(holder__startswith=Lease.PERSON) | lent)


def _named(lease: Lease) -> str:
    """A person who holds the account is named also while a mail of theirs speaks."""
    return lease.person or lease.holder


def _holder(lease: Lease, known: dict[str, dict[int, Any]], viewer: User) -> Holder:
    kind, _, number = _named(lease).partition(":")
    row = known.get(kind, {}).get(int(number) if number.isdigit() else 0)
    if kind == "user":
        is_you = row is not None and row.pk == viewer.pk
        name = "You" if is_you else str(row or "A colleague")
        return Holder(name, lease.acquired_at, person=row, is_you=is_you)
    words = _WORDS[kind](row) if row and kind in _WORDS else "An agent"
    return Holder(words, lease.acquired_at, None if lease.is_pinned else lease.expires_at)


def _run(run: AgentRun) -> str:
    return f"{registry.label(run.agent)}, writing now"


def _item(item: ReviewItem) -> str:
    if item.draft is None:
        return "A question to a person"
    return f"{registry.label(item.draft.agent)}, through the draft{_to(item.draft.contact)}"


def _mail(message: OutboxMessage) -> str:
    fate = ", outcome unknown" if message.state == UNKNOWN else ""
    to = _to(message.draft.contact)
    return f"{registry.label(message.draft.agent)}, through the mail{to}{fate}"


def _to(contact: Contact | None) -> str:
    return f" to {contact}" if contact else ""


_WORDS: dict[str, Callable[[Any], str]] = {"run": _run, "item": _item, "outbox": _mail}
_CONTACT = ("draft__contact__first_name", "draft__contact__last_name", "draft__contact__email")
_ROWS: dict[str, Callable[[list[int]], dict[int, Any]]] = {
    "user": lambda ids: User.objects.in_bulk(ids),
    "run": lambda ids: AgentRun.objects.only("agent").in_bulk(ids),
    "item": lambda ids: (
        ReviewItem.objects.select_related("draft__contact")
        .only("pk", "draft__agent", *_CONTACT).in_bulk(ids)
    ),
    "outbox": lambda ids: (
        OutboxMessage.objects.select_related("draft__contact")
        .only("state", "draft__agent", *_CONTACT).in_bulk(ids)
    ),
}  # fmt: skip
