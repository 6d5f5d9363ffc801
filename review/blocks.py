"""What a guard said of a message, as a row that stays.

Written by `dispatch`; whoever changes what a guard goes by has its holds looked at again.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef

from revenue import clock
from review.guards.base import Finding
from review.models import GuardBlock, OutboxMessage


def note(message: OutboxMessage, finding: Finding, *, at: datetime) -> bool:
    """Keep it. True: the message only stays where it was, for the reason that was kept last, and
    that row counts once more; a mail that is looked at every few minutes leaves one."""
    stays = finding.holds_until is not None or finding.guard == "freshness"
    last = message.blocks.first() if stays else None
    if last and (last.guard, last.detail) == (finding.guard, finding.detail):
        last.times, last.last_at = last.times + 1, at
        last.lifts, last.holds_until = finding.lifts, finding.holds_until
        last.save(update_fields=["times", "last_at", "lifts", "holds_until"])
        return True
    GuardBlock.objects.create(
        message=message, guard=finding.guard, detail=finding.detail, lifts=finding.lifts,
        holds_until=finding.holds_until, at=at,
    )  # fmt: skip
    return False


def look_again(guard: str) -> int:
    """What this guard holds is due now; it holds anew what it still has to. How many."""
    holds = GuardBlock.objects.filter(
        message=OuterRef("pk"), guard=guard, holds_until=OuterRef("not_before")
    )
    queued = OutboxMessage.objects.filter(Exists(holds), state=OutboxMessage.State.QUEUED)
    return queued.update(not_before=clock.now())
