"""What went wrong with a model, in words that a rep understands and an admin can act on.

Called by `agents.llm` and `agents.completions`. Never a key, a stack trace or raw JSON.
"""

import math
import socket
from collections.abc import Iterator

import httpx2

from revenue import posting

CLIENT_FAULTS = {
    400: "The model refused the request (HTTP 400). An admin should check the model's name "
    "and what it supports.",
    401: "The model refused the key (HTTP 401). An admin should check it (Set-up, Model).",
    403: "The key may not use this model (HTTP 403). An admin should check both (Set-up, Model).",
    413: "The account's context is too long for this model (HTTP 413). A person has to write.",
}


class NoAnswer(Exception):
    """Something came back, and it is no model's answer; the text says what."""


def silence(seconds: float) -> str:
    return f"The model did not answer within {seconds:g} seconds."


def unusable(fault: str, calls: int) -> str:
    tries = ", also when asked again" if calls > 1 else ""
    return f"The model's answer could not be used{tries}: {fault}."


def not_a_completion(body: str) -> str:
    if body.lstrip()[:1] == "<":
        return (
            "The model's address answered with a web page instead of an answer. "
            "An admin should check it (Set-up, Model)."
        )
    return (
        "The model's address answered with something that is no chat completion. "
        "An admin should check it (Set-up, Model)."
    )


def status(response: httpx2.Response, model: str) -> str:
    code = response.status_code
    if code == 429:
        return _busy(response)
    if code == 404:
        return (
            f"The model “{model}” was not found at its address (HTTP 404). "
            "An admin should check the model's name and address (Set-up, Model)."
        )
    if 300 <= code < 400:
        return (
            f"The model's address answered with a redirect (HTTP {code}), which is not followed. "
            "An admin should check it (Set-up, Model)."
        )
    if code >= 500:
        return f"The model had a fault of its own (HTTP {code}). Try again later."
    other = f"The model refused the request (HTTP {code}). An admin should check its settings."
    return CLIENT_FAULTS.get(code, other)


def _busy(response: httpx2.Response) -> str:
    if "insufficient_quota" in response.text:
        return "The model's account has no credit left (HTTP 429). An admin should top it up."
    seconds = retry_after(response)
    if 0 < seconds < math.inf:
        return f"The model is busy and asks to wait {seconds:g} seconds (HTTP 429)."
    return "The model is busy (HTTP 429). Try again later."


def retry_after(response: httpx2.Response) -> float:
    """Seconds that a busy endpoint asks for; 0 when it does not ask, infinite when unreadable."""
    asked = response.headers.get("retry-after", "").strip()
    if response.status_code not in (429, 503) or not asked:
        return 0
    try:
        seconds = float(asked)
    except ValueError:
        return math.inf  # a date: longer than we would sleep, or not worth working out
    return seconds if seconds >= 0 else math.inf


def connection(error: BaseException, seconds: float) -> str:
    causes = list(_causes(error))
    forbidden = next((cause for cause in causes if isinstance(cause, posting.Unreachable)), None)
    if forbidden:
        return f"The model was not asked: {forbidden}."
    if any(isinstance(cause, httpx2.TimeoutException) for cause in causes):
        return silence(seconds)
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return "The model's address was not found (DNS). An admin should check it (Set-up, Model)."
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return "The model refused the connection. An admin should check that it is running."
    if any(isinstance(cause, httpx2.InvalidURL | httpx2.UnsupportedProtocol) for cause in causes):
        return "The model's address is not a web address. An admin should check it (Set-up, Model)."
    return "The connection to the model broke. Try again later."


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything it was raised from, groups included."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        current = waiting.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting += [current.__cause__, current.__context__]
        if isinstance(current, BaseExceptionGroup):
            waiting += current.exceptions
