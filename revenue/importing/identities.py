"""By what an import knows a person again, as keyed hashes: the address, and the name at an account.

An erasure keeps these of somebody, so that no file brings them back.
"""

from collections.abc import Iterable
from typing import Any

from revenue import consent, pseudonyms
from revenue.models import Contact

from .rows import Record, short
from .values import fold


def of_row(data: dict[str, Any], account: str) -> set[str]:
    """Of a row at the account with this folded name."""
    texts = {_name(data.get("first_name", ""), data.get("last_name", ""), account)}
    if data.get("email"):
        texts.add(consent.normalise(data["email"]))
    return set(pseudonyms.of_each(texts - {""}))


def of_record(record: Record) -> set[str]:
    """Of a row as it was read, with a fault or without: an address that is none may be theirs."""
    account = record.account or short(fold(record.data.get("account", "")), 220)
    found = {consent.normalise(issue.found) for issue in record.issues if "@" in issue.found}
    return of_row(record.data, account) | set(pseudonyms.of_each(found))


def of_contact(contact: Contact) -> set[str]:
    """Of somebody in our records; the name at the account's imported key and at its name."""
    account = contact.account
    places = {short(fold(account.name), 220), account.crm_key or ""} - {""}
    texts = {_name(contact.first_name, contact.last_name, place) for place in places}
    texts |= {contact.crm_key or ""} - {""}
    if contact.email:
        texts.add(consent.normalise(contact.email))
    return set(pseudonyms.of_each(texts - {""}))


def _name(first: str, last: str, account: str) -> str:
    """First and last name together: one of them alone is too many people."""
    return f"{fold(f'{first} {last}')} @ {account}" if first and last else ""


def erased_among(rows: Iterable[tuple[dict[str, Any], str]]) -> list[bool]:
    """Which of these rows, each with its account, are of an erased person: for the last look,
    under the locks."""
    digests = [of_row(data, account) for data, account in rows]
    erased = consent.erased_since(set().union(*digests)) if digests else {}
    return [not erased.keys().isdisjoint(found) for found in digests]
