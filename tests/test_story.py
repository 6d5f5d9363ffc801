"""One account, from the import of its deal to a mail, a reply and the next turn."""

from email.message import EmailMessage

import pytest

from agents.models import AgentRun, Draft, Handoff
from revenue import events, ingest, leases, stages
from revenue.inbound import receive_email
from revenue.models import Account, Signal, Workspace
from review import decisions, tasks
from review.audit import replay
from review.models import OutboxMessage, ReviewItem
from tests import scripts
from tests.factories import prospect
from tests.fakes import ScriptedModel
from tests.smtp import Sink

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account(workspace: Workspace, clock: object) -> Account:
    account = prospect()
    ingest.record_signal(
        account=account, kind="imported", source="crm", occurred_at=clock.now(), payload={},
        dedupe_key=f"import:{account.pk}",
    )  # fmt: skip
    return account


def reply_to(message: OutboxMessage, text: str) -> bytes:
    mail = EmailMessage()
    mail["From"] = message.recipient
    mail["To"] = "rep@seller.example"
    mail["Subject"] = f"Re: {message.subject}"
    mail["Message-ID"] = f"<reply-{message.pk}@brookfield.example>"
    mail["In-Reply-To"] = message.message_id
    mail.set_content(text)
    return mail.as_bytes()


def the_whole_way(account: Account, smtp: Sink, clock: object) -> None:
    # The account is looked at: prospecting hands over to outreach, which writes.
    for _ in range(3):
        tasks.tick()
    assert [run.agent for run in AgentRun.objects.order_by("pk")] == ["prospecting", "outreach"]
    assert Handoff.objects.get().state == "accepted"
    item = ReviewItem.objects.get()
    assert item.state == "pending"
    assert leases.current(account).holder == f"item:{item.pk}"

    # The rep approves, and after the undo time it leaves, once, as it was approved.
    decision = decisions.approve(item, by=account.owner, revision=item.revision, dwell_ms=60_000)
    assert tasks.tick() == 0
    clock.travel(seconds=11)
    tasks.tick()
    message = OutboxMessage.objects.get()
    assert message.state == "sent"
    assert len(smtp.mails) == 1
    assert smtp.mails[0]["Message-ID"] == message.message_id
    assert Draft.objects.get().body in smtp.mails[0].get_content().replace("\r\n", "\n")
    assert decision.payload == message.approved
    account.refresh_from_db()
    assert account.stage == "contacted"
    assert leases.current(account) is None

    # The buyer answers: the account wakes, and outreach writes the next mail.
    activity = receive_email(reply_to(message, "Thanks, how long does delivery take?"))
    assert activity.account == account
    for _ in range(3):
        tasks.tick()
    account.refresh_from_db()
    assert stages.label(account) == "Engaged"
    answer = Draft.objects.first()
    assert answer.output_class == "outreach.reply"
    assert answer.in_reply_to == activity
    assert ReviewItem.objects.get(draft=answer).state == "pending"
    assert not Signal.objects.unhandled().exists()
    assert list(events.faults()) == []
    assert replay.contradictions() == []


def test_one_account_from_import_to_the_next_turn_by_the_offline_writer(
    account: Account, smtp: Sink, clock: object
) -> None:
    the_whole_way(account, smtp, clock)


def test_one_account_from_import_to_the_next_turn_by_a_scripted_model(
    account: Account, smtp: Sink, clock: object, scripted_model: ScriptedModel
) -> None:
    scripted_model.on("ProspectingOutput", scripts.prospecting)
    scripted_model.on("OutreachOutput", scripts.outreach)
    scripted_model.on("ReplyOutput", scripts.read)
    the_whole_way(account, smtp, clock)
