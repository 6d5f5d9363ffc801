"""What left by itself is looked at again: on whose evidence, from which lane, and what it says."""

from datetime import timedelta
from typing import Any

import pytest

from agents.models import Draft
from revenue import clock as clocks
from revenue import events, records, snapshots
from revenue.models import Account, Workspace
from review import autonomy, dispatch
from review.audit import earning
from review.autonomy import gate
from review.models import Decision, EvidenceEpoch, Lane, LaneChange, OutboxMessage
from tests.races import verbs
from tests.review import unguarded
from tests.review.autonomy import trusted
from tests.smtp import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def alone(workspace: Workspace, smtp: Sink, clock: Any, monkeypatch: Any) -> OutboxMessage:
    """A mail of a class that a manager had promoted an hour ago has left by itself."""
    monkeypatch.setattr(gate, "is_drawn", lambda draft, share: False)
    here = verbs.unrouted()
    lane = trusted.trust(here.draft)
    unguarded.lift()
    LaneChange.objects.update(
        evidence={"epoch": lane.epoch_id}, at=clocks.now() - timedelta(hours=1)
    )
    trusted.arrives(here)
    message = OutboxMessage.objects.get()
    dispatch.send(message.pk)
    message.refresh_from_db()
    assert (message.state, message.decision.by) == ("sent", None)
    return message


def found() -> str:
    return "\n".join(words for law in earning.LAWS for words in law())


def test_what_was_let_go_by_the_rules_is_not_accused(alone: OutboxMessage) -> None:
    assert found() == ""


def test_an_approval_by_nobody_is_found(workspace: Workspace) -> None:
    here = verbs.queued()
    assert found() == ""
    lane = autonomy.lanes.locked("outreach.first_email", "")
    epoch = EvidenceEpoch.objects.create(
        lane=lane, attempt=1, fingerprint="f", opened_at=clocks.now()
    )
    Decision.objects.update(by=None, policy="policy:outreach.first_email v1", evidence=epoch)
    assert found() == f"decision {here.message.decision_id}: nobody had promoted its class"


def test_evidence_on_which_nobody_promoted_is_found(alone: OutboxMessage) -> None:
    other = EvidenceEpoch.objects.create(
        lane=alone.decision.evidence.lane, attempt=9, fingerprint="f", opened_at=clocks.now(),
        closed_at=clocks.now(),
    )  # fmt: skip
    Decision.objects.update(evidence=other)
    assert "nobody had promoted its class" in found()


@pytest.mark.parametrize("verb", ["demote", "pause", "restarted"])
def test_an_approval_after_the_class_lost_its_trust_is_found(
    alone: OutboxMessage, clock: Any, verb: str
) -> None:
    manager = LaneChange.objects.get().by
    clock.travel(minutes=5)
    getattr(autonomy, verb)(Lane.objects.get(), by=manager, reason="A miss")
    assert found() == ""
    clock.travel(minutes=5)
    Decision.objects.update(at=clocks.now())
    assert found() == f"decision {alone.decision_id}: its class was not automatic any more"


def test_an_approval_that_met_the_loss_of_trust_is_not_accused(
    alone: OutboxMessage, clock: Any
) -> None:
    """It was written in the transaction that had asked the lane: its claim is refused."""
    manager = LaneChange.objects.get().by
    autonomy.demote(Lane.objects.get(), by=manager, reason="A miss")
    clock.travel(seconds=5)
    Decision.objects.update(at=clocks.now())
    assert found() == ""


def test_a_claim_after_the_loss_of_trust_is_found(alone: OutboxMessage) -> None:
    autonomy.demote(Lane.objects.get(), by=LaneChange.objects.get().by, reason="A miss")
    events.append("message.sending", by="system", account=alone.account, subject=alone)
    assert found() == f"outboxmessage {alone.pk}: its class was not automatic when it left"


def test_an_attachment_is_found(alone: OutboxMessage) -> None:
    mime = 'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\nHi\n--b\n\nMore\n--b--\n'
    OutboxMessage.objects.update(mime=snapshots.put(mime))
    assert found() == f"outboxmessage {alone.pk}: it left by itself with an attachment"


RESERVED: dict[str, dict[str, Any]] = {
    "The text speaks of a price": {"body": "It costs $ 500."},
    "answers a live message": {"in_reply_to": True},
    "Text from outside was read": {"is_tainted": True},
    "was given orders": {"risk_flags": ["suspected_instructions"]},
    "Written by scout (outside)": {"agent": "outside:scout"},
    "always reviewed by a person": {"output_class": "outreach.reply"},
    "It leads to evil.example": {"body": "Look at https://evil.example/now"},
}


@pytest.mark.parametrize("words", RESERVED)
def test_a_draft_that_is_a_persons_is_found(alone: OutboxMessage, words: str) -> None:
    values = dict(RESERVED[words])
    if "in_reply_to" in values:
        values["in_reply_to"] = alone.account.activities.first()
    Draft.objects.update(**values)
    assert "a person had to look at this draft" in found()
    assert words in found()


def test_a_draft_that_leads_to_us_is_not_accused(alone: OutboxMessage) -> None:
    Workspace.objects.update(sender_domain="seller.example")
    Draft.objects.update(body="Look at https://www.seller.example/gtx")
    assert found() == ""


def test_of_a_strategic_account_or_a_sensitive_contact_it_is_found(alone: OutboxMessage) -> None:
    Account.objects.update(is_strategic=True)
    assert "A strategic account" in found()
    Account.objects.update(is_strategic=False)
    alone.account.contacts.update(title="General counsel")
    assert "is a sensitive contact" in found()


def test_what_the_record_became_since_is_no_reason(alone: OutboxMessage, clock: Any) -> None:
    clock.travel(minutes=1)
    records.flag_strategic(alone.account, on=True, by="system")
    alone.account.contacts.update(title="General counsel")
    assert found() == ""


def test_what_rested_on_invented_reviews_is_not_asked_any_more(alone: OutboxMessage) -> None:
    autonomy.forget(by=LaneChange.objects.get().by)
    assert found() == ""
