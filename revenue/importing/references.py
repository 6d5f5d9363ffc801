"""What rows refer to: accounts, sales people, products, among the files and the database together.

Accounts are never guessed: a near name may be another company. A product is, when its letters or
all but a slip are those of one in the price list.
"""

from collections.abc import Iterable
from functools import lru_cache

from django.db.models import Q
from django.db.models.functions import Lower

from revenue import consent
from revenue.models import Account, Product, Suppression, User

from . import columns, identities, known
from .faults import KEPT, MAPPED, SKIPPED, Unreadable, shown
from .rows import Record
from .spool import Spool
from .values import fold

# A slip is looked for in the whole price list: so often, and a file of nothing but slips is read on
# without.
MOST_COMPARED = 1_000_000
ERASED = "this person was erased on {day}: left out"


def accounts_by_key(keys: Iterable[str]) -> dict[str, int]:
    """Folded name → id. An account that was not imported counts by its name."""
    wanted = set(keys)
    found: dict[str, int] = {}
    rows = Account.objects.alias(lower=Lower("name")).order_by("pk")
    rows = rows.filter(Q(crm_key__in=wanted) | Q(lower__in=wanted))
    for pk, crm_key, name in rows.values_list("pk", "crm_key", "name"):
        key = crm_key if crm_key in wanted else fold(name)
        if crm_key in wanted or key not in found:
            found[key] = pk
    return {key: pk for key, pk in found.items() if key in wanted}


def people_by_name() -> dict[str, int]:
    """Everything by which a file may name one of us → id; the imported name counts first."""
    found: dict[str, int] = {}
    people = User.objects.order_by("-is_active", "pk")
    rows = list(people.values_list("pk", "crm_key", "first_name", "last_name", "username", "email"))
    for pk, crm_key, *_ in rows:
        if crm_key:
            found[crm_key] = pk
    for pk, _, first, last, username, email in rows:
        for name in (f"{first} {last}", username, email):
            if name.strip():
                found.setdefault(fold(name), pk)
    return found


class References:
    """Checks portions of records, in the order people, products, accounts, the rest."""

    def __init__(self, spool: Spool) -> None:
        self.spool = spool
        self.is_ready = False
        self.compared = 0
        self.people: dict[str, str] = {}
        self.products: dict[str, str] = {}
        self.product = lru_cache(maxsize=4096)(self._product)

    def learn(self) -> None:
        """Called when the people and products of the files are in the spool."""
        self.is_ready = True
        self.people = dict.fromkeys(people_by_name(), "")
        for user in User.objects.order_by("pk"):
            self.people[fold(str(user))] = str(user)
        for row in self.spool.rows(columns.PEOPLE):
            for name in (row.data["name"], row.data.get("manager")):
                if name:
                    self.people[fold(name)] = name
        names = list(Product.objects.order_by("pk").values_list("name", flat=True))
        names += [row.data["name"] for row in self.spool.rows(columns.PRODUCTS)]
        self.products = {known.compact(name): name for name in reversed(names)}

    def check(self, records: list[Record], column_of: dict[str, str]) -> None:
        if records and records[0].kind == columns.CONTACTS:
            _leave_out_erased(records)
        good = [record for record in records if record.is_good]
        if not good:
            return
        if good[0].kind in (columns.CONTACTS, columns.OPPORTUNITIES):
            self._check_accounts(good, column_of.get("account", ""))
        for record in good:
            self._check_owner(record, column_of.get("owner", ""))
            if record.kind == columns.OPPORTUNITIES:
                self._check_product(record, column_of.get("product", ""))
        if good[0].kind == columns.CONTACTS:
            _check_suppressed(good, column_of["email"])

    def known_accounts(self, keys: set[str]) -> set[str]:
        here = self.spool.have(columns.ACCOUNTS, keys)
        return here | accounts_by_key(keys - here).keys() if keys - here else here

    def _check_accounts(self, records: list[Record], column: str) -> None:
        there = self.known_accounts({record.account for record in records if record.account})
        for record in records:
            if record.account and record.account not in there:
                found = record.data["account"]
                fault = Unreadable(
                    "there is no account '{found}': add it to the accounts and import again",
                    found=found,
                )
                record.tell(fault, SKIPPED, name=column, found=found)

    def _check_owner(self, record: Record, column: str) -> None:
        owner = record.data.get("owner")
        if not owner:
            return
        if fold(owner) in self.people:
            record.data["owner"] = fold(owner)
            return
        fault = Unreadable(
            "there is no sales person '{found}'; known: {people}",
            found=owner, people=shown(self._names(), 280),
        )  # fmt: skip
        record.tell(fault, SKIPPED, name=column, found=owner)

    def _names(self) -> str:
        names = sorted({name for name in self.people.values() if name})
        return ", ".join(names) or "nobody; import the people first"

    def _check_product(self, record: Record, column: str) -> None:
        found = record.data.get("product")
        if not found:
            return
        name = self.product(found)
        if name == found:
            return
        if name:
            fault = Unreadable(
                "'{found}' is not in the price list; taken as '{name}'", found=found, name=name
            )
            record.data["product"] = name
        else:
            fault = Unreadable(
                "'{found}' is not in the price list; kept without a product", found=found
            )
            del record.data["product"]
            record.data.setdefault("name", found)
        record.tell(fault, MAPPED if name else KEPT, name=column, found=found)

    def _product(self, found: str) -> str:
        key = known.compact(found)
        if key not in self.products:
            self.compared += len(self.products)
            key = known.closest(key, self.products) if self.compared <= MOST_COMPARED else ""
        return self.products.get(key, "")


def _leave_out_erased(records: list[Record]) -> None:
    """Who was erased does not come back by a file. Nothing that the row says is told of it, even
    where something else is wrong with it."""
    digests = {record.line: identities.of_record(record) for record in records}
    names = set().union(*digests.values())
    erased = consent.erased_since(names)
    for record in records if erased else []:
        day = next((erased[one] for one in digests[record.line] if one in erased), None)
        if day:
            record.issues.clear()
            record.data.clear()
            record.tell(Unreadable(ERASED, day=f"{day:%Y-%m-%d}"), SKIPPED)


def _check_suppressed(records: list[Record], column: str) -> None:
    """An opt-out is never undone by an import; the row says so."""
    emails = {record.data.get("email", "").lower() for record in records} - {""}
    hosts = {email.rpartition("@")[2] for email in emails}
    rows = Suppression.objects.filter(
        Q(scope=Suppression.Scope.ADDRESS, value__in=emails)
        | Q(scope=Suppression.Scope.DOMAIN, value__in=hosts)
    )
    reasons = {row.value: row.reason for row in rows}
    for record in records:
        email = record.data.get("email", "").lower()
        reason = reasons.get(email) or reasons.get(email.rpartition("@")[2])
        if reason and not record.data.get("do_not_contact"):
            fault = Unreadable("suppressed ({reason}): imported, marked unsendable", reason=reason)
            record.tell(fault, KEPT, name=column, found=email)
