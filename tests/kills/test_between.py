"""What a buyer or a mail server says while an approved mail is on its way, in real processes.

A bounce, a complaint, an unsubscribe and a reply are committed at boundaries all along the
approval and the sending. Whichever comes first counts: no claim stands after it in the log, what
was claimed before it leaves once, and both are on record.
"""

import os
import random
from base64 import b64encode
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from django.test import Client
from django.urls import reverse

from revenue import clock as clocks
from revenue import ingest, leases
from revenue.inbound import receive_email
from revenue.models import Activity, Suppression, Workspace
from review import decisions, dispatch, intake, payload
from review.models import OutboxMessage, ReviewItem
from tests.kills import between, forks
from tests.races import laws, verbs
from tests.smtp import Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]

SECRET = "postmark:a-long-secret"
# Boundaries of each pair, spread over all of them; a soak takes every one.
PLACES = int(os.environ.get("BETWEEN_PER_PAIR", "5"))


@pytest.fixture(autouse=True)
def postmark(settings: object) -> None:
    settings.MAIL_PROVIDER = "postmark"
    settings.ANYMAIL = {"WEBHOOK_SECRET": [SECRET], "POSTMARK_SERVER_TOKEN": "t"}


def bounce(here: verbs.Scene) -> None:
    """An earlier mail to the same person comes back: the mailbox is gone (RFC 3464)."""
    receive_email(
        (
            "From: Mail Delivery <mailer-daemon@mx.example>\r\nTo: rep@seller.example\r\n"
            f"Subject: Undeliverable\r\nMessage-ID: <dsn-{here.account.pk}@mx.example>\r\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n'
            "MIME-Version: 1.0\r\n\r\n"
            "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
            "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
            "Reporting-MTA: dns; mx.example\r\n\r\n"
            f"Final-Recipient: rfc822; {here.contact.email}\r\nAction: failed\r\n"
            "Status: 5.1.1\r\n"
            "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
            f"Message-ID: {earlier_of(here)}\r\nSubject: Hello\r\n--b--\r\n"
        ).encode()
    )


def complaint(here: verbs.Scene) -> None:
    """The mail provider tells that they called the earlier mail spam (Postmark's webhook)."""
    told = {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "ID": here.account.pk,
            "MessageID": earlier_of(here).strip("<>"), "Email": here.contact.email,
            "BouncedAt": clocks.now().isoformat()}  # fmt: skip
    answer = Client().post(
        reverse("hook_mail", args=["postmark", "tracking"]), told, content_type="application/json",
        headers={"Authorization": f"Basic {b64encode(SECRET.encode()).decode()}"},
    )  # fmt: skip
    assert answer.status_code == 200, answer.content


