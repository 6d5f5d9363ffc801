"""On and off: an admin makes an agent available, a manager switches it on; it takes both."""

import pytest
from django.urls import reverse

from agents import configs
from agents.models import AgentState
from agents.orchestration import engine
from revenue.models import Event
from review.setup import agents
from review.setup.agents import AgentError
from tests.factories import prospect
from tests.review.accounts import cast
from tests.review.agents.pages import AGENT, press
from tests.review.setup.doors import refuses, text

pytestmark = pytest.mark.django_db


def state() -> tuple[bool, bool]:
    row = AgentState.objects.get(agent=AGENT)
    return row.is_available, row.is_on


def test_who_a_new_desk_starts_with_is_at_work() -> None:
    assert set(AgentState.objects.values_list("agent", "is_available", "is_on")) == {
        ("prospecting", True, True), ("outreach", True, True)
    }  # fmt: skip


def test_a_manager_switches_it_off_and_on_again() -> None:
    assert press("on", {"wanted": "no"}, "manager").status_code == 302
    assert state() == (True, False)
    assert AGENT not in configs.team_at_work()
    assert press("on", {"wanted": "yes"}, "manager").status_code == 302
    assert AGENT in configs.team_at_work()
    told = Event.objects.filter(kind="agent.switched")
    assert [row.data["state"] for row in told.order_by("pk")] == ["available", "on"]


def test_a_version_that_is_published_while_it_is_off_does_not_run() -> None:
    press("on", {"wanted": "no"}, "manager")
    configs.publish(AGENT, prompt="Write.", by="system")
    assert configs.active(AGENT) is None


def test_where_one_that_is_off_would_act_a_person_is_asked(workspace) -> None:
    press("on", {"wanted": "no"}, "manager", "prospecting")
    decision = engine.step(prospect(owner=cast.rep()))
    assert decision.verdict == "escalate"
    assert "No agent that is switched on may do this" in decision.reason


def test_what_an_admin_takes_away_is_off_and_comes_back_off() -> None:
    assert press("available", {"wanted": "no"}).status_code == 302
    assert state() == (False, False)
    answer = press("on", {"wanted": "yes"}, "manager")
    assert answer.status_code == 409
    assert "An admin makes it available first." in text(answer)
    assert press("available", {"wanted": "yes"}).status_code == 302
    assert state() == (True, False)
    assert configs.active(AGENT) is None


@pytest.mark.parametrize(("verb", "who"), [("on", "manager"), ("available", "admin")])
def test_twice_is_told(verb: str, who: str) -> None:
    answer = press(verb, {"wanted": "yes"}, who)
    assert answer.status_code == 409
    assert "already" in text(answer)
    assert not Event.objects.filter(kind="agent.switched").exists()


def test_each_has_their_own_right_and_only_by_post() -> None:
    refuses(reverse("agent_available", args=[AGENT]), "rep", "manager")
    for who in ("rep", "admin"):
        assert press("on", {"wanted": "no"}, who).status_code == 403
    with pytest.raises(AgentError, match="Only a manager"):
        agents.switch_on(AGENT, False, by=cast.admin())
    with pytest.raises(AgentError, match="Only an admin"):
        agents.make_available(AGENT, False, by=cast.manager())
    assert state() == (True, True)


@pytest.mark.parametrize("agent", ["router", "reader", "nobody"])
def test_the_orchestrations_own_have_no_switch(agent: str) -> None:
    assert press("on", {"wanted": "no"}, "manager", agent).status_code == 404
    assert press("available", {"wanted": "no"}, agent=agent).status_code == 404
