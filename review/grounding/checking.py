"""All the readers together, and the way back from the text as it is read to the text as it is."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from review.grounding import attribution, days, links, naming, numbers
from review.grounding.labels import around
from review.grounding.reading import Read, read
from review.grounding.records import Known

KINDS = ("number", "price", "date", "name", "customer", "company", "product", "greeting", "link")
LONGEST = 20_000  # of a body; as long as one that a person may approve
Part = Literal["subject", "body"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the mail that nothing supports, as it stands there; `why` says what was looked
    for, in a sentence, `covers` of what kinds other ones lie inside it."""

    kind: str
    part: Part
    start: int
    end: int
    text: str
    why: str
    covers: tuple[str, ...] = ()


def check(subject: str, body: str, known: Known) -> list[Span]:
    """What nothing supports, in the order of the text."""
    gap = "\n\n"
    text = f"{subject}{gap}{body[:LONGEST]}"
    mail = read(text, known.index.names)
    begins = len(subject) + len(gap)
    found: list[Span] = []
    for kind, start, end, why in sorted(_found(mail, begins, known), key=lambda row: row[1]):
        start, end = _place(text, mail, start, end)
        if found and start < found[-1].end + (begins if found[-1].part == "body" else 0):
            found[-1] = replace(found[-1], covers=(*found[-1].covers, kind))
            continue  # a part of what is marked already
        part: Part = "body" if start >= begins else "subject"
        offset = begins if part == "body" else 0
        end = end if part == "body" else min(end, len(subject))
        found.append(Span(kind, part, start - offset, end - offset, text[start:end], why))
    return [*found, *_unread(body)]


def _unread(body: str) -> list[Span]:
    """What is too long to be read is not on record."""
    if len(body) <= LONGEST:
        return []
    why = f"The mail is too long to be checked: only {LONGEST:,} characters are."
    return [Span("number", "body", LONGEST, len(body), body[LONGEST:], why, KINDS)]


def _found(mail: Read, begins: int, known: Known) -> Iterator[tuple[str, int, int, str]]:
    index = known.index
    body_at = next((at for at, origin in enumerate(mail.origins) if origin >= begins), 0)
    for figure, why in numbers.unsupported(mail, index):
        start, end = figure.start, figure.end
        if why.startswith("The records say this of"):
            named = [one for one in around(figure, mail) if one.name in why.rpartition("not of")[2]]
            start = min([start, *(one.start for one in named)])
            end = max([end, *(one.end for one in named)])
            year = re.search(r"not of ((?:19|20)\d\d)\.$", why)
            end = max(end, mail.plain.find(year[1], end) + 4) if year else end
        yield ("price" if figure.kind == "money" else "number"), start, end, why
    for day, why in days.unsupported(mail, index):
        yield "date", day.start, day.end, why
    for fact, why in links.unsupported(mail, index):
        yield "link", fact.start, fact.end, why
    for mention, why in attribution.unsupported(mail, index):
        yield "customer", mention.start, mention.end, why
    for name in naming.unsupported(mail, index, body_at=body_at):
        yield name.kind, name.start, name.end, name.why


def _place(text: str, mail: Read, start: int, end: int) -> tuple[int, int]:
    """With the marks that belong to the last letter."""
    first, last = mail.origins[start], mail.origins[end - 1] + 1
    while last < len(text) and unicodedata.combining(text[last]):
        last += 1
    return first, last
