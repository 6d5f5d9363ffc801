"""The one client: asks a model, many calls at once, and returns an answer or plain words.

The only importer of `openai`. Called by `agents.runtime`, `agents.orchestration` and the page that
tries a key. No row is read or written in here, so that no transaction is open while a model thinks.
A fault of the model never raises: it is `Answer.error`. Where a call goes stands on it
(`revenue.model_access`); without a key and an address the offline writer answers, under the same
client, as its transport.
"""

import asyncio
import functools
import json
import re
import ssl
import time
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx2
from django.conf import settings
from openai import APIStatusError, AsyncOpenAI, OpenAIError
from pydantic import BaseModel

from agents import answers, completions, faults
from agents.completions import Usage
from agents.envelope import schema
from agents.offline import OfflineTransport
from revenue import model_access, outside, posting, secrecy
from revenue.model_access import Access
from revenue.posting import Unreachable

ANSWER_SECONDS = 30.0
PATIENCE_SECONDS = 10.0  # a longer Retry-After is answered by giving up, not by sleeping
RETRIES = 1
IN_FLIGHT = 512
KEPT_CHARS = 20_000  # of an answer, for the record and for the repair
OFFLINE_URL = "http://offline.invalid/v1"
SMALLEST = Decimal("0.000001")  # US dollars, as they are stored: what is reserved can be given back
Prices = tuple[Decimal, Decimal, Decimal]  # for a million tokens: sent, cached, written
DATED = re.compile(r"-\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True)
class Call:
    """One question: the stable prompt, the packet as one JSON document, the wanted type.

    `access` None goes where the environment says.
    """

    model: str
    system: str
    packet: dict[str, Any]
    output: type[BaseModel]
    temperature: float | None = None
    max_tokens: int = 2000
    seconds: float = 90
    repair: bool = True
    access: Access | None = None

    @property
    def way(self) -> Access:
        return self.access or model_access.of_environment()


@dataclass(frozen=True)
class Answer:
    """`value` or `error`, never both. `model` is the name the answering model gave itself;
    `unusable`: it answered, also when asked again, with something that cannot be used."""

    value: BaseModel | None
    raw: str
    error: str
    usage: Usage
    model: str
    calls: int
    seconds: float
    notes: tuple[str, ...] = ()
    unusable: bool = False

    @property
    def removed(self) -> list[str]:
        """What was taken out of the answer before anybody read it, in sentences."""
        return [note for note in self.notes if answers.REMOVED in note]


def transport(access: Access) -> httpx2.AsyncBaseTransport | None:
    """The wire under the client: the offline writer, or None for the network."""
    world = outside.simulated()
    return world.model if world else OfflineTransport() if access.is_offline else None


def complete_all(calls: Iterable[Call]) -> list[Answer]:
    """All calls at once from code without an event loop; answers in the order of the calls."""
    return asyncio.run(complete(calls))


async def complete(calls: Iterable[Call], *, client: AsyncOpenAI | None = None) -> list[Answer]:
    calls = list(calls)
    if client is not None:
        return list(await asyncio.gather(*(_answer(client, call) for call in calls)))
    ways = {call.way for call in calls}
    async with AsyncExitStack() as stack:
        try:
            own = {way: await stack.enter_async_context(_client(way)) for way in ways}
        except httpx2.InvalidURL as fault:
            error = faults.connection(fault, ANSWER_SECONDS)
            return [_Progress(call.model).answer(None, error, time.monotonic()) for call in calls]
        return list(await asyncio.gather(*(_answer(own[call.way], call) for call in calls)))


# --- the client -----------------------------------------------------------------------------------


class _Http(httpx2.AsyncClient):
    """No redirects, and one limit for the whole answer: a slow trickle counts as silence. An
    address that was typed into a page is looked at before each call."""

    is_typed = False

    async def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                if self.is_typed:
                    await posting.pin(request)
                response = await super().send(request, **options)
        except TimeoutError as error:
            raise httpx2.ReadTimeout("no complete answer in time", request=request) from error
        if faults.retry_after(response) > PATIENCE_SECONDS:
            response.headers["x-should-retry"] = "false"
        return response


@functools.cache
def _certificates() -> ssl.SSLContext:
    """Loading them takes longer than everything else a call needs, so it is done once."""
    return httpx2.create_ssl_context()


def _client(access: Access) -> AsyncOpenAI:
    wire = transport(access)
    online = wire is None
    http = _Http(
        transport=wire,
        verify=_certificates() if online else False,
        timeout=ANSWER_SECONDS,
        follow_redirects=False,
        trust_env=not access.is_typed,
        limits=httpx2.Limits(max_connections=IN_FLIGHT, max_keepalive_connections=IN_FLIGHT),
    )
    http.is_typed = access.is_typed and online
    return AsyncOpenAI(
        api_key=access.key or "no-key",
        base_url=access.url or (model_access.OFFICIAL_URL if online else OFFLINE_URL),
        timeout=ANSWER_SECONDS,
        max_retries=RETRIES,
        http_client=http,
    )


# --- one call -------------------------------------------------------------------------------------


@dataclass
class _Progress:
    """What is known so far; it survives the deadline, so that what was spent is not forgotten."""

    model: str
    raw: str = ""
    usage: Usage = field(default_factory=Usage)
    calls: int = 0
    notes: tuple[str, ...] = ()
    unusable: bool = False
    key: str = field(default="", repr=False)

    def answer(self, value: BaseModel | None, error: str, started: float) -> Answer:
        seconds = time.monotonic() - started
        return Answer(
            value=value,
            raw=secrecy.hide(self.raw, self.key)[:KEPT_CHARS],
            error=error,
            usage=self.usage,
            model=secrecy.hide(self.model, self.key),
            calls=self.calls,
            seconds=seconds,
            notes=self.notes,
            unusable=self.unusable,
        )


async def _answer(client: AsyncOpenAI, call: Call) -> Answer:
    started = time.monotonic()
    progress = _Progress(call.model, notes=_price_note(call), key=call.way.key)
    value, error = None, ""
    try:
        async with asyncio.timeout(call.seconds):
            value = await _asked(client, call, progress)
    except TimeoutError:
        error = faults.silence(call.seconds)
    except answers.Unreadable as fault:
        progress.unusable = True
        error = faults.unusable(str(fault), progress.calls)
    except faults.NoAnswer as fault:
        error = str(fault)
    except APIStatusError as fault:
        progress.raw = fault.response.text
        error = faults.status(fault.response, call.model)
    except (OpenAIError, httpx2.HTTPError, httpx2.InvalidURL, OSError, Unreachable) as fault:
        error = faults.connection(fault, ANSWER_SECONDS)
    return progress.answer(value, error, started)


async def _asked(client: AsyncOpenAI, call: Call, progress: _Progress) -> BaseModel:
    """Ask, and on an answer that cannot be used once more with the fault named."""
    messages = _messages(call)
    try:
        return await _once(client, call, messages, progress)
    except answers.Unreadable as fault:
        if not call.repair:
            raise
        progress.notes += (f"The first answer could not be used: {fault}.",)
        messages += _repair(progress.raw, fault)
    return await _once(client, call, messages, progress)


async def _once(
    client: AsyncOpenAI, call: Call, messages: list[dict[str, str]], progress: _Progress
) -> BaseModel:
    progress.calls += 1
    progress.raw = await _reply(client, call, messages)
    completion = completions.read(progress.raw)
    progress.usage += completion.usage.counted() if completion.usage else Usage()
    progress.model = answers.printable(completion.model or call.model)
    choice = completion.choices[0]
    progress.raw = choice.message.content or choice.message.refusal or ""
    value, notes = answers.parse(
        choice.message.content or "",
        call.output,
        finish_reason=choice.finish_reason or "stop",
        refused=bool(choice.message.refusal),
    )
    progress.notes += tuple(notes)
    return value


async def _reply(client: AsyncOpenAI, call: Call, messages: list[dict[str, str]]) -> str:
    """The body of the reply. Endpoints differ in what they accept: what one refuses by name
    (HTTP 400) is said in the other way there is, each way once."""
    request = _request(call, messages)
    while True:
        try:
            response = await client.chat.completions.with_raw_response.create(**request)
        except APIStatusError as fault:
            other = _other_way(request, call, fault)
            if other is None:
                raise
            request = other
        else:
            return response.text


def _other_way(request: dict[str, Any], call: Call, fault: APIStatusError) -> dict[str, Any] | None:
    if fault.status_code != 400:
        return None
    complaint = fault.response.text[:4000]
    if "max_completion_tokens" in complaint and "max_tokens" in request:
        return _without(request, "max_tokens") | {"max_completion_tokens": call.max_tokens}
    if "temperature" in complaint and "temperature" in request:
        return _without(request, "temperature")
    plain = _format(call.output, bounded=False)
    if "schema" in complaint and request["response_format"] != plain:
        return request | {"response_format": plain}
    return None


# --- what is sent and what comes back -------------------------------------------------------------


def _request(call: Call, messages: list[dict[str, str]]) -> dict[str, Any]:
    # The official endpoint refuses `max_tokens` for some models, several others know only that.
    limit = "max_tokens" if call.way.url else "max_completion_tokens"
    request = {
        "model": call.model,
        "messages": messages,
        "response_format": _format(call.output),
        limit: call.max_tokens,
    }
    return request if call.temperature is None else request | {"temperature": call.temperature}


@functools.cache
def _format(output: type[BaseModel], *, bounded: bool = True) -> dict[str, Any]:
    form = {"name": output.__name__, "strict": True, "schema": schema(output, bounded=bounded)}
    return {"type": "json_schema", "json_schema": form}


def _messages(call: Call) -> list[dict[str, str]]:
    packet = json.dumps(call.packet, ensure_ascii=False, separators=(",", ":"), default=str)
    return [
        {"role": "system", "content": call.system},
        {"role": "user", "content": packet.encode(errors="replace").decode()},
    ]


def _repair(raw: str, fault: answers.Unreadable) -> list[dict[str, str]]:
    said = [{"role": "assistant", "content": raw[:KEPT_CHARS]}] if raw else []
    wish = f"This answer could not be used: {fault}. Answer again, complete, with the JSON only."
    return [*said, {"role": "user", "content": wish}]


def _without(request: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in request.items() if key != name}


# --- what it costs --------------------------------------------------------------------------------


def cost(usage: Usage, *models: str) -> Decimal:
    """US dollars by the price of the first of these names that has one: a gateway may answer under
    another than it was asked for. Without any it counts as a dear model, so that a budget stops it
    rather too early than never; a note says so."""
    found = (row for name in models if (row := _prices(name)))
    sent, cached, written = next(found, _amounts(settings.MODEL_PRICE_UNKNOWN))
    fresh = max(usage.prompt_tokens - usage.cached_tokens, 0)
    total = fresh * sent + usage.cached_tokens * cached + usage.completion_tokens * written
    return (total / 1_000_000).quantize(SMALLEST)


def estimate(call: Call) -> Decimal:
    """An upper bound to reserve before the call: a token is at least one byte, and every call
    may be repaired once with its first answer in the prompt."""
    form = json.dumps(_format(call.output))
    first = sum(len(part["content"].encode()) for part in _messages(call)) + len(form)
    once = Usage(first, 0, call.max_tokens)
    names = [call.model, *([model_access.OFFLINE_MODEL] if call.way.is_offline else [])]
    if not call.repair:
        return cost(once, *names)
    again = Usage(first + min(call.max_tokens * 8, KEPT_CHARS * 4) + 2000, 0, call.max_tokens)
    return cost(once + again, *names)


def is_priced(model: str) -> bool:
    return _prices(model) is not None


def _prices(model: str) -> Prices | None:
    """A dated name (gpt-5-mini-2025-08-07) has the price of its model. Ours is free."""
    table = {model_access.OFFLINE_MODEL: [0, 0, 0]} | settings.MODEL_PRICES
    row = table.get(model) or table.get(DATED.sub("", model))
    return _amounts(row) if row else None


def _amounts(row: Sequence[float]) -> Prices:
    sent, cached, written = (Decimal(str(price)) for price in row)
    return sent, cached, written


def _price_note(call: Call) -> tuple[str, ...]:
    if call.way.is_offline or _prices(call.model):
        return ()
    return (f"No price is known for the model “{call.model}”, so it counts as a dear one.",)
