"""Guard 3: the account's context is the one that the draft was written for, and no fact or claim
that it cites was superseded, withdrawn or good until a day that is over.
"""

from agents.models import Draft
from review.grounding import sources
from review.guards.base import Finding, Sight

LONGEST = 120


def look(sight: Sight) -> Finding | None:
    if sight.draft.context_version != sight.account.context_version:
        return Finding(
            "freshness",
            "Something happened at this account after the mail was written.",
            "A new draft takes it into account.",
        )
    late = outdated(sight.draft)
    return Finding("freshness", late, "A new draft goes without it.") if late else None


def outdated(draft: Draft) -> str:
    """What the mail rests on and what holds no more, in a sentence; "" for nothing."""
    found = sources.known(draft).outdated
    if not found:
        return ""
    text = found[0] if len(found[0]) <= LONGEST else f"{found[0][:LONGEST]}…"
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return f"It rests on “{text.rstrip('.')}”{more}, which does not hold any more."
