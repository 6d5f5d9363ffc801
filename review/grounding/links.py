"""Which links and addresses of a mail are not on record.

A link is supported when it is one that we approved, to the last character of its path; an e-mail
address when it is a contact's or the sender's.
"""

import re
from collections.abc import Iterable

from review.edits.reading import Fact
from review.grounding.reading import Read
from review.grounding.records import Index

WHAT = {
    "url": "no approved link",
    "email": "nobody's address on record",
    "phone": "no number on record",
}
SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def unsupported(mail: Read, index: Index) -> list[tuple[Fact, str]]:
    allowed = {canonical(link) for link in index.known.links}
    return [
        (fact, f"“{fact.text}” is {WHAT[fact.kind]}.")
        for fact in mail.addresses
        if canonical(fact.key) not in allowed and fact.key not in index.phones
    ]


def canonical(link: str) -> str:
    """Without a scheme of the web, "www." and a last slash; host in lower case."""
    text = re.sub(r"^(?:https?://|mailto:)?(?:www\.)?", "", link.strip(), flags=re.IGNORECASE)
    host, slash, path = text.partition("/")
    return host.casefold() + (slash + path).rstrip("/")


def host(link: str) -> str:
    """The host of a link, or the domain of an address, in lower case."""
    name = canonical(SCHEME.sub("", link)).partition("/")[0]
    return name.rpartition("@")[2].partition(":")[0].partition("?")[0]


def is_within(name: str, domains: Iterable[str]) -> bool:
    return any(name == domain or name.endswith(f".{domain}") for domain in domains if domain)
