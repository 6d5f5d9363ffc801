"""The rows of some accounts, written in one transaction: everything of them, or nothing.

An account with more rows than one transaction should hold is finished in its last unit: only then
it gets its owner and its signal, so that nobody acts on half of it.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from revenue import context, events
from revenue.events import Entry
from revenue.models import Account

from . import columns
from .batches import BY, CHAIN, Counts
from .faults import SKIPPED, Issue, Unreadable
from .spool import Spool, Stored

# A unit holds the write lock of SQLite, so it is small; it grows only to keep an account whole.
ROWS, ROWS_AT_MOST, ACCOUNTS = 500, 2000, 50


@dataclass
class Unit:
    """`contacts` and `deals`: account id (nothing for none) and row. `finished`: complete now."""

    contacts: list[tuple[int, Stored]] = field(default_factory=list)
    deals: list[tuple[int | None, Stored]] = field(default_factory=list)
    finished: list[int] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.contacts) + len(self.deals)

    @property
    def is_enough(self) -> bool:
        return self.size >= ROWS or len(self.finished) >= ACCOUNTS

    @property
    def is_whole(self) -> bool:
        """No account of it goes on in the next unit."""
        return {pk for pk, _ in (*self.contacts, *self.deals) if pk} <= set(self.finished)

    @property
    def account_ids(self) -> set[int]:
        return {pk for pk, _ in (*self.contacts, *self.deals) if pk} | set(self.finished)

    def drop(self, pks: set[int]) -> list[Issue]:
        """Leave out accounts that somebody deleted while the import was running."""
        lost = [row for pk, row in (*self.contacts, *self.deals) if pk in pks]
        self.contacts = [(pk, row) for pk, row in self.contacts if pk not in pks]
        self.deals = [(pk, row) for pk, row in self.deals if pk not in pks]
        self.finished = [pk for pk in self.finished if pk not in pks]
        fault = Unreadable("the account was deleted during the import: import again")
        return [
            Issue(row.file, row.line, "account", row.account, fault.text, SKIPPED, fault.code)
            for row in lost
        ]


@dataclass
class Work:
    """What one unit changes: shared by those who write its parts."""

    accounts: dict[int, Account]
    people: dict[str, int]
    products: dict[str, int]
    shift: timedelta
    update: bool
    counts: Counts
    entries: dict[int | None, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    moved: set[int] = field(default_factory=set)

    def write_log(self) -> None:
        """Versions first, chain heads last: the order of locks."""
        for pk in sorted(self.moved):
            context.moved(pk)
        for pk in sorted(key for key in self.entries if key):
            events.append_many(self.entries[pk], by=BY, account=self.accounts[pk])
        if self.entries.get(None):
            events.append_many(self.entries[None], by=BY, chain=CHAIN)


def units(spool: Spool, *, account: int = 0, deal: str = "") -> Iterator[Unit]:
    """Ascending by account, from the one after `account`; last the deals that have none, by key,
    from the one after `deal`."""
    yield from _with_account(spool, after=account)
    unit = Unit()
    for row in spool.without_account(columns.OPPORTUNITIES, after=deal):
        unit.deals.append((None, row))
        if unit.is_enough:
            yield unit
            unit = Unit()
    if unit.deals:
        yield unit


def _with_account(spool: Spool, *, after: int) -> Iterator[Unit]:
    unit, last = Unit(), 0
    for pk, kind, row in spool.by_account(after=after):
        if last and pk != last:
            unit.finished.append(last)
        if unit.size >= ROWS_AT_MOST or (pk != last and unit.is_enough):
            yield unit
            unit = Unit()
        last = pk
        if row and kind == columns.CONTACTS:
            unit.contacts.append((pk, row))
        elif row:
            unit.deals.append((pk, row))
    if last:
        unit.finished.append(last)
        yield unit
