"""Instructions of the router or the reader: asked against their scenarios, then published."""

from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from agents.models import AgentConfig, Rehearsal, Spend
from review.setup import agents, rehearsing
from review.setup.agents import AgentError
from tests import scripts
from tests.fakes import Reply, ScriptedModel
from tests.review.accounts import cast
from tests.review.agents.pages import content, looked_at, press
from tests.review.setup.doors import client, refuses, text

pytestmark = pytest.mark.django_db
OWN = pytest.mark.parametrize("agent", ["router", "reader"])


def typed(agent: str = "router", **more: Any) -> dict[str, Any]:
    now = agents.latest(agent)
    return {
        "prompt": f"{now.prompt}\nBe careful.", "model": now.model,
        "temperature": now.temperature, "max_tokens": now.max_tokens, "budget": "",
        "note": "More care.", "seen": now.version,
    } | more  # fmt: skip


def ask(form: dict[str, Any], agent: str = "router") -> HttpResponse:
    return press("scenarios", form, agent=agent)


def publish(form: dict[str, Any], agent: str = "router") -> HttpResponse:
    return press("publish", looked_at(form, agent=agent), agent=agent)


@OWN
def test_what_meets_its_scenarios_is_published(agent: str) -> None:
    answer = ask(typed(agent), agent)
    assert answer.status_code == 200
    assert "13 of 13 came out right" in text(answer)
    assert "Publish version 2" in text(answer)
    assert publish(typed(agent), agent).status_code == 302
    now = agents.latest(agent)
    assert (now.version, now.change, now.note) == (2, "minor", "More care.")
    assert now.created_by == f"user:{cast.admin().pk}"


@OWN
def test_what_was_not_asked_is_not_published(agent: str) -> None:
    answer = publish(typed(agent), agent)
    assert answer.status_code == 422
    assert "Its scenarios have not been asked yet." in text(answer)
    assert "Publish version" not in text(answer)
    assert agents.latest(agent).version == 1


def test_what_came_out_wrong_is_not_published_and_says_what(
    scripted_model: ScriptedModel,
) -> None:
    scripted_model.on("RouterOutput", scripts.router("outreach", reason="It is always outreach."))
    said = text(ask(typed()))
    assert "wrong" in said
    assert "It is always outreach." in said
    assert "Publish version" not in said
    assert "scenarios came out wrong." in text(publish(typed()))
    assert agents.latest("router").version == 1


def test_other_words_are_asked_anew() -> None:
    ask(typed())
    assert publish(typed(prompt=f"{typed()['prompt']}\nAlways.")).status_code == 422
    assert publish(typed(temperature="1")).status_code == 422


def test_money_and_white_space_need_no_scenario() -> None:
    now = agents.latest("router")
    assert publish(typed(prompt=f"{now.prompt}\n\n", budget="2.50")).status_code == 302
    assert agents.latest("router").budget == Decimal("2.50")


def test_a_part_that_is_missing_is_named_and_nothing_is_asked(
    scripted_model: ScriptedModel,
) -> None:
    prompt = agents.latest("router").prompt.replace("## 4. Conflicts", "## Conflicts")
    answer = ask(typed(prompt=prompt))
    assert answer.status_code == 422
    assert "“## 4. Conflicts” is missing or empty." in text(answer)
    assert scripted_model.asked == []
    assert "is missing or empty" in text(publish(typed(prompt=prompt)))


def test_what_is_typed_is_kept_and_a_note_is_not_needed() -> None:
    answer = ask(typed(note=""))
    assert answer.status_code == 200
    assert "Be careful." in text(answer)
    assert "Say what you changed" not in text(answer)


def test_it_is_paid_by_the_day_and_not_by_the_router(
    scripted_model: ScriptedModel, settings
) -> None:
    settings.OPENAI_API_KEY = "sk-x"
    settings.MODEL_PRICES = {settings.OPENAI_MODEL: [10, 10, 10]}
    settings.MODEL_BUDGET_PER_ACCOUNT_DAY = 10
    scripted_model.on("RouterOutput", scripts.router(None, "escalate"))
    ask(typed())
    assert Spend.objects.get(scope="all").settled == Decimal("0.0156")  # 13 times 120 tokens
    assert not Spend.objects.filter(scope="agent:router").exists()
    assert Rehearsal.objects.get().cost == Decimal("0.0156")


def test_without_money_nothing_is_asked(scripted_model: ScriptedModel, settings) -> None:
    settings.OPENAI_API_KEY = "sk-x"
    settings.MODEL_BUDGET_PER_DAY = 0
    answer = ask(typed())
    assert answer.status_code == 422
    assert "Today's model budget is spent" in text(answer).replace("&#x27;", "'")
    assert (scripted_model.asked, Rehearsal.objects.count()) == ([], 0)


def test_a_model_that_answers_nothing_usable_meets_nothing(scripted_model: ScriptedModel) -> None:
    scripted_model.on("RouterOutput", Reply("no JSON"))
    assert "No usable answer" in text(ask(typed()))
    assert Rehearsal.objects.get().failed == 13


def test_twice_is_asked_twice() -> None:
    ask(typed())
    ask(typed())
    assert Rehearsal.objects.count() == 2


def test_an_older_version_meets_them_before_it_is_gone_back_to() -> None:
    first = agents.latest("router")
    ask(typed())
    publish(typed())
    shown = agents.preview("router", agents.configs.content_of(first))
    with pytest.raises(AgentError, match="have not been asked"):
        agents.roll_back(first, note="", by=cast.admin(), seen=2, seal=shown.seal)
    answer = client("admin").post(reverse("version_scenarios", args=[first.pk]))
    assert "Go back to version 1" in text(answer)
    agents.roll_back(first, note="", by=cast.admin(), seen=2, seal=shown.seal)
    now = agents.latest("router")
    assert (now.version, now.restores, now.prompt) == (3, 1, first.prompt)


def test_a_manager_reads_the_table_and_asks_nothing() -> None:
    said = text(client("manager").get(reverse("agent", args=["router"])))
    assert "A strategic account" in said
    assert "Ask all" not in said


def test_only_an_admin_only_by_post_and_only_of_the_orchestrations_own() -> None:
    refuses(reverse("agent_scenarios", args=["router"]), "rep", "manager")
    row = AgentConfig.objects.get(agent="router")
    refuses(reverse("version_scenarios", args=[row.pk]), "rep", "manager")
    with pytest.raises(AgentError, match="Only an admin"):
        rehearsing.rehearse("router", content(), by=cast.manager())
    assert ask(typed(), "outreach").status_code == 404
    mine = AgentConfig.objects.get(agent="outreach")
    path = reverse("version_scenarios", args=[mine.pk])
    assert client("admin").post(path).status_code == 404
