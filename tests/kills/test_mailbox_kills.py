"""A process that reads a mailbox is killed at any statement: nothing is lost, nothing doubled."""

import os

import pytest

from revenue import clock, events
from revenue.imap import read_due
from revenue.models import Activity, Mailbox, MailFolder, Signal
from tests.factories import AccountFactory, ContactFactory, UserFactory
from tests.imap import USER, Server
from tests.kills import forks
from tests.mailboxes import connected, mail

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]
KILLS = int(os.environ.get("KILLS_PER_STEP", "12"))
BUYER = "yara@brookfield.example"


def read() -> None:
    read_due(seconds=20)


def arrive(server: Server, number: int) -> None:
    """One mail of the buyer, one of the person themselves, one that is nobody's business."""
    server.deliver(mail("mother@home.example", USER))
    server.deliver(mail(BUYER, USER, f"In {number}.", message_id=f"<in-{number}@b.example>"))
    own = mail(USER, BUYER, f"Own {number}.", message_id=f"<own-{number}@seller.example>")
    server.deliver(own, "Sent")
    Mailbox.objects.update(read_due_at=clock.now(), read_until=None)


def test_a_reader_killed_anywhere_loses_and_doubles_nothing(imap: Server) -> None:
    account = AccountFactory(owner=UserFactory(email=USER))
    ContactFactory(account=account, email=BUYER)
    connected(account.owner, imap=imap)
    read()
    arrive(imap, 0)
    total = forks.run(read)
    assert total > 20
    killed = 0
    for number in range(1, KILLS + 1):
        arrive(imap, number)
        killed += forks.run(read, fatal=1 + (number * total) // (KILLS + 1)) == 0
        Mailbox.objects.update(read_due_at=clock.now(), read_until=None)  # two minutes later
        read()
        expected = [f"{what} {one}." for one in range(number + 1) for what in ("In", "Own")]
        assert sorted(Activity.objects.values_list("body", flat=True)) == sorted(expected)
    assert killed >= KILLS - 1
    assert Signal.objects.filter(kind="reply").count() == KILLS + 1
    places = dict(MailFolder.objects.values_list("role", "last_uid"))
    assert places["inbox"] - 100 == 2 * (KILLS + 1)
    assert places["sent"] - 100 == KILLS + 1
    assert list(events.faults()) == []
