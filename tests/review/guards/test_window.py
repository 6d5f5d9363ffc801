"""Guard 9, hours and meetings: a mail waits until somebody works where it goes, and then leaves."""

from datetime import datetime, timedelta

import pytest

from agents.models import Draft
from revenue import ingest, leases
from revenue.models import Account, Contact, Meeting, Workspace
from review import decisions, dispatch, guards, intake
from review.models import GuardBlock, OutboxMessage, ReviewItem
from tests.races import verbs
from tests.review.guards import office
from tests.smtp import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _office_hours(workspace: Workspace) -> None:
    office.opens()


def queued_at(clock: object, moment: datetime) -> OutboxMessage:
    clock.at(moment)
    return verbs.queued().message


def looked_at(message: OutboxMessage) -> OutboxMessage:
    dispatch.send_due()
    message.refresh_from_db()
    return message


def test_at_work_it_leaves(smtp: Sink, clock: object) -> None:
    assert looked_at(queued_at(clock, office.WEDNESDAY)).state == "sent"
    assert len(smtp.mails) == 1


@pytest.mark.parametrize(
    ("now", "until", "words"),
    [
        (office.NIGHT, office.THURSDAY, "It is outside working hours in Chicago. Leaves 09:00 in"),
        (office.SATURDAY, office.MONDAY, "It is Saturday in Chicago. Leaves Mon 09:00 in Chicago."),
        (office.utc("2026-11-26 16:00"), office.utc("2026-11-27 15:00"),
         "It is Thanksgiving Day in Chicago. Leaves Fri 09:00 in Chicago."),
    ],
)  # fmt: skip
def test_a_mail_waits_for_the_next_hour_of_work_and_leaves_then(
    smtp: Sink, clock: object, now: datetime, until: datetime, words: str
) -> None:
    message = looked_at(queued_at(clock, now))
    assert (message.state, message.not_before) == ("queued", until)
    assert words in message.hold_reason
    clock.at(until - timedelta(seconds=5))
    assert looked_at(message).state == "queued"
    clock.at(until)
    assert looked_at(message).state == "sent"
    assert len(smtp.mails) == 1


def test_the_voice_is_kept_for_as_long_and_a_day(smtp: Sink, clock: object) -> None:
    message = looked_at(queued_at(clock, office.SATURDAY))
    lease = leases.current(message.account)
    assert lease.holder == f"outbox:{message.pk}"
    kept = office.MONDAY + leases.HOLD_AFTER
    assert kept <= lease.expires_at < kept + timedelta(minutes=1)


def test_what_stays_on_this_machine_waits_for_no_hour(local_outbox: None, clock: object) -> None:
    assert looked_at(queued_at(clock, office.SATURDAY)).state == "sent"


def test_an_answer_waits_for_the_hours_too(smtp: Sink, clock: object) -> None:
    clock.at(office.SATURDAY)
    message = looked_at(answering().message)
    assert (message.state, message.not_before) == ("queued", office.MONDAY)


def answering() -> verbs.Scene:
    """An approved answer to somebody who wrote."""
    here = verbs.unrouted()
    asked = ingest.record_message(
        account=here.account, contact=here.contact, direction="inbound", body="How long?",
        occurred_at=office.utc("2026-12-01 15:00"), ends_voice=False,
        message_id=f"<asked-{here.account.pk}@buyer.example>", by="source:mail",
    )  # fmt: skip
    here.account.refresh_from_db()
    version = here.account.context_version
    Draft.objects.filter(pk=here.draft.pk).update(in_reply_to=asked, context_version=version)
    here.draft = Draft.objects.get(pk=here.draft.pk)
    here.item = intake.route(here.draft)
    decisions.approve(here.item, by=here.rep, revision=1)
    here.message = OutboxMessage.objects.get(item=here.item)
    return here


def test_the_same_hold_is_one_row_however_often_it_is_met(smtp: Sink, clock: object) -> None:
    message = looked_at(queued_at(clock, office.SATURDAY))
    for _ in range(5):
        clock.travel(minutes=1)
        OutboxMessage.objects.filter(pk=message.pk).update(not_before=clock.now())
        looked_at(message)
    block = GuardBlock.objects.get()
    assert (block.guard, block.times) == ("window", 6)
    assert block.last_at > block.at
    assert message.not_before == block.holds_until == office.MONDAY


def test_another_reason_is_another_row(smtp: Sink, clock: object) -> None:
    message = looked_at(queued_at(clock, office.SATURDAY))
    clock.travel(days=1)
    OutboxMessage.objects.filter(pk=message.pk).update(not_before=clock.now())
    looked_at(message)
    assert [block.detail for block in message.blocks.order_by("pk")] == [
        "It is Saturday in Chicago.", "It is Sunday in Chicago.",
    ]  # fmt: skip


def test_undo_takes_a_held_one_back(smtp: Sink, clock: object) -> None:
    clock.at(office.SATURDAY)
    here = verbs.queued()
    looked_at(here.message)
    decisions.undo(here.item, by=here.rep)
    assert ReviewItem.objects.get().state == "pending"
    clock.at(office.MONDAY)
    dispatch.send_due()
    assert smtp.mails == []


def test_the_zone_of_the_buyer_counts_and_not_the_senders(smtp: Sink, clock: object) -> None:
    clock.at(office.WEDNESDAY)
    here = verbs.queued()
    Contact.objects.update(time_zone="Asia/Kolkata")  # 21:30 there
    message = looked_at(here.message)
    assert message.not_before == office.utc("2026-12-03 03:30")


