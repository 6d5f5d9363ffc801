"""Messages in every state of the outbox, made by the ordinary path."""

from revenue import consent
from revenue.models import Account
from review import decisions, dispatch
from review.models import OutboxMessage
from tests.review.accounts.cast import item_at


def queued(account: Account, **more: object) -> OutboxMessage:
    item = item_at(account, **more)
    decisions.approve(item, by=account.owner, revision=item.revision)
    return OutboxMessage.objects.filter(item=item).latest("pk")


def sent(account: Account, clock: object, **more: object) -> OutboxMessage:
    message = queued(account, **more)
    clock.travel(seconds=11)
    dispatch.send(message.pk)
    message.refresh_from_db()
    assert message.state == "sent"
    return message


def unknown(account: Account, clock: object, smtp: object) -> OutboxMessage:
    """The server took the mail and the line dropped before it answered."""
    smtp.drop = True
    message = queued(account)
    clock.travel(seconds=11)
    dispatch.send(message.pk)
    smtp.drop = False
    message.refresh_from_db()
    assert message.state == "unknown"
    return message


def blocked(account: Account, clock: object) -> OutboxMessage:
    message = queued(account)
    consent.suppress(message.recipient, scope="address", reason="asked for it", by="contact")
    clock.travel(seconds=11)
    dispatch.send(message.pk)
    message.refresh_from_db()
    assert message.state == "blocked"
    return message
