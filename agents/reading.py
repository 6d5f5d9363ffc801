"""What agents read: the sections of a packet, each from a bounded number of rows.

Every row that enters a prompt is named in the manifest ("opportunity:77"), and every section
comes from one account. Every row says by its label (`revenue.trust`) how far it is believed.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from revenue import consent, trust, workspace
from revenue.context import AccountContext
from revenue.models import Activity, Claim, Contact, Fact, Opportunity, Product, Signal
from revenue.titles import is_sensitive

Row = dict[str, Any]
Lists = dict[int, list[Any]]
LATEST = 6
# Signals that our own records gave; every other one carries words from outside.
OUR_OWN = frozenset({"imported", "silence", "stage_changed", "meeting_booked", "meeting_changed"})


class Shelf:
    """What the readers of many accounts look up, read for all of them when the first one asks."""

    def __init__(self, known: Iterable[AccountContext], *, now: datetime) -> None:
        self.known = list(known)
        self.now = now

    def _latest(self, model: Any, where: str, order: str, most: int, *also: Any) -> Lists:
        """The first `most` rows of each account, in `order`, by one statement."""
        table = model._meta.db_table
        part = (
            f"SELECT * FROM (SELECT * FROM {table} WHERE account_id = %s AND {where} "  # noqa: S608
            f"ORDER BY {order} LIMIT {most}) AS part"
        )
        ids = [one.account.pk for one in self.known]
        parameters = [value for pk in ids for value in (pk, *also)]
        found: Lists = {}
        for row in model._default_manager.raw(" UNION ALL ".join([part] * len(ids)), parameters):
            found.setdefault(row.account_id, []).append(row)
        return found

    @cached_property
    def messages(self) -> Lists:
        """The latest first."""
        return self._latest(Activity, "1 = 1", "occurred_at DESC, id DESC", LATEST)

    @cached_property
    def won(self) -> Lists:
        return self._closed("is_won")

    @cached_property
    def lost(self) -> Lists:
        return self._closed("NOT is_won")

    def _closed(self, how: str) -> Lists:
        where, order = f"is_closed AND {how}", "closed_on DESC, id DESC"
        return self._latest(Opportunity, where, order, LATEST)

    @cached_property
    def facts(self) -> Lists:
        where = "superseded_by_id IS NULL AND (good_until IS NULL OR good_until > %s)"
        return self._latest(Fact, where, "as_of DESC, id DESC", 20, self.now)

    @cached_property
    def writable(self) -> dict[int, set[int]]:
        return consent.writable(self.known)

    @cached_property
    def products(self) -> dict[int, Product]:
        return {row.pk: row for row in Product.objects.order_by("pk")}

    @cached_property
    def claims(self) -> list[Claim]:
        return list(Claim.objects.filter(is_active=True).order_by("pk")[:100])


class Reader:
    """One account, read for one run; `manifest` grows with what was read.

    `package` is the context of the handoff that the run answers: whatever it reads of the account
    besides is `fetched`, and lowers that handoff's integrity.
    """

    def __init__(
        self,
        seen: AccountContext,
        shelf: Shelf,
        *,
        signals: list[Signal] | None = None,
        package: Row | None = None,
    ) -> None:
        self.seen, self.shelf = seen, shelf
        self.account = seen.account
        self.new = signals or []
        self.package = package
        self.now = shelf.now
        self.manifest: list[str] = []
        self.fetched: list[str] = []

    def _keep(self, rows: list[Row]) -> list[Row]:
        self.manifest.extend(row["id"] for row in rows)
        return rows

    def _own(self, section: str, rows: list[Row]) -> list[Row]:
        """Rows of the account itself: a receiver who needs them was not given all."""
        if self.package is not None:
            self.fetched.append(section)
        return self._keep(rows)

    def _product(self, row: Opportunity) -> str:
        found = self.shelf.products.get(row.product_id or 0)
        return found.name if found else row.name

    def seller(self) -> Row:
        row = workspace.load()
        owner = self.account.owner
        return {
            "company": row.company,
            "sender_name": str(owner) if owner else row.company,
            "voice": row.voice,
            "offer": row.offer,
            "trust": trust.INTERNAL,
        }

    def products(self) -> list[Row]:
        return self._keep(
            [
                {
                    "id": f"product:{row.pk}",
                    "name": row.name,
                    "series": row.series,
                    "list_price": _amount(row.list_price),
                    "trust": trust.IMPORT,
                }
                for row in list(self.shelf.products.values())[:200]
            ]
        )

    def claims(self) -> list[Row]:
        products = self.shelf.products
        return self._keep(
            [
                {
                    "id": f"claim:{row.pk}",
                    "text": row.text,
                    "product": products[row.product_id].name if row.product_id else None,
                    "trust": trust.INTERNAL,
                }
                for row in self.shelf.claims
            ]
        )

    def company(self) -> Row:
        row = self.account
        company = {
            "id": f"account:{row.pk}",
            "name": row.name,
            "industry": row.industry,
            "employees": row.number_of_employees,
            "annual_revenue_musd": _amount(row.annual_revenue and row.annual_revenue / 10**6),
            "country": row.billing_country,
            "year_started": row.year_started,
            "parent": row.parent.name if row.parent else None,
            "stage": row.stage,
            "trust": trust.IMPORT,
        }
        return self._own("account", [company])[0]

    def contacts(self) -> list[Row]:
        return self._own("contacts", [self._contact(row) for row in self.seen.contacts[:50]])

    def _contact(self, row: Contact) -> Row:
        return {
            "id": f"contact:{row.pk}",
            "first_name": row.first_name,
            "last_name": row.last_name,
            "title": row.title,
            "buying_role": row.buying_role,
            "time_zone": row.time_zone,
            "writable": row.pk in self.shelf.writable[self.account.pk],
            "sensitive": is_sensitive(row),
            "trust": trust.IMPORT,
        }

    def deals(self) -> list[Row]:
        """Open ones: the latest of each stage and product, so that none hides another."""
        rows = sorted(self.seen.deals, key=lambda row: (row.engaged_on or date.min, row.pk))
        latest = {(row.stage, row.product_id): row for row in rows}
        return self._own(
            "deals",
            [
                {
                    "id": f"opportunity:{row.pk}",
                    "product": self._product(row),
                    "stage": row.stage,
                    "amount": _amount(row.amount),
                    "engaged_on": _day(row.engaged_on),
                    "trust": trust.IMPORT,
                }
                for row in list(latest.values())[:20]
            ],
        )

    def closed(self, *, won: bool) -> list[Row]:
        rows = (self.shelf.won if won else self.shelf.lost).get(self.account.pk, [])
        return self._own(
            "won" if won else "lost",
            [
                {
                    "id": f"opportunity:{row.pk}",
                    "product": self._product(row),
                    "closed_on": _day(row.closed_on),
                    "amount": _amount(row.amount),
                    "trust": trust.IMPORT,
                }
                for row in rows
            ],
        )

    def facts(self) -> list[Row]:
        return self._own(
            "facts",
            [
                {
                    "id": f"fact:{row.pk}",
                    "text": row.text,
                    "source": row.source,
                    "as_of": _day(row.as_of),
                    "confidence": row.confidence,
                    "trust": _of_fact(row),
                }
                for row in self.shelf.facts.get(self.account.pk, [])
            ],
        )

    def thread(self) -> list[Row]:
        """The last messages, oldest first."""
        rows = self.shelf.messages.get(self.account.pk, [])
        people = {row.pk: row for row in self.seen.contacts}
        return self._own(
            "thread", [_message(row, people.get(row.contact_id)) for row in reversed(rows)]
        )

    def signals(self) -> list[Row]:
        return self._own(
            "signals",
            [
                {
                    "id": f"signal:{row.pk}",
                    "kind": row.kind,
                    "source": row.source,
                    "occurred_at": row.occurred_at.isoformat(),
                    "payload": row.payload,
                    "trust": _of_signal(row),
                }
                for row in self.new[:20]
            ],
        )


def _message(row: Activity, contact: Contact | None) -> Row:
    return {
        "id": f"activity:{row.pk}",
        "direction": row.direction,
        "at": row.occurred_at.isoformat(),
        "person": contact.name if contact else row.sender,
        "subject": row.subject,
        "text": row.body[:6000],
        "reply_class": row.reply_class,
        "trust": _of_message(row),
    }


def _of_signal(row: Signal) -> str:
    ours = row.kind in OUR_OWN and not row.is_from_outside
    return trust.INTERNAL if ours else trust.UNTRUSTED


def _of_message(row: Activity) -> str:
    if row.is_untrusted:
        return trust.UNTRUSTED
    return trust.COLLEAGUE if row.user_id else trust.INTERNAL


def _of_fact(row: Fact) -> str:
    """What it is marked as; one of our own says who of us wrote it down."""
    writer = trust.of_writer(row.written_by)
    if row.trust == Fact.Trust.UNTRUSTED or writer == trust.UNTRUSTED:
        return row.trust
    return writer


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _day(value: Any) -> str | None:
    return value.isoformat()[:10] if value else None
