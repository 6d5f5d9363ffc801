"""The parts of the outside world that tests play: a model by script, and a model's endpoint.

`ScriptedModel` is a transport under the real client, so that everything above the wire is the code
that runs in earnest; it records what it was asked. `StubEndpoint` is a real HTTP server on loopback
for what only a real connection can do: refuse, stall, trickle, redirect.
"""

import asyncio
import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
import pytest
from pydantic import BaseModel

from agents import llm

MODEL = "scripted"


@dataclass(frozen=True)
class Asked:
    """One recorded request. `key` is what a real connection was opened with."""

    body: dict[str, Any]
    key: str = ""

    @property
    def output(self) -> str:
        return self.body["response_format"]["json_schema"]["name"]

    @property
    def messages(self) -> list[dict[str, str]]:
        return self.body["messages"]

    @property
    def system(self) -> str:
        return self.messages[0]["content"]

    @property
    def packet(self) -> dict[str, Any]:
        return json.loads(self.messages[1]["content"])


@dataclass(frozen=True)
class Reply:
    """An answer in detail. `content` is text, or something that becomes JSON text."""

    content: Any = ""
    finish_reason: str = "stop"
    refusal: str | None = None
    usage: tuple[int, int, int] = (100, 0, 20)
    delay: float = 0
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None

    def text(self) -> str:
        return self.body if self.body is not None else json.dumps(completion(self))


Script = Any  # Reply, dict, model, str, exception, or a callable of the packet that returns one


def completion(reply: Reply) -> dict[str, Any]:
    content = reply.content
    if isinstance(content, BaseModel):
        content = content.model_dump()
    prompt, cached, written = reply.usage
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": MODEL,
        "choices": [
            {
                "index": 0,
                "finish_reason": reply.finish_reason,
                "message": {
                    "role": "assistant",
                    "content": content if isinstance(content, str) else json.dumps(content),
                    "refusal": reply.refusal,
                },
            }
        ],
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": written,
            "total_tokens": prompt + written,
            "prompt_tokens_details": {"cached_tokens": cached},
        },
    }


class ScriptedModel(httpx2.AsyncBaseTransport):
    """Answers in the order of its script; `on("RouterOutput", …)` scripts one type of output.

    The last answer of an `on(…)` script repeats for ever, so that many calls in any order can be
    scripted with one callable. Without an answer left the test fails.
    """

    def __init__(self, *script: Script) -> None:
        self.script = deque(script)
        self.by_output: dict[str, deque[Script]] = {}
        self.asked: list[Asked] = []
        self.in_flight = 0
        self.most_in_flight = 0

    def on(self, output: str, *script: Script) -> "ScriptedModel":
        self.by_output[output] = deque(script)
        return self

    def say(self, *script: Script) -> "ScriptedModel":
        self.script.extend(script)
        return self

    def packets(self, output: str = "") -> list[dict[str, Any]]:
        return [asked.packet for asked in self.asked if output in ("", asked.output)]

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        asked = Asked(json.loads(await request.aread()))
        self.asked.append(asked)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            reply = _reply(self._next(asked.output), asked.packet)
            await asyncio.sleep(reply.delay)
        finally:
            self.in_flight -= 1
        headers = {"content-type": "application/json"} | reply.headers
        return httpx2.Response(reply.status, headers=headers, text=reply.text(), request=request)

    def _next(self, output: str) -> Script:
        script = self.by_output.get(output)
        if script:
            return script[0] if len(script) == 1 else script.popleft()
        if self.script:
            return self.script.popleft()
        raise AssertionError(f"The script holds no answer for {output}.")


def _reply(answer: Script, packet: dict[str, Any]) -> Reply:
    if callable(answer) and not isinstance(answer, type | BaseModel):
        answer = answer(packet)
    if isinstance(answer, BaseException):
        raise answer
    return answer if isinstance(answer, Reply) else Reply(answer)


@pytest.fixture
def scripted_model(monkeypatch: pytest.MonkeyPatch) -> ScriptedModel:
    """The model of this test: script it by `say` or `on`, read `asked` afterwards."""
    model = ScriptedModel()
    monkeypatch.setattr(llm, "transport", lambda _: model)
    return model


# --- a real endpoint ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Drip:
    """A reply that comes one byte at a time, for ever slower than anyone waits."""

    seconds: float = 0.05


class StubEndpoint:
    """An OpenAI-compatible server on loopback: `with StubEndpoint(Reply(…), …) as endpoint`.

    Answers in the order of its script, the last one for ever; `latency` is added to each. A
    `Reply` with `delay` stalls before the first byte, a `Drip` after it.
    """

    def __init__(self, *script: Reply | Drip, latency: float = 0) -> None:
        self.script = deque(script or [Reply({})])
        self.latency = latency
        self.asked: list[Asked] = []
        self.lock = threading.Lock()
        self.closing = threading.Event()
        self.server = _Server(("127.0.0.1", 0), _handler(self))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/v1"

    def __enter__(self) -> "StubEndpoint":
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()

    def next(self, body: bytes, key: str) -> Reply | Drip:
        with self.lock:
            self.asked.append(Asked(json.loads(body), key))
            return self.script[0] if len(self.script) == 1 else self.script.popleft()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 512

    def handle_error(self, *_: object) -> None:
        """A client that gave up is what some tests are about."""


def _handler(endpoint: StubEndpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            reply = endpoint.next(body, self.headers.get("authorization", ""))
            endpoint.closing.wait(endpoint.latency + getattr(reply, "delay", 0))
            if isinstance(reply, Drip):
                self.trickle(reply)
            else:
                self.answer(reply)

        def answer(self, reply: Reply) -> None:
            body = reply.text().encode()
            headers = {"content-type": "application/json", "content-length": str(len(body))}
            self.send_response(reply.status)
            for name, value in (headers | reply.headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def trickle(self, drip: Drip) -> None:
            self.send_response(200)
            self.send_header("content-length", "100000")
            self.end_headers()
            while not endpoint.closing.wait(drip.seconds):
                self.wfile.write(b" ")

        def log_message(self, *_: object) -> None:
            """Tests print their own findings."""

    return Handler


@pytest.fixture
def stub_endpoint(settings: Any) -> Iterator[Callable[..., StubEndpoint]]:
    """Starts a `StubEndpoint` with a script and points the settings at it."""
    running: list[StubEndpoint] = []

    def start(*script: Reply | Drip, latency: float = 0) -> StubEndpoint:
        endpoint = StubEndpoint(*script, latency=latency).__enter__()
        running.append(endpoint)
        settings.OPENAI_BASE_URL = endpoint.url
        settings.OPENAI_API_KEY = "sk-test"
        return endpoint

    yield start
    for endpoint in running:
        endpoint.__exit__(None, None, None)
