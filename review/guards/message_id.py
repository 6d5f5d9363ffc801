"""Guard 13: a mail has one Message-ID, from its approval on, and under it one mail leaves.

The id is made of draft and revision and sealed (`payload.message_id`), so it is the idempotency
key, too: a server, or a mailbox that is looked into, knows a second attempt by it.
"""

from email import message_from_bytes

from revenue import snapshots
from revenue.models import Activity
from review import payload
from review.guards.base import Finding, Sight
from review.models import OutboxMessage


def look(sight: Sight) -> Finding | None:
    message = sight.message
    if message is None:
        return None
    made = payload.message_id(sight.draft, message.revision, sight.workspace)
    if _sealed(made) != _sealed(message.message_id) or message.message_id not in _written(sight):
        return _wrong("The mail does not carry the Message-ID that was made for it.")
    if _has_left(message):
        return _wrong("A mail with this Message-ID has left already.")
    return None


def _wrong(detail: str) -> Finding:
    return Finding("message_id", detail, "Cancel this one; a new draft gets an id of its own.")


def _sealed(message_id: str) -> str:
    """Without the domain, which may have been set up anew since."""
    return message_id.partition("@")[0]


def _written(sight: Sight) -> set[str]:
    """The one id that stands in what is about to leave; nothing where they differ."""
    ids = {sight.payload.message_id}
    if sight.message and sight.message.mime:
        mail = message_from_bytes(snapshots.get(sight.message.mime).encode())
        ids.add(str(mail["Message-ID"]).strip())
    return ids if len(ids) == 1 else set()


def _has_left(message: OutboxMessage) -> bool:
    others = OutboxMessage.objects.filter(
        draft=message.draft_id, message_id=message.message_id, state__in=OutboxMessage.LEFT
    )
    if others.exclude(pk=message.pk).exists():
        return True
    recorded = Activity.objects.filter(message_id=message.message_id)
    return recorded.filter(direction=Activity.Direction.OUTBOUND).exists()
