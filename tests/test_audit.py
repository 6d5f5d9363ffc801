"""What must hold over all rows, whatever happened: asked of the rows after stories that ended
differently."""

import json

import pytest
from django.db.models import Count, F, Q

from agents.models import AgentRun
from revenue import events, ingest, leases, snapshots
from revenue.models import Account, Event, Lease, Suppression, Workspace
from review import dispatch, intake, payload, tasks
from review.models import Decision, OutboxMessage, ReviewItem
from tests.factories import prospect
from tests.races import verbs
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
        assert [row.actor for row in rows] == [f"user:{decision.by_id}"]
    assert list(events.faults()) == []


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
]


def test_every_audit_holds(told: Sink) -> None:
    """One telling for all audits: it is the slow part. The trace names the one that fails."""
    for audit in AUDITS:
        audit(told)
