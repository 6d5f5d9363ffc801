"""What left is looked at again: each law finds the row that breaks it, and nothing else."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from revenue import clock, events, switches
from revenue.models import Account, Suppression, User, Workspace
from review import audit, dispatch
from review.audit import sending
from review.models import OutboxMessage
from tests.factories import AccountFactory
from tests.races import verbs
from tests.smtp import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(workspace: Workspace, smtp: Sink) -> OutboxMessage:
    message = verbs.queued().message
    dispatch.send(message.pk)
    message.refresh_from_db()
    assert message.state == "sent"
    return message


def found(law: Iterator[str]) -> str:
    return "\n".join(law)


def changed(message: OutboxMessage, **values: object) -> None:
    OutboxMessage.objects.filter(pk=message.pk).update(**values)


def test_nothing_is_broken_where_nothing_is(sent: OutboxMessage) -> None:
    assert list(audit.broken(limits_since=clock.now() - timedelta(days=1))) == []


def test_another_recipient_than_was_approved_is_found(sent: OutboxMessage) -> None:
    changed(sent, recipient="somebody@else.example")
    said = found(sending.sent_as_approved())
    assert "it went to somebody else than was approved" in said
    sent.draft.account.contacts.update(account=AccountFactory())
    assert "it was for nobody of this account" in found(sending.sent_as_approved())


def test_a_payload_that_is_not_the_decisions_is_found(sent: OutboxMessage) -> None:
    changed(sent, payload="0" * 64, approved="0" * 64)
    assert "what left is not what was approved" in found(sending.sent_as_approved())


def test_what_left_on_a_rejection_is_found(sent: OutboxMessage) -> None:
    type(sent.decision).objects.filter(pk=sent.decision_id).update(verb="reject")
    assert "it left on “rejected”" in found(sending.sent_as_approved())


def test_a_second_attempt_without_a_release_is_found(sent: OutboxMessage) -> None:
    assert found(sending.no_second_attempt_without_a_refusal()) == ""
    changed(sent, attempt=2)
    assert "2 attempts after 1 releases" in found(sending.no_second_attempt_without_a_refusal())


@pytest.mark.parametrize("scope", ["address", "domain", "account"])
def test_a_claim_after_an_opt_out_is_found(sent: OutboxMessage, scope: str) -> None:
    value = {"address": sent.recipient, "domain": sent.domain, "account": str(sent.account_id)}
    asked = Suppression.objects.create(
        value=value[scope], scope=scope, reason="asked", by="contact", created_at=clock.now()
    )
    assert found(sending.nobody_suppressed_was_written_to()) == ""
    earlier = clock.now() - timedelta(hours=1)
    Suppression.objects.filter(pk=asked.pk).update(created_at=earlier)
    assert f"outboxmessage {sent.pk}" in found(sending.nobody_suppressed_was_written_to())


def test_an_unknown_one_that_is_nobodys_is_found(sent: OutboxMessage) -> None:
    changed(sent, state="unknown", claimed_at=clock.now() - timedelta(hours=1))
    assert found(sending.unknown_ones_have_an_owner()) == ""
    User.objects.filter(pk=sent.account.owner_id).update(is_active=False)
    assert "is unknown, and nobody's" in found(sending.unknown_ones_have_an_owner())
    User.objects.update(is_active=True)
    Account.objects.update(owner=None)
    assert "is unknown, and nobody's" in found(sending.unknown_ones_have_an_owner())


@pytest.mark.parametrize("scope", ["all", "agent", "class", "account"])
def test_a_claim_while_it_was_stopped_is_found(sent: OutboxMessage, scope: str) -> None:
    manager = verbs.scene().manager
    keys = {
        "agent": sent.draft.agent, "class": sent.draft.output_class,
        "account": str(sent.account_id),
    }  # fmt: skip
    switches.stop(scope, keys.get(scope, ""), by=manager, reason="A complaint")
    assert found(sending.no_claim_under_a_kill()) == ""
    events.append("message.sending", by="system", account=sent.account, subject=sent)
    switches.lift(scope, keys.get(scope, ""), by=manager, reason="Settled")
    told = f"a claim while {scope} {keys.get(scope, '')}".strip()
    assert f"{told} was stopped" in found(sending.no_claim_under_a_kill())


def test_a_claim_of_what_was_not_stopped_is_not_accused(sent: OutboxMessage) -> None:
    manager = verbs.scene().manager
    switches.stop("agent", "prospecting", by=manager, reason="A complaint")
    switches.stop("class", "outreach.reply", by=manager, reason="A complaint")
    switches.stop("account", str(AccountFactory().pk), by=manager, reason="A complaint")
    switches.stop("all", by=manager, reason="A complaint")
    switches.lift("all", by=manager, reason="Settled")
    events.append("message.sending", by="system", account=sent.account, subject=sent)
    assert found(sending.no_claim_under_a_kill()) == ""
