"""What each agent runs with: versions that stay as they were, one of them active."""

import pytest

from agents import configs
from agents.models import AgentConfig
from revenue.models import Event
from tests import factories

pytestmark = pytest.mark.django_db


def test_every_shipped_agent_has_version_one() -> None:
    rows = AgentConfig.objects.filter(version=1, is_active=True)
    assert set(rows.values_list("agent", flat=True)) == configs.active_agents() | {
        "router",
        "reader",
    }
    assert {"prospecting", "outreach"} <= configs.active_agents()


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


def test_the_fingerprint_follows_everything_that_an_answer_depends_on() -> None:
    same = ("outreach", "Write.", "m", 0.3, 1500)
    others = [("prospecting", *same[1:]), ("outreach", "Write!", *same[2:]),
              (*same[:2], "n", 0.3, 1500), (*same[:3], 0.4, 1500), (*same[:4], 1600)]  # fmt: skip
    assert configs.fingerprint(*same) == configs.fingerprint(*same)
    assert len({configs.fingerprint(*one) for one in [same, *others]}) == 6


def test_seeding_again_changes_nothing() -> None:
    configs.publish("outreach", prompt="Write shorter.", by="system")
    before = list(AgentConfig.objects.order_by("pk").values())
    configs.seed()
    assert list(AgentConfig.objects.order_by("pk").values()) == before
