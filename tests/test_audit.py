"""What must hold over all rows, whatever happened: asked of the rows after stories that ended
differently."""

import json

import pytest
from django.apps import apps
from django.db.models import Count, F, Model, Q

from agents import handoffs, preferences
from agents.models import AgentRun, Handoff, Preference, WakeUp
from revenue import events, ingest, leases, snapshots, switches
from revenue.models import (
    Account,
    Event,
    ImportBatch,
    Lease,
    Mailbox,
    Opportunity,
    Suppression,
    Switch,
    Workspace,
)
from review import callbacks, dispatch, intake, payload, tasks
from review.models import Callback, Decision, Lane, Notice, OutboxMessage, ReviewItem, Submission
from tests import replay
from tests.factories import prospect
from tests.mailboxes import connected
from tests.races import laws, verbs
from tests.review.doors import programs
from tests.smtp import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(workspace: Workspace, smtp: Sink, clock: object) -> Sink:
    """Accounts that were approved, edited, rejected, undone, blocked, pulled back, taken over …"""
    verbs.pending()
    verbs.rejected()
    verbs.held()
    verbs.rewriting()
    verbs.unknown()
    edited = verbs.pending()
    verbs.approve_edited(edited)
    undone = verbs.queued()
    verbs.undo(undone)
    for happens in (verbs.opt_out, verbs.stop_account, verbs.reply, verbs.take_over, verbs.cancel):
        happens(verbs.queued())
    verbs.queued()
    dispatch.send_due()
    smtp.answer = "451 Try later"
    verbs.queued()
    dispatch.send_due()
    smtp.answer = "250 OK"
    worked = [prospect(), prospect()]
    for account in worked:
        ingest.record_signal(
            account=account, kind="imported", source="crm", occurred_at=clock.now(), payload={},
            dedupe_key=f"import:{account.pk}",
        )  # fmt: skip
    for _ in range(3):
        tasks.tick()
    clock.travel(hours=1)
    intake.sweep()
    dispatch.send_due()
    return smtp


def the_stories_ended_differently(told: Sink) -> None:
    assert set(ReviewItem.objects.values_list("state", flat=True)) >= {
        "pending", "approved", "rejected", "stale", "withdrawn",
    }  # fmt: skip
    assert set(OutboxMessage.objects.values_list("state", flat=True)) >= {
        "sent", "unknown", "blocked", "cancelled",
    }  # fmt: skip


def what_left_is_what_was_approved_once_and_by_somebody(told: Sink) -> None:
    sent = OutboxMessage.objects.filter(state="sent").select_related("decision")
    assert sent.count() == len(told.raw) > 1
    assert len({mail["Message-ID"] for mail in told.mails}) == len(told.mails)
    for row in sent:
        assert row.payload == row.approved == row.decision.payload
        assert row.decision.verb in (Decision.Verb.APPROVE, Decision.Verb.EDIT)
        assert row.decision.by_id or row.decision.policy
        approved = payload.load(snapshots.get(row.payload))
        assert approved.hash == row.payload
        [mail] = [one for one in told.mails if one["Message-ID"] == row.message_id]
        assert mail["To"].addresses[0].addr_spec == approved.recipient == row.recipient
        assert mail.get_content().replace("\r\n", "\n") == approved.text
        assert row.draft.account.contacts.filter(email__iexact=row.recipient).exists()


def no_second_attempt_without_a_refusal(told: Sink) -> None:
    for row in OutboxMessage.objects.filter(attempt__gt=1):
        kinds = Event.objects.filter(subject_kind="outboxmessage", subject_id=row.pk)
        between = kinds.filter(kind="message.queued", data__state="queued").count()
        assert between == row.attempt  # the approval, and each return to the queue
    assert OutboxMessage.objects.filter(attempt__gt=1).exists()


def nobody_suppressed_was_written_to_afterwards(told: Sink) -> None:
    assert Suppression.objects.exists()
    for row in OutboxMessage.objects.filter(state="sent"):
        scopes = [row.recipient, row.recipient.rpartition("@")[2], str(row.account_id)]
        asked = Suppression.objects.filter(value__in=scopes, created_at__lt=row.claimed_at)
        assert not asked.exists()


