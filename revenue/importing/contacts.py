"""Contacts: found again by their key or their address, else made. Opt-outs come before them."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower

from revenue import clock, consent, workspace
from revenue.events import Entry
from revenue.models import Address, Contact, Suppression
from revenue.records import CONTACT_FIELDS

from . import columns, identities
from .batches import BY
from .spool import Spool, Stored
from .units import Unit, Work

FIELDS = (
    "first_name", "last_name", "email", "title", "buying_role", "phone", "time_zone",
    "lead_source", "is_sensitive",
)  # fmt: skip
REASON = "marked do-not-contact in the import"


def suppress(spool: Spool) -> Iterator[int]:
    """Before any of these people can be written to. How many are marked so, in portions."""
    marked = (
        row.data["email"].lower()
        for row in spool.rows(columns.CONTACTS)
        if row.data.get("do_not_contact") and row.data.get("email")
    )
    while portion := list(islice(marked, 100)):
        done = Suppression.objects.filter(scope=Suppression.Scope.ADDRESS, value__in=portion)
        for email in sorted(set(portion) - set(done.values_list("value", flat=True))):
            consent.suppress(
                email, scope=Suppression.Scope.ADDRESS, reason=REASON, by=BY,
                ground=Suppression.Ground.IMPORTED,
            )  # fmt: skip
        yield len(portion)


def write(unit: Unit, work: Work) -> None:
    # Somebody may have been erased since the files were checked.
    erased = identities.erased_among((row.data, row.account) for _, row in unit.contacts)
    unit.contacts = [one for one, gone in zip(unit.contacts, erased, strict=True) if not gone]
    if not unit.contacts:
        return
    there = _existing(unit)
    basis = {"lawful_basis": workspace.load().import_basis, "basis_on": clock.now().date()}
    fresh = []
    for pk, row in unit.contacts:
        contact = there.get(row.key) or there.get((pk, row.data.get("email", "").lower()))
        if contact is None:
            source = f"{row.file}, row {row.line}"[:200]
            fresh.append(
                Contact(account_id=pk, crm_key=row.key, basis_source=source, **basis,
                        **_values(row))
            )  # fmt: skip
        else:
            _update(contact, row, work)
    _see_addresses([contact.email for contact in fresh if contact.email])
    for contact in Contact.objects.bulk_create(fresh):
        work.entries[contact.account_id].append(Entry("contact.imported", contact))
        work.moved.add(contact.account_id)
    work.counts[columns.CONTACTS]["new"] += len(fresh)


def _existing(unit: Unit) -> dict[Any, Contact]:
    """By key, and by account and address for those that did not come by an import."""
    emails = {row.data["email"].lower() for _, row in unit.contacts if row.data.get("email")}
    rows = Contact.objects.annotate(lower=Lower("email")).filter(
        Q(crm_key__in=[row.key for _, row in unit.contacts])
        | Q(account_id__in=unit.account_ids, lower__in=emails)
    )
    found: dict[Any, Contact] = {}
    for contact in rows.order_by("pk"):
        if contact.crm_key:
            found[contact.crm_key] = contact
        found.setdefault((contact.account_id, contact.email.lower()), contact)
    return found


def _values(row: Stored) -> dict[str, Any]:
    return {name: row.data[name] for name in FIELDS if name in row.data}


def _update(contact: Contact, row: Stored, work: Work) -> None:
    values = _values(row) if work.update else {}
    if contact.email.lower() == values.get("email", "").lower():
        values.pop("email", None)
    changed = {name: value for name, value in values.items() if getattr(contact, name) != value}
    if contact.crm_key is None:
        changed["crm_key"] = row.key
    work.counts[columns.CONTACTS]["changed" if changed else "same"] += 1
    if not changed:
        return
    Contact.objects.filter(pk=contact.pk).update(**changed)
    if not changed.keys().isdisjoint(CONTACT_FIELDS):
        work.moved.add(contact.account_id)
    entry = Entry("contact.changed", contact, {"fields": sorted(changed)})
    work.entries[contact.account_id].append(entry)


def _see_addresses(emails: list[str]) -> None:
    """Every address has its row from the first sight on: opt-outs and claims meet there."""
    wanted = {consent.normalise(email) for email in emails}
    seen = Address.objects.filter(email__in=wanted).values_list("email", flat=True)
    for email in sorted(wanted - set(seen)):
        consent.address_row(email)
