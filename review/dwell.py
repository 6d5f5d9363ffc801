"""How long somebody looked at a mail before they decided, as far as this server can know.

What a browser counts is its word. It counts for at most the time since the card was served, which
the card carries signed, and since the same person's decision before; where no browser counts, for
just that time. A decision without such a card was taken in a time that nobody knows. An approval
in less time than it takes to read stands, and is no evidence.
"""

from datetime import datetime, timedelta

from django.core import signing

from revenue import clock
from revenue.models import User
from review.models import Decision, ReviewItem

WORDS_A_MINUTE = 950  # nobody reads faster; four times a usual reader's pace (Brysbaert 2019)
MOST = timedelta(days=1)
MS = timedelta(milliseconds=1)


def stamp(item: ReviewItem, *, to: User, at: datetime) -> str:
    """For the card of this item: that this person was given it at this moment."""
    return signing.dumps([item.pk, at.timestamp()], salt=_salt(to))


def known(item: ReviewItem, *, by: User, served: str, counted: int | None) -> int | None:
    """Milliseconds that they can have looked, of which their browser `counted` so many; None where
    the card says nothing that we signed for them."""
    begun = _served(item, by, served)
    if begun is None:
        return None
    made = Decision.objects.filter(by=by).order_by("-at", "-pk").values_list("at", flat=True)
    begun = max(begun, made.first() or begun)
    most = max(min(clock.now() - begun, MOST), timedelta()) // MS
    return most if counted is None else min(max(counted, 0), most)


def _served(item: ReviewItem, by: User, served: str) -> datetime | None:
    try:
        pk, at = signing.loads(served, salt=_salt(by))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return datetime.fromtimestamp(at, clock.now().tzinfo) if pk == item.pk else None


def _salt(user: User) -> str:
    return f"card for {user.pk}"


def is_too_fast(decision: Decision) -> bool:
    """An approval in less time than it takes to read what was approved, or in an unknown time."""
    draft = decision.item.draft
    if draft is None or decision.verb != Decision.Verb.APPROVE:
        return False
    needed = len(draft.body.split()) * 60_000 / WORDS_A_MINUTE
    return decision.dwell_ms is None or decision.dwell_ms < needed
