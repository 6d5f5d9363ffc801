"""Which contacts are sensitive: executives, legal, security, press, by title or by flag."""

import re

from revenue.models import Contact

SENSITIVE = re.compile(
    r"\b(chief|ceo|cfo|coo|cto|cio|ciso|cmo|president|chair\w*|founder|owner|board"
    r"|counsel|legal|attorney|lawyer|compliance|privacy|security|press|media|journalist"
    r"|public relations|investor relations)\b",
    re.IGNORECASE,
)
NOT_EXECUTIVE = re.compile(r"\b(vice[ -]president|product owner)\b", re.IGNORECASE)


def is_sensitive(contact: Contact) -> bool:
    return contact.is_sensitive or title_is_sensitive(contact.title)


def title_is_sensitive(title: str) -> bool:
    return bool(SENSITIVE.search(NOT_EXECUTIVE.sub("", title)))
