"""The preview: every row read and checked, nothing written. The same plan is then committed."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from itertools import chain, islice

from . import columns, tables
from .columns import Mapping
from .faults import KEPT, SKIPPED, FileFault, Issue, Unreadable
from .files import Source
from .references import References
from .rows import Record, RowReader
from .spool import Spool, Stored
from .tables import Table
from .values import fold

PORTION = 500


@dataclass
class Part:
    """One file of the plan and how it was understood."""

    table: Table
    mapping: Mapping
    dates: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    rows: int = 0
    good: int = 0


@dataclass
class Plan:
    """`refused` are files that cannot be imported at all. `newest` is the latest date in them."""

    spool: Spool
    parts: list[Part] = field(default_factory=list)
    refused: list[Issue] = field(default_factory=list)
    newest: date | None = None
    shift_to: date | None = None

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts)

    @property
    def good(self) -> int:
        return sum(part.good for part in self.parts)

    @property
    def shift(self) -> timedelta:
        """By how much every date moves."""
        if self.shift_to is None or self.newest is None:
            return timedelta()
        return self.shift_to - self.newest

    @property
    def name(self) -> str:
        return ", ".join(part.table.name for part in self.parts)

    @property
    def digest(self) -> str:
        """The same for the same contents, understood in the same way."""
        content = sorted([part.table.digest, asdict(part.mapping)] for part in self.parts)
        text = json.dumps([content, str(self.shift_to)], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def issues(self) -> Iterator[Issue]:
        return chain(self.refused, self.spool.issues())

    def has_faults(self) -> bool:
        """Anything but columns that we do not read?"""
        return bool(self.refused or self.spool.rows_told())


def read_all(sources: Iterable[Source]) -> tuple[list[Table], list[Issue]]:
    """The tables among the files, and why the other files are none."""
    found: list[Table] = []
    refused: list[Issue] = []
    for source in sources:
        try:
            found.append(tables.read(source))
        except FileFault as fault:
            refused.append(_refusal(source.name, fault))
    return found, refused


def _refusal(name: str, fault: FileFault) -> Issue:
    return Issue(name, 1, "", "", str(fault)[:400], SKIPPED, str(fault))


def plan(
    tables: Iterable[Table],
    *,
    mappings: dict[str, Mapping] | None = None,
    shift_to: date | None = None,
) -> Plan:
    """Check every row. `mappings` (by file name) are a person's choice, where they made one."""
    made = Plan(Spool(), shift_to=shift_to)
    chosen = mappings or {}
    for table in tables:
        try:
            mapping = chosen.get(table.name) or columns.mapping(table)
            columns.check(table, mapping)
        except FileFault as fault:
            made.refused.append(_refusal(table.name, fault))
            continue
        made.parts.append(_part(table, mapping))
    _read_rows(made)
    return made


def _part(table: Table, mapping: Mapping) -> Part:
    seen = columns.date_columns(table, mapping)
    said = {column: str(found) for column, found in seen.items()}
    ignored = [name for _, name in columns.ignored(table, mapping)]
    return Part(table, mapping, said, ignored)


def _read_rows(made: Plan) -> None:
    references = References(made.spool)
    order = list(columns.KINDS)
    made.parts.sort(key=lambda part: order.index(part.mapping.kind))
    for part in made.parts:
        if not references.is_ready and part.mapping.kind not in (columns.PEOPLE, columns.PRODUCTS):
            references.learn()
        _read_part(made, part, references)
    _check_parents(made, references)
    made.spool.index()


def _read_part(made: Plan, part: Part, references: References) -> None:
    reader = RowReader(part.table, part.mapping)
    rows = part.table.rows()
    while portion := [reader.read(row) for row in islice(rows, PORTION)]:
        references.check(portion, reader.column_of)
        for record in portion:
            _keep(made, record)
            part.good += record.is_good
        made.spool.tell(issue for record in portion for issue in record.issues)
        part.rows += len(portion)


def _keep(made: Plan, record: Record) -> None:
    if not record.is_good:
        return
    row = Stored(record.key, record.file, record.line, record.account, record.data)
    earlier = made.spool.add(record.kind, row)
    if earlier:
        record.tell(_repeat(row, earlier), SKIPPED, found=record.key)
        return
    for name in ("engaged_on", "closed_on"):
        if name in record.data:
            day = date.fromisoformat(record.data[name])
            made.newest = max(made.newest or day, day)


def _repeat(row: Stored, earlier: Stored) -> Unreadable:
    place = f"row {earlier.line}"
    if earlier.file != row.file:
        place += f" of {earlier.file}"
    if earlier.data == row.data:
        return Unreadable("repeats {place}", place=place)
    return Unreadable("is the same one as {place}, with other values: that row counts", place=place)


def _check_parents(made: Plan, references: References) -> None:
    """After all accounts: a parent may stand behind its subsidiary."""
    rows = (row for row in made.spool.rows(columns.ACCOUNTS) if row.data.get("parent"))
    while portion := list(islice(rows, PORTION)):
        there = references.known_accounts({fold(row.data["parent"]) for row in portion})
        made.spool.tell(_parent_issues(portion, there))


def _parent_issues(rows: list[Stored], there: set[str]) -> Iterator[Issue]:
    for row in rows:
        parent = row.data["parent"]
        if fold(parent) == row.key:
            fault = Unreadable("an account cannot be its own parent: kept without one")
        elif fold(parent) not in there:
            fault = Unreadable("there is no account '{found}': kept without a parent", found=parent)
        else:
            continue
        yield Issue(row.file, row.line, "parent", parent, fault.text, KEPT, fault.code)
