"""The version of an account moves exactly when the hash of its context does.

Whatever is done in whatever order: what would change a mail moves both, everything else neither.
"""

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.db import transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from agents import handoffs
from agents.models import AgentRun
from agents.orchestration import triggers
from revenue import clock as time
from revenue import consent, context, ingest, leases, people, records, stages, switches
from revenue.inbound import receive_email
from revenue.models import Account, Meeting
from review import decisions, dispatch, intake
from review.models import OutboxMessage, ReviewItem
from tests import factories
from tests.races import verbs

pytestmark = pytest.mark.django_db

Scene = verbs.Scene
DECLINED = (decisions.DecisionError, dispatch.Unsettled, ValueError)


# --- what would change a mail ---------------------------------------------------------------------


def a_reply(here: Scene) -> object:
    return receive_email(raw_mail(here, "How long does delivery take?"))


def an_opt_out(here: Scene) -> object:
    return receive_email(raw_mail(here, "Please unsubscribe me."))


def a_call(here: Scene) -> object:
    return spoken(here, kind="call", direction="inbound")


def a_mail_by_a_person(here: Scene) -> object:
    return spoken(here, direction="outbound", user=here.rep)


def a_mail_by_an_agent(here: Scene) -> object:
    return spoken(here, direction="outbound", ends_voice=False)


def a_stage(here: Scene) -> object:
    step = "hold" if here.account.stage != "hold" else "engaged"
    return stages.advance(Account.objects.get(pk=here.account.pk), step, by="system", reason="")


def a_deals_stage(here: Scene) -> object:
    deal = here.account.opportunities.get()
    step = {"prospecting": "engaging", "engaging": "proposal", "proposal": "engaging"}
    return stages.advance(deal, step.get(deal.stage, "engaging"), by="system", reason="")


def a_deal_won(here: Scene) -> object:
    deal = here.account.opportunities.get()
    return ingest.record_step(deal, "won", by=here.rep, reason="Signed")


def a_deal_lost(here: Scene) -> object:
    deal = here.account.opportunities.get()
    return ingest.record_step(deal, "lost", by=here.rep, reason="Price")


def another_owner(here: Scene) -> object:
    return records.assign_owner(here.account, here.successor, by=here.manager)


def no_owner(here: Scene) -> object:
    return records.assign_owner(here.account, None, by=here.manager)


def a_new_title(here: Scene) -> object:
    return changed(here, title="Director")


def a_new_address(here: Scene) -> object:
    return changed(here, email=f"new{here.account.pk}@race.example")


def a_new_name(here: Scene) -> object:
    return changed(here, first_name="Yasmin")


def a_new_zone(here: Scene) -> object:
    return changed(here, time_zone="Europe/Berlin")


def a_sensitive_contact(here: Scene) -> object:
    return changed(here, is_sensitive=True)


def strategic(here: Scene) -> object:
    return records.flag_strategic(here.account, on=not fresh(here).is_strategic, by=here.manager)


def a_suppressed_address(here: Scene) -> object:
    return consent.suppress(here.contact.email, scope="address", reason="asked", by="contact")


def a_suppressed_domain(here: Scene) -> object:
    domain = here.contact.email.rpartition("@")[2]
    return consent.suppress(domain, scope="domain", reason="asked", by=here.manager)


def a_suppressed_account(here: Scene) -> object:
    return consent.suppress(here.account, scope="account", reason="asked", by=here.manager)


def a_hard_bounce(here: Scene) -> object:
    return consent.record_bounce(here.contact.email, hard=True, account=here.account)


def a_meeting(here: Scene) -> object:
    return meeting(here, hours=24)


def a_meeting_at_another_time(here: Scene) -> object:
    return meeting(here, hours=48)


def a_meeting_cancelled(here: Scene) -> object:
    return meeting(here, hours=24, status=Meeting.Status.CANCELLED)


def a_mail_that_leaves(here: Scene) -> object:
    message = OutboxMessage.objects.filter(account=here.account, state="queued").first()
    assume(message)
    return dispatch.send(message.pk)


MOVING = [
    a_reply, an_opt_out, a_call, a_mail_by_a_person, a_mail_by_an_agent, a_stage, a_deals_stage,
    a_deal_won, a_deal_lost, another_owner, no_owner, a_new_title, a_new_address,
    a_new_name, a_new_zone, a_sensitive_contact, strategic,
    a_suppressed_address, a_suppressed_domain, a_suppressed_account, a_hard_bounce, a_meeting,
    a_meeting_at_another_time, a_meeting_cancelled,
]  # fmt: skip


