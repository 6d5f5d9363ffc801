"""The client: many calls at once, one repair, and what it costs."""

import asyncio
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx2
import pytest

from agents import llm
from agents.llm import Answer, Usage
from agents.outputs import OutreachOutput
from revenue import model_access
from revenue.model_access import Access
from tests.agents.asking import GOOD, Verdict, ask, call
from tests.fakes import Reply, ScriptedModel, StubEndpoint

Start = Callable[..., StubEndpoint]


# --- what is asked --------------------------------------------------------------------------------


def test_the_stable_prompt_goes_first_and_the_packet_as_one_compact_document(
    scripted_model: ScriptedModel,
) -> None:
    scripted_model.say(GOOD)
    ask(temperature=0.2, max_tokens=321)
    [asked] = scripted_model.asked
    assert [message["role"] for message in asked.messages] == ["system", "user"]
    assert asked.system == "You judge."
    assert asked.messages[1]["content"] == '{"task":{"agent":"router"},"name":"Łódź"}'
    assert asked.body["temperature"] == 0.2
    assert asked.body["max_completion_tokens"] == 321


def test_the_wanted_type_goes_along_as_a_strict_schema(scripted_model: ScriptedModel) -> None:
    scripted_model.say(GOOD)
    ask()
    form = scripted_model.asked[0].body["response_format"]
    assert form["type"] == "json_schema"
    assert form["json_schema"]["name"] == "Verdict"
    assert form["json_schema"]["strict"] is True
    assert form["json_schema"]["schema"]["required"] == ["reason"]


def test_without_a_temperature_none_is_sent(scripted_model: ScriptedModel) -> None:
    scripted_model.say(GOOD)
    ask()
    assert "temperature" not in scripted_model.asked[0].body


def test_a_lone_surrogate_in_the_packet_does_not_stop_the_call(
    scripted_model: ScriptedModel,
) -> None:
    scripted_model.say(GOOD)
    assert ask(packet={"name": "a\ud800"}).error == ""


# --- what comes back ------------------------------------------------------------------------------


def test_a_good_answer_is_a_value_with_its_usage(scripted_model: ScriptedModel) -> None:
    scripted_model.say(Reply(GOOD, usage=(120, 40, 9)))
    answer = ask()
    assert answer.value == Verdict(**GOOD)
    assert answer.error == ""
    assert answer.usage == Usage(120, 40, 9)
    assert (answer.calls, answer.model) == (1, "scripted")
    assert answer.seconds > 0


def test_answers_come_in_the_order_of_the_calls(scripted_model: ScriptedModel) -> None:
    def reply(packet: dict[str, Any]) -> Reply:
        return Reply({"reason": str(packet["n"])}, delay=0.02 * (5 - packet["n"]))

    scripted_model.on("Verdict", reply)
    answers = llm.complete_all([call(packet={"n": number}) for number in range(5)])
    assert [answer.value.reason for answer in answers] == ["0", "1", "2", "3", "4"]


def test_a_hundred_calls_and_more_are_in_flight_at_once(scripted_model: ScriptedModel) -> None:
    scripted_model.on("Verdict", lambda packet: Reply(GOOD, delay=0.5))
    started = time.monotonic()
    answers = llm.complete_all([call() for _ in range(120)])
    assert all(answer.value for answer in answers)
    assert scripted_model.most_in_flight == 120
    assert time.monotonic() - started < 20  # one after the other would take 60


def test_no_calls_take_no_client() -> None:
    assert llm.complete_all([]) == []


def test_one_bad_answer_does_not_touch_the_others(scripted_model: ScriptedModel) -> None:
    def reply(packet: dict[str, Any]) -> Any:
        return httpx2.ConnectError("gone") if packet["n"] == 1 else GOOD

    scripted_model.on("Verdict", reply)
    answers = llm.complete_all([call(packet={"n": number}) for number in range(3)])
    assert [bool(answer.value) for answer in answers] == [True, False, True]


def test_a_client_may_be_brought_along_and_stays_open(scripted_model: ScriptedModel) -> None:
    scripted_model.say(GOOD, GOOD)

    async def twice() -> list[Answer]:
        async with llm._client(model_access.of_environment()) as client:
            first = await llm.complete([call()], client=client)
            return first + await llm.complete([call()], client=client)

    assert all(answer.value for answer in asyncio.run(twice()))


# --- repair ---------------------------------------------------------------------------------------


def test_an_answer_that_cannot_be_used_is_repaired_once(scripted_model: ScriptedModel) -> None:
    scripted_model.say({"reason": 7}, GOOD)
    answer = ask()
    assert answer.value == Verdict(**GOOD)
    assert answer.calls == 2
    assert answer.usage == Usage(200, 0, 40)
    assert any("reason" in note for note in answer.notes)
    said, wish = scripted_model.asked[1].messages[2:]
    assert said == {"role": "assistant", "content": '{"reason": 7}'}
    assert "reason" in wish["content"]
    assert scripted_model.asked[1].packet == scripted_model.asked[0].packet


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (Reply("no json here"), "unreadable output"),
        (Reply('{"reason": "cut', finish_reason="length"), "cut at token limit"),
        (Reply({"reason": "x", "more": 1}), "more"),
        (Reply('{"reason": "a", "reason": "b"}'), "the same key twice"),
        (Reply('{"reason": NaN}'), "not a number"),
        (Reply("[" * 100_000), "malformed"),
        (Reply(""), "model declined"),
        (Reply("", refusal="I cannot help with that."), "model declined"),
        (Reply("", finish_reason="content_filter"), "model declined"),
        (Reply({"reason": "x" * 100_001}), "limit"),
    ],
)
def test_an_answer_that_stays_bad_becomes_words(
    scripted_model: ScriptedModel, bad: Reply, words: str
) -> None:
    scripted_model.say(bad, bad)
    answer = ask()
    assert answer.value is None
    assert words in answer.error
    assert answer.unusable
    assert len(scripted_model.asked) == answer.calls == 2
    assert answer.usage == Usage(200, 0, 40)


