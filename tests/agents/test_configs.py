"""What each agent runs with: versions that stay as they were, one of them active."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import DatabaseError

from agents import configs
from agents.configs import Content
from agents.models import AgentConfig
from revenue import clock, transactions
from revenue.models import Event
from tests import factories

pytestmark = pytest.mark.django_db


def test_every_shipped_agent_has_version_one() -> None:
    rows = AgentConfig.objects.filter(version=1, is_active=True)
    at_work = set(configs.team_at_work())
    assert set(rows.values_list("agent", flat=True)) == at_work | {"router", "reader"}
    assert {"prospecting", "outreach"} <= at_work


def test_a_new_version_is_active_and_the_old_one_stays() -> None:
    old = configs.active("outreach")
    new = configs.publish("outreach", prompt="Write shorter.", by=factories.UserFactory())
    assert (new.version, configs.active("outreach")) == (2, new)
    assert AgentConfig.objects.get(pk=old.pk).prompt == old.prompt
    assert Event.objects.filter(kind="config.published").last().data["version"] == 2


@pytest.mark.parametrize("prompt", ["", " \n"])
def test_an_empty_prompt_is_refused(prompt: str) -> None:
    with pytest.raises(ValueError, match="cannot be empty"):
        configs.publish("outreach", prompt=prompt, by="system")
    assert configs.active("outreach").version == 1


def print_of(agent: str, prompt: str, model: str, temperature: float, max_tokens: int) -> str:
    return configs.fingerprint(agent, Content(prompt, model, temperature, max_tokens))


def test_the_fingerprint_follows_everything_that_an_answer_depends_on() -> None:
    same = ("outreach", "Write.", "m", 0.3, 1500)
    others = [("prospecting", *same[1:]), ("outreach", "Write!", *same[2:]),
              (*same[:2], "n", 0.3, 1500), (*same[:3], 0.4, 1500), (*same[:4], 1600)]  # fmt: skip
    assert print_of(*same) == print_of(*same)
    assert len({print_of(*one) for one in [same, *others]}) == 6


def test_white_space_shapes_no_answer() -> None:
    spaced = print_of("outreach", " Write.\n\n  Be brief.\t", "m", 0.3, 1500)
    assert spaced == print_of("outreach", "Write. Be brief.", "m", 0.3, 1500)


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({}, "cosmetic"),
        ({"prompt": "Write.\n"}, "cosmetic"),
        ({"budget": Decimal(5)}, "cosmetic"),
        ({"left_out": ("outreach.reply",)}, "scope"),
        ({"left_out": ("outreach.reply",), "prompt": "Write!"}, "minor"),
        ({"prompt": "Write!"}, "minor"),
        ({"model": "m"}, "major"),
        ({"temperature": 0.4}, "major"),
        ({"max_tokens": 1600, "prompt": "Write!"}, "major"),
    ],
)
def test_how_much_a_version_changes(more: dict[str, object], kind: str) -> None:
    before = Content("Write.")
    assert configs.change(before, replace(before, **more)) == kind


def test_a_cosmetic_version_keeps_the_fingerprint() -> None:
    old = AgentConfig.objects.create(
        agent="outreach", version=2, prompt="Write.", fingerprint="as an older release made it",
        created_at=clock.now(),
    )  # fmt: skip
    new = configs.publish("outreach", prompt="Write.\n", by="system", seen=2)
    assert (new.change, new.fingerprint) == ("cosmetic", old.fingerprint)


@pytest.mark.parametrize(
    "change",
    [{"prompt": "Write!"}, {"budget": 5}, {"note": "x"}, {"fingerprint": "x"}, {"left_out": ["x"]}],
)
def test_a_published_version_is_kept_by_the_database(change: dict[str, object]) -> None:
    with pytest.raises(DatabaseError, match="never changes"), transactions.atomic():
        AgentConfig.objects.filter(agent="outreach").update(**change)


def test_whoever_did_not_know_the_latest_version_is_refused() -> None:
    configs.publish("outreach", prompt="Write shorter.", by="system", seen=1)
    with pytest.raises(configs.Moved) as error:
        configs.publish("outreach", prompt="Write longer.", by="system", seen=1)
    assert error.value.last.version == 2


@pytest.mark.parametrize(("available", "on"), [(True, False), (False, True), (False, False)])
def test_an_agent_works_when_it_is_available_and_on(available: bool, on: bool) -> None:
    ada = factories.UserFactory(role="admin")
    assert configs.switch("outreach", by=ada, is_available=available, is_on=on)
    assert not configs.switch("outreach", by=ada, is_available=available, is_on=on)
    assert configs.active("outreach") is None
    assert set(configs.team_at_work()) == {"prospecting"}


def test_seeding_again_changes_nothing() -> None:
    configs.publish("outreach", prompt="Write shorter.", by="system")
    before = list(AgentConfig.objects.order_by("pk").values())
    configs.seed()
    assert list(AgentConfig.objects.order_by("pk").values()) == before