def unsubscribe(here: verbs.Scene) -> None:
    """One click, as a mailbox provider posts it (RFC 8058)."""
    link = payload.unsubscribe_link(Workspace.objects.get(), here.contact.email)
    path = link.partition("://")[2].partition("/")[2]
    answer = Client().post(f"/{path}", {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200


def reply(here: verbs.Scene) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = here.contact.email, "rep@seller.example"
    mail["Subject"], mail["Message-ID"] = "Re: Hello", f"<re-{here.account.pk}@buyer.example>"
    mail["In-Reply-To"] = earlier_of(here)
    mail.set_content("How long does delivery take?")
    receive_email(mail.as_bytes())


WORDS = (bounce, complaint, unsubscribe, reply)
Word = Callable[[verbs.Scene], None]


def earlier_of(here: verbs.Scene) -> str:
    return f"<earlier-{here.account.pk}@seller.example>"


def wrote_before(here: verbs.Scene) -> verbs.Scene:
    """We wrote to this person once, so that a report or an answer has something to name."""
    ingest.record_message(
        account=here.account, contact=here.contact, direction="outbound", body="Hello",
        subject="Hello", occurred_at=clocks.now(), message_id=earlier_of(here),
        by="agent:outreach", ends_voice=False,
    )  # fmt: skip
    here.account.refresh_from_db()
    return here


def approve(here: verbs.Scene) -> None:
    """As a rep does it, who is told when somebody was first."""
    try:
        decisions.approve(here.item, by=here.rep, revision=1)
    except decisions.DecisionError:
        return


def spread(count: int, seed: int, name: str) -> list[int]:
    return sorted(random.Random(f"{seed} {name}").sample(range(1, count + 1), min(PLACES, count)))


def arrived(here: verbs.Scene, sink: Sink) -> int:
    message = OutboxMessage.objects.filter(account=here.account).first()
    ids = [mail["Message-ID"] for mail in sink.mails]
    return ids.count(message.message_id) if message else 0


def assert_whole(here: verbs.Scene, sink: Sink, word: Word, where: str) -> None:
    assert laws.nothing_left_after_a_stop(here.account) == [], where
    assert laws.one_live_message(here.account) == [], where
    assert laws.the_log_holds(here.account) == [], where
    assert laws.contradictions(here.account) == [], where
    assert leases.current(here.account) is None, where
    if word is reply:
        heard = Activity.objects.filter(account=here.account, direction="inbound")
        assert heard.count() == 1, where
    else:
        assert Suppression.objects.filter(value=here.contact.email).count() == 1, where
    states = list(
        OutboxMessage.objects.filter(account=here.account).values_list("state", flat=True)
    )
    assert arrived(here, sink) == states.count("sent") <= 1, f"{where}: {states}"
    assert set(states) <= {"sent", "cancelled", "blocked"}, f"{where}: {states}"


@pytest.mark.parametrize("word", WORDS)
def test_a_word_at_any_moment_of_the_sending_comes_before_the_claim_or_after_it(
    workspace: Workspace, smtp: Sink, seed: int, word: Word
) -> None:
    here = ready()
    met = forks.run(lambda: dispatch.send(here.message.pk))
    assert met > 30
    for at in spread(met, seed, word.__name__):
        here = ready()
        between.interleave(
            lambda: dispatch.send(here.message.pk),  # noqa: B023
            lambda: word(here),  # noqa: B023
            at=at,
        )
        dispatch.send_due()
        intake.sweep()
        assert_whole(here, smtp, word, f"{word.__name__} at boundary {at} of {met}")


def ready() -> verbs.Scene:
    """Approved, and about to leave."""
    return verbs.queued(wrote_before(verbs.scene()))


@pytest.mark.parametrize("word", WORDS)
def test_a_word_before_the_sending_has_begun_stops_it(
    workspace: Workspace, smtp: Sink, word: Word
) -> None:
    here = ready()
    between.interleave(lambda: None, lambda: word(here), at=1)
    assert forks.run(lambda: dispatch.send(here.message.pk)) > 5
    intake.sweep()
    assert smtp.raw == []
    assert_whole(here, smtp, word, word.__name__)


@pytest.mark.parametrize("word", WORDS)
def test_a_word_after_the_mail_was_taken_is_heard_and_the_mail_stays_sent(
    workspace: Workspace, smtp: Sink, word: Word
) -> None:
    here = ready()
    forks.run(lambda: dispatch.send(here.message.pk))
    between.interleave(lambda: None, lambda: word(here), at=1)
    intake.sweep()
    assert arrived(here, smtp) == 1
    assert_whole(here, smtp, word, word.__name__)


@pytest.mark.parametrize("word", WORDS)
def test_a_word_at_any_moment_of_the_approval_keeps_the_mail_from_leaving(
    workspace: Workspace, smtp: Sink, seed: int, word: Word
) -> None:
    here = verbs.pending(wrote_before(verbs.scene()))
    met = forks.run(lambda: approve(here))
    assert met > 10
    for at in spread(met, seed, word.__name__):
        here = verbs.pending(wrote_before(verbs.scene()))
        between.interleave(
            lambda: approve(here),  # noqa: B023
            lambda: word(here),  # noqa: B023
            at=at,
        )
        dispatch.send_due()
        intake.sweep()
        where = f"{word.__name__} at boundary {at} of {met}"
        assert arrived(here, smtp) == 0, where
        assert_whole(here, smtp, word, where)
        item = ReviewItem.objects.get(account=here.account)
        stopped = item.messages.filter(state="blocked", guard="suppression")
        assert item.state == "stale" or stopped.exists(), where


def test_the_second_is_let_in_while_the_first_stands(workspace: Workspace) -> None:
    """The harness itself: what the second commits, the first sees at its next statement."""
    here = verbs.scene()
    seen = here.account.name

    def first() -> None:
        type(here.account).objects.get(pk=here.account.pk)
        found = type(here.account).objects.get(pk=here.account.pk)
        assert found.name == f"{seen}, renamed"

    def second() -> None:
        type(here.account).objects.filter(pk=here.account.pk).update(name=f"{seen}, renamed")

    between.interleave(first, second, at=2, quiet=10.0)  # nothing that it could wait for