def test_the_raw_words_of_a_bad_answer_are_kept(scripted_model: ScriptedModel) -> None:
    scripted_model.say("first nonsense", "second nonsense")
    assert ask().raw == "second nonsense"


def test_a_call_without_repair_is_asked_once(scripted_model: ScriptedModel) -> None:
    scripted_model.say("nonsense")
    answer = ask(repair=False)
    assert "unreadable output" in answer.error
    assert len(scripted_model.asked) == 1


def test_what_was_stripped_is_noted(scripted_model: ScriptedModel) -> None:
    scripted_model.say({"reason": "a\u200bb"})
    answer = ask()
    assert answer.value == Verdict(reason="ab")
    assert any("invisible" in note for note in answer.notes)


def test_the_deadline_holds_for_the_call_with_its_repair(scripted_model: ScriptedModel) -> None:
    scripted_model.say(Reply("nonsense", delay=0.2), Reply(GOOD, delay=5))
    answer = ask(seconds=0.5)
    assert answer.value is None
    assert answer.error == "The model did not answer within 0.5 seconds."
    assert answer.usage == Usage(100, 0, 20)
    assert answer.seconds < 3


# --- offline and money ----------------------------------------------------------------------------


def test_without_a_key_and_an_address_the_offline_writer_answers(settings: Any) -> None:
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    assert model_access.of_environment().is_offline
    answer = ask(output=OutreachOutput, packet={}, model="offline-writer")
    assert answer.model == "offline-writer"
    assert answer.value.decision == "escalate"
    assert answer.notes == ()
    assert llm.cost(answer.usage, answer.model) == 0


@pytest.mark.parametrize(("key", "url"), [("sk-x", ""), ("", "http://127.0.0.1:1/v1")])
def test_a_key_or_an_address_goes_to_the_network(settings: Any, key: str, url: str) -> None:
    settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL = key, url
    assert not model_access.of_environment().is_offline
    assert llm.transport(model_access.of_environment()) is None


def test_the_cost_counts_cached_tokens_at_their_own_price(settings: Any) -> None:
    settings.MODEL_PRICES = {"m": [2, 0.5, 8]}
    usage = Usage(prompt_tokens=1_000_000, cached_tokens=400_000, completion_tokens=500_000)
    assert llm.cost(usage, "m") == Decimal("1.2") + Decimal("0.2") + Decimal(4)
    assert llm.cost(usage, "m-2025-08-07") == llm.cost(usage, "m")


def test_a_gateway_that_answers_under_another_name_has_the_price_of_what_was_asked(
    settings: Any,
) -> None:
    settings.MODEL_PRICES = {"m": [2, 0.5, 8]}
    usage = Usage(prompt_tokens=1_000_000)
    assert llm.cost(usage, "vendor/m", "m") == llm.cost(usage, "m") == 2


def test_a_model_without_a_price_counts_as_a_dear_one(settings: Any) -> None:
    settings.MODEL_PRICES = {"m": [2, 0.5, 8], "free": [0, 0, 0]}
    settings.MODEL_PRICE_UNKNOWN = [5, 5, 25]
    usage = Usage(prompt_tokens=1_000_000, cached_tokens=400_000, completion_tokens=100_000)
    assert llm.cost(usage, "m-large") == Decimal("7.5")
    assert llm.cost(usage, "m-large", "unheard-of") == Decimal("7.5")
    assert llm.cost(usage, "free") == llm.cost(usage, "offline-writer") == 0
    assert [llm.is_priced(name) for name in ("m", "free", "offline-writer", "m-large")] == [
        True, True, True, False,
    ]  # fmt: skip


def test_a_model_without_a_price_is_noted(stub_endpoint: Start) -> None:
    stub_endpoint(Reply(GOOD))
    assert any("No price" in note for note in ask(model="unheard-of").notes)
    assert ask(model="gpt-5-mini").notes == ()


def test_the_estimate_is_never_below_the_cost(settings: Any, scripted_model: ScriptedModel) -> None:
    settings.MODEL_PRICES = {"m": [1, 1, 1]}
    wide = call(model="m", max_tokens=50, packet={"text": "word " * 200})
    scripted_model.say(Reply("nonsense", usage=(700, 0, 50)), Reply(GOOD, usage=(900, 0, 50)))
    [answer] = llm.complete_all([wide])
    assert llm.estimate(wide) > llm.cost(answer.usage, "m") > 0
    assert llm.estimate(call(model="m", repair=False)) < llm.estimate(call(model="m"))
    assert llm.estimate(call(model="unheard-of")) == 0  # the offline writer answers
    online = Access("page", "https://model.example/v1", "unheard-of")
    assert llm.estimate(call(model="unheard-of", access=online)) > llm.estimate(call(model="m"))