# --- what would not -------------------------------------------------------------------------------


def an_automatic_answer(here: Scene) -> object:
    return receive_email(raw_mail(here, "I am out of the office.", auto=True))


def a_note(here: Scene) -> object:
    return spoken(here, kind="note", direction="internal", user=here.rep)


def a_fact(here: Scene) -> object:
    return ingest.record_fact(
        account=here.account, text="They opened a plant.", source="news", as_of=time.now(),
        by="agent:prospecting", key="plant",
    )  # fmt: skip


def a_signal(here: Scene) -> object:
    return ingest.record_signal(
        account=here.account, kind="intent", source="web", occurred_at=time.now(),
        payload={"topic": "GTX"}, dedupe_key=f"intent:{here.account.pk}:{number()}",
    )  # fmt: skip


def a_soft_bounce(here: Scene) -> object:
    return consent.record_bounce(here.contact.email, hard=False, account=here.account)


def an_address_seen(here: Scene) -> object:
    return ingest.see_address(here.contact.email)


def a_run(here: Scene) -> object:
    now = time.now()
    return AgentRun.objects.create(
        account=here.account, agent="prospecting", state="done", started_at=now, alive_until=now
    )


def a_voice(here: Scene) -> object:
    return leases.acquire(here.account, holder="run:1", ttl=600)


def a_voice_that_ends(here: Scene) -> object:
    return leases.preempt(here.account, reason="test")


def a_handoff(here: Scene) -> object:
    return handoffs.write(
        fresh(here), from_agent="prospecting", to_agent="outreach", context={}, state_update={},
        mandate={}, by="system",
    )  # fmt: skip


def a_bell(here: Scene) -> object:
    return triggers.ring(here.account.pk)


def a_kill_switch(here: Scene) -> object:
    return switches.stop("account", str(here.account.pk), by=here.manager, reason="No")


def a_kill_switch_lifted(here: Scene) -> object:
    return switches.lift("account", str(here.account.pk), by=here.manager, reason="Settled")


def an_approval(here: Scene) -> object:
    return decisions.approve(item(here), by=here.rep, revision=item(here).revision)


def an_edit(here: Scene) -> object:
    found = item(here)
    return decisions.approve_edited(
        found, by=here.rep, revision=found.revision, subject="GTX", body=f"Hi Yara {number()}"
    )


def a_rejection(here: Scene) -> object:
    return decisions.reject(item(here), by=here.rep, revision=item(here).revision, reason="tone")


def a_snooze(here: Scene) -> object:
    until = time.now() + timedelta(hours=3)
    return decisions.snooze(item(here), by=here.rep, revision=item(here).revision, until=until)


def a_rewrite(here: Scene) -> object:
    found = item(here)
    return decisions.request_rewrite(found, by=here.rep, revision=found.revision, note="Shorter")


def a_reassignment(here: Scene) -> object:
    found = item(here)
    return decisions.reassign(found, by=here.rep, revision=found.revision, to=here.successor)


def an_undo(here: Scene) -> object:
    return decisions.undo(item(here), by=here.rep)


def a_take_over(here: Scene) -> object:
    return decisions.take_over(here.account, by=here.rep)


def a_hand_back(here: Scene) -> object:
    return decisions.hand_back(here.account, by=here.rep, note="Called", next_action="Go on")


def a_sweep(here: Scene) -> object:
    return [intake.sweep(), leases.sweep(), dispatch.sweep()]


def an_odd_character_in_a_name(here: Scene) -> object:
    return changed(here, first_name=f"{here.contact.first_name}\x00")


def a_colleague_who_leaves(here: Scene) -> object:
    return people.deactivate(here.successor, by=here.manager)


STAYING = [
    an_odd_character_in_a_name,
    an_automatic_answer, a_note, a_fact, a_signal, a_soft_bounce, an_address_seen, a_run, a_voice,
    a_voice_that_ends, a_handoff, a_bell, a_kill_switch, a_kill_switch_lifted, an_approval, an_edit,
    a_rejection, a_snooze, a_rewrite, a_reassignment, an_undo, a_take_over, a_hand_back, a_sweep,
]  # fmt: skip


# --- small parts ----------------------------------------------------------------------------------


def number() -> int:
    return next(verbs._numbers)


def fresh(here: Scene) -> Account:
    return Account.objects.get(pk=here.account.pk)


def item(here: Scene) -> ReviewItem:
    return ReviewItem.objects.get(pk=here.item.pk)


