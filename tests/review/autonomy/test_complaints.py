"""A complaint that a mailbox or a provider reports is harm of the class that wrote the mail."""

import pytest

from agents.models import Draft
from revenue import clock as clocks
from revenue.models import MailboxReport
from review import complaints, tasks
from review.models import Critical, OutboxMessage
from tests.mailboxes import connected
from tests.review.accounts import cast
from tests.review.autonomy import scenes
from tests.review.outbox import mails

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workspace", "local_outbox")]


@pytest.fixture
def left(clock) -> OutboxMessage:
    return mails.sent(cast.account_of(cast.rep()), clock)


def reported(message: OutboxMessage, kind: str = "complaint", **more: object) -> None:
    values = {"at": clocks.now()} | more
    MailboxReport.objects.create(
        mailbox=connected(cast.rep()), kind=kind, key=message.message_id, **values
    )


def test_the_sweep_finds_it_and_the_class_loses_its_trust(left) -> None:
    scenes.automatic()
    reported(left)
    tasks.sweep()
    harm = Critical.objects.get()
    assert (harm.kind, harm.by, harm.item) == ("complaint", None, left.item)
    assert (scenes.lane().state, scenes.lane().demotions) == ("review", 1)
    assert complaints.sweep() == 0
    page = scenes.said(cast.signed_in(cast.manager()).get("/autonomy/"))
    assert "recorded by the mail provider’s report" in page


def test_one_that_can_harm_no_class_is_settled_once(left, monkeypatch) -> None:
    """Else fifty of them would stand before every later one for a month."""
    Draft.objects.update(output_class="outreach.reply")
    reported(left)
    assert complaints.sweep() == 0
    left.refresh_from_db()
    assert left.complained_at
    monkeypatch.setattr(complaints, "note", pytest.fail)
    assert complaints.sweep() == 0


def test_what_a_provider_told_already_is_not_noted_again(left) -> None:
    assert complaints.note(left)
    Critical.objects.all().delete()
    assert complaints.note(left) is None


def test_a_mail_that_came_back_is_none(left) -> None:
    reported(left, kind="bounce")
    assert complaints.sweep() == 0


def test_a_report_of_what_nobody_sent_says_nothing(left) -> None:
    OutboxMessage.objects.update(message_id="<another@seller.example>")
    reported(left)
    assert complaints.sweep() == 0
