"""claim → re-check → send → record: what leaves, once, and what becomes of the rest."""

from datetime import timedelta

import pytest

from agents.orchestration import triggers
from revenue import consent, leases, records, snapshots, switches
from revenue import workspace as workspaces
from revenue.models import Activity, Contact, Lease, Workspace
from review import decisions, dispatch, guards, intake, payload
from review.models import GuardBlock, OutboxMessage, ReviewItem, Verdict
from tests import factories
from tests.races import verbs
from tests.smtp import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(workspace: Workspace) -> verbs.Scene:
    return verbs.queued()


def state(here: verbs.Scene) -> str:
    here.message.refresh_from_db()
    return here.message.state


def test_an_approved_mail_leaves_once_as_it_was_approved(here: verbs.Scene, smtp: Sink) -> None:
    assert dispatch.send_due() == 1
    assert dispatch.send_due() == 0
    [mail] = smtp.mails
    assert state(here) == "sent"
    assert mail["To"].addresses[0].addr_spec == here.contact.email
    assert mail["Message-ID"] == here.message.message_id
    assert here.draft.body in mail.get_content().replace("\r\n", "\n")
    assert snapshots.get(here.message.mime).encode() == smtp.raw[0]


def test_the_mail_carries_a_one_click_way_out_and_the_senders_address(
    here: verbs.Scene, smtp: Sink
) -> None:
    dispatch.send_due()
    [mail] = smtp.mails
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    token = mail["List-Unsubscribe"].strip("<>").rstrip("/").rpartition("/")[2]
    assert payload.read_unsubscribe(token) == here.contact.email
    assert "1 Quay Street" in mail.get_content()


def test_what_was_sent_is_remembered_and_the_account_is_free(here: verbs.Scene, smtp: Sink) -> None:
    before = here.account.context_version
    dispatch.send_due()
    activity = Activity.objects.get()
    assert (activity.direction, activity.message_id) == ("outbound", here.message.message_id)
    here.account.refresh_from_db()
    assert here.account.stage == "contacted"
    assert here.account.context_version > before
    assert leases.current(here.account) is None
    assert Verdict.objects.get().score == 1


def test_nothing_leaves_before_the_undo_time_is_over(workspace: Workspace, smtp: Sink) -> None:
    here = verbs.pending()
    here.rep.undo_seconds = 10
    decisions.approve(here.item, by=here.rep, revision=1, dwell_ms=60_000)
    assert dispatch.send_due() == 0
    assert smtp.mails == []


def test_without_a_mail_server_it_stays_on_this_machine(
    here: verbs.Scene, settings: object
) -> None:
    settings.EMAIL_BACKEND = "review.channels.local.EmailBackend"
    dispatch.send_due()
    assert state(here) == "sent"
    assert here.message.stayed_local


# --- what the server says -------------------------------------------------------------------------


def test_a_line_that_is_dropped_after_the_final_dot_is_unknown_and_never_sent_again(
    here: verbs.Scene, smtp: Sink, clock: object
) -> None:
    smtp.drop = True
    assert dispatch.send_due() == 0
    assert state(here) == "unknown"
    clock.travel(days=2)
    smtp.drop = False
    dispatch.sweep()
    leases.sweep()
    assert dispatch.send_due() == 0
    assert len(smtp.mails) == 1
    assert leases.current(here.account).holder == f"outbox:{here.message.pk}"


@pytest.mark.parametrize("answer", ["451 Try later", "554 No"])
def test_a_refusal_is_tried_again_later_and_five_times_at_most(
    here: verbs.Scene, smtp: Sink, clock: object, answer: str
) -> None:
    smtp.answer = answer
    for attempt in range(1, 6):
        dispatch.send_due()
        here.message.refresh_from_db()
        assert here.message.attempt == attempt
        assert dispatch.send_due() == 0
        clock.travel(hours=1, minutes=1)
    assert state(here) == "failed"
    assert answer in here.message.provider_answer
    assert smtp.mails == []
    assert leases.current(here.account) is None


def test_after_the_last_refusal_the_account_is_looked_at_again(
    here: verbs.Scene, smtp: Sink, clock: object
) -> None:
    smtp.answer = "550 No such user"
    for _ in range(5):
        dispatch.send_due()
        clock.travel(hours=2)
    assert OutboxMessage.objects.get().state == "failed"
    assert triggers.due() == [here.account.pk]


def test_no_connection_is_a_refusal(here: verbs.Scene, smtp: Sink, settings: object) -> None:
    settings.EMAIL_PORT = 1
    dispatch.send_due()
    assert state(here) == "queued"
    assert "No connection" in here.message.provider_answer


def test_a_second_attempt_sends_the_same_bytes(
    here: verbs.Scene, smtp: Sink, clock: object
) -> None:
    smtp.answer = "451 Try later"
    dispatch.send_due()
    first = OutboxMessage.objects.get().mime
    smtp.answer = "250 OK"
    clock.travel(hours=1)
    dispatch.send_due()
    assert OutboxMessage.objects.get().mime == first
    assert snapshots.get(first).encode() == smtp.raw[0]


