"""Guard 1: suppression by address, opt-out, do-not-contact. It beats every approval."""

from revenue import consent
from review.guards.base import Finding, Sight

THEIRS = "Only the person can lift this, by asking to be written to again."
OURS = "A manager may lift this, with a reason."


def look(sight: Sight) -> Finding | None:
    recipient = sight.payload.recipient
    block = consent.blocked(recipient, account=sight.account) if recipient else None
    if block is None:
        return None
    whose = {"address": "This address", "domain": "This domain", "account": "This account"}
    return Finding("suppression", f"{whose[block.scope]} may not be written to: {block.reason}.",
                   lifts=THEIRS if block.is_theirs else OURS)  # fmt: skip
