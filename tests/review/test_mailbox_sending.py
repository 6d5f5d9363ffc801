"""Approved mail leaves from its owner's mailbox, under the sender that was approved, or waits."""

from datetime import timedelta
from typing import Any

import pytest

from revenue import clock, mailboxes, records
from revenue.models import Mailbox, MailboxDay, User
from review import decisions, dispatch, guards, payload
from review.models import GuardBlock, OutboxMessage
from tests.mailboxes import ADDRESS, PASSWORD, connected
from tests.races import verbs
from tests.smtp import Sink, serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(settings: Any) -> Any:
    """The provider of the rep's mailbox, which wants their login."""
    settings.TRUSTED_HOSTS = ["127.0.0.1"]
    with serving() as sink:
        sink.wants(ADDRESS, PASSWORD)
        yield sink


def queued_from_a_mailbox(own: Sink, **more: Any) -> verbs.Scene:
    here = verbs.pending()
    connected(here.rep, smtp=own, **more)
    here.item.refresh_from_db()
    decisions.approve(here.item, by=here.rep, revision=1)
    here.message = OutboxMessage.objects.get(item=here.item)
    return here


def state(here: verbs.Scene) -> str:
    here.message.refresh_from_db()
    return here.message.state


def released() -> None:
    OutboxMessage.objects.update(not_before=clock.now())


def test_it_leaves_by_the_owners_server_from_their_address(
    workspace: Any, own: Sink, smtp: Sink
) -> None:
    here = queued_from_a_mailbox(own)
    assert dispatch.send_due() == 1
    [mail] = own.mails
    assert (own.senders, mail["From"].addresses[0].addr_spec) == ([ADDRESS], ADDRESS)
    assert smtp.mails == []
    assert state(here) == "sent"
    assert not here.message.stayed_local
    assert here.account.activities.get().sender == ADDRESS
    assert MailboxDay.objects.get().sent == 1


def test_without_a_common_mail_server_it_leaves_all_the_same(
    workspace: Any, own: Sink, local_outbox: None
) -> None:
    here = queued_from_a_mailbox(own)
    other = verbs.queued()
    assert dispatch.send_due() == 2
    assert own.recipients == [here.contact.email]
    other.message.refresh_from_db()
    assert other.message.stayed_local


def test_the_sender_stands_in_what_is_approved(workspace: Any, own: Sink) -> None:
    here = queued_from_a_mailbox(own)
    assert payload.load(payload.snapshots.get(here.message.payload)).sender == ADDRESS


@pytest.mark.parametrize("change", ["address", "disconnected"])
def test_a_mail_does_not_leave_under_an_address_that_was_not_approved(
    workspace: Any, own: Sink, smtp: Sink, settings: Any, change: str
) -> None:
    settings.EMAIL_URL = "smtp://127.0.0.1"
    here = queued_from_a_mailbox(own)
    if change == "address":
        connected(here.rep, smtp=own, address="new@seller.example")
    else:
        mailboxes.disconnect(Mailbox.objects.get(), by=here.rep)
    assert dispatch.send_due() == 0
    assert state(here) == "blocked"
    block = GuardBlock.objects.get()
    assert block.guard == "identity"
    assert f"approved to leave from {ADDRESS}" in block.detail
    assert own.mails == smtp.mails == []


def test_connected_again_it_leaves_as_it_was_approved(
    workspace: Any, own: Sink, settings: Any
) -> None:
    settings.EMAIL_URL = "smtp://127.0.0.1"
    here = queued_from_a_mailbox(own)
    mailboxes.disconnect(Mailbox.objects.get(), by=here.rep)
    dispatch.send_due()
    connected(here.rep, smtp=own)
    dispatch.unblock(here.message, by=here.rep)
    assert dispatch.send_due() == 1
    assert own.senders == [ADDRESS]


def test_what_was_approved_for_the_common_server_still_leaves_by_it(
    workspace: Any, own: Sink, smtp: Sink
) -> None:
    here = verbs.queued()
    connected(here.rep, smtp=own)
    assert dispatch.send_due() == 1
    assert (len(smtp.mails), own.mails) == (1, [])


