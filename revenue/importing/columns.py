"""Which table a file is, and which column holds what: our own names, Salesforce's and HubSpot's.

A person may change the mapping before the import; it is plain data and can be stored.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import values
from .dates import DateColumn
from .faults import KEPT, SKIPPED, FileFault
from .known import COUNTRIES, INDUSTRIES
from .tables import Row, Table

PEOPLE, PRODUCTS, ACCOUNTS = "people", "products", "accounts"
CONTACTS, OPPORTUNITIES = "contacts", "opportunities"
MILLION = 1_000_000


@dataclass(frozen=True)
class Field:
    """`on_fault` says what a cell that cannot be read does to its row; dates have no parser."""

    name: str
    aliases: tuple[str, ...]
    parse: Callable[[str], Any] | None
    on_fault: str = SKIPPED


@dataclass(frozen=True)
class Kind:
    """`required`: of each group one column has to be there."""

    name: str
    fields: tuple[Field, ...]
    required: tuple[tuple[str, ...], ...]

    def field(self, name: str) -> Field:
        return next(item for item in self.fields if item.name == name)


@dataclass
class Mapping:
    """`fields`: column → field. `dates`: column → order, "" where nothing settles it."""

    kind: str
    fields: dict[str, str] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)


_NAME = values.text(200)
_ACCOUNT = ("account", "account name", "company", "company name", "associated company",
            "organization", "organisation")  # fmt: skip
_SELLER = ("sales agent", "sales rep", "sales person", "salesperson", "rep")
_money = values.number(0, 10**13)

KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            PEOPLE,
            (
                Field("name", (*_SELLER, "name", "full name", "user"), values.person_name(200)),
                Field("manager", ("manager", "manager name", "reports to"), _NAME),
                Field("office", ("regional office", "office", "region"), values.text(120)),
            ),
            (("name",), ("manager",)),
        ),
        Kind(
            PRODUCTS,
            (
                Field("name", ("product", "product name", "name"), values.text(120)),
                Field("series", ("series", "product family", "family"), values.text(120), KEPT),
                Field("list_price", ("sales price", "list price", "unit price", "price"),
                      values.number(0, 10**9), KEPT),
            ),
            (("name",), ("list_price",)),
        ),
        Kind(
            ACCOUNTS,
            (
                Field("name", (*_ACCOUNT, "name", "customer"), _NAME),
                Field("industry", ("sector", "industry"), values.one_of(INDUSTRIES, "industry"),
                      KEPT),
                Field("year_started", ("year established", "year started", "year founded"),
                      values.integer(1000, 2100, grouped=False), KEPT),
                Field("annual_revenue_millions", ("revenue", "revenue in millions"),
                      values.number(0, 10**13, times=MILLION), KEPT),
                Field("annual_revenue", ("annual revenue",), _money, KEPT),
                Field("number_of_employees", ("employees", "number of employees"),
                      values.integer(0), KEPT),
                Field("billing_country", ("office location", "country", "billing country",
                      "country/region"), values.one_of(COUNTRIES, "country"), KEPT),
                Field("parent", ("subsidiary of", "parent account", "parent company", "parent"),
                      _NAME, KEPT),
                Field("domain", ("website", "domain", "company domain name", "website url"),
                      values.domain, KEPT),
                Field("owner", ("account owner", "company owner", "owner"), _NAME),
            ),
            (("name",),),
        ),
        Kind(
            CONTACTS,
            (
                Field("account", _ACCOUNT, _NAME),
                Field("first_name", ("first name", "given name"), values.person_name(120)),
                Field("last_name", ("last name", "surname", "family name"),
                      values.person_name(120)),
                Field("name", ("name", "full name", "contact name"), values.person_name(200)),
                Field("email", ("email", "email address", "work email"), values.email),
                Field("title", ("title", "job title", "position"), values.text(200), KEPT),
                Field("buying_role", ("buying role", "role"), values.text(60), KEPT),
                Field("phone", ("phone", "phone number", "business phone"),
                      values.text(60, phone=True), KEPT),
                Field("time_zone", ("time zone",), values.time_zone, KEPT),
                Field("lead_source", ("source", "lead source", "original source"),
                      values.text(120), KEPT),
                Field("do_not_contact", ("do not contact", "email opt out", "do not email",
                      "unsubscribed from all email"), values.flag),
            ),
            (("account",), ("email",), ("first_name", "last_name", "name")),
        ),
        Kind(
            OPPORTUNITIES,
            (
                Field("id", ("opportunity id", "deal id", "record id", "record id - deal"),
                      values.text(200)),
                Field("name", ("opportunity name", "deal name", "name"), _NAME),
                Field("owner", (*_SELLER, "owner", "opportunity owner", "deal owner"), _NAME),
                Field("product", ("product", "product name"), values.text(120)),
                Field("account", _ACCOUNT, _NAME),
                Field("stage", ("deal stage", "stage", "stage name"), values.stage),
                Field("engaged_on", ("engage date", "created date", "create date"), None),
                Field("closed_on", ("close date", "closed date", "date closed"), None),
                Field("amount", ("close value", "amount", "deal amount", "value"),
                      values.number(-(10**11), 10**11)),
            ),
            (("account",), ("stage",), ("id", "name")),
        ),
    )
}  # fmt: skip


def _key(heading: str) -> str:
    """ "First Name", "first_name" and "FirstName" are one heading."""
    return re.sub(r"[\W_]+", "", heading.casefold())


def _matched(header: list[str], kind: Kind) -> dict[str, str]:
    """Column → field. Where two columns mean the same field, the first in our list wins."""
    columns = {_key(column): column for column in reversed(header) if column}
    fields: dict[str, str] = {}
    for item in kind.fields:
        headings = (_key(alias) for alias in (item.name, *item.aliases))
        column = next((columns[heading] for heading in headings if heading in columns), None)
        if column is not None and column not in fields:
            fields[column] = item.name
    return fields


def matched(table: Table, kind: str) -> dict[str, str]:
    """Column → field, as far as the headings tell, when a person says what the file is."""
    return _matched(table.header, KINDS[kind])


def recognise(table: Table) -> str:
    """The kind whose columns the header has most of; "" when the file is none of ours."""
    best = max(KINDS.values(), key=lambda kind: len(_matched(table.header, kind)))
    found = len(_matched(table.header, best))
    return best.name if found > 1 or found == len(table.header) else ""


def mapping(table: Table) -> Mapping:
    """What we make of the columns; FileFault names what is missing and what is there."""
    kind = recognise(table)
    if not kind:
        raise FileFault(f"The columns are not known. Found: {_listed(table.header)}")
    found = Mapping(kind, _matched(table.header, KINDS[kind]))
    check(table, found)
    found.dates = {name: column.order for name, column in date_columns(table, found).items()}
    return found


def check(table: Table, chosen: Mapping) -> None:
    kind, fields = KINDS[chosen.kind], set(chosen.fields.values())
    for group in kind.required:
        if not fields.intersection(group):
            names = " or ".join(f"“{kind.field(name).aliases[0]}”" for name in group)
            raise FileFault(
                f"A file of {kind.name} needs a column {names}. Found: {_listed(table.header)}"
            )


def _listed(header: list[str]) -> str:
    return ", ".join(name or "(no heading)" for name in header)


def ignored(table: Table, chosen: Mapping) -> list[tuple[int, str]]:
    """The columns that are not read, with their positions."""
    return [
        (position, name or f"column {position}")
        for position, name in enumerate(table.header, start=1)
        if name not in chosen.fields
    ]


def date_columns(table: Table, chosen: Mapping) -> dict[str, DateColumn]:
    """What the values of each date column say about the order in which they are written."""
    dates = [column for column, name in chosen.fields.items()
             if KINDS[chosen.kind].field(name).parse is None]  # fmt: skip
    found = {column: DateColumn() for column in dates}
    places = [(table.header.index(column), found[column]) for column in dates]
    for row in table.rows() if places else ():
        if isinstance(row, Row):
            for place, column in places:
                column.see(row.cells[place])
    return found
