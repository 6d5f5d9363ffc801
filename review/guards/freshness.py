"""Guard 3: the account's context is the one that the draft was written for."""

from review.guards.base import Finding, Sight


def look(sight: Sight) -> Finding | None:
    if sight.draft.context_version == sight.account.context_version:
        return None
    return Finding(
        "freshness",
        "Something happened at this account after the mail was written.",
        "A new draft takes it into account.",
    )