def test_another_owner_means_another_sender(workspace: Any, own: Sink) -> None:
    here = queued_from_a_mailbox(own)
    records.assign_owner(here.account, here.successor, by="test")
    found = guards.findings(here.draft)
    assert dispatch.send_due() == 0
    assert own.mails == []
    assert payload.sender_address(here.successor) == here.successor.email
    assert all(one.guard != "identity" for one in found)


def spoil(what: str, rep: User, settings: Any, tmp_path: Any) -> None:
    row = Mailbox.objects.get()
    if what == "paused":
        mailboxes.pause(row, by=rep, reason="Holiday.")
    if what == "untested":
        Mailbox.objects.update(tested_at=None)
    if what == "key lost":
        settings.STATE_DIR = tmp_path
    if what == "deactivated":
        User.objects.filter(pk=rep.pk).update(is_active=False)


def mend(what: str, rep: User, settings: Any, before: Any) -> None:
    if what == "paused":
        mailboxes.resume(Mailbox.objects.get(), by=rep)
    Mailbox.objects.update(tested_at=clock.now())
    settings.STATE_DIR = before
    User.objects.filter(pk=rep.pk).update(is_active=True)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("paused", "is paused. Holiday."),
        ("untested", "has not been tested yet"),
        ("key lost", "cannot be read any more"),
        ("deactivated", "is deactivated"),
    ],
)
def test_a_mailbox_that_cannot_send_now_holds_and_lets_go(
    workspace: Any, own: Sink, settings: Any, tmp_path: Any, what: str, words: str
) -> None:
    here, before = queued_from_a_mailbox(own), settings.STATE_DIR
    spoil(what, here.rep, settings, tmp_path)
    assert dispatch.send_due() == 0
    assert state(here) == "queued"
    assert words in here.message.hold_reason
    mend(what, here.rep, settings, before)
    released()
    assert dispatch.send_due() == 1
    assert len(own.mails) == 1


def test_a_paused_mailbox_does_not_hand_over_to_the_common_server(
    workspace: Any, own: Sink, smtp: Sink
) -> None:
    here = verbs.pending()
    row = connected(here.rep, smtp=own)
    mailboxes.pause(row, by="system:rates", reason="Too many came back.")
    decisions.approve(here.item, by=here.rep, revision=1)
    assert dispatch.send_due() == 0
    assert own.mails == smtp.mails == []


def test_a_refused_login_is_provably_not_sent(workspace: Any, own: Sink) -> None:
    here = queued_from_a_mailbox(own)
    own.wants(ADDRESS, "another")
    assert dispatch.send_due() == 0
    assert state(here) == "queued"
    assert "535" in here.message.provider_answer
    assert own.mails == []


def test_an_inner_address_is_not_reached(workspace: Any, own: Sink, settings: Any) -> None:
    here = queued_from_a_mailbox(own)
    settings.TRUSTED_HOSTS = []
    assert dispatch.send_due() == 0
    assert "not a public address" in (state(here) and here.message.provider_answer)


def test_the_card_shows_whose_address_it_leaves_from(workspace: Any, own: Sink) -> None:
    here = verbs.pending()
    connected(here.rep, smtp=own)
    here.draft.refresh_from_db()
    assert payload.prepare(here.draft, revision=1).sender == ADDRESS


def test_too_many_bounces_stop_the_mails_behind_them(workspace: Any, own: Sink, clock: Any) -> None:
    here = queued_from_a_mailbox(own)
    row = Mailbox.objects.get()
    row.days.create(day=clock.now().date() - timedelta(days=1), sent=20)
    for number in range(3):
        row.reports.create(kind="bounce", key=f"<{number}>", at=clock.now())
    assert mailboxes.health(row).trouble
    mailboxes.pause(row, by=mailboxes.RATES, reason=mailboxes.health(row).trouble)
    assert dispatch.send_due() == 0
    assert "came back" in (state(here) and here.message.hold_reason)
