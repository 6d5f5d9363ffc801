"""The door for every raw mail: a buyer's goes one way, a person's own copy another."""

from collections.abc import Callable

from revenue.inbound import outgoing, receive
from revenue.models import Activity, User


def receive_email(
    raw: bytes,
    *,
    added_by: User | None = None,
    recipient: str = "",
    bell: Callable[[], object] | None = None,
) -> Activity:
    """Keep a raw mail (RFC 5322) and do what it asks. Twice the same is once. Never refuses.

    `recipient` is whom the transport delivered it to, where it knows (a webhook's envelope); `bell`
    rings in the transaction of a buyer's mail. A copy of our own waits for nobody.
    """
    writer = outgoing.was_logged(raw, recipient=recipient)
    if writer:
        return outgoing.file_logged(raw, writer, added_by=added_by)
    return receive.receive_email(raw, added_by=added_by, bell=bell)
