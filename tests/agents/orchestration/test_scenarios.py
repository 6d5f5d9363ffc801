"""The tables that other instructions of the router and the reader have to pass."""

from dataclasses import replace

import pytest

from agents import configs, llm
from agents.configs import Content
from agents.models import Rehearsal
from agents.orchestration import router, scenarios
from agents.orchestration.scenarios import Scenario
from revenue.models import Event
from tests import factories, scripts
from tests.fakes import Reply, ScriptedModel

pytestmark = pytest.mark.django_db
OWN = ["router", "reader"]


def content(agent: str) -> Content:
    return configs.content_of(configs.active(agent))


def asked(agent: str, said: Content | None = None) -> Rehearsal:
    said = said or content(agent)
    answers = llm.complete_all(scenarios.calls(agent, said))
    return scenarios.record(agent, said, answers, cost=0, by=factories.UserFactory(role="admin"))


def wrong(row: Rehearsal) -> list[str]:
    return [one["name"] for one in row.results if not one["met"]]


@pytest.mark.parametrize("agent", OWN)
def test_the_shipped_instructions_pass_with_the_embedded_model(agent: str) -> None:
    row = asked(agent)
    assert wrong(row) == []
    assert (row.failed, len(row.results)) == (0, len(scenarios.table(agent)))
    assert scenarios.obstacle(agent, content(agent)) == ""
    told = Event.objects.get(kind="scenarios.asked")
    assert told.data | {"asked": 13, "failed": 0, "agent": agent} == told.data


def test_the_table_covers_each_part_of_the_instructions() -> None:
    wanted = {answer for one in scenarios.table("router") for answer in one.wanted}
    assert {"run prospecting", "run outreach", "wait", "none", "escalate"} <= wanted
    assert "unsubscribe" in {answer for one in scenarios.table("reader") for answer in one.wanted}
    assert scenarios.table("outreach") == ()


def test_each_scenario_is_asked_as_in_earnest(scripted_model: ScriptedModel) -> None:
    scripted_model.on("RouterOutput", scripts.router(None, "escalate"))
    said = replace(content("router"), prompt="Choose.", temperature=1.5)
    row = asked("router", said)
    assert {one.system for one in scripted_model.asked} == {"Choose."}
    assert {one.body["temperature"] for one in scripted_model.asked} == {1.5}
    assert scripted_model.asked[0].packet["allowed"] == ["prospecting", "outreach"]
    assert wrong(row) == [one.name for one in scenarios.table("router")
                          if "escalate" not in one.wanted]  # fmt: skip


def test_an_agent_that_the_rules_do_not_allow_is_no_right_answer(
    scripted_model: ScriptedModel,
) -> None:
    scripted_model.on("RouterOutput", scripts.router("qualification"))
    row = asked("router")
    assert "A new deal, and nobody has written yet" in wrong(row)
    assert "the router named" in row.results[0]["why"].lower()


@pytest.mark.parametrize("answer", [Reply("no JSON"), Reply("{}", status=500)])
def test_an_answer_that_cannot_be_used_meets_no_scenario(
    scripted_model: ScriptedModel, answer: Reply
) -> None:
    scripted_model.on("RouterOutput", answer)
    row = asked("router")
    assert row.failed == len(row.results)
    assert scenarios.obstacle("router", content("router")) == "13 of 13 scenarios came out wrong."


def test_a_guess_of_the_reader_is_no_class(scripted_model: ScriptedModel) -> None:
    scripted_model.on(
        "ReplyOutput",
        lambda packet: scripts.reader("unsubscribe", packet["mail"]["text"], confidence=0.4),
    )
    assert {one["said"] for one in asked("reader").results} == {"unclassified"}


def test_words_that_do_not_stand_in_the_mail_are_no_class(scripted_model: ScriptedModel) -> None:
    scripted_model.on("ReplyOutput", scripts.reader("unsubscribe", "Something else."))
    assert {one["said"] for one in asked("reader").results} == {"unclassified"}


def test_what_passed_speaks_for_nothing_else(settings, monkeypatch) -> None:
    said = content("router")
    asked("router")
    others = [replace(said, prompt=f"{said.prompt}\nBe brief."), replace(said, temperature=1),
              replace(said, max_tokens=900), replace(said, model="gpt-5")]  # fmt: skip
    for other in others:
        assert scenarios.obstacle("router", other) == "Its scenarios have not been asked yet."
    assert scenarios.obstacle("router", replace(said, prompt=f"{said.prompt}\n\n")) == ""
    settings.OPENAI_API_KEY = "sk-x"
    assert scenarios.obstacle("router", said) != ""
    settings.OPENAI_API_KEY = ""
    more = (*scenarios.table("router"), Scenario("Another", ("wait",), {}, ""))
    monkeypatch.setattr(scenarios, "table", lambda _: more)
    assert scenarios.obstacle("router", said) != ""


@pytest.mark.parametrize("part", list(router.PARTS))
def test_the_routers_instructions_keep_their_five_parts(part: str) -> None:
    said = content("router")
    assert router.lacks(said.prompt) == []
    gone = replace(said, prompt=said.prompt.replace(f"## {part}. ", "## Also: "))
    assert router.lacks(gone.prompt) == [f"## {part}. {router.PARTS[part]}"]
    assert "is missing or empty" in scenarios.obstacle("router", gone)


def test_a_heading_without_words_is_no_part() -> None:
    headings = "\n".join(f"## {number}. {title}" for number, title in router.PARTS.items())
    assert len(router.lacks(headings)) == 5
