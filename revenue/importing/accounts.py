"""Accounts: new ones made, existing ones merged. A blank cell leaves what we have."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

from revenue import events, locks
from revenue.events import Entry
from revenue.models import Account

from . import columns
from .batches import BY, Counts, turn
from .references import accounts_by_key
from .spool import Spool, Stored
from .values import fold

FIELDS = (
    "industry", "year_started", "annual_revenue", "number_of_employees",
    "billing_country", "domain",
)  # fmt: skip
PORTION = 100


@dataclass(frozen=True)
class Merge:
    """What an existing account would get, for the preview."""

    account: Account
    file: str
    line: int
    field: str
    before: Any
    after: Any


def _values(row: Stored) -> dict[str, Any]:
    values = {name: row.data[name] for name in FIELDS if name in row.data}
    if "annual_revenue" in values:
        values["annual_revenue"] = Decimal(values["annual_revenue"])
    return values


def _differences(account: Account, row: Stored) -> dict[str, Any]:
    values = _values(row)
    return {name: value for name, value in values.items() if getattr(account, name) != value}


def merges(spool: Spool) -> Iterator[Merge]:
    """Every field of an existing account that the files would change."""
    rows = spool.rows(columns.ACCOUNTS)
    while portion := list(islice(rows, PORTION)):
        ids = accounts_by_key(row.key for row in portion)
        existing = Account.objects.in_bulk(ids.values())
        for row in portion:
            account = existing.get(ids.get(row.key, 0))
            if account:
                yield from _merges(account, row)


def _merges(account: Account, row: Stored) -> Iterator[Merge]:
    for name, after in _differences(account, row).items():
        yield Merge(account, row.file, row.line, name, getattr(account, name), after)


def existing(spool: Spool) -> int:
    """How many of the accounts in the files we have already."""
    rows = spool.rows(columns.ACCOUNTS)
    total = 0
    while portion := list(islice(rows, PORTION)):
        total += len(accounts_by_key(row.key for row in portion))
    return total


def write(spool: Spool, counts: Counts, *, update: bool) -> Iterator[int]:
    """After each transaction, how many rows it held. In the end every account has its place."""
    rows = spool.rows(columns.ACCOUNTS)
    while portion := list(islice(rows, PORTION)):
        with turn():
            _write_portion(portion, spool, counts, update=update)
        yield len(portion)
    place_others(spool)
    yield from _write_parents(spool, update=update)


def place(spool: Spool) -> None:
    """Find the accounts of the files again, when an earlier process wrote them."""
    rows = spool.rows(columns.ACCOUNTS)
    while portion := list(islice(rows, PORTION)):
        spool.place(accounts_by_key(row.key for row in portion))
    place_others(spool)


def place_others(spool: Spool) -> None:
    """Those that rows name and no file brings."""
    for keys in spool.accounts_without_id():
        spool.place(accounts_by_key(keys))


def _write_portion(rows: list[Stored], spool: Spool, counts: Counts, *, update: bool) -> None:
    ids = accounts_by_key(row.key for row in rows)
    there = {account.pk: account for account in locks.accounts(ids.values())}
    fresh = [row for row in rows if row.key not in ids]
    made = Account.objects.bulk_create(
        Account(name=row.data["name"], crm_key=row.key, **_values(row)) for row in fresh
    )
    for account in made:
        events.append_many([Entry("account.imported", account)], by=BY, account=account)
    counts[columns.ACCOUNTS]["new"] += len(made)
    for row in rows:
        if row.key in ids:
            done = _merge(there[ids[row.key]], row, update=update)
            counts[columns.ACCOUNTS]["changed" if done else "same"] += 1
    new = {row.key: account.pk for row, account in zip(fresh, made, strict=True)}
    spool.place(ids | new)


def _merge(account: Account, row: Stored, *, update: bool) -> bool:
    values = _differences(account, row) if update else {}
    if account.crm_key is None:
        values["crm_key"] = row.key
    if values:
        _change(account, values)
    return bool(values)


def _change(account: Account, values: dict[str, Any]) -> None:
    Account.objects.filter(pk=account.pk).update(**values)
    events.append("account.changed", by=BY, account=account, fields=sorted(values))


def _write_parents(spool: Spool, *, update: bool) -> Iterator[int]:
    """When all accounts exist: a parent may stand behind its subsidiary."""
    rows = (row for row in spool.rows(columns.ACCOUNTS) if row.data.get("parent"))
    while portion := list(islice(rows, PORTION)):
        with turn():
            _link(portion, spool, update=update)
        yield 0


def _link(rows: list[Stored], spool: Spool, *, update: bool) -> None:
    parents = accounts_by_key(fold(row.data["parent"]) for row in rows)
    ids = spool.ids([row.key for row in rows])
    there = {account.pk: account for account in locks.accounts(ids.values())}
    for row in rows:
        account = there.get(ids[row.key])
        parent = parents.get(fold(row.data["parent"]))
        if account is None or parent in (None, account.pk, account.parent_id):
            continue
        if update or account.parent_id is None:
            _change(account, {"parent_id": parent})