def test_a_sender_that_died_leaves_an_unknown_after_two_minutes(
    here: verbs.Scene, smtp: Sink, clock: object
) -> None:
    assert dispatch._claim(here.message.pk)
    dispatch.sweep()
    assert state(here) == "sending"
    clock.travel(minutes=2, seconds=1)
    dispatch.sweep()
    assert state(here) == "unknown"
    assert dispatch.send_due() == 0


def test_an_answer_that_comes_late_settles_what_was_unknown(
    here: verbs.Scene, smtp: Sink, clock: object
) -> None:
    claim = dispatch._claim(here.message.pk)
    clock.travel(minutes=3)
    dispatch.sweep()
    dispatch._record(claim, dispatch.mail.Outcome("accepted", "250 OK"))
    assert state(here) == "sent"


def late_after_a_person_sent_it_again(here: verbs.Scene, clock: object) -> dispatch.Claim:
    """The first attempt still hangs, somebody said that it did not leave."""
    claim = dispatch._claim(here.message.pk)
    clock.travel(minutes=3)
    dispatch.sweep()
    dispatch.settle(here.message, by=here.rep, outcome="queued")
    return claim


def test_a_late_refusal_does_not_send_a_later_attempt_once_more(
    here: verbs.Scene, smtp: Sink, clock: object
) -> None:
    first = late_after_a_person_sent_it_again(here, clock)
    second = dispatch._claim(here.message.pk)
    dispatch._record(first, dispatch.mail.Outcome("refused", "451 Too late"))
    assert state(here) == "sending"
    dispatch._record(second, dispatch.mail.Outcome("accepted", "250 OK"))
    assert state(here) == "sent"
    clock.travel(days=1)
    assert dispatch.send_due() == 0
    assert Activity.objects.count() == 1


def test_a_late_acceptance_takes_back_the_wish_to_send_again(
    here: verbs.Scene, smtp: Sink, clock: object
) -> None:
    first = late_after_a_person_sent_it_again(here, clock)
    dispatch._record(first, dispatch.mail.Outcome("accepted", "250 OK"))
    assert state(here) == "sent"
    assert dispatch.send_due() == 0
    assert smtp.mails == []
    assert leases.current(here.account) is None


# --- a person settles -----------------------------------------------------------------------------


@pytest.fixture
def lost(workspace: Workspace, smtp: Sink) -> verbs.Scene:
    return verbs.unknown()


def test_it_left_says_a_person(lost: verbs.Scene) -> None:
    dispatch.settle(lost.message, by=lost.rep, outcome="sent")
    assert state(lost) == "sent"
    assert Activity.objects.get().message_id == lost.message.message_id
    assert leases.current(lost.account) is None


def test_it_did_not_leave_says_a_person_and_it_is_sent_again(lost: verbs.Scene, smtp: Sink) -> None:
    dispatch.settle(lost.message, by=lost.rep, outcome="queued")
    assert dispatch.send_due() == 1
    assert len(smtp.mails) == 1


def test_it_should_not_be_sent_any_more(lost: verbs.Scene) -> None:
    dispatch.settle(lost.message, by=lost.rep, outcome="cancelled")
    assert state(lost) == "cancelled"
    assert leases.current(lost.account) is None
    assert ReviewItem.objects.get().state == "withdrawn"


def test_it_is_settled_once(lost: verbs.Scene) -> None:
    dispatch.settle(lost.message, by=lost.rep, outcome="sent")
    with pytest.raises(dispatch.Unsettled, match="sent"):
        dispatch.settle(lost.message, by=lost.manager, outcome="queued")


def test_an_outsider_settles_nothing(lost: verbs.Scene) -> None:
    outsider = factories.UserFactory(team=factories.TeamFactory(name="West"))
    with pytest.raises(dispatch.Unsettled, match="not there"):
        dispatch.settle(lost.message, by=outsider, outcome="sent")
    assert state(lost) == "unknown"


# --- guards, under the claim ----------------------------------------------------------------------


def opt_out(here: verbs.Scene) -> None:
    consent.suppress(here.contact.email, scope="address", reason="asked", by="contact")


def opt_out_of_the_domain(here: verbs.Scene) -> None:
    domain = here.contact.email.rpartition("@")[2]
    consent.suppress(domain, scope="domain", reason="asked", by=here.manager)


def opt_out_of_the_account(here: verbs.Scene) -> None:
    consent.suppress(here.account, scope="account", reason="asked", by=here.manager)


def stop_everything(here: verbs.Scene) -> None:
    switches.stop("all", by=here.manager, reason="A complaint")


def stop_the_agent(here: verbs.Scene) -> None:
    switches.stop("agent", "outreach", by=here.manager, reason="")


def stop_the_class(here: verbs.Scene) -> None:
    switches.stop("class", "outreach.first_email", by=here.manager, reason="")


def stop_the_account(here: verbs.Scene) -> None:
    switches.stop("account", str(here.account.pk), by=here.manager, reason="")


def move_on(here: verbs.Scene) -> None:
    records.update_contact(here.contact, by=here.rep, title="Director")


