"""What of a waiting mail is not on record, and whose approval its discount needs.

The same check as the guards', so that nobody approves what would then be stopped.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from agents.models import Draft
from revenue.models import Account, User
from review.grounding import Known, Span, check
from review.grounding.discounts import discounts
from review.guards import claims, merge, price
from review.guards.base import Finding
from review.payload import Payload


@dataclass(frozen=True)
class Doubts:
    """`spans` are marked in the letter; `discount` is the price guard's word to this reader. Of the
    names, `others` are another account's."""

    spans: tuple[Span, ...] = ()
    discount: Finding | None = None
    others: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.spans or self.discount)

    def inside(self, part: str) -> list[Span]:
        return [span for span in self.spans if span.part == part]

    @property
    def hard(self) -> list[Span]:
        """What only an edit mends."""
        hard = claims.hard(list(self.spans))
        return [span for span in self.spans if span in hard or span.text in self.others]

    @property
    def soft(self) -> list[Span]:
        """What the reader may vouch for."""
        hard = self.hard
        return [span for span in self.spans if span not in hard]


def of(draft: Draft, mail: Payload, known: Known, *, reader: User) -> Doubts:
    found = check(mail.subject, mail.body, known)
    greeting = [span for span in found if span.kind == "greeting"]
    unanswered = claims.unanswered(found, draft, draft.account, known)
    less = discounts(f"{mail.subject}\n\n{mail.body}", known)
    return Doubts(
        spans=tuple(dict.fromkeys([*greeting, *unanswered])),
        discount=price.judge(less, by=reader),
    )


def look_up(found: Iterable[Doubts]) -> None:
    """Which names are another account's, for a whole ring at once."""
    doubts = list(found)
    names = {span.text for one in doubts for span in one.soft if span.kind in merge.KINDS}
    rows = Account.objects.filter(name__in=names) if names else Account.objects.none()
    others = set(rows.values_list("name", flat=True))
    for one in doubts:
        one.others.update(others)
