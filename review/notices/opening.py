"""Which links of notices were followed, and whether the item could still be decided then.

The page tells it by a POST, which no mail scanner makes; it is the person's own figure.
"""

from dataclasses import dataclass
from datetime import timedelta

from revenue import clock
from revenue.models import User
from review import queue
from review.models import Notice, NoticeOpening

DAYS = 30


@dataclass(frozen=True)
class Share:
    """Of `opened` links so many were `open` to decide."""

    opened: int
    open: int


def note(notice: int, item: int, *, by: User) -> None:
    """The first time counts, and no link that no notice of theirs held."""
    row = Notice.objects.filter(pk=notice, user=by).first()
    if row is None or item not in row.items:
        return
    was_open = queue.waiting(by).filter(pk=item).exists()
    new = NoticeOpening(notice=row, item_id=item, was_open=was_open, at=clock.now())
    NoticeOpening.objects.bulk_create([new], ignore_conflicts=True)


def share(user: User) -> Share:
    since = clock.now() - timedelta(days=DAYS)
    rows = NoticeOpening.objects.filter(notice__user=user, at__gte=since)
    return Share(rows.count(), rows.filter(was_open=True).count())
