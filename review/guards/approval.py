"""Guard 2: what leaves is what was approved, to the last character, by a person or by a class that
still has that trust."""

from datetime import timedelta

from review.guards.base import Finding, Sight
from review.models import Decision, State


def look(sight: Sight) -> Finding | None:
    message = sight.message
    if message is None:
        return None
    if sight.revoked:  # intake's sweep asks a person
        soon = sight.now + timedelta(seconds=30)
        return Finding("approval", sight.revoked, "A person looks at it.", False, soon)
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
