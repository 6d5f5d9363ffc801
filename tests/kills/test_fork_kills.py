"""A process is killed at any boundary of any step from the import to the next turn.

Whatever it was doing, afterwards: no half state, nothing lost, nothing sent twice, and the work
comes to its end within a minute of the database's time.
"""

import os
import random
from collections.abc import Callable
from contextlib import suppress
from email.message import EmailMessage

import pytest

from agents.models import AgentRun, Draft
from revenue import clock as clocks
from revenue import ingest
from revenue.inbound import receive_email
from revenue.models import Account, Activity, Workspace
from review import decisions, dispatch, tasks
from review.models import OutboxMessage, ReviewItem
from tests import factories, scripts
from tests.fakes import ScriptedModel
from tests.kills import forks
from tests.races import laws, verbs
from tests.smtp import Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]

# Boundaries per step, spread over all of them; a soak takes every one.
KILLS = int(os.environ.get("KILLS_PER_STEP", "12"))
MINUTE = 60


def imported() -> Account:
    account = factories.prospect(owner__undo_seconds=0)
    ingest.record_signal(
        account=account, kind="imported", source="crm", occurred_at=clocks.now(), payload={},
        dedupe_key=f"import:{account.pk}",
    )  # fmt: skip
    return account


def handed_over() -> Account:
    account = imported()
    tasks.tick()
    return account


def drafted() -> Account:
    account = handed_over()
    tasks.step_due()
    return account


def routed() -> Account:
    account = drafted()
    tasks.route_due()
    return account


def approved() -> Account:
    account = routed()
    approve(account)
    return account


def sent() -> Account:
    account = approved()
    dispatch.send_due()
    return account


def answered() -> Account:
    account = sent()
    receive(account)
    return account


def tick(account: Account) -> None:
    tasks.tick()


def approve(account: Account) -> None:
    item = ReviewItem.objects.get(account=account, state="pending")
    decisions.approve(item, by=account.owner, revision=item.revision)


def edit(account: Account) -> None:
    item = ReviewItem.objects.get(account=account, state="pending")
    words = {"subject": "The GTX Pro", "body": "Hi Yara,\n\nStill?"}
    decisions.approve_edited(item, by=account.owner, revision=item.revision, **words)


def receive(account: Account) -> None:
    message = OutboxMessage.objects.filter(account=account, state="sent").first()
    mail = EmailMessage()
    mail["From"], mail["To"] = message.recipient, "rep@seller.example"
    mail["Message-ID"], mail["In-Reply-To"] = f"<re-{message.pk}@b.example>", message.message_id
    mail["Subject"] = "Re: GTX"
    mail.set_content("How long does delivery take?")
    receive_email(mail.as_bytes())


STEPS: dict[str, tuple[Callable[[], Account], Callable[[Account], None], int]] = {
    # step: from which state, what is killed, how many mails there are in the end
    "prospecting runs": (imported, tick, 1),
    "outreach runs": (handed_over, tick, 1),
    "the draft is routed": (drafted, tick, 1),
    "a rep approves": (routed, approve, 1),
    "a rep edits": (routed, edit, 1),
    "the mail leaves": (approved, tick, 1),
    "the reply comes in": (sent, receive, 2),
    "the next turn is drafted": (answered, tick, 2),
}


def go_on(account: Account, sink: Sink, clock: object, *, mails: int) -> None:
    """What the product and its people do after a crash, until `mails` have left."""
    for _ in range(12):
        clock.travel(seconds=MINUTE / 12)
        while tasks.tick():
            pass
        if mails == 2 and not replies(account):
            receive(account)
        for item in ReviewItem.objects.filter(account=account, state="pending"):
            with suppress(decisions.Conflict):  # outdated since: the next round brings another
                decisions.approve(item, by=account.owner, revision=item.revision)
        if OutboxMessage.objects.filter(account=account, state="sent").count() == mails:
            return
    settle(account, sink, clock)


def replies(account: Account) -> int:
    return Activity.objects.filter(account=account, direction="inbound").count()


def settle(account: Account, sink: Sink, clock: object) -> None:
    """A send whose outcome nobody knows: after two minutes a person looks into the mailbox."""
    clock.travel(minutes=2)
    tasks.tick()
    for message in OutboxMessage.objects.filter(account=account, state="unknown"):
        left = message.message_id in [mail["Message-ID"] for mail in sink.mails]
        dispatch.settle(message, by=account.owner, outcome="sent" if left else "queued")
    tasks.tick()


def spread(count: int, seed: int) -> list[int]:
    everything = list(range(1, count + 1))
    return sorted(random.Random(seed).sample(everything, min(KILLS, count)))


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_boundary_loses_nothing_and_sends_nothing_twice(
    step: str, smtp: Sink, clock: object, scripted_model: ScriptedModel, workspace: Workspace,
    seed: int,
) -> None:  # fmt: skip
    scripted_model.on("ProspectingOutput", scripts.prospecting)
    scripted_model.on("OutreachOutput", scripts.outreach)
    scripted_model.on("ReplyOutput", scripts.read)
    before, action, mails = STEPS[step]
    account = before()
    met = forks.run(lambda: action(account))
    assert met > 5
    for fatal in spread(met, seed):
        account = before()
        smtp.raw.clear()
        already = OutboxMessage.objects.filter(account=account, state="sent").count()
        # The last boundaries may be missing now: some rows are made by the first run alone.
        forks.run(lambda: action(account), fatal=fatal)  # noqa: B023
        assert_nothing_is_half(account)
        go_on(account, smtp, clock, mails=mails)
        ids = [mail["Message-ID"] for mail in smtp.mails]
        where = f"{step}, boundary {fatal} of {met}"
        assert len(ids) == len(set(ids)) == mails - already, where
        assert OutboxMessage.objects.filter(account=account, state="sent").count() == mails, where
        assert laws.always_broken(account) == [], where
        Account.objects.filter(pk=account.pk).update(stage="hold")  # done with this one


def assert_nothing_is_half(account: Account) -> None:
    """What was committed is whole: the log holds, and nothing has two of what it may have once."""
    assert laws.the_log_holds(account) == []
    assert laws.contradictions(account) == []
    assert laws.one_voice(account) == []
    assert laws.one_decision_per_revision(account) == []
    assert AgentRun.objects.filter(account=account, state="running").count() <= 1
    drafts = Draft.objects.filter(account=account, needs_item=False).count()
    assert ReviewItem.objects.filter(account=account).count() == drafts
    approved_items = ReviewItem.objects.filter(account=account, state="approved").count()
    assert OutboxMessage.objects.filter(account=account).count() == approved_items


def test_a_kill_is_a_kill() -> None:
    """The harness itself: a process that is killed at its first statement changes nothing."""
    assert forks.run(lambda: verbs.scene(), fatal=1) == 0
    assert not Account.objects.exists()
    assert forks.run(lambda: verbs.scene()) > 5
    assert Account.objects.exists()