def test_a_guard_is_asked_before_anybody_approved(smtp: Sink, clock: object) -> None:
    clock.at(office.SATURDAY)
    here = verbs.pending()
    [finding] = guards.findings(here.draft)
    assert (finding.guard, finding.blocks) == ("window", False)
    assert finding.lifts == "Leaves Mon 09:00 in Chicago."
    assert "Saturday" not in here.item.reason  # it is no reason why a person has to look


def test_a_block_comes_before_the_hours(smtp: Sink, clock: object) -> None:
    clock.at(office.SATURDAY)
    here = verbs.queued()
    Contact.objects.filter(account=here.account).update(email="other@brookfield.example")
    assert looked_at(here.message).guard == "recipient"


# --- meetings -------------------------------------------------------------------------------------


def meeting(account: Account, starts: datetime, **more: object) -> Meeting:
    """As a calendar has it since before the mail was written."""
    times = {"starts_at": starts, "ends_at": starts + timedelta(hours=1)}
    return Meeting.objects.create(account=account, uid="m1", **times | more)


def test_nothing_leaves_within_a_day_of_a_meeting(smtp: Sink, clock: object) -> None:
    clock.at(office.WEDNESDAY)
    here = verbs.queued()
    meeting(here.account, office.WEDNESDAY + timedelta(hours=23))
    message = looked_at(here.message)
    assert "A meeting is less than 24 hours away." in message.hold_reason
    # A day after it has ended, which is a Friday at ten.
    assert message.not_before == office.WEDNESDAY + timedelta(days=2)
    clock.at(message.not_before)
    assert looked_at(message).state == "sent"


@pytest.mark.parametrize(
    ("starts", "more"),
    [
        pytest.param(timedelta(hours=25), {}, id="more than a day away"),
        pytest.param(timedelta(hours=-26), {}, id="more than a day ago"),
        pytest.param(timedelta(hours=2), {"status": "cancelled"}, id="cancelled"),
    ],
)
def test_a_meeting_that_is_not_near_holds_nothing(
    smtp: Sink, clock: object, starts: timedelta, more: dict[str, str]
) -> None:
    clock.at(office.WEDNESDAY)
    here = verbs.queued()
    meeting(here.account, office.WEDNESDAY + starts, **more)
    assert looked_at(here.message).state == "sent"


@pytest.mark.parametrize("status", ["booked", "held"])
def test_the_day_after_a_meeting_is_quiet_too(smtp: Sink, clock: object, status: str) -> None:
    clock.at(office.WEDNESDAY)
    here = verbs.queued()
    meeting(here.account, office.WEDNESDAY - timedelta(hours=3), status=status)
    assert looked_at(here.message).not_before == office.utc("2026-12-03 15:00")


@pytest.mark.parametrize("output_class", ["scheduling.reschedule", "followup.recap_email"])
def test_what_belongs_to_a_meeting_does_not_wait_for_it(
    smtp: Sink, clock: object, output_class: str
) -> None:
    clock.at(office.WEDNESDAY)
    here = verbs.queued()
    meeting(here.account, office.WEDNESDAY + timedelta(hours=2))
    Draft.objects.filter(pk=here.draft.pk).update(output_class=output_class)
    assert looked_at(here.message).state == "sent"


def test_an_answer_does_not_wait_for_a_meeting(smtp: Sink, clock: object) -> None:
    clock.at(office.WEDNESDAY)
    here = answering()
    meeting(here.account, office.WEDNESDAY + timedelta(hours=2))
    assert looked_at(here.message).state == "sent"


def proposed(account: Account, contact: Contact, at: datetime) -> None:
    """A mail with times for a meeting left."""
    here = verbs.Scene(account, account.owner, account.owner, account.owner)
    draft = Draft.objects.create(
        account=account, agent="scheduling", output_class="scheduling.slots", effect="buyer",
        contact=contact, subject="A time", body="Hi Yara,\n\nTuesday at ten?\n\nPat",
        context_version=account.context_version, created_at=at,
    )  # fmt: skip
    here.item = intake.route(draft)
    decisions.approve(here.item, by=account.owner, revision=1)
    assert dispatch.send_due() == 1


def test_no_follow_up_while_a_time_for_a_meeting_is_proposed(smtp: Sink, clock: object) -> None:
    clock.at(office.WEDNESDAY)
    here = verbs.scene()
    here.rep.undo_seconds = 0
    proposed(here.account, here.contact, office.WEDNESDAY)
    clock.travel(minutes=5)
    message = looked_at(follow_up(here))
    assert "A time for a meeting was proposed and not answered yet." in message.hold_reason
    over = message.not_before - office.WEDNESDAY
    assert timedelta(days=5) <= over < timedelta(days=5, minutes=1)


def follow_up(here: verbs.Scene) -> OutboxMessage:
    account = Account.objects.get(pk=here.account.pk)
    draft = Draft.objects.create(
        account=account, agent="outreach", output_class="outreach.follow_up", effect="buyer",
        contact=here.contact, subject="The GTX Pro", body="Hi Yara,\n\nStill of interest?\n\nPat",
        context_version=account.context_version, created_at=office.WEDNESDAY,
    )  # fmt: skip
    item = intake.route(draft)
    decisions.approve(item, by=here.rep, revision=1)
    return OutboxMessage.objects.get(item=item)


def test_an_answer_ends_the_talk_about_a_time(smtp: Sink, clock: object) -> None:
    clock.at(office.WEDNESDAY)
    here = verbs.scene()
    proposed(here.account, here.contact, office.WEDNESDAY)
    clock.travel(minutes=5)
    ingest.record_message(
        account=here.account, contact=here.contact, direction="inbound", body="No, thank you.",
        occurred_at=office.WEDNESDAY + timedelta(minutes=4), by="source:mail",
    )  # fmt: skip
    assert looked_at(follow_up(here)).state == "sent"
