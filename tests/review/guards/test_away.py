"""Guard 10: nobody is written to while they are out of office; they are when they are back."""

from datetime import timedelta
from email.message import EmailMessage

import pytest

from agents.models import Draft, WakeUp
from agents.orchestration import engine
from revenue import clock as clocks
from revenue import leases
from revenue.inbound import receive_email
from revenue.models import Workspace
from review import dispatch, intake
from review.models import OutboxMessage, ReviewItem
from tests.races import verbs
from tests.review.guards import office
from tests.review.guards.test_window import looked_at
from tests.smtp import Sink

pytestmark = pytest.mark.django_db


def says(here: verbs.Scene, text: str, *, is_auto: bool = True) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = here.contact.email, "rep@seller.example"
    mail["Subject"] = "Automatic reply: GTX" if is_auto else "Re: GTX"
    mail["Message-ID"] = f"<{clocks.now().timestamp()}@buyer.example>"
    if is_auto:
        mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(text)
    receive_email(mail.as_bytes())


@pytest.fixture
def here(workspace: Workspace, clock: object) -> verbs.Scene:
    office.opens()
    clock.at(office.WEDNESDAY)
    return verbs.queued()


AWAY = "I am out of the office until 9 December 2026."
BACK = office.utc("2026-12-10 15:00")  # nine o'clock on the business day after


def test_a_mail_waits_for_the_business_day_after_the_return_and_leaves(
    here: verbs.Scene, smtp: Sink, clock: object
) -> None:
    says(here, AWAY)
    message = looked_at(here.message)
    assert (message.state, message.not_before) == ("queued", BACK)
    assert message.hold_reason == (
        f"{here.contact} is out of office until 9 Dec. Leaves Thu 10 Dec 09:00 in Chicago."
    )
    assert message.blocks.get().guard == "away"
    clock.at(BACK - timedelta(seconds=5))
    assert looked_at(message).state == "queued"
    clock.at(BACK)
    assert looked_at(message).state == "sent"
    assert len(smtp.mails) == 1


def test_fourteen_days_where_no_day_is_named(here: verbs.Scene, smtp: Sink) -> None:
    says(here, "I am out of the office with limited access to mail.")
    message = looked_at(here.message)
    waits = message.not_before - office.WEDNESDAY
    assert timedelta(days=14) <= waits < timedelta(days=14, minutes=1)
    assert message.hold_reason.startswith(f"{here.contact} is out of office. Leaves Wed 16 Dec")


def test_the_voice_is_kept_until_then(here: verbs.Scene, smtp: Sink, clock: object) -> None:
    says(here, AWAY)
    looked_at(here.message)
    clock.at(BACK)
    leases.sweep()
    assert leases.current(here.account).holder == f"outbox:{here.message.pk}"


def test_an_automatic_answer_moves_nothing(here: verbs.Scene, smtp: Sink) -> None:
    before = here.account.context_version
    says(here, AWAY)
    here.account.refresh_from_db()
    assert here.account.context_version == before


def test_who_writes_again_is_written_to_again(here: verbs.Scene, smtp: Sink, clock: object) -> None:
    says(here, AWAY)
    looked_at(here.message)
    clock.travel(hours=1)
    says(here, "I look into my mail now and then. How long is delivery?", is_auto=False)
    intake.sweep()
    here.message.refresh_from_db()
    assert here.message.state == "cancelled"  # another mail answers what they wrote
    again = verbs.queued(verbs.Scene(here.account, here.rep, here.manager, here.successor))
    assert looked_at(again.message).state == "sent"


def test_a_day_of_return_that_is_over_holds_nothing(here: verbs.Scene, smtp: Sink) -> None:
    says(here, "I am out of the office until 30 November 2026.")
    assert looked_at(here.message).state == "sent"


def test_somebody_else_there_may_be_written_to(here: verbs.Scene, smtp: Sink) -> None:
    other = verbs.Scene(here.account, here.rep, here.manager, here.successor)
    colleague = here.account.contacts.create(email="max@brookfield.example", first_name="Max")
    says(here, AWAY)
    assert dispatch.guards.away.look is not None
    Draft.objects.filter(pk=here.draft.pk).update(contact=colleague)
    assert other.account == here.account
    message = looked_at(here.message)
    assert message.blocks.first().guard == "recipient"  # and not "away": it is not this person


def test_the_routing_and_the_guard_say_the_same(
    here: verbs.Scene, smtp: Sink, clock: object
) -> None:
    dispatch.send_due()
    clock.travel(minutes=1)
    says(here, AWAY)
    engine.step(here.account)
    wake_up = WakeUp.objects.get(account=here.account)
    assert wake_up.due_at == BACK


def test_the_routing_waits_fourteen_days_where_no_day_is_named(
    here: verbs.Scene, smtp: Sink, clock: object
) -> None:
    dispatch.send_due()
    clock.travel(minutes=1)
    said = clocks.now()
    says(here, "I am out of the office with limited access to mail.")
    engine.step(here.account)
    due = WakeUp.objects.get(account=here.account).due_at
    assert timedelta(0) <= due - said - timedelta(days=14) < timedelta(seconds=5)
    assert ReviewItem.objects.count() == OutboxMessage.objects.count() == 1
