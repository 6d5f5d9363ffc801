"""How a person says what a file is: its kind, what each column becomes, the order of its dates."""

from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.http import QueryDict

from revenue import snapshots
from revenue.importing import KINDS, Mapping, Plan, Table, columns
from revenue.importing.dates import ORDERS
from revenue.importing.tables import Row
from review.setup import uploads
from review.setup.uploads import UploadError

KIND_LABELS = {
    "people": "Sales people and managers", "products": "Products and prices",
    "accounts": "Accounts", "contacts": "People at accounts", "opportunities": "Deals",
}  # fmt: skip
FIELD_LABELS = {
    "annual_revenue_millions": "Annual revenue, in millions", "parent": "Parent account",
    "engaged_on": "Began on", "closed_on": "Closed on", "id": "Deal id",
    "do_not_contact": "Do not contact",
}  # fmt: skip
LOOKED_AT = 40


@dataclass
class Column:
    """`dates` is what the values say about their order, `order` what is chosen."""

    name: str
    place: int
    input: str
    becomes: str
    examples: list[str]
    dates: str = ""
    order: str = ""
    is_date: bool = False

    @property
    def read_as(self) -> str:
        """What the values say; what a person chose, where that is something else."""
        chosen = ORDERS.get(self.order, "")
        return self.dates if chosen in self.dates else f"{chosen}, as you chose"

    @property
    def order_input(self) -> str:
        return self.input.replace("field-", "order-", 1)


@dataclass
class File:
    """One file on the page; `trouble` says why it cannot be imported as it is understood now."""

    number: int
    table: Table
    kind: str
    columns: list[Column]
    rows: int
    good: int
    trouble: str = ""
    kinds: dict[str, str] = field(default_factory=lambda: KIND_LABELS)
    orders: dict[str, str] = field(default_factory=lambda: ORDERS)

    @property
    def kind_label(self) -> str:
        return KIND_LABELS.get(self.kind, "not known")

    @property
    def dates(self) -> list[str]:
        """How each column of dates is read, in words, to be confirmed at a glance."""
        return [f"{row.name}: {row.read_as}" for row in self.columns if row.is_date]

    @property
    def wants_a_look(self) -> bool:
        """Something is not understood: the file, a column, or the order of dates."""
        unclear = [
            row for row in self.columns if not row.becomes or (row.is_date and not row.order)
        ]
        return bool(self.trouble or not self.kind or unclear)

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What a column of this kind of file may become."""
        names = [item.name for item in KINDS[self.kind].fields] if self.kind else []
        return [(name, label(name)) for name in names]


def label(name: str) -> str:
    return FIELD_LABELS.get(name, name.replace("_", " ").capitalize())


def parts(plan: Plan, tables: list[Table]) -> list[File]:
    """Every table in the order of its upload, whether it can be imported or not."""
    understood = {part.table.name: part for part in plan.parts}
    refused = {issue.file: issue.problem for issue in plan.refused}
    found = []
    for number, table in enumerate(tables):
        part = understood.get(table.name)
        mapping = part.mapping if part else Mapping(columns.recognise(table))
        found.append(
            File(
                number, table, mapping.kind, _columns(number, table, mapping),
                rows=part.rows if part else 0, good=part.good if part else 0,
                trouble="" if part else refused.get(table.name, ""),
            )
        )  # fmt: skip
    return found


def _columns(number: int, table: Table, mapping: Mapping) -> list[Column]:
    examples = _examples(table)
    seen = columns.date_columns(table, mapping) if mapping.fields else {}
    return [
        Column(
            name, place, f"field-{number}-{place}", mapping.fields.get(name, ""), examples[place],
            dates=str(seen.get(name, "")), order=mapping.dates.get(name, ""), is_date=name in seen,
        )
        for place, name in enumerate(table.header)
        if name
    ]  # fmt: skip


def _examples(table: Table) -> list[list[str]]:
    """Two different values of each column."""
    found: list[list[str]] = [[] for _ in table.header]
    for row in islice(table.rows(), LOOKED_AT):
        for values, cell in zip(found, row.cells if isinstance(row, Row) else [], strict=False):
            if cell.strip() and cell not in values and len(values) < 2:
                values.append(cell.strip()[:60])
    return found


def as_shown(files: list[File], *, shift: bool) -> str:
    """What the form says as long as nobody touches it, as a hash: a form that says something else
    was changed."""
    said = {f"kind-{file.number}": file.kind for file in files}
    for file in files:
        for column in file.columns if file.kind else ():
            said[column.input] = column.becomes
            if column.is_date:
                said[column.order_input] = column.order
    return _hash(said | ({"shift": "on"} if shift else {}))


def is_changed(data: QueryDict) -> bool:
    names = ("kind-", "field-", "order-", "shift")
    said = {name: data.get(name, "") for name in data if name.startswith(names)}
    return "shown" in data and data.get("shown") != _hash(said)


def _hash(said: dict[str, str]) -> str:
    return snapshots.digest(snapshots.canonical(said))


def chosen(data: QueryDict, tables: list[Table], before: dict[str, Mapping]) -> dict[str, Mapping]:
    """What the form says about each file. A new kind starts with the columns that we recognise."""
    found = {}
    for number, table in enumerate(tables):
        kind = data.get(f"kind-{number}", "")
        if kind not in KINDS:
            continue
        was = before[table.name].kind if table.name in before else columns.recognise(table)
        fields = _fields(data, number, table, kind) if kind == was else None
        found[table.name] = uploads.understood(table, kind, fields)
        _set_orders(found[table.name], data, number, table)
    return found


def _fields(data: QueryDict, number: int, table: Table, kind: str) -> dict[str, str]:
    """Column → field; UploadError when two columns claim one."""
    allowed = {item.name for item in KINDS[kind].fields}
    fields: dict[str, str] = {}
    for place, name in enumerate(table.header):
        wanted = data.get(f"field-{number}-{place}", "")
        if not name or wanted not in allowed:
            continue
        if wanted in fields.values():
            raise UploadError(f"{table.name}: two columns become “{label(wanted)}”. Choose one.")
        fields[name] = wanted
    return fields


def _set_orders(mapping: Mapping, data: QueryDict, number: int, table: Table) -> None:
    for name in mapping.dates:
        order: Any = data.get(f"order-{number}-{table.header.index(name)}", "")
        if order in ORDERS:
            mapping.dates[name] = order