def one_voice_and_one_step_per_account(told: Sink) -> None:
    voices = Account.objects.annotate(found=Count("leases", filter=Q(leases__state="active")))
    assert not voices.filter(found__gt=1).exists()
    assert not AgentRun.objects.filter(state="running").exists()
    live = Lease.objects.active()
    assert not live.filter(token__gt=F("account__voice_token")).exists()


def every_waiting_item_and_unsent_message_holds_the_voice(told: Sink) -> None:
    for item in ReviewItem.objects.waiting().outward().fresh():
        held = leases.current(item.account)
        assert held.token == item.token
        assert held.holder == f"item:{item.pk}"
    for row in OutboxMessage.objects.filter(state__in=["queued", "unknown"]):
        assert leases.current(row.account).holder == f"outbox:{row.pk}"


def a_decision_is_the_only_one_of_its_revision(told: Sink) -> None:
    terminal = Decision.objects.filter(undone_at=None, verb__in=Decision.TERMINAL)
    twice = terminal.values("item", "revision").annotate(number=Count("pk")).filter(number__gt=1)
    assert not twice.exists()
    approved = ReviewItem.objects.filter(state="approved")
    assert not approved.exclude(pk__in=terminal.values("item")).exists()


def a_prompt_holds_rows_of_one_account_only(told: Sink) -> None:
    runs = AgentRun.objects.exclude(packet="")
    assert runs.count() > 2
    others = {account.pk: account.name for account in Account.objects.all()}
    for run in runs:
        packet = snapshots.get(run.packet)
        assert json.loads(packet)
        foreign = [name for pk, name in others.items() if pk != run.account_id]
        assert not [name for name in foreign if f'"{name}"' in packet]
        assert run.manifest
        for one in run.manifest:
            kind, _, number = str(one).partition(":")
            if kind == "contact":
                assert run.account.contacts.filter(pk=number).exists()
            if kind == "opportunity":
                assert run.account.opportunities.filter(pk=number).exists()


def every_item_began_with_an_event_and_no_chain_is_broken(told: Sink) -> None:
    created = Event.objects.filter(kind="item.created").values_list("subject_id", flat=True)
    assert sorted(created) == sorted(ReviewItem.objects.values_list("pk", flat=True))
    for decision in Decision.objects.all():
        rows = Event.objects.filter(subject_kind="reviewitem", data__decision=decision.pk)
        rows = rows.filter(kind=f"item.{decision.verb}")
        assert [row.actor for row in rows] == [f"user:{decision.by_id}"]
    assert list(events.faults()) == []


def no_account_is_stuck(told: Sink) -> None:
    assert [
        words for account in Account.objects.all() for words in laws.nobody_is_stuck(account)
    ] == []


def the_log_played_again_gives_every_state(told: Sink) -> None:
    assert "\n".join(replay.contradictions()) == ""


AUDITS = [
    the_stories_ended_differently,
    what_left_is_what_was_approved_once_and_by_somebody,
    no_second_attempt_without_a_refusal,
    nobody_suppressed_was_written_to_afterwards,
    one_voice_and_one_step_per_account,
    every_waiting_item_and_unsent_message_holds_the_voice,
    a_decision_is_the_only_one_of_its_revision,
    a_prompt_holds_rows_of_one_account_only,
    every_item_began_with_an_event_and_no_chain_is_broken,
    no_account_is_stuck,
    the_log_played_again_gives_every_state,
]


def test_every_audit_holds(told: Sink) -> None:
    """One telling for all audits: it is the slow part. The trace names the one that fails."""
    for audit in AUDITS:
        audit(told)


# --- the audit of the log can fail ----------------------------------------------------------------


WITHOUT_A_WORD = {
    ReviewItem: {"state": "rejected"},
    OutboxMessage: {"state": "cancelled"},
    Lease: {"state": "released", "end_reason": "done"},
    AgentRun: {"state": "cancelled", "note": "Stopped."},
    Handoff: {"state": "accepted"},
    Account: {"stage": "engaged"},
    Opportunity: {"stage": "engaging"},
    Switch: {"is_on": True, "reason": "A complaint"},
    Callback: {"state": "delivered", "answer": "200"},
    Mailbox: {"state": "paused"},
    Preference: {"is_on": False},
}


