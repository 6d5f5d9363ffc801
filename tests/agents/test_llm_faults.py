"""No fault of a model raises: each becomes words that say what, where and what to do."""

import socket
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from agents import llm
from tests.agents.asking import GOOD, Verdict, ask
from tests.fakes import Drip, Reply, ScriptedModel, StubEndpoint

Start = Callable[..., StubEndpoint]


@pytest.fixture
def endpoint(stub_endpoint: Start, monkeypatch: pytest.MonkeyPatch) -> Start:
    """A real server, and a client that loses its patience soon."""
    monkeypatch.setattr(llm, "ANSWER_SECONDS", 0.4)
    return stub_endpoint


def test_a_stalled_model_is_given_up(endpoint: Start) -> None:
    endpoint(Reply(GOOD, delay=60))
    answer = ask(seconds=20)
    assert answer.error == "The model did not answer within 0.4 seconds."
    assert answer.seconds < 10


def test_a_trickle_counts_as_silence(endpoint: Start) -> None:
    endpoint(Drip())
    answer = ask(seconds=20)
    assert answer.error == "The model did not answer within 0.4 seconds."
    assert answer.seconds < 10


def test_the_deadline_of_the_call_comes_first(stub_endpoint: Start) -> None:
    stub_endpoint(Reply(GOOD, delay=60))
    answer = ask(seconds=0.3)
    assert answer.error == "The model did not answer within 0.3 seconds."
    assert answer.seconds < 5


@pytest.mark.parametrize(
    ("reply", "words", "asked"),
    [
        (Reply(status=401, body='{"error": {"message": "bad key sk-test"}}'), "refused the key", 1),
        (Reply(status=403, body="{}"), "may not use this model", 1),
        (Reply(status=404, body="{}"), "“gpt-5-mini” was not found", 1),
        (Reply(status=400, body='{"error": {"message": "no"}}'), "refused the request", 1),
        (Reply(status=413, body="{}"), "too long", 1),
        (Reply(status=418, body="{}"), "HTTP 418", 1),
        (Reply(status=500, body="boom"), "a fault of its own (HTTP 500)", 2),
        (Reply(status=503, body="<html>"), "HTTP 503", 2),
        (Reply(status=429, body="{}"), "busy", 2),
        (Reply(status=429, headers={"retry-after": "40"}, body="{}"), "to wait 40 seconds", 1),
        (Reply(status=429, headers={"retry-after": "Thu, 1 Jan 2099 00:00:00 GMT"}), "busy", 1),
        (Reply(status=429, body='{"error": {"code": "insufficient_quota"}}'), "no credit left", 2),
        (Reply(status=302, headers={"location": "/elsewhere"}, body=""), "redirect (HTTP 302)", 1),
        (Reply(status=307, headers={"location": "http://169.254.169.254/"}), "redirect", 1),
        (Reply(headers={"content-type": "text/html"}, body="<html>Log in</html>"), "web page", 1),
        (Reply(body="<html>Log in</html>"), "web page", 1),
        (Reply(body='{"choices": []}'), "no chat completion", 1),
        (Reply(body='{"choices": "x"}'), "no chat completion", 1),
        (Reply(body="null"), "no chat completion", 1),
        (Reply(body=""), "no chat completion", 1),
        (Reply(body="[" * 50_000), "no chat completion", 1),
    ],
)
def test_a_fault_of_the_endpoint_becomes_words(
    stub_endpoint: Start, reply: Reply, words: str, asked: int
) -> None:
    server = stub_endpoint(reply)
    answer = ask(seconds=20)
    assert answer.value is None
    assert words in answer.error
    assert len(server.asked) == asked
    assert "sk-test" not in f"{answer.error} {answer.raw}"
    assert "{" not in answer.error
    assert not answer.unusable


def test_a_short_retry_after_is_waited_for(stub_endpoint: Start) -> None:
    stub_endpoint(Reply(status=429, headers={"retry-after": "0.2"}, body="{}"), Reply(GOOD))
    answer = ask()
    assert answer.value == Verdict(**GOOD)
    assert answer.seconds >= 0.2


def test_a_fault_that_passes_is_not_seen(stub_endpoint: Start) -> None:
    stub_endpoint(Reply(status=500, body="boom"), Reply(GOOD))
    assert ask().value == Verdict(**GOOD)


def test_a_refused_connection_is_named(settings: Any) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        settings.OPENAI_BASE_URL = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
        answer = ask(seconds=20)
    assert "refused the connection" in answer.error


def test_an_unknown_name_is_named(scripted_model: ScriptedModel) -> None:
    def unknown(packet: dict[str, Any]) -> Exception:
        fault = httpx2.ConnectError("[Errno -2] Name or service not known")
        fault.__cause__ = socket.gaierror(-2, "Name or service not known")
        return fault

    scripted_model.on("Verdict", unknown)
    assert "was not found (DNS)" in ask().error


@pytest.mark.parametrize("address", ["nonsense", "ftp://127.0.0.1/v1", "http://:x/"])
def test_an_address_that_is_none_is_named(settings: Any, address: str) -> None:
    settings.OPENAI_BASE_URL = address
    answer = ask(seconds=5)
    assert answer.value is None
    assert "Set-up, Model" in answer.error


def test_a_broken_line_is_named(scripted_model: ScriptedModel) -> None:
    scripted_model.on(
        "Verdict", lambda packet: httpx2.RemoteProtocolError("peer closed connection")
    )
    assert ask().error == "The connection to the model broke. Try again later."


# --- endpoints differ -----------------------------------------------------------------------------


def test_another_endpoint_than_the_official_one_gets_the_older_limit(stub_endpoint: Start) -> None:
    server = stub_endpoint(Reply(GOOD))
    ask(max_tokens=77)
    assert server.asked[0].body["max_tokens"] == 77
    assert "max_completion_tokens" not in server.asked[0].body


@pytest.mark.parametrize(
    ("complaint", "gone", "there"),
    [
        ("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'.", "max_tokens",
         "max_completion_tokens"),
        ("Unsupported value: 'temperature' does not support 0.3.", "temperature", "max_tokens"),
    ],
)  # fmt: skip
def test_what_an_endpoint_refuses_by_name_is_said_the_other_way(
    stub_endpoint: Start, complaint: str, gone: str, there: str
) -> None:
    server = stub_endpoint(Reply(status=400, body=complaint), Reply(GOOD))
    assert ask(temperature=0.3).value == Verdict(**GOOD)
    assert gone in server.asked[0].body
    assert gone not in server.asked[1].body
    assert there in server.asked[1].body


def test_bounds_that_an_endpoint_refuses_are_left_out_and_still_checked(
    stub_endpoint: Start,
) -> None:
    complaint = Reply(status=400, body="Invalid schema: 'maxLength' is not permitted.")
    server = stub_endpoint(complaint, Reply({"reason": "x" * 201}))
    assert "reason" in ask(repair=False).error
    first, second = (one.body["response_format"]["json_schema"]["schema"] for one in server.asked)
    assert first["properties"]["reason"]["maxLength"] == 200
    assert "maxLength" not in second["properties"]["reason"]


def test_an_endpoint_that_refuses_everything_is_not_asked_for_ever(stub_endpoint: Start) -> None:
    everything = "max_completion_tokens temperature schema"
    server = stub_endpoint(Reply(status=400, body=everything))
    assert "HTTP 400" in ask(temperature=0.3).error
    assert len(server.asked) == 4
