"""Guard 11: a one-click way out (RFC 2369, RFC 8058) that leads back to this installation."""

from review import payload
from review.guards.base import Finding, Sight


def look(sight: Sight) -> Finding | None:
    token = sight.payload.unsubscribe.rstrip("/").rpartition("/")[2]
    if payload.read_unsubscribe(token) == sight.payload.recipient:
        return None
    return Finding(
        "unsubscribe", "The unsubscribe link is not this person's.", "Approve the mail again."
    )
