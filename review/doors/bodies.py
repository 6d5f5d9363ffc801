"""The body of a request: its size, its bytes, its JSON, its shape. Strict in each."""

from typing import Any, TypeVar

from django.http import HttpRequest
from pydantic import BaseModel, ValidationError

from agents import answers
from revenue import ingest
from review.doors.problems import Fault, Problem

Value = TypeVar("Value", bound=BaseModel)

MOST = 1024 * 1024
DEEPEST = 30


def text(request: HttpRequest, *, most: int = MOST) -> str:
    """The body as text; 413 when it is too long, 400 when it is no UTF-8."""
    declared = request.headers.get("Content-Length", "")
    size = int(declared[:12]) if declared.isascii() and declared.isdecimal() else 0
    if size > most or len(request.body) > most:
        found = Fault("body", "too long", f"{max(size, most + 1)} bytes", f"{most} bytes")
        raise Problem(413, "too_large", "This is more than can be sent at once.",
                      "Send less at once.", fields=[found])  # fmt: skip
    try:
        return request.body.decode()
    except UnicodeDecodeError as error:
        fault = Fault("body", "not UTF-8", f"byte {error.start}", "UTF-8")
        raise Problem(400, "not_utf8", "The body is not UTF-8.", "Encode it as UTF-8.",
                      fields=[fault]) from None  # fmt: skip


def document(body: str) -> dict[str, Any]:
    """A JSON object without what nobody sees; 400 for anything else."""
    return dict(ingest.storable(parsed(body)))


def parsed(body: str) -> dict[str, Any]:
    """A JSON object as it came; 400 for anything else."""
    try:
        found = answers.loads(body)
    except answers.Unreadable as error:
        raise _not_json(str(error)) from None
    if not isinstance(found, dict):
        raise _not_json(f"a {type(found).__name__} where an object was expected")
    if _depth(found) > DEEPEST:
        raise _not_json(f"nested deeper than {DEEPEST}")
    return found


def _not_json(why: str) -> Problem:
    fault = Fault("body", why, why, "a JSON object")
    return Problem(400, "not_json", f"The body is not usable JSON: {why}.",
                   "Send one JSON object.", fields=[fault])  # fmt: skip


def _depth(node: Any) -> int:
    """How deep a document nests; it does not go deeper than is allowed to look."""
    depth, level = 0, [node]
    while level and depth <= DEEPEST:
        depth += 1
        inner = [list(one.values()) if isinstance(one, dict) else one
                 for one in level if isinstance(one, dict | list)]  # fmt: skip
        level = [child for children in inner for child in children]
    return depth


def shaped(found: dict[str, Any], shape: type[Value]) -> Value:
    """The document as `shape`; 422 with a fault for each field that does not fit."""
    try:
        return shape.model_validate(found)
    except ValidationError as error:
        faults = [_fault(one) for one in error.errors(include_url=False, include_context=False)]
    what = "; ".join(f"{fault.where}: {fault.what}" for fault in faults[:3])
    raise Problem(422, "invalid", f"{what}.", "Correct the fields and send again.",
                  fields=faults[:20])  # fmt: skip


def _fault(error: Any) -> Fault:
    where = answers.printable(".".join(str(part) for part in error["loc"])) or "body"
    missing = error["type"] == "missing"
    found = "nothing" if missing else answers.printable(repr(error["input"]))
    return Fault(where, error["msg"].removeprefix("Value error, "), found)
