"""Accounts are locked in ascending order, and before addresses, by whoever concerns several.

The first verb is stopped before each of its locks, with those that it has; the second takes what it
can, and waits. Then the first goes on. A circle is a deadlock, which the database ends by failing
one of the two.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection

from revenue import clock, consent, ingest
from revenue.inbound import filing, readings, receive_email
from revenue.models import Activity, Contact, Workspace
from review import dispatch
from tests.kills import between
from tests.mailboxes import mail
from tests.races import verbs
from tests.smtp import Sink

pytestmark = [
    pytest.mark.postgres, pytest.mark.processes, pytest.mark.django_db(transaction=True),
]  # fmt: skip

Action = Callable[[], Any]
REP, OPT_OUT = "rep@seller.example", "Please unsubscribe me."


def shared() -> tuple[verbs.Scene, str]:
    """The younger of two accounts that have the same person, and their address."""
    older, younger = verbs.scene(), verbs.scene()
    email = younger.contact.email
    Contact.objects.filter(account=older.account).update(email=email)
    ingest.see_address(email)
    return younger, email


def opt_out(email: str) -> Action:
    return lambda: consent.suppress(email, scope="address", reason="asked", by="contact")


def id_of(here: verbs.Scene) -> str:
    return f"<m-{here.account.pk}@seller.example>"


def recorded(here: verbs.Scene, direction: str, **more: Any) -> Activity:
    return ingest.record_message(
        account=here.account, contact=here.contact, direction=direction, body="Hello",
        occurred_at=clock.now(), message_id=id_of(here), by="agent:outreach", **more,
    )  # fmt: skip


def a_model_reads_an_opt_out() -> tuple[Action, Action]:
    here, email = shared()
    row = recorded(here, "inbound", sender=email, reply_layer="lexicon", reply_confidence=0.4)
    said = readings.Reading("unsubscribe", confidence=0.9)
    return lambda: readings.record(row, said, by="agent:reader"), opt_out(email)


def a_person_files_an_opt_out() -> tuple[Action, Action]:
    here, email = shared()
    row = receive_email(mail(email, REP, OPT_OUT, message_id=f"<s-{here.account.pk}@x.example>"))
    file = lambda: filing.assign(row, here.account, by=here.rep, contact=here.contact)  # noqa: E731
    return file, opt_out(email)


def an_opt_out_of_two_addresses() -> tuple[Action, Action]:
    """Somebody answers for the one that we had written to."""
    here, email = shared()
    recorded(here, "outbound")
    other = Contact.objects.create(account=here.account, email=f"a{here.account.pk}@a.example")
    ingest.see_address(other.email)
    raw = mail(other.email, REP, OPT_OUT, in_reply_to=id_of(here),
               message_id=f"<re-{here.account.pk}@a.example>")  # fmt: skip
    return lambda: receive_email(raw), opt_out(email)


def a_mailbox_that_is_full() -> tuple[Action, Action]:
    """RFC 3464, of an earlier mail to the person whom another is about to leave to."""
    here = verbs.scene()
    recorded(here, "outbound", ends_voice=False)
    here = verbs.queued(here)
    raw = (
        f"From: Mail Delivery <mailer-daemon@mx.example>\r\nTo: {REP}\r\nSubject: Undeliverable\r\n"
        f"Message-ID: <dsn-{here.account.pk}@mx.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {here.contact.email}\r\nAction: failed\r\nStatus: 4.2.2\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {id_of(here)}\r\nSubject: Hello\r\n--b--\r\n"
    ).encode()
    return lambda: receive_email(raw), lambda: dispatch.send(here.message.pk)


def a_suppression_that_is_lifted() -> tuple[Action, Action]:
    """Ours, of somebody who stands at no account, and who asks for it meanwhile."""
    here = verbs.scene()
    email = f"nobody{here.account.pk}@nowhere.example"
    row = consent.suppress(email, scope="address", reason="ours", by=here.manager)

    def lift() -> None:
        with suppress(consent.ConsentError):  # it is theirs by now
            consent.lift(row, by=here.manager, words="A mistake.")

    return lift, opt_out(email)


PAIRS = (
    a_model_reads_an_opt_out, a_person_files_an_opt_out, an_opt_out_of_two_addresses,
    a_mailbox_that_is_full, a_suppression_that_is_lifted,
)  # fmt: skip


@pytest.mark.parametrize("pair", PAIRS)
def test_who_holds_a_lock_waits_for_nobody_who_waits_for_it(
    workspace: Workspace, smtp: Sink, pair: Callable[[], tuple[Action, Action]]
) -> None:
    places = locks_of(pair()[0])
    assert len(places) > 1
    for at in places:
        first, second = pair()
        between.interleave(first, second, at=at)


def locks_of(action: Action) -> list[int]:
    """Which of its statements lock rows, by number."""
    said: list[str] = []

    def note(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        said.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        action()
    locking = ("FOR UPDATE", "FOR NO KEY UPDATE")
    return [number for number, sql in enumerate(said, 1) if any(one in sql for one in locking)]