@pytest.fixture
def whole(workspace: Workspace) -> verbs.Scene:
    """One row of each kind, and a log that tells all of it."""
    here = verbs.queued()
    for receiver in ("competitive", "outreach"):  # the second offer replaces the first
        handoffs.write(
            here.account, from_agent="prospecting", to_agent=receiver, context={},
            state_update={}, mandate={}, by="agent:prospecting v1",
        )  # fmt: skip
    switches.lift("account", str(here.account.pk), by=here.manager)
    one_is_told_to_an_outside_agent(here)
    connected(here.account.owner)
    preferences.save(
        name="Short", text="Be brief.", output_class="outreach.first_email", by=here.rep
    )
    assert replay.contradictions() == []
    return here


def one_is_told_to_an_outside_agent(here: verbs.Scene) -> None:
    scout = programs.writer(callback_url="https://agent.example/told")
    token = {"token": scout.row, "at": here.message.created_at, "key": "k"}
    Submission.objects.create(draft=here.draft, is_open=True, **token)
    callbacks.notice()


@pytest.mark.parametrize("model", WITHOUT_A_WORD, ids=lambda model: model.__name__)
def test_a_state_that_changed_without_an_event_is_found(
    whole: verbs.Scene, model: type[Model]
) -> None:
    row = model.objects.last()
    model.objects.filter(pk=row.pk).update(**WITHOUT_A_WORD[model])
    for found in (replay.contradictions(), replay.contradictions(whole.account)):
        assert f"{model._meta.model_name} {row.pk} is" in "\n".join(found)


def test_every_table_of_the_replay_is_tried_here() -> None:
    assert {table.model for table in replay.TABLES} == set(WITHOUT_A_WORD)
    stateful = {
        model
        for model in apps.get_models()
        if model._meta.app_label in ("revenue", "agents", "review")
        and {field.name for field in model._meta.fields} & {"state", "stage", "is_on"}
    }
    # A notice tells our own people what waits; its row, which is never changed back, is its record.
    assert stateful - set(WITHOUT_A_WORD) == {Lane, ImportBatch, Notice}


def test_an_account_that_nobody_will_look_at_is_found(whole: verbs.Scene) -> None:
    assert laws.nobody_is_stuck(whole.account) == []
    dispatch.cancel(whole.message, by=whole.manager)
    assert laws.nobody_is_stuck(whole.account) == []
    WakeUp.objects.update(due_at=None)
    assert laws.nobody_is_stuck(whole.account) != []


@pytest.mark.parametrize(
    ("kind", "subject", "data", "words"),
    [
        ("item.approve", "item", {"state": "approved"}, "approved → approved"),
        ("item.approve", "item", {"state": "approved", "decision": 1}, "decision"),
        ("message.queued", "message", {"state": "queued"}, "0 holds, and the log has 1"),
        ("message.sent", "message", {"state": "sent"}, "is queued, and the log says sent"),
        ("voice.passed", "lease", {"token": 9}, "tokens, and the log has"),
        ("run.started", "run", {}, "done → running"),
        ("stage.changed", "account", {"before": "prospect", "after": "prospect"}, "history"),
    ],
)
def test_a_step_that_is_told_twice_is_found(
    whole: verbs.Scene, kind: str, subject: str, data: dict[str, object], words: str
) -> None:
    run = AgentRun.objects.get()
    row = {"run": run, "lease": whole.message.lease}.get(subject) or getattr(whole, subject)
    if "decision" in data:
        data = data | {"decision": whole.message.decision_id}
    events.append(kind, by=whole.rep, account=whole.account, subject=row, **data)
    assert words in "\n".join(replay.contradictions(whole.account))


def test_whoever_cancels_a_mail_is_named_with_the_item_that_goes(whole: verbs.Scene) -> None:
    dispatch.cancel(whole.message, by=whole.manager)
    told = Event.objects.filter(kind__in=["message.cancelled", "item.withdrawn"])
    assert [row.actor for row in told] == [f"user:{whole.manager.pk}"] * 2
    assert replay.contradictions() == []


def test_an_event_of_nobody_and_a_step_for_no_reason_are_found(whole: verbs.Scene) -> None:
    leases.release(leases.current(whole.account), reason="")
    assert "is released, and nothing says why" in "\n".join(replay.contradictions())
    events.append("item.stale", by="", account=whole.account, subject=whole.item, state="stale")
    assert "item.stale has no actor" in "\n".join(replay.contradictions())
