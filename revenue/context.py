"""Everything known about one account that would change a mail, with its version and its hash.

`Account.context_version` moves only on: human inbound, mail sent by anyone, stage, an open deal's
state, owner, a contact's address, name, title or zone, suppression, strategic or sensitive flags,
meetings. `moved` is called by whoever writes one of these, in the same transaction. The hash
covers the same set: the version moves exactly when the hash does.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import F

from revenue import snapshots, transactions
from revenue.models import (
    Account,
    Activity,
    Contact,
    Meeting,
    Opportunity,
    Suppression,
)


@dataclass(frozen=True)
class AccountContext:
    account: Account
    version: int
    state: dict[str, Any]

    @property
    def hash(self) -> str:
        return snapshots.digest(snapshots.canonical(self.state))


def account_context(account: Account) -> AccountContext:
    """Read fresh from the database: nothing of the given object but its key is believed."""
    fresh = Account.objects.get(pk=account.pk)
    return AccountContext(fresh, fresh.context_version, _state(fresh))


def _state(account: Account) -> dict[str, Any]:
    contacts = _contacts(account)
    return {
        "account": [account.pk, account.stage, account.owner_id, account.is_strategic],
        "contacts": contacts,
        "suppressed": _suppressed(account, [contact["email"] for contact in contacts]),
        "deals": _rows(
            Opportunity.objects.open().filter(account=account), "id", "stage", "amount", "owner_id"
        ),
        "meetings": _rows(
            Meeting.objects.filter(account=account), "id", "starts_at", "ends_at", "status"
        ),
        "last_inbound": _last(account, Activity.Direction.INBOUND),
        "last_outbound": _last(account, Activity.Direction.OUTBOUND),
    }


def _contacts(account: Account) -> list[dict[str, Any]]:
    fields = ("id", "email", "first_name", "last_name", "title", "time_zone", "is_sensitive")
    return list(Contact.objects.filter(account=account).order_by("pk").values(*fields))


def _suppressed(account: Account, emails: list[str]) -> list[str]:
    addresses = [email.lower() for email in emails if email]
    domains = [address.rpartition("@")[2] for address in addresses]
    values = [*addresses, *domains, str(account.pk)]
    found = Suppression.objects.filter(value__in=values).order_by("pk")
    # A bare account id could only be another scope's value by accident: compare the scope too.
    return [f"{row.scope}:{row.value}" for row in found if _concerns(row, account)]


def _concerns(row: Suppression, account: Account) -> bool:
    return row.scope != Suppression.Scope.ACCOUNT or row.value == str(account.pk)


def _rows(rows: Any, *fields: str) -> list[list[str]]:
    return [[str(value) for value in row] for row in rows.order_by("pk").values_list(*fields)]


def _last(account: Account, direction: str) -> int | None:
    """The latest message that a person spoke, by the order in which we learned of it."""
    spoken = Activity.objects.filter(account=account, direction=direction, is_auto=False)
    return spoken.order_by("-pk").values_list("pk", flat=True).first()


def moved(account_id: int) -> None:
    """Something changed that would change a mail. The caller holds the account's lock."""
    Account.objects.filter(pk=account_id).update(context_version=F("context_version") + 1)
    locked = transactions.known((Account, account_id))
    if locked:
        locked.context_version += 1
