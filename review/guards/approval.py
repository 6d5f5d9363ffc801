"""Guard 2: what leaves is what was approved, to the last character."""

from review.guards.base import Finding, Sight
from review.models import Decision, State


def look(sight: Sight) -> Finding | None:
    message = sight.message
    if message is None:
        return None
    decision = message.decision
    approved = decision.verb in (Decision.Verb.APPROVE, Decision.Verb.EDIT)
    stands = approved and decision.undone_at is None and message.item.state == State.APPROVED
    if not stands:
        return Finding("approval", "Nobody's approval stands for this mail.", "Approve it again.")
    if decision.payload != message.payload or sight.payload.hash != message.approved:
        return Finding(
            "approval", "The mail is not the one that was approved.", "Look at it and approve it."
        )
    return None