def change_the_address_behind_our_back(here: verbs.Scene) -> None:
    Contact.objects.filter(pk=here.contact.pk).update(email="other@brookfield.example")


def lose_the_voice(here: verbs.Scene) -> None:
    Lease.objects.filter(account=here.account).update(token=999)


def undo_the_decision_behind_our_back(here: verbs.Scene) -> None:
    ReviewItem.objects.filter(pk=here.item.pk).update(state="pending")


def change_what_was_approved(here: verbs.Scene) -> None:
    other = snapshots.put(snapshots.get(here.message.payload).replace("GTX Pro", "GTX Max"))
    OutboxMessage.objects.filter(pk=here.message.pk).update(payload=other, approved=other)


@pytest.mark.parametrize(
    ("happens", "guard"),
    [
        (opt_out, "suppression"),
        (opt_out_of_the_domain, "suppression"),
        (opt_out_of_the_account, "suppression"),
        (stop_everything, "kill_switch"),
        (stop_the_agent, "kill_switch"),
        (stop_the_class, "kill_switch"),
        (stop_the_account, "kill_switch"),
        (move_on, "freshness"),
        (change_the_address_behind_our_back, "recipient"),
        (lose_the_voice, "voice"),
        (undo_the_decision_behind_our_back, "approval"),
        (change_what_was_approved, "approval"),
    ],
)
def test_after_an_approval_nothing_leaves_that_should_not(
    here: verbs.Scene, smtp: Sink, happens: object, guard: str
) -> None:
    happens(here)
    assert dispatch.send_due() == 0
    assert smtp.mails == []
    assert guard in set(GuardBlock.objects.values_list("guard", flat=True))
    assert GuardBlock.objects.first().detail


@pytest.mark.parametrize("field", ["company", "postal_address"])
def test_without_an_identity_a_mail_is_held_and_leaves_when_it_is_there(
    here: verbs.Scene, smtp: Sink, clock: object, field: str
) -> None:
    Workspace.objects.update(**{field: ""})
    dispatch.send_due()
    assert state(here) == "queued"
    assert "Not set up yet" in here.message.hold_reason
    Workspace.objects.update(**{field: "Harbour Supply"})
    clock.travel(minutes=6)
    assert dispatch.send_due() == 1


def test_an_untested_mailbox_holds(here: verbs.Scene, smtp: Sink) -> None:
    Workspace.objects.update(mailbox_tested_at=None)
    dispatch.send_due()
    assert "has not been tested" in OutboxMessage.objects.get().hold_reason
    assert smtp.mails == []


def test_a_mailbox_that_was_tested_on_another_server_holds(
    here: verbs.Scene, smtp: Sink, settings
) -> None:
    Workspace.objects.update(mailbox_tested_with=workspaces.mail_server())
    settings.EMAIL_HOST_USER = "somebody-else"
    dispatch.send_due()
    assert "has not been tested" in OutboxMessage.objects.get().hold_reason
    assert smtp.mails == []


def test_a_guard_that_fails_blocks(
    here: verbs.Scene, smtp: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guards.unsubscribe.payload, "read_unsubscribe", None)
    dispatch.send_due()
    assert state(here) == "blocked"
    assert here.message.detail == "This could not be checked."


def test_a_blocked_mail_leaves_once_its_cause_is_lifted(here: verbs.Scene, smtp: Sink) -> None:
    stop_the_agent(here)
    dispatch.send_due()
    assert state(here) == "blocked"
    switches.lift("agent", "outreach", by=here.manager, reason="Settled")
    dispatch.unblock(here.message, by=here.rep)
    assert dispatch.send_due() == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(
            "Hi {{first_name}},\n\nStill?", "Unfilled field: {{first_name}}", id="45 unfilled"
        ),
        ("Hi Karl,\n\nStill?", "The greeting says “Karl”"),
    ],
)
def test_a_mail_with_a_broken_greeting_does_not_leave(
    workspace: Workspace, smtp: Sink, body: str, words: str
) -> None:
    here = verbs.pending()
    decisions.approve_edited(here.item, by=here.rep, revision=1, subject="GTX", body=body)
    here.message = OutboxMessage.objects.get()
    dispatch.send_due()
    assert state(here) == "blocked"
    assert words in here.message.detail


def test_a_stale_message_is_pulled_back_and_the_account_looked_at_again(
    here: verbs.Scene, smtp: Sink
) -> None:
    move_on(here)
    intake.sweep()
    assert state(here) == "cancelled"
    assert ReviewItem.objects.get().state == "stale"
    assert leases.current(here.account) is None


def test_the_queries_of_one_dispatch_do_not_grow_with_history(
    here: verbs.Scene, smtp: Sink, django_assert_max_num_queries: object, clock: object
) -> None:
    Activity.objects.bulk_create(
        Activity(account=here.account, occurred_at=clock.now() - timedelta(days=number),
                 direction="internal", kind="note") for number in range(200)
    )  # fmt: skip
    with django_assert_max_num_queries(115):
        assert dispatch.send_due() == 1
