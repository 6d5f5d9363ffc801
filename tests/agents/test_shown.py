"""What each agent is shown, by the names of what stands in its packets.

Evidence is about what was shown: whoever changes that raises `shown` in the agent's definition and
adds the new shape here, beside the new number. An old one never changes.
"""

from dataclasses import replace
from typing import Any

import pytest

from agents import configs, packets
from agents.configs import Content
from agents.definitions import registry
from agents.definitions.base import Packet
from agents.models import AgentConfig, Draft, Handoff, Preference
from agents.orchestration import engine
from agents.outputs import OutreachOutput
from agents.reading import Shelf
from revenue import clock, context, ingest, snapshots
from revenue.models import Account, Activity, Claim, Signal
from tests import factories, scripts
from tests.fakes import ScriptedModel

pytestmark = pytest.mark.django_db
SHAPES = {
    "prospecting": {1: "23e1ce334d50ab39"},
    "outreach": {1: "82b16bb85886aa3c"},
}


@pytest.fixture
def account(scripted_model: ScriptedModel) -> Account:
    """One with a row for every section, and a handoff."""
    scripted_model.on("ProspectingOutput", scripts.prospecting)
    account = factories.prospect(owner=factories.UserFactory())
    engine.step(account)
    now = clock.now()
    factories.WonFactory(account=account, stage="lost", is_won=False)
    Claim.objects.create(text="It lasts ten years.")
    Activity.objects.create(account=account, kind="email", direction="in", occurred_at=now)
    ingest.record_fact(account=account, by="system", text="It grows.", source="x", as_of=now)
    news = {"title": "It grows.", "date": "2026-11-20"}
    ingest.record_signal(
        account=account, kind="news", source="feed", occurred_at=now, dedupe_key="n", payload=news
    )
    for name in (row.name for row in registry.output_classes()):
        Preference.objects.create(
            name="Short", text="Short.", output_class=name, rep=account.owner, by=account.owner,
            made_at=now, changed_at=now,
        )  # fmt: skip
    return account


def packet(agent: str, account: Account, handoff: Handoff | None) -> Packet:
    seen = context.account_context(account)
    signals = list(Signal.objects.filter(account=account))
    reader = packets.reader_for(
        seen, Shelf([seen], now=clock.now()), signals=signals, handoff=handoff
    )
    return packets.packet_for(
        reader, registry.get(agent), {}, config=configs.active(agent), handoff=handoff,
        rewrites=Draft(account=account),
    )  # fmt: skip


def names(value: Any, above: str = "") -> set[str]:
    """The path of each name in it; those of a list's rows are one."""
    if isinstance(value, dict):
        deeper = [
            names(part, f"{above}.{name}") | {f"{above}.{name}"} for name, part in value.items()
        ]
        return set().union(*deeper)
    if isinstance(value, list):
        return set().union(*(names(part, above) for part in value))
    return set()


def shape(agent: str, account: Account) -> list[str]:
    """With a handoff, which is as its sender wrote it, and without one."""
    both = [packet(agent, account, handoff) for handoff in (None, Handoff.objects.get())]
    return [name for one in both for name in sorted(names(one))]


@pytest.mark.parametrize("agent", registry.names())
def test_what_an_agent_is_shown_has_a_number(agent: str, account: Account) -> None:
    found = shape(agent, account)
    digest = snapshots.digest(snapshots.canonical(found))
    known = SHAPES[agent]
    assert registry.get(agent).shown == max(known)
    assert digest[:16] == known[max(known)], f"{agent} is shown something else: {found}"


def test_another_number_is_another_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    before = configs.fingerprint("outreach", Content("Write."))
    raise_shown(monkeypatch)
    assert configs.fingerprint("outreach", Content("Write.")) != before


def raise_shown(monkeypatch: pytest.MonkeyPatch, agent: str = "outreach") -> None:
    """As a release that shows it something else."""
    monkeypatch.setitem(
        registry._BY_NAME, agent, replace(registry.get(agent), shown=registry.get(agent).shown + 1)
    )


@pytest.mark.parametrize("agent", registry.names())
def test_a_release_that_shows_something_else_publishes_a_version(
    agent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    configs.publish(agent, prompt="Do.", by="test", budget=5, model="m", left_out=["x"])
    before = AgentConfig.objects.active().get(agent=agent)
    raise_shown(monkeypatch, agent)
    configs.seed()
    now = AgentConfig.objects.active().get(agent=agent)
    assert configs.content_of(now) == configs.content_of(before)
    assert (now.version, now.change, now.created_by) == (3, "major", "system:release")
    assert now.note == configs.RELEASE
    assert (
        now.fingerprint == configs.fingerprint(agent, configs.content_of(now)) != before.fingerprint
    )
    assert AgentConfig.objects.exclude(agent=agent).filter(version__gt=1).count() == 0


def test_a_release_that_asks_for_another_answer_publishes_a_version(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class More(OutreachOutput):
        tone: str

    monkeypatch.setitem(
        registry._BY_NAME, "outreach", replace(registry.get("outreach"), output=More)
    )
    configs.seed()
    assert configs.active("outreach").version == 2


def test_a_cosmetic_version_of_it_carries_the_new_one_on(monkeypatch: pytest.MonkeyPatch) -> None:
    raise_shown(monkeypatch)
    configs.seed()
    now = configs.active("outreach")
    cosmetic = configs.publish("outreach", prompt=f"{now.prompt}\n", by="test")
    assert cosmetic.fingerprint == now.fingerprint


def test_twice_is_once_and_the_release_before_returns_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = configs.active("outreach")
    with monkeypatch.context() as later:
        raise_shown(later)
        configs.seed()
        configs.seed()
        assert configs.active("outreach").version == 2
    configs.seed()
    assert configs.active("outreach").version == 3
    assert configs.active("outreach").fingerprint == first.fingerprint
