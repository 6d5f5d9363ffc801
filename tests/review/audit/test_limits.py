"""Hours and limits are asked of what left, by the settings that were in force then."""

from datetime import time, timedelta
from typing import Any

import pytest

from revenue import clock, events
from revenue import workspace as workspaces
from revenue.models import Mailbox, User, Workspace
from review import dispatch
from review.audit import limits
from review.models import OutboxMessage
from tests.mailboxes import connected
from tests.races import verbs
from tests.smtp import Sink

pytestmark = pytest.mark.django_db
KEPT = {law.name: law for law in limits.LAWS}


@pytest.fixture
def sent(workspace: Workspace, smtp: Sink) -> OutboxMessage:
    message = verbs.queued().message
    dispatch.send(message.pk)
    message.refresh_from_db()
    return message


def again(message: OutboxMessage, **values: object) -> OutboxMessage:
    """Another of the same, which left a moment later."""
    later = message.claimed_at + timedelta(milliseconds=1)
    found = {"revision": 2, "message_id": "<again@seller.example>", "claimed_at": later} | values
    for name, value in found.items():
        setattr(message, name, value)
    message.pk = None
    message.save(force_insert=True)
    return message


def allowed(**values: object) -> None:
    """So it is, and was from the beginning: nothing tells that it was set today."""
    Workspace.objects.update(**values)


def broken() -> list[str]:
    return [name for name, law in KEPT.items() if list(law())]


def test_one_mail_keeps_every_limit(sent: OutboxMessage) -> None:
    allowed(contact_cap=1, contact_cap_14_days=1, account_cap=1, domain_cap=1, mailbox_cap=1)
    assert broken() == []


@pytest.mark.parametrize(
    "cap", ["contact_cap", "contact_cap_14_days", "account_cap", "domain_cap", "mailbox_cap"]
)
def test_a_second_one_breaks_a_limit_of_one(sent: OutboxMessage, cap: str) -> None:
    many = dict.fromkeys(
        ("contact_cap", "contact_cap_14_days", "account_cap", "domain_cap", "mailbox_cap"), 9
    )
    second = again(sent)
    allowed(**many | {cap: 1})
    assert broken() == [f"kept_{cap}"]
    [words] = KEPT[f"kept_{cap}"]()
    assert words.startswith(f"outboxmessage {second.pk}: ")


def test_a_limit_that_was_set_since_is_not_asked(sent: OutboxMessage) -> None:
    again(sent)
    workspaces.change(
        by="test", contact_cap=1, contact_cap_14_days=1, account_cap=1, domain_cap=1, mailbox_cap=1
    )
    assert broken() == []


def test_what_left_longer_ago_does_not_count(sent: OutboxMessage) -> None:
    OutboxMessage.objects.update(claimed_at=sent.claimed_at - timedelta(hours=25))
    again(sent)
    allowed(contact_cap=1, account_cap=1, domain_cap=1, mailbox_cap=1)
    assert broken() == []
    allowed(contact_cap_14_days=1)
    assert broken() == ["kept_contact_cap_14_days"]


def test_an_answer_counts_for_domain_and_address_alone(sent: OutboxMessage) -> None:
    mail = sent.account.activities.first()
    type(sent.draft).objects.update(in_reply_to=mail)
    again(sent)
    allowed(contact_cap=1, contact_cap_14_days=1, account_cap=1)
    assert broken() == []
    allowed(domain_cap=1, mailbox_cap=1)
    assert broken() == ["kept_domain_cap", "kept_mailbox_cap"]


def test_where_everybody_has_an_address_nobody_counts_a_domain(sent: OutboxMessage) -> None:
    OutboxMessage.objects.update(domain="gmail.com", recipient="ann@gmail.com")
    sent.refresh_from_db()
    again(sent, recipient="bob@gmail.com")
    allowed(domain_cap=1, contact_cap=1)
    assert broken() == []


# --- a rep's own mailbox --------------------------------------------------------------------------


@pytest.fixture
def own(sent: OutboxMessage) -> Mailbox:
    """The mail left from it, on its first day."""
    mailbox = connected(User.objects.get(pk=sent.account.owner_id))
    Mailbox.objects.update(started_at=sent.claimed_at - timedelta(seconds=1), daily_cap=1)
    OutboxMessage.objects.update(sender=mailbox.address)
    sent.refresh_from_db()
    allowed(mailbox_cap=0)  # which is not its measure
    return mailbox


def test_a_mailbox_that_kept_its_measure_is_not_accused(own: Mailbox) -> None:
    assert broken() == []


def test_a_mailbox_that_sent_too_much_is_found(sent: OutboxMessage, own: Mailbox) -> None:
    again(sent)
    assert broken() == ["kept_own_caps"]


def test_a_mailbox_is_measured_by_what_it_might_send_then(
    sent: OutboxMessage, own: Mailbox
) -> None:
    again(sent)
    events.append("mailbox.changed", by="system", subject=own, fields=["daily_cap"])
    assert broken() == []


def test_of_a_mailbox_that_is_gone_nobody_knows_the_measure(
    sent: OutboxMessage, own: Mailbox
) -> None:
    again(sent)
    events.append("mailbox.disconnected", by="system", subject=own)
    own.delete()
    assert broken() == []


# --- hours ----------------------------------------------------------------------------------------


@pytest.fixture
def at_night(sent: OutboxMessage, clock: Any) -> OutboxMessage:
    """It left on a Sunday, and the buyer's own zone is known."""
    clock.travel(days=6 - clock.now().weekday())
    OutboxMessage.objects.update(claimed_at=clock.now())
    sent.draft.account.contacts.update(time_zone="Europe/Paris")
    allowed(opens_at=time(9), closes_at=time(17), sends_on_weekends=False)
    return sent


def test_a_mail_out_of_hours_is_found(at_night: OutboxMessage) -> None:
    assert broken() == ["within_hours"]


def test_of_a_place_that_was_corrected_since_nobody_knows(at_night: OutboxMessage) -> None:
    events.append("contact.changed", by="system", account=at_night.account)
    assert broken() == []
    [words] = limits.within_hours_since(clock.now() - timedelta(days=1))
    assert "It is" in words
    assert list(limits.within_hours_since(clock.now())) == []


def test_where_the_owners_zone_decides_nobody_knows(at_night: OutboxMessage) -> None:
    at_night.draft.account.contacts.update(time_zone="")
    type(at_night.account).objects.update(billing_country="")
    User.objects.filter(pk=at_night.account.owner_id).update(time_zone="Asia/Tokyo")
    assert broken() == []


def test_hours_that_were_set_since_are_not_asked(at_night: OutboxMessage) -> None:
    workspaces.change(by="test", opens_at=time(10))
    assert broken() == []
