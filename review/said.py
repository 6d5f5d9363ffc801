"""Which sentences of a mail were said before: word for word, in mails of its class that people
approved, as the agent wrote them or as they were edited.

Case, white space and the name of the recipient do not count. A sentence is remembered by its hash
once the undo time of its approval is over (`intake` calls `remember_approved`), and counts for 90
days from the last mail with it, so that a whole ring is looked up by one query and nothing grows
with the mails, only with what they say. Only a person's approval counts, and none of many at once,
for nobody read each.
"""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from django.db.models import Q

from agents.models import Draft
from revenue import clock, snapshots
from review.models import ApprovedSentence, Decision, ReviewItem

REMEMBERED = timedelta(days=90)
# A row of full stops is looked at from its beginning alone: it may be as long as the mail.
SENTENCE = re.compile(r"[.!?…]{2,}(?=\s|$)|\S[^\n]*?(?:(?<![.!?…])[.!?…]+(?=\s|$)|(?=\n|$))")
SOMEBODY = "·"


class Sentence(NamedTuple):
    """Where it stands in its text, and the hash of its words."""

    start: int
    end: int
    digest: str


def sentences(text: str, *, to: Iterable[str] = ()) -> list[Sentence]:
    """In their order; `to` are the names of the recipient, which do not count."""
    names = sorted({name.strip() for name in to if name.strip()}, key=len, reverse=True)
    name = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)
    return [
        Sentence(match.start(), match.end(), _digest(name.sub(SOMEBODY, match[0])
                                                     if names else match[0]))
        for match in SENTENCE.finditer(text)
    ]  # fmt: skip


def _digest(words: str) -> str:
    return snapshots.digest(" ".join(words.split()).casefold())[:32]


def of(draft: Draft, body: str) -> list[Sentence]:
    contact = draft.contact
    names = (contact.name, contact.first_name, contact.last_name) if contact else ()
    return sentences(body, to=names)


def remember_approved(item: ReviewItem, decision: Decision) -> None:
    """What a person who read it let go, once that cannot be taken back."""
    approved = decision.verb in (Decision.Verb.APPROVE, Decision.Verb.EDIT)
    was_read = decision.by_id and not decision.bulk
    if item.draft and item.is_outward and approved and was_read:
        remember(item.draft, snapshots.get(decision.after).partition("\n")[2])


def remember(draft: Draft, body: str) -> None:
    """This body was approved by a person, and it is too late to take that back."""
    now = clock.now()
    digests = sorted({sentence.digest for sentence in of(draft, body)})  # one order for all writers
    ApprovedSentence.objects.bulk_create(
        [ApprovedSentence(output_class=draft.output_class, digest=one, at=now) for one in digests],
        update_conflicts=True,
        unique_fields=["output_class", "digest"],
        update_fields=["at"],
    )


def forget(mails: Iterable[tuple[Draft, str]]) -> None:
    """What these mails said counts as new again, whoever else said it."""
    for draft, body in mails:
        digests = {sentence.digest for sentence in of(draft, body)}
        rows = ApprovedSentence.objects.filter(output_class=draft.output_class, digest__in=digests)
        rows.delete()


def known(wanted: dict[str, set[str]]) -> set[tuple[str, str]]:
    """Of these hashes by class those that were said before, with their class."""
    asked = Q(pk__in=[])
    for output_class, digests in wanted.items():
        asked |= Q(output_class=output_class, digest__in=digests)
    rows = ApprovedSentence.objects.filter(asked, at__gte=clock.now() - REMEMBERED)
    return set(rows.values_list("output_class", "digest")) if wanted else set()
