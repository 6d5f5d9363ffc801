"""What agents read: the sections of a packet, each from a bounded number of rows.

Every row that enters a prompt is named in the manifest ("opportunity:77"), and every section
comes from one account. Text from outside carries the trust label "untrusted".
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from revenue import consent, workspace
from revenue.models import Account, Activity, Claim, Contact, Fact, Opportunity, Product, Signal
from revenue.titles import is_sensitive

Row = dict[str, Any]
LATEST = 6
# Signals that our own records gave; every other one carries words from outside.
OUR_OWN = frozenset({"imported", "silence", "stage_changed", "meeting_booked", "meeting_changed"})


class Reader:
    """One account, read for one run at `now`; `manifest` grows with what was read."""

    def __init__(self, account: Account, *, now: datetime) -> None:
        self.account = account
        self.now = now
        self.manifest: list[str] = []

    def _keep(self, rows: list[Row]) -> list[Row]:
        self.manifest.extend(row["id"] for row in rows)
        return rows

    def seller(self) -> Row:
        row = workspace.load()
        owner = self.account.owner
        return {
            "company": row.company,
            "sender_name": str(owner) if owner else row.company,
            "voice": row.voice,
            "offer": row.offer,
        }

    def products(self) -> list[Row]:
        rows = Product.objects.order_by("pk")[:200]
        return self._keep(
            [
                {
                    "id": f"product:{row.pk}",
                    "name": row.name,
                    "series": row.series,
                    "list_price": _amount(row.list_price),
                }
                for row in rows
            ]
        )

    def claims(self) -> list[Row]:
        rows = Claim.objects.filter(is_active=True).select_related("product").order_by("pk")[:100]
        return self._keep(
            [
                {
                    "id": f"claim:{row.pk}",
                    "text": row.text,
                    "product": row.product.name if row.product else None,
                }
                for row in rows
            ]
        )

    def company(self) -> Row:
        row = self.account
        self.manifest.append(f"account:{row.pk}")
        return {
            "id": f"account:{row.pk}",
            "name": row.name,
            "industry": row.industry,
            "employees": row.number_of_employees,
            "annual_revenue_musd": _amount(row.annual_revenue and row.annual_revenue / 10**6),
            "country": row.billing_country,
            "year_started": row.year_started,
            "parent": row.parent.name if row.parent else None,
            "stage": row.stage,
        }

    def contacts(self) -> list[Row]:
        rows = self.account.contacts.order_by("pk")[:50]
        return self._keep([self._contact(row) for row in rows])

    def _contact(self, row: Contact) -> Row:
        return {
            "id": f"contact:{row.pk}",
            "first_name": row.first_name,
            "last_name": row.last_name,
            "title": row.title,
            "buying_role": row.buying_role,
            "time_zone": row.time_zone,
            "writable": bool(row.email)
            and consent.blocked(row.email, account=self.account) is None,
            "sensitive": is_sensitive(row),
        }

    def deals(self) -> list[Row]:
        """Open ones: the latest of each stage and product, so that none hides another."""
        rows = Opportunity.objects.open().filter(account=self.account).select_related("product")
        latest: dict[tuple[str, int | None], Opportunity] = {}
        for row in rows.order_by("engaged_on", "pk"):
            latest[(row.stage, row.product_id)] = row
        return self._keep(
            [
                {
                    "id": f"opportunity:{row.pk}",
                    "product": row.product.name if row.product else row.name,
                    "stage": row.stage,
                    "amount": _amount(row.amount),
                    "engaged_on": _day(row.engaged_on),
                }
                for row in list(latest.values())[:20]
            ]
        )

    def closed(self, *, won: bool) -> list[Row]:
        rows = Opportunity.objects.filter(account=self.account, is_closed=True, is_won=won)
        rows = rows.select_related("product").order_by("-closed_on", "-pk")[:LATEST]
        return self._keep(
            [
                {
                    "id": f"opportunity:{row.pk}",
                    "product": row.product.name if row.product else row.name,
                    "closed_on": _day(row.closed_on),
                    "amount": _amount(row.amount),
                }
                for row in rows
            ]
        )

    def facts(self) -> list[Row]:
        rows = Fact.objects.current(self.now).filter(account=self.account)[:20]
        return self._keep(
            [
                {
                    "id": f"fact:{row.pk}",
                    "text": row.text,
                    "source": row.source,
                    "as_of": _day(row.as_of),
                    "confidence": row.confidence,
                    "trust": row.trust,
                }
                for row in rows
            ]
        )

    def thread(self) -> list[Row]:
        """The last messages, oldest first."""
        rows = Activity.objects.filter(account=self.account).select_related("contact")[:LATEST]
        return self._keep([_message(row) for row in reversed(rows)])

    def signals(self, ids: list[int]) -> list[Row]:
        rows = Signal.objects.filter(account=self.account, pk__in=ids).order_by("pk")[:20]
        return self._keep(
            [
                {
                    "id": f"signal:{row.pk}",
                    "kind": row.kind,
                    "occurred_at": row.occurred_at.isoformat(),
                    "payload": row.payload,
                    "trust": "internal" if row.kind in OUR_OWN else "untrusted",
                }
                for row in rows
            ]
        )


def _message(row: Activity) -> Row:
    return {
        "id": f"activity:{row.pk}",
        "direction": row.direction,
        "at": row.occurred_at.isoformat(),
        "person": row.contact.name if row.contact else row.sender,
        "subject": row.subject,
        "text": row.body[:6000],
        "trust": "untrusted" if row.is_untrusted else "internal",
    }


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _day(value: Any) -> str | None:
    return value.isoformat()[:10] if value else None
