"""What of a waiting mail is not on record, and whose approval its discount needs.

The same check as the guards', so that nobody approves what would then be stopped.
"""

from dataclasses import dataclass

from agents.models import Draft
from revenue.models import User
from review.grounding import Known, Span, check
from review.grounding.discounts import discounts
from review.guards import claims, price
from review.guards.base import Finding
from review.payload import Payload


@dataclass(frozen=True)
class Doubts:
    """`spans` are marked in the letter; `discount` is the price guard's word to this reader."""

    spans: tuple[Span, ...] = ()
    discount: Finding | None = None

    def __bool__(self) -> bool:
        return bool(self.spans or self.discount)

    def inside(self, part: str) -> list[Span]:
        return [span for span in self.spans if span.part == part]


def of(draft: Draft, mail: Payload, known: Known, *, reader: User) -> Doubts:
    found = check(mail.subject, mail.body, known)
    greeting = [span for span in found if span.kind == "greeting"]
    unanswered = claims.unanswered(found, draft, draft.account, known)
    less = discounts(f"{mail.subject}\n\n{mail.body}", known)
    return Doubts(
        spans=tuple(dict.fromkeys([*greeting, *unanswered])),
        discount=price.judge(less, by=reader),
    )
