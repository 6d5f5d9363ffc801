"""What people change in the records: owner, contact, flags. Each moves the account's version."""

from datetime import date
from typing import Any
from zoneinfo import available_timezones

from revenue import consent, context, events, locks, todo, transactions
from revenue.ingest import see_address, storable
from revenue.models import Account, Basis, Contact, User

CONTACT_FIELDS = ("email", "first_name", "last_name", "title", "time_zone", "is_sensitive")
SILENT_FIELDS = ("phone",)  # no mail depends on them


@transactions.atomic
def assign_owner(account: Account, owner: User | None, *, by: User | str) -> Account:
    row = locks.account(account.pk)
    if owner and not owner.is_active:
        raise ValueError(f"{owner} is deactivated. Choose somebody who can sign in.")
    if row.owner_id != (owner.pk if owner else None):
        row.owner = owner
        row.save(update_fields=["owner"])
        context.moved(row.pk)
        events.append("account.owner", by=by, account=row, owner=owner.pk if owner else None)
        if owner:
            todo.go_along(row, owner, by=by)
    account.refresh_from_db()
    return account


@transactions.atomic
def flag_strategic(account: Account, *, on: bool, by: User | str) -> None:
    row = locks.account(account.pk)
    if row.is_strategic != on:
        row.is_strategic = on
        row.save(update_fields=["is_strategic"])
        context.moved(row.pk)
        events.append("account.strategic", by=by, account=row, on=on)


@transactions.atomic
def add_contact(
    account: Account, *, name: str, email: str, by: User | str, title: str = "", phone: str = ""
) -> Contact:
    """Somebody new at an account, or who has this address there already. The last word of the
    name is the family's."""
    locks.account(account.pk)
    email = consent.on_the_wire(storable(email).strip())[:254]
    known = _at(account.pk, email)
    if known:
        return known
    first, _, last = " ".join(storable(name).split()).rpartition(" ")
    contact = Contact.objects.create(
        account=account, email=email, first_name=first[:120], last_name=last[:120],
        title=storable(title).strip()[:200], phone=storable(phone).strip()[:60],
    )  # fmt: skip
    see_address(contact.email)
    context.moved(account.pk)
    events.append("contact.added", by=by, account=account, subject=contact)
    return contact


def _at(account_id: int, email: str) -> Contact | None:
    """Who has this address at an account."""
    rows = Contact.objects.with_address(email).filter(account=account_id)
    return rows.first() if email else None


@transactions.atomic
def set_basis(
    contact: Contact, *, basis: str, source: str, on: date | None, by: User | str
) -> Contact:
    """Why this person may be written to, where that comes from, and since when.

    It would change no mail, so the account's version stays.
    """
    if basis not in Basis.values:
        raise ValueError(f"There is no basis “{basis}”. Use {', '.join(Basis.values)}.")
    locks.account(contact.account_id)
    row = Contact.objects.get(pk=contact.pk)
    wanted = {"lawful_basis": basis, "basis_source": storable(source).strip()[:200], "basis_on": on}
    if any(getattr(row, name) != value for name, value in wanted.items()):
        Contact.objects.filter(pk=row.pk).update(**wanted)
        events.append("contact.basis", by=by, account=row.account, subject=row, basis=basis)
    row.refresh_from_db()
    return row


@transactions.atomic
def update_contact(contact: Contact, *, by: User | str, **values: Any) -> Contact:
    """Change what a mail depends on; ValueError names a field that cannot be changed so, or whose
    address it is already."""
    unknown = [name for name in values if name not in CONTACT_FIELDS + SILENT_FIELDS]
    if unknown:
        raise ValueError(f"Not a field of a contact: {', '.join(unknown)}.")
    if values.get("time_zone") and values["time_zone"] not in available_timezones():
        raise ValueError(f"“{values['time_zone']}” is not a time zone. Use one like Europe/Berlin.")
    locks.account(contact.account_id)
    row = Contact.objects.get(pk=contact.pk)
    wanted = storable(values)
    if "email" in wanted:
        wanted["email"] = consent.on_the_wire(wanted["email"].strip())
        other = _at(row.account_id, wanted["email"])
        if other and other.pk != row.pk:
            raise ValueError(f"{other} has this address already.")
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, wanted[name])
    if changed:
        row.save(update_fields=changed)
        see_address(row.email if "email" in changed else "")
        if set(changed) - set(SILENT_FIELDS):
            context.moved(row.account_id)
        events.append(
            "contact.changed", by=by, account=row.account, subject=row, fields=sorted(changed)
        )
    return row
