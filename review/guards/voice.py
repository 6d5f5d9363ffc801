"""Guard 4: this message still holds the voice."""

from revenue import leases
from review.guards.base import Finding, Sight


def look(sight: Sight) -> Finding | None:
    if sight.message is None:
        return None
    held = sight.message.lease
    if held and held.token == sight.message.token and leases.counts(held, sight.now):
        return None
    return Finding(
        "voice", "Somebody else speaks to this account now.", "Wait until the account is free."
    )
