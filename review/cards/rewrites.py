"""What a rep asked the agent to write again, and the draft that stood there before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from agents.models import Draft
from review.cards.wording import when
from review.models import Decision, ReviewItem


@dataclass(frozen=True)
class Rewrite:
    """Who asked for what, and when; `before` is nothing while no other draft has come."""

    note: str
    asker: str
    asked: str
    before: Draft | None


def of(
    item: ReviewItem, made: Iterable[Decision], *, now: datetime, zone: ZoneInfo
) -> Rewrite | None:
    """The last wish for this item; `made` are its decisions, in their order."""
    asked = [row for row in made if row.verb == Decision.Verb.REWRITE]
    if not asked or item.draft is None:
        return None
    wish = asked[-1]
    came = item.draft.created_at >= wish.at
    return Rewrite(
        note=wish.note,
        asker=str(wish.by),
        asked=when(wish.at, now, zone),
        before=item.draft.supersedes if came else None,
    )
