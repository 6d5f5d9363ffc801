"""A simulated manager: promotes what may be promoted, and settles harm that was done."""

from revenue.models import User
from review import autonomy
from review.models import Critical, Lane

REASON = "Its reviews prove it."


def steer(*, by: User) -> int:
    """Once a day. How many lanes were promoted."""
    for harm in Critical.objects.filter(settled_at=None).order_by("pk"):
        autonomy.settle(harm, by=by, reason="Looked into with the team.")
    lanes = Lane.objects.filter(state=Lane.State.REVIEW, is_split=False).order_by("pk")
    return sum(_promoted(lane, by=by) for lane in lanes)


def _promoted(lane: Lane, *, by: User) -> bool:
    if not autonomy.standing(lane).may_promote:
        return False
    autonomy.promote(lane, by=by, reason=REASON)
    return True
