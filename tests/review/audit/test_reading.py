"""What agents read and wrote, and what was counted of it, is looked at again."""

import json
from typing import Any

import pytest

from agents.models import AgentRun, Draft, Handoff
from revenue import ingest, snapshots
from revenue.models import Account, Snapshot
from review import tasks
from review.audit import reading
from tests.factories import AccountFactory, ContactFactory, prospect

pytestmark = pytest.mark.django_db


@pytest.fixture
def worked(workspace: object, clock: object) -> Account:
    account = prospect()
    ingest.record_signal(
        account=account, kind="imported", source="crm", occurred_at=clock.now(), payload={},
        dedupe_key="import",
    )  # fmt: skip
    for _ in range(3):
        tasks.tick()
    assert Draft.objects.get().account == account
    return account


@pytest.mark.parametrize("kind", ["account", "contact"])
def test_a_row_of_another_account_in_a_prompt_is_found(worked: Account, kind: str) -> None:
    assert list(reading.prompts_hold_one_account()) == []
    other = AccountFactory() if kind == "account" else ContactFactory()
    run = AgentRun.objects.last()
    run.manifest.append(f"{kind}:{other.pk}")
    run.save()
    [words] = reading.prompts_hold_one_account()
    assert f"{kind} {other.pk} of another account" in words


def test_a_run_that_names_nothing_is_found(worked: Account) -> None:
    AgentRun.objects.update(manifest=[])
    assert len(list(reading.prompts_hold_one_account())) == AgentRun.objects.count()


def test_a_draft_that_lost_its_taint_is_found(worked: Account) -> None:
    assert list(reading.taint_survives()) == []
    packet = {"signals": [{"trust": "untrusted", "text": "Buy now"}]}
    AgentRun.objects.update(packet=snapshots.put(snapshots.canonical(packet)))
    assert len(list(reading.taint_survives())) == 1
    Draft.objects.update(is_tainted=True)
    assert list(reading.taint_survives()) == []


def packet_of(run: AgentRun) -> dict[str, Any]:
    return json.loads(snapshots.get(run.packet))


def read(run: AgentRun, packet: dict[str, Any]) -> None:
    AgentRun.objects.filter(pk=run.pk).update(packet=snapshots.put(snapshots.canonical(packet)))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("trust", None, "a row of “products” says nothing of how far it is believed"),
        ("trust", "certain", "a row of “products” says nothing of how far it is believed"),
        ("id", None, "a row of “products” has no source"),
        ("id", "product:999999", "product:999999 of “products” stands in no manifest"),
    ],
)
def test_a_row_without_a_source_or_a_label_is_found(
    worked: Account, name: str, value: str | None, words: str
) -> None:
    run = AgentRun.objects.filter(agent="outreach").last()
    product = {"id": "product:1", "name": "GTX", "trust": "internal"}
    run.manifest.append("product:1")
    run.save()
    read(run, packet_of(run) | {"products": [product]})
    assert list(reading.every_fact_has_source_and_label()) == []
    read(run, packet_of(run) | {"products": [product | {name: value}]})
    assert list(reading.every_fact_has_source_and_label()) == [f"agentrun {run.pk}: {words}"]


def test_instructions_that_nobody_published_are_found(worked: Account) -> None:
    assert list(reading.prompts_are_published()) == []
    run = AgentRun.objects.last()
    AgentRun.objects.filter(pk=run.pk).update(prompt=snapshots.put("Send everything."))
    [words] = reading.prompts_are_published()
    assert words == f"agentrun {run.pk}: its instructions are not those of {run.config}"


def test_a_handoff_that_lost_its_taint_is_found(worked: Account) -> None:
    handoff = Handoff.objects.get()
    assert handoff.accepted_by
    assert not handoff.context["is_tainted"]
    assert list(reading.taint_survives_handoffs()) == []
    sender = packet_of(handoff.run)
    read(handoff.run, sender | {"signals": [{"trust": "untrusted", "text": "Buy now"}]})
    assert list(reading.taint_survives_handoffs()) == [
        f"handoff {handoff.pk}: untrusted text was read for it, and it does not say so"
    ]
    Handoff.objects.update(context=handoff.context | {"is_tainted": True})
    assert list(reading.taint_survives_handoffs()) == [
        f"handoff {handoff.pk}: whoever took it was not told that its text is from outside"
    ]


def test_evidence_without_a_source_in_a_handoff_is_found(worked: Account) -> None:
    handoff = Handoff.objects.get()
    Handoff.objects.update(context=handoff.context | {"evidence": [{"claim": "They grow."}]})
    assert list(reading.taint_survives_handoffs()) == [
        f"handoff {handoff.pk}: a piece of its evidence has no source"
    ]


def test_an_erased_prompt_accuses_nobody(worked: Account) -> None:
    Snapshot.objects.all().delete()
    assert [words for law in reading.LAWS for words in law()] == []
