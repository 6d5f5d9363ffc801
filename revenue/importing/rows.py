"""One row of a file as a record: its cells read, its identity found, its faults told.

What a row refers to (account, owner, product) is checked by `references`.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from revenue.visibility import visible

from . import columns, dates
from .columns import Field, Mapping
from .faults import KEPT, SKIPPED, Issue, Noted, Unreadable, shown
from .tables import BadRow, Row, Table
from .values import fold

HIDDEN = "it held characters that nobody sees; stored as '{found}'"
# Spaces only: a leading TAB or CR belongs to the value and is escaped on export.
_SPACES = " \u00a0"


@dataclass
class Record:
    kind: str
    file: str
    line: int
    data: dict[str, Any] = field(default_factory=dict)
    key: str = ""
    account: str = ""
    issues: list[Issue] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not any(issue.action == SKIPPED for issue in self.issues)

    def tell(self, fault: Unreadable, action: str, *, name: str = "", found: Any = "") -> None:
        self.issues.append(
            Issue(
                self.file, self.line, name[:120], shown(found, 300), fault.text[:400], action,
                fault.code,
            )
        )  # fmt: skip


class RowReader:
    """Reads the rows of one table by its mapping."""

    def __init__(self, table: Table, mapping: Mapping) -> None:
        self.table, self.kind = table, columns.KINDS[mapping.kind]
        self.plan = [
            (table.header.index(column), column, self.kind.field(name), mapping.dates.get(column))
            for column, name in mapping.fields.items()
        ]
        self.column_of = {name: column for column, name in mapping.fields.items()}

    def read(self, row: Row | BadRow) -> Record:
        record = Record(self.kind.name, self.table.name, row.line)
        if isinstance(row, BadRow):
            record.tell(row.fault, SKIPPED)
            return record
        for place, column, item, order in self.plan:
            text = row.cells[place].strip(_SPACES)
            seen = visible(text).strip(_SPACES)
            if seen != text:
                record.tell(Unreadable(HIDDEN, found=seen), KEPT, name=column, found=seen)
            if seen:
                self._cell(record, seen, column, item, order)
        if record.is_good:
            _SHAPES[record.kind](record, self.column_of)
        return record

    def _cell(self, record: Record, text: str, column: str, item: Field, order: str | None) -> None:
        try:
            value = item.parse(text) if item.parse else dates.parse(text, order or "")
        except Unreadable as fault:
            record.tell(fault, item.on_fault, name=column, found=text)
            return
        if isinstance(value, Noted):
            record.tell(value.note, value.action, name=column, found=text)
            if value.needs_human:
                record.data["is_sensitive"] = True
            value = value.value
        if value is not None:
            record.data[item.name] = value.isoformat() if isinstance(value, date) else value


Columns = dict[str, str]


def short(key: str, limit: int) -> str:
    """The key as it is, or its hash when it does not fit."""
    return key if len(key) <= limit else hashlib.sha256(key.encode()).hexdigest()


def _needs(record: Record, name: str, of: Columns) -> bool:
    if record.data.get(name):
        return True
    record.tell(
        Unreadable(f"no {name.replace('_', ' ')}; fill it in"), SKIPPED, name=of.get(name, name)
    )
    return False


def _person(record: Record, of: Columns) -> None:
    if _needs(record, "name", of):
        record.key = short(fold(record.data["name"]), 200)


def _product(record: Record, of: Columns) -> None:
    if _needs(record, "name", of):
        record.key = fold(record.data["name"])


def _account(record: Record, of: Columns) -> None:
    millions = record.data.pop("annual_revenue_millions", None)
    if millions is not None:
        record.data.setdefault("annual_revenue", millions)
    if _needs(record, "name", of):
        record.key = short(fold(record.data["name"]), 220)
        record.account = record.key


def _contact(record: Record, of: Columns) -> None:
    data = record.data
    whole = data.pop("name", "")
    if whole and not (data.get("first_name") or data.get("last_name")):
        first, _, last = whole.rpartition(" ")
        data |= {"first_name": first[:120], "last_name": last[:120]}
    if not (data.get("first_name") or data.get("last_name")):
        fault = Unreadable("the contact has no name; fill in a first or a last name")
        record.tell(fault, SKIPPED, name=of.get("last_name", of.get("name", "")))
        return
    if not _needs(record, "account", of):
        return
    if not data.get("email"):
        record.tell(Unreadable("no address: nobody can write to this contact"), KEPT, name="email")
    record.account = short(fold(data["account"]), 220)
    identity = data.get("email") or f"{data.get('first_name')} {data.get('last_name')}"
    record.key = short(f"{fold(identity)} @ {record.account}", 400)


def _opportunity(record: Record, of: Columns) -> None:
    data = record.data
    if not _needs(record, "stage", of):
        return
    if not (data.get("id") or data.get("name")):
        _needs(record, "id" if "id" in of else "name", of)
        return
    if data.get("account"):
        record.account = short(fold(data["account"]), 220)
    else:
        fault = Unreadable("no account: kept without one, and nobody works it")
        record.tell(fault, KEPT, name=of.get("account", ""))
    record.key = short(data.get("id") or f"{record.account} | {fold(data['name'])}", 220)
    _check_dates(record, of)


def _check_dates(record: Record, of: Columns) -> None:
    data = record.data
    engaged, closed = data.get("engaged_on"), data.get("closed_on")
    if data["stage"] not in ("won", "lost"):
        if data.pop("closed_on", None):
            fault = Unreadable("a close date on an open deal is an expectation: not stored")
            record.tell(fault, KEPT, name=of.get("closed_on", ""), found=closed)
    elif not closed:
        fault = Unreadable("closed without a date: kept without one")
        record.tell(fault, KEPT, name=of.get("closed_on", ""))
    elif engaged and closed < engaged:
        fault = Unreadable("closed before it began: both dates kept")
        record.tell(fault, KEPT, name=of.get("closed_on", ""), found=f"{engaged}, {closed}")


_SHAPES: dict[str, Callable[[Record, Columns], None]] = {
    columns.PEOPLE: _person,
    columns.PRODUCTS: _product,
    columns.ACCOUNTS: _account,
    columns.CONTACTS: _contact,
    columns.OPPORTUNITIES: _opportunity,
}
