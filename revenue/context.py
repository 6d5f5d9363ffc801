"""Everything known about one account that would change a mail, with its version and its hash.

`Account.context_version` moves only on: human inbound, mail sent by anyone, stage, an open deal's
state, owner, a contact's address, name, title or zone, suppression, strategic or sensitive flags,
meetings. `moved` is called by whoever writes one of these, in the same transaction. The hash
covers the same set: the version moves exactly when the hash does.

`contexts` reads many accounts in a fixed number of statements; the rows that it read come with
the result, so that whoever goes on to decide or to write does not read them again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Q

from revenue import pseudonyms, snapshots, transactions
from revenue.models import Account, Activity, Contact, Meeting, Opportunity, Suppression

CONTACT = ("id", "email", "first_name", "last_name", "title", "time_zone", "is_sensitive")
DEAL = ("id", "stage", "amount", "owner_id")
MEETING = ("id", "starts_at", "ends_at", "status")


@dataclass(frozen=True)
class Spoken:
    """What people have said so far. Numbers are ids, in the order in which we learned of them."""

    last_at: datetime | None = None
    inbound: int | None = None
    outbound: int | None = None
    sent: int = 0
    asked: int | None = None  # the last mail in and the last one out
    told: int | None = None
    human_at: datetime | None = None  # when a colleague last wrote or spoke to them


SPOKEN = [one.name for one in fields(Spoken)]


@dataclass(frozen=True)
class AccountContext:
    """`state` is what the hash covers; the rows behind it are each in the order of their ids."""

    account: Account = field(compare=False)
    version: int
    state: dict[str, Any]
    contacts: list[Contact] = field(compare=False)
    suppressions: list[Suppression] = field(compare=False)
    deals: list[Opportunity] = field(compare=False)  # open ones
    meetings: list[Meeting] = field(compare=False)
    spoken: Spoken = field(compare=False)

    @property
    def hash(self) -> str:
        return snapshots.digest(snapshots.canonical(self.state))


def account_context(account: Account) -> AccountContext:
    """Read fresh from the database: nothing of the given object but its key is believed."""
    return contexts([Account.objects.get(pk=account.pk)])[account.pk]


def contexts(accounts: Iterable[Account]) -> dict[int, AccountContext]:
    """Of accounts that were just read, by id."""
    by_id = {account.pk: account for account in accounts}
    contacts = _grouped(Contact.objects.there().filter(account__in=by_id))
    deals = _grouped(Opportunity.objects.open().filter(account__in=by_id))
    meetings = _grouped(Meeting.objects.filter(account__in=by_id))
    suppressed, spoken = _suppressed(contacts, by_id), _spoken(by_id)
    return {
        pk: _context(
            account, contacts.get(pk, []), suppressed(pk), deals.get(pk, []), meetings.get(pk, []),
            spoken.get(pk, Spoken()),
        )
        for pk, account in by_id.items()
    }  # fmt: skip


def _context(
    account: Account,
    contacts: list[Contact],
    suppressions: list[Suppression],
    deals: list[Opportunity],
    meetings: list[Meeting],
    spoken: Spoken,
) -> AccountContext:
    state = {
        "account": [account.pk, account.stage, account.owner_id, account.is_strategic],
        "contacts": [{name: getattr(row, name) for name in CONTACT} for row in contacts],
        "suppressed": [f"{row.scope}:{row.value}" for row in suppressions],
        "deals": _texts(deals, DEAL),
        "meetings": _texts(meetings, MEETING),
        "last_inbound": spoken.inbound,
        "last_outbound": spoken.outbound,
    }
    return AccountContext(
        account, account.context_version, state, contacts, suppressions, deals, meetings, spoken
    )


def _texts(rows: list[Any], names: tuple[str, ...]) -> list[list[str]]:
    return [[str(getattr(row, name)) for name in names] for row in rows]


def _grouped(rows: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows.order_by("pk"):
        found.setdefault(row.account_id, []).append(row)
    return found


def _suppressed(
    contacts: dict[int, list[Contact]], accounts: Iterable[int]
) -> Callable[[int], list[Suppression]]:
    """The suppressions that concern an account or an address of its people."""
    people = {pk: _addresses(contacts.get(pk, [])) for pk in accounts}
    erased = pseudonyms.of_each(set().union(*people.values()))
    digest_of = {address: digest for digest, address in erased.items()}
    values = {pk: _values(pk, people[pk], digest_of) for pk in people}
    wanted = set().union(*values.values())
    rows = list(Suppression.objects.filter(value__in=wanted).order_by("pk"))

    def concerning(pk: int) -> list[Suppression]:
        return [row for row in rows if row.value in values[pk] and _concerns(row, pk)]

    return concerning


def _addresses(contacts: list[Contact]) -> set[str]:
    return {row.email.lower() for row in contacts if row.email}


def _values(account_id: int, addresses: set[str], digest_of: dict[str, str]) -> set[str]:
    hosts = {one.rpartition("@")[2] for one in addresses}
    return addresses | hosts | {digest_of[one] for one in addresses} | {str(account_id)}


def _concerns(row: Suppression, account_id: int) -> bool:
    # A bare account id could only be another scope's value by accident: compare the scope too.
    return row.scope != Suppression.Scope.ACCOUNT or row.value == str(account_id)


def _spoken(accounts: Iterable[int]) -> dict[int, Spoken]:
    inbound, outbound = Q(direction="inbound"), Q(direction="outbound")
    mail, person = Q(kind=Activity.Kind.EMAIL), Q(user__isnull=False)
    touch = person & (outbound | Q(kind__in=[Activity.Kind.CALL, Activity.Kind.MEETING]))
    rows = Activity.objects.filter(account__in=list(accounts), is_auto=False)
    found: Any = rows.exclude(direction="internal").order_by().values("account_id").annotate(
        last_at=Max("occurred_at"),
        inbound=Max("pk", filter=inbound),
        outbound=Max("pk", filter=outbound),
        sent=Count("pk", filter=outbound),
        asked=Max("pk", filter=inbound & mail),
        told=Max("pk", filter=outbound & mail),
        human_at=Max("occurred_at", filter=touch),
    )  # fmt: skip
    return {row["account_id"]: Spoken(*(row[name] for name in SPOKEN)) for row in found}


def moved(account_id: int) -> None:
    """Something changed that would change a mail. The caller holds the account's lock."""
    Account.objects.filter(pk=account_id).update(context_version=F("context_version") + 1)
    locked = transactions.known((Account, account_id))
    if locked:
        locked.context_version += 1
