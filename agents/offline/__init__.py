"""The embedded default model: an HTTP transport that answers like an OpenAI-compatible endpoint.

Put under the client by `agents.llm` when there is neither a key nor an address. It reads nothing
but the request and answers the same request the same way. What it answers depends on the type of
output that is asked for: a choice of agent, a choice of whom to write to, or a mail.
"""

import json
from collections.abc import Callable
from typing import Any

import httpx2
from pydantic import BaseModel

from agents.offline import brief, inbound, mail, prospecting, routing
from agents.offline.brief import rows, section
from revenue.model_access import OFFLINE_MODEL

MODEL = OFFLINE_MODEL
CHARS_PER_TOKEN = 4
WRITERS: dict[str, Callable[[dict[str, Any]], BaseModel]] = {
    "RouterOutput": routing.choose,
    "ReplyOutput": inbound.read,
    "ProspectingOutput": prospecting.choose,
    "OutreachOutput": lambda packet: mail.write(brief.read(packet)),
}


class Refused(ValueError):
    """The request is none that this model can answer; the text says why."""


class OfflineTransport(httpx2.AsyncBaseTransport):
    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        body = await request.aread()
        if not request.url.path.endswith("/chat/completions"):
            return _json(404, _error("The offline writer answers chat completions only."), request)
        try:
            return _json(200, answer(json.loads(body)), request)
        except Refused as error:
            return _json(400, _error(str(error)), request)


def answer(body: Any) -> dict[str, Any]:
    """The chat.completion for one request body."""
    form = section(section(body, "response_format"), "json_schema")
    name = form.get("name")
    if not isinstance(name, str) or name not in WRITERS:
        raise Refused(f"The offline writer does not know the output “{name}”.")
    messages = rows(body, "messages")
    content = WRITERS[name](_packet(messages)).model_dump_json()
    prompt = sum(len(str(message.get("content") or "")) for message in messages)
    return _completion(content, prompt // CHARS_PER_TOKEN + 1)


def _packet(messages: list[dict[str, Any]]) -> dict[str, Any]:
    asked = next((row for row in messages if row.get("role") == "user"), {})
    try:
        packet = json.loads(str(asked.get("content") or ""))
    except (ValueError, RecursionError):
        packet = None
    if not isinstance(packet, dict):
        raise Refused("The first user message has to be one JSON document.")
    return packet


def _completion(content: str, prompt_tokens: int) -> dict[str, Any]:
    written = len(content) // CHARS_PER_TOKEN + 1
    message = {"role": "assistant", "content": content, "refusal": None}
    return {
        "id": "chatcmpl-offline",
        "object": "chat.completion",
        "created": 0,
        "model": MODEL,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
        "usage": {
            "prompt_tokens": prompt_tokens,
            "completion_tokens": written,
            "total_tokens": prompt_tokens + written,
            "prompt_tokens_details": {"cached_tokens": 0},
        },
    }


def _error(message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error"}}


def _json(status: int, document: dict[str, Any], request: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(status, json=document, request=request)