def changed(here: Scene, **values: object) -> object:
    return records.update_contact(here.contact, by=here.rep, **values)


def spoken(here: Scene, **more: object) -> object:
    return ingest.record_message(
        account=here.account, body="Words.", occurred_at=time.now(), contact=here.contact, **more
    )


def meeting(here: Scene, *, hours: int, status: str = "booked") -> object:
    start = here.account.created_at + timedelta(hours=hours)
    return ingest.record_meeting(
        account=here.account, uid=f"meeting-{here.account.pk}", starts_at=start,
        ends_at=start + timedelta(hours=1), status=status, attendees=[here.contact],
    )  # fmt: skip


def raw_mail(here: Scene, text: str, *, auto: bool = False) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = here.contact.email, "rep@seller.example"
    mail["Subject"] = "Automatic reply: GTX" if auto else "Re: GTX"
    mail["Message-ID"] = f"<c{here.account.pk}.{number()}@race.example>"
    if auto:
        mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(text)
    return mail.as_bytes()


def known(*accounts: Account) -> list[tuple[int, str]]:
    found = [context.account_context(account) for account in accounts]
    return [(one.version, one.hash) for one in found]


def neighbour(here: Scene) -> Account:
    """Another account where the same person sits."""
    account = factories.AccountFactory(owner=here.rep)
    factories.ContactFactory(account=account, email=here.contact.email)
    return account


def done(here: Scene, verb: Callable[[Scene], object]) -> None:
    """A verb that is declined in words changes nothing, like any other transaction."""
    try:
        with transaction.atomic():
            verb(here)
    except DECLINED:
        pass


# --- the law --------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", MOVING, ids=lambda verb: verb.__name__)
def test_what_would_change_a_mail_moves_both(verb: Callable[[Scene], object]) -> None:
    here = verbs.pending()
    [before] = known(here.account)
    verb(here)
    [after] = known(here.account)
    assert after[0] > before[0]
    assert after[1] != before[1]


@pytest.mark.parametrize("verb", STAYING, ids=lambda verb: verb.__name__)
def test_what_would_not_change_a_mail_moves_neither(verb: Callable[[Scene], object]) -> None:
    here = verbs.pending()
    before = known(here.account)
    done(here, verb)
    assert known(here.account) == before


def test_a_draft_and_its_item_move_neither() -> None:
    here = verbs.unrouted()
    before = known(here.account)
    intake.route(here.draft)
    assert known(here.account) == before


def test_a_mail_that_leaves_moves_both(workspace: object, smtp: object) -> None:
    here = verbs.queued()
    before = known(here.account)
    assert dispatch.send(here.message.pk)
    assert all(one != other for one, other in zip(before[0], known(here.account)[0], strict=True))


@settings(
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(order=st.lists(st.sampled_from(MOVING + STAYING), min_size=4, max_size=14))
def test_in_any_order_the_version_moves_when_the_hash_does(
    order: list[Callable[[Scene], object]],
) -> None:
    here = verbs.pending()
    other = neighbour(here)
    for verb in order:
        before = known(here.account, other)
        done(here, verb)
        for (version, seen), (next_version, now) in zip(
            before, known(here.account, other), strict=True
        ):
            assert (version != next_version) == (seen != now), verb.__name__
            assert next_version >= version


def test_twice_the_same_moves_once() -> None:
    here = verbs.pending()
    once = [a_suppressed_address, a_suppressed_account, a_meeting, a_new_title, another_owner]
    for verb in [*once, a_sensitive_contact]:
        verb(here)
        before = known(here.account)
        verb(here)
        assert known(here.account) == before, verb.__name__


def test_a_meeting_that_moves_to_another_account_moves_both_accounts() -> None:
    here = verbs.pending()
    other = neighbour(here)
    row = a_meeting(here)
    before = known(here.account, other)
    ingest.record_meeting(account=other, uid=row.uid, starts_at=row.starts_at, ends_at=row.ends_at)
    for (version, seen), (next_version, now) in zip(
        before, known(here.account, other), strict=True
    ):
        assert next_version > version
        assert seen != now


def test_the_hash_is_read_fresh_and_does_not_depend_on_the_object() -> None:
    here = verbs.pending()
    old = Account.objects.get(pk=here.account.pk)
    a_stage(here)
    assert known(old) == known(fresh(here))


def test_time_passing_moves_neither(clock: object) -> None:
    here = verbs.pending()
    before = known(here.account)
    clock.travel(days=40)
    a_sweep(here)
    assert known(here.account) == before
