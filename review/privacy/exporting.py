"""Everything that names one person, for whoever asks for it (GDPR art. 15).

What is their own comes whole; of what others wrote comes each row that names them. An account's
papers name other people too: whoever hands the copy out reads it first.
"""

import io
import json
import zipfile
from dataclasses import dataclass, field
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q

from revenue import clock, events, pseudonyms, snapshots
from revenue.models import Account, Contact, User
from review.privacy import erasing, redacting
from review.privacy.registry import TABLES, Table
from review.privacy.traces import Traces, leaves, readable

READ_FIRST = "Rows of one account can name other people, too. Read this before you hand it out."


@dataclass
class Copy:
    """`tables` in words → rows; `mails` are raw ones by the number of their row."""

    address: str
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    mails: dict[int, bytes] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return sum(map(len, self.tables.values()))

    def json(self) -> str:
        whole = {"about": self.address, "made_at": clock.now(), "note": READ_FIRST} | self.tables
        return json.dumps(whole, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)

    def zipped(self) -> bytes:
        """person.json, and the raw mails as mails/12.eml."""
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("person.json", self.json())
            for pk, raw in self.mails.items():
                file.writestr(f"mails/{pk}.eml", raw)
        return held.getvalue()


def export(address: str, *, by: User | str) -> Copy:
    """What we hold of whoever has this address. That it was made is logged, by hash alone."""
    email = erasing.scope(address).address
    copy = Copy(email)
    contacts = list(Contact.objects.with_address(email).select_related("account"))
    by_account = {contact.account_id: contact.account for contact in contacts}
    for table in TABLES:
        rows = _rows(table, email, contacts, by_account)
        if rows:
            copy.tables[table.words] = [_told(table, row, copy) for row in rows]
    events.append("person.exported", by=by, chain=erasing.CHAIN, person=pseudonyms.of(email))
    return copy


def _rows(
    table: Table, email: str, contacts: list[Contact], accounts: dict[int, Account]
) -> list[Any]:
    """Their own anywhere, what names them at their accounts, and what holds their address."""
    everything = table.model._default_manager.order_by("pk")
    own = table.own([one.pk for one in contacts], email)
    if table.label == "revenue.Suppression":
        own |= Q(value=pseudonyms.of(email))
    found = {row.pk: row for row in everything.filter(own).distinct()}
    mentions = redacting.mentioning(table, everything, Traces(email))
    found |= {row.pk: row for row in mentions}
    for pk, account in accounts.items():
        if not table.account:
            break
        here = [one for one in contacts if one.account_id == pk]
        traces = erasing.traces(email, account, here)
        refs = {f"contact:{one.pk}" for one in here}
        found |= {row.pk: row for row in table.of_account(pk) if _names(table, row, traces, refs)}
    return [found[pk] for pk in sorted(found)]


def _names(table: Table, row: Any, traces: Traces, refs: set[str]) -> bool:
    values = [getattr(row, column.name) for column in table.texts]
    if table.by_ref and any(text in refs for value in values for text in leaves(value)):
        return True
    if any(traces.bears_value(value) for value in values):
        return True
    stored = (getattr(row, name) for name in table.stored)
    return any(key and traces.bears(readable(snapshots.get(key))) for key in stored)


def _told(table: Table, row: Any, copy: Copy) -> dict[str, Any]:
    """The columns in words, with the stored texts in the place of their hashes."""
    found: dict[str, Any] = {}
    for column in row._meta.concrete_fields:
        value = getattr(row, column.attname)
        if column.choices:
            value = getattr(row, f"get_{column.name}_display")()
        if column.name in table.stored and value:
            value = snapshots.get(value)
            if column.name == "raw":
                copy.mails[row.pk] = value.encode("latin-1", "replace")
        found[str(column.verbose_name)] = value
    return found
