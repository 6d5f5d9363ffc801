"""Guard 5: the recipient comes from the record of this account, never from a model's text."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from revenue import consent
from review.guards.base import Finding, Sight


def look(sight: Sight) -> Finding | None:
    contact = sight.contact
    if contact is None or contact.account_id != sight.account.pk:
        return Finding("recipient", "The recipient is not a contact of this account.",
                       "Choose a contact of this account.")  # fmt: skip
    if consent.normalise(contact.email) != sight.payload.recipient:
        return Finding("recipient", f"The address of {contact} has changed.",
                       "A new draft goes to the new address.")  # fmt: skip
    try:
        validate_email(contact.email)
    except ValidationError:
        return Finding("recipient", f"“{contact.email}” is not an address.",
                       "Correct the contact's address.")  # fmt: skip
    return None
