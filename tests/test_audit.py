"""What must hold over all rows, whatever happened: asked of the rows after stories that ended
differently."""

import json
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.db.models import Count, F, Model, Q

from agents import handoffs, preferences
from agents.models import AgentRun, AgentState, Handoff, Preference, RoutingDecision, WakeUp
from agents.orchestration import ledger, triggers
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
from review import audit, callbacks, dispatch, intake, payload, tasks
from review.audit import replay
from review.autonomy import epochs, lanes
from review.models import (
    Callback,
    Decision,
    EvidenceEpoch,
    Lane,
    Notice,
    OutboxMessage,
    ReviewItem,
    Submission,
    Verdict,
)
from tests.factories import prospect
from tests.mailboxes import connected
from tests.races import verbs
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


def one_voice_and_one_step_per_account(told: Sink) -> None:
    voices = Account.objects.annotate(found=Count("leases", filter=Q(leases__state="active")))
    assert not voices.filter(found__gt=1).exists()
    assert not AgentRun.objects.filter(state="running").exists()
    live = Lease.objects.active()
    assert not live.filter(token__gt=F("account__voice_token")).exists()


def every_waiting_item_and_unsent_message_holds_the_voice(told: Sink) -> None:
    for item in ReviewItem.objects.waiting().outward().real().fresh():
        held = leases.current(item.account)
        assert held.token == item.token
        assert held.holder == f"item:{item.pk}"
    for row in OutboxMessage.objects.filter(state__in=["queued", "unknown"]):
        assert leases.current(row.account).holder == f"outbox:{row.pk}"


def an_approved_item_has_its_decision(told: Sink) -> None:
    terminal = Decision.objects.filter(undone_at=None, verb__in=Decision.TERMINAL)
    approved = ReviewItem.objects.filter(state="approved")
    assert not approved.exclude(pk__in=terminal.values("item")).exists()


def a_prompt_names_no_other_account(told: Sink) -> None:
    runs = AgentRun.objects.exclude(packet="")
    assert runs.count() > 2
    others = {account.pk: account.name for account in Account.objects.all()}
    for run in runs:
        packet = snapshots.get(run.packet)
        assert json.loads(packet)
        foreign = [name for pk, name in others.items() if pk != run.account_id]
        assert not [name for name in foreign if f'"{name}"' in packet]


def every_item_began_with_an_event_and_no_chain_is_broken(told: Sink) -> None:
    created = Event.objects.filter(kind="item.created").values_list("subject_id", flat=True)
    assert sorted(created) == sorted(ReviewItem.objects.values_list("pk", flat=True))
    for decision in Decision.objects.all():
        rows = Event.objects.filter(subject_kind="reviewitem", data__decision=decision.pk)
        rows = rows.filter(kind=f"item.{decision.verb}")
        assert [row.actor for row in rows] == [f"user:{decision.by_id}"]
    assert list(events.faults()) == []


def nothing_is_broken_that_rows_and_log_can_be_asked_for(told: Sink) -> None:
    assert OutboxMessage.objects.filter(attempt__gt=1).exists()
    assert Suppression.objects.exists()
    assert "\n".join(audit.broken()) == ""


AUDITS = [
    the_stories_ended_differently,
    what_left_is_what_was_approved_once_and_by_somebody,
    one_voice_and_one_step_per_account,
    every_waiting_item_and_unsent_message_holds_the_voice,
    an_approved_item_has_its_decision,
    a_prompt_names_no_other_account,
    every_item_began_with_an_event_and_no_chain_is_broken,
    nothing_is_broken_that_rows_and_log_can_be_asked_for,
]


def test_every_audit_holds(told: Sink) -> None:
    """One telling for all audits: it is the slow part. The trace names the one that fails."""
    for look in AUDITS:
        look(told)


# --- the audit of the log can fail ----------------------------------------------------------------


LONG_AGO = datetime(2026, 1, 5, tzinfo=UTC)
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
    Lane: {"state": "paused"},
    AgentState: {"is_on": False},
    EvidenceEpoch: {"closed_at": LONG_AGO, "reason": "The agent has a new version."},
    RoutingDecision: {"verdict": "none"},
    WakeUp: {"quarantined_at": LONG_AGO, "error": "It failed."},
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
    switches.lift("account", str(here.account.pk), by=here.manager, reason="Settled")
    one_is_told_to_an_outside_agent(here)
    connected(here.account.owner)
    preferences.save(
        name="Short", text="Be brief.", output_class="outreach.first_email", by=here.rep
    )
    epochs.of(lanes.locked_for(here.draft), here.draft)
    asked = RoutingDecision(account=here.account, verdict="run", reason="A signal.", at=LONG_AGO)
    ledger.record([asked])
    triggers.ring(here.account.pk)
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
    assert f"{model._meta.model_name} {row.pk} is" in "\n".join(replay.contradictions())


def test_every_table_of_the_replay_is_tried_here() -> None:
    assert {table.model for table in replay.TABLES} == set(WITHOUT_A_WORD)
    stateful = {
        model
        for model in apps.get_models()
        if model._meta.app_label in ("revenue", "agents", "review")
        and {field.name for field in model._meta.fields} & {"state", "stage", "is_on"}
    }
    # A notice tells our own people what waits; its row, which is never changed back, is its record.
    assert stateful - set(WITHOUT_A_WORD) == {Verdict, ImportBatch, Notice}


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
    assert words in "\n".join(replay.contradictions())


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
