"""The offline writer as an endpoint: what it answers, what it refuses."""

import asyncio
import json
from typing import Any

import httpx2
import pytest

from agents.offline import MODEL, OfflineTransport
from tests.agents.offline import packets
from tests.agents.offline.packets import Row
from tests.agents.offline.writing import mail


def post(path: str, body: Any) -> httpx2.Response:
    async def send() -> httpx2.Response:
        async with httpx2.AsyncClient(transport=OfflineTransport()) as client:
            return await client.post(f"http://offline.invalid{path}", json=body)

    return asyncio.run(send())


def request(packet: Any, name: str = "RouterOutput") -> Row:
    content = packet if isinstance(packet, str) else json.dumps(packet)
    return {
        "model": MODEL,
        "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": content}],
        "response_format": {"type": "json_schema", "json_schema": {"name": name}},
    }


def test_it_answers_like_an_endpoint_with_usage() -> None:
    document = post("/v1/chat/completions", request({"allowed": []})).json()
    assert document["object"] == "chat.completion"
    assert document["model"] == "offline-writer"
    assert document["choices"][0]["finish_reason"] == "stop"
    usage = document["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert usage["completion_tokens"] > 10


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v1/models", {}, 404),
        ("/v1/chat/completions", request({}, name="Unheard"), 400),
        ("/v1/chat/completions", request("no json"), 400),
        ("/v1/chat/completions", request("[]"), 400),
        ("/v1/chat/completions", {"messages": []}, 400),
        ("/v1/chat/completions", [], 400),
    ],
)
def test_what_it_cannot_answer_it_refuses_in_words(path: str, body: Any, status: int) -> None:
    response = post(path, body)
    assert response.status_code == status
    assert response.json()["error"]["message"].endswith(".")


def test_the_same_request_gets_the_same_answer() -> None:
    packet = packets.first_mail()
    assert mail(packet) == mail(packet)


def test_the_order_of_a_repair_does_not_change_what_it_reads() -> None:
    body = request(packets.first_mail(), name="OutreachOutput")
    longer = body | {"messages": [*body["messages"], {"role": "user", "content": "Again."}]}
    once, again = (post("/v1/chat/completions", one).json() for one in (body, longer))
    assert once["choices"] == again["choices"]
