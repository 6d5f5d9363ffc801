"""What becomes of the rows of one account, or of none: taken out, blanked, or left as they are.

Called by `erasing` under the account's lock. Rows stay, so that every page and every count goes
on; their words go. A stored text goes when only such rows hold its hash, or when it gives the
person away; whoever still points to it reads that it was erased.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from revenue import snapshots
from review.privacy.registry import TABLES, Table, of_accounts
from review.privacy.traces import Traces, changed, leaves, readable

# A text of a JSON value that says what something is, not what somebody said.
KEPT_FIELDS = frozenset({
    "as_of", "at", "contact_id", "date", "deadline", "direction", "id", "kind", "occurred_at",
    "output_class", "proposed_send_at", "reply_class", "source_id", "source_type", "stage", "step",
    "to", "trust",
})  # fmt: skip
REF = re.compile(r"[a-z_]+:\d+")
ADDRESSES = frozenset({"sender", "recipient", "value", "address", "email"})
PORTION = 500


@dataclass
class Work:
    """One person at one account; `refs` are how JSON values name them, "contact:5"."""

    contacts: list[int]
    traces: Traces
    at: datetime
    counts: Counter = field(default_factory=Counter)
    hashes: set[str] = field(default_factory=set)

    @property
    def marker(self) -> str:
        return f"Erased on {self.at:%-d %B %Y}."

    @property
    def refs(self) -> set[str]:
        return {f"contact:{pk}" for pk in self.contacts}


def account_rows(account_id: int, work: Work) -> None:
    for table in of_accounts():
        _rows(table, table.of_account(account_id), work)
    _forget(work, account_id)


def rows_of_nobody(work: Work) -> None:
    """Rows of no account that are theirs or mention them, in whatever table."""
    for table in TABLES:
        if table.label not in ("revenue.Contact", "revenue.Address", "revenue.Erasure"):
            rows = table.model._default_manager.order_by("pk")
            if table.account:
                rows = rows.filter(**{f"{table.account}__isnull": True})
            _rows(table, mentioning(table, rows, work.traces), work)
    _forget(work, None)


def mentioning(table: Table, rows: QuerySet[Any], traces: Traces) -> QuerySet[Any]:
    """Those with the address or a whole name in a column, found by the database."""
    wanted = [traces.address, *(" ".join(name).strip() for name in traces.names)]
    columns = {f"{one.name}_in_words": Cast(one.name, TextField()) for one in table.texts}
    found = Q(pk__in=[])
    for name in columns:
        for words in filter(None, wanted):
            found |= Q(**{f"{name}__icontains": words})
    return rows.alias(**columns).filter(found)


def _rows(table: Table, rows: QuerySet[Any], work: Work) -> None:
    theirs = rows.filter(table.own(work.contacts, work.traces.address))
    own = set(theirs.values_list("pk", flat=True))
    whole = (
        set(rows.filter(table.whole).values_list("pk", flat=True))
        if table.whole is not None
        else set()
    )
    for row in rows.iterator(chunk_size=PORTION):
        is_own = row.pk in own or (table.by_ref and _names(table, row, work.refs))
        bears = not is_own and _bears(table, row, work.traces)
        values = _values(table, row, work, blank=is_own or (bears and row.pk in whole))
        values |= _let_go(table, row, work, all_of_it=is_own or table.working)
        if values:
            table.model._default_manager.filter(pk=row.pk).update(**values)
            work.counts[table.label] += 1


def _names(table: Table, row: Any, refs: set[str]) -> bool:
    values = (getattr(row, name) for name in table.free)
    return any(text in refs for value in values for text in leaves(value))


def _bears(table: Table, row: Any, traces: Traces) -> bool:
    return any(traces.bears_value(getattr(row, column.name)) for column in table.texts)


def _values(table: Table, row: Any, work: Work, *, blank: bool) -> dict[str, Any]:
    """The columns of this row that change, with what stands there from now on."""
    found = {}
    for column in table.texts:
        before = getattr(row, column.name)
        if not before:
            continue
        goes = blank and column.name in table.free
        after = _blanked(column.name, before, work) if goes else work.traces.without_value(before)
        if after == before:
            continue
        if column.name in table.unique:
            after = f"erased:{row.pk}"
        found[column.name] = after[: column.max_length] if isinstance(after, str) else after
    return found


def _blanked(name: str, value: Any, work: Work) -> Any:
    if isinstance(value, str):
        return "" if name in ADDRESSES else work.marker
    return changed(value, lambda at, text: _leaf(at, text, work))


def _leaf(name: str, text: str, work: Work) -> str:
    if name in KEPT_FIELDS and (REF.fullmatch(text) or not work.traces.bears(text)):
        return text
    return "" if name == "quote" or not text else work.marker


# --- stored texts ---------------------------------------------------------------------------------


def _let_go(table: Table, row: Any, work: Work, *, all_of_it: bool) -> dict[str, str]:
    """The row's hashes of texts that are to go; what was approved keeps the hash that it had."""
    held = {name: key for name in table.stored if (key := getattr(row, name))}
    if not all_of_it:
        held = {name: key for name, key in held.items()
                if work.traces.bears(readable(snapshots.get(key)))}  # fmt: skip
    work.hashes |= set(held.values())
    return {name: "" for name in held if name != "payload"}


def _forget(work: Work, account_id: int | None) -> None:
    """Those that nobody elsewhere holds, and those that name the person wherever they are held."""
    held = _held_elsewhere(work.hashes, account_id)
    address = Traces(work.traces.address)
    held = {key for key in held if not address.bears(readable(snapshots.get(key)))}
    gone = sorted(work.hashes - held)
    snapshots.forget(gone)
    work.counts["revenue.Snapshot"] += len(gone)
    work.hashes = set()


def _held_elsewhere(hashes: Iterable[str], account_id: int | None) -> set[str]:
    found: set[str] = set()
    for table in TABLES:
        for name in table.stored:
            rows = table.model._default_manager.filter(**{f"{name}__in": list(hashes)})
            if account_id is not None and table.account:
                rows = rows.exclude(**{table.account: account_id})
            found |= set(rows.order_by().values_list(name, flat=True))
    return found
