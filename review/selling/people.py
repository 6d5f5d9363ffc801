"""The people of an account, added and corrected by hand.

A new address is written to like any other; one that may not be written to stays so, at whatever
person it stands. Who asked for no more mail is not reached by giving them another address.
"""

from collections.abc import Mapping
from typing import Any

from revenue import consent, records, transactions
from revenue.models import Account, Contact, User
from review.decisions.checks import visible_account
from review.decisions.errors import Conflict, DecisionError, NotYours

ASKED = (
    "They asked not to be written to, so their address stays as it is. "
    "Add somebody else, or ask your manager who may lift it."
)


@transactions.atomic
def add_person(
    account: Account, *, name: str, email: str, title: str, phone: str, by: User
) -> Contact:
    """Somebody new; whoever has this address there already is that person."""
    row = visible_account(account, by=by)
    if not name.strip():
        raise DecisionError("Write their name.")
    if not email.strip() and not phone.strip():
        raise DecisionError("Write an e-mail address or a phone number.")
    return records.add_contact(row, name=name, email=email, title=title, phone=phone, by=by)


@transactions.atomic
def correct_person(
    contact: Contact, *, by: User, seen: Mapping[str, str] | None = None, **values: Any
) -> Contact:
    """Their address, name, title, phone or zone. `seen` is what the person had before them: what a
    colleague has written there since is not lost unseen."""
    account = visible_account(contact.account, by=by)
    row = Contact.objects.there().filter(account=account, pk=contact.pk).first()
    if row is None:
        raise NotYours("This person is not there.")
    _refuse_the_unseen(row, seen or {}, values)
    if "email" in values and consent.normalise(values["email"]) != consent.normalise(row.email):
        _refuse_the_wish(row)
    try:
        return records.update_contact(row, by=by, **values)
    except ValueError as error:
        raise DecisionError(str(error)) from None


def _refuse_the_unseen(contact: Contact, seen: Mapping[str, str], values: dict[str, Any]) -> None:
    for name, value in values.items():
        now = getattr(contact, name)
        if now not in (seen.get(name, now), value):
            words = f"Somebody wrote “{now}” here meanwhile." if now else "Somebody emptied this."
            raise Conflict(f"{words} Look at it, then save.")


def _refuse_the_wish(contact: Contact) -> None:
    block = consent.blocked(contact.email) if contact.email else None
    if block and block.scope == consent.ADDRESS and block.is_theirs:
        raise DecisionError(ASKED)
