"""A release that makes something else of what runs: nothing leaves on the evidence of before."""

from dataclasses import replace

import pytest
from django.utils.module_loading import import_string

from agents import configs
from agents.definitions import registry
from agents.models import AgentConfig, Draft
from agents.outputs import OutreachOutput
from review import autonomy
from review.autonomy import epochs, gate, lanes
from review.models import Lane
from tests.review.accounts import cast
from tests.review.agents.pages import AGENT, latest
from tests.review.autonomy import trusted

pytestmark = pytest.mark.django_db


class Another(OutreachOutput):
    """What a later release asks for."""

    tone: str


@pytest.fixture(autouse=True)
def unaudited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "is_drawn", lambda draft_id, share: False)


def draft(config: AgentConfig) -> Draft:
    return cast.draft_at(cast.account_of(cast.rep()), config=config)


@pytest.fixture
def trust() -> Lane:
    cast.manager()
    return trusted.trust(draft(latest()))


@pytest.fixture
def another_release(trust: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = replace(registry.get(AGENT), output=Another)
    monkeypatch.setitem(registry._BY_NAME, AGENT, changed)


def migrate() -> None:
    for name in ("agents", "review"):
        import_string(f"{name}.apps._prepare")(using="default")


def test_without_another_release_it_leaves_by_itself(trust: Lane) -> None:
    migrate()
    assert latest().version == 1
    assert autonomy.verdict(draft(latest())).kind == "auto"


@pytest.mark.usefixtures("another_release")
def test_its_lanes_begin_anew_once_and_history_says_why(trust: Lane, clock) -> None:
    clock.travel(hours=1)
    migrate()
    migrate()
    trust.refresh_from_db()
    assert (trust.state, trust.epoch, trust.demotions) == (Lane.State.REVIEW, None, 0)
    told = trust.changes.get(kind="restarted")
    assert (told.by, told.reason) == (None, f"Outreach version 2: {configs.RELEASE}")
    clock.travel(hours=1)
    epoch = epochs.of(lanes.locked_row(trust), draft(latest()))
    migrate()
    trust.refresh_from_db()
    assert (trust.epoch, epoch.attempt) == (epoch, 2)


@pytest.mark.usefixtures("another_release")
def test_a_cosmetic_version_after_it_does_not_bring_the_evidence_back() -> None:
    configs.seed()
    configs.publish(AGENT, prompt=f"{latest().prompt}\n", by=cast.admin())
    assert (latest().version, latest().change) == (3, "cosmetic")
    assert autonomy.verdict(draft(latest())).kind == "human"
