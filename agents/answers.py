"""Reads what a model answered, strictly: a value of the wanted type, or words for what is wrong.

Called by `agents.llm`; what outside agents write is read by its parts, too. Pure, no Django. In
this order: declined, cut, fence, JSON (without repeated keys, NaN, endless numbers or nests),
size, invisible characters, markup, shape.
"""

import json
import re
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from revenue.visibility import visible

Value = TypeVar("Value", bound=BaseModel)

LIMIT_BYTES = 100_000
LONGEST_NUMBER = 18
DEEPEST_NEST = 60

DECLINED = "model declined"
CUT = "cut at token limit"
UNREADABLE = "unreadable output"
MALFORMED = "malformed"
TOO_LONG = "longer than the limit of 100 kB"
REPEATED = "the same key twice"
NOT_A_NUMBER = "not a number"
WRONG_SHAPE = "wrong shape"
MARKUP = "markup inside markup"
REMOVED = " removed from "  # in every note about what a reader would miss

FENCE = re.compile(r"\s*```[\w-]*[ \t]*\r?\n(.*?)\r?\n?[ \t]*```\s*", re.DOTALL)
# What asks a mail program or a browser to do something. `<name>` is none: it is an unfilled field.
_ELEMENTS = (
    "a|b|i|u|s|p|br|hr|em|div|img|pre|svg|font|form|span|base|body|code|head|html|math|meta|link|"
    "audio|embed|frame|input|small|style|table|tbody|thead|video|button|canvas|center|iframe|"
    "object|option|script|select|strong|noscript|template|textarea|blockquote|"
    "h[1-6]|d[dlt]|t[dhr]|[ou]l|li"
)
TAG = re.compile(
    rf"</?(?:{_ELEMENTS})(?:[\s/][^<>]*)?>|<[a-z][\w-]*\s[^<>=]*=[^<>]*>", re.IGNORECASE
)
ELEMENT = re.compile(
    r"<!--[^-]*(?:-(?!->)[^-]*)*(?:-->|$)"
    r"|<(script|style)\b[^<>]*>[^<]*(?:<(?!/\1)[^<]*)*(?:</\1[^<>]*>|$)"
    rf"|{TAG.pattern}",
    re.IGNORECASE,
)


class Unreadable(ValueError):
    """The answer cannot be used. `words` say why, `path` names the field if there is one."""

    def __init__(self, words: str, path: str = "") -> None:
        super().__init__(f"{words} at “{path}”" if path else words)
        self.words = words
        self.path = path


def parse(
    raw: str, output: type[Value], *, finish_reason: str = "stop", refused: bool = False
) -> tuple[Value, list[str]]:
    """The value in `raw`, with a note for everything that was removed on the way."""
    if refused or finish_reason == "content_filter" or not raw.strip():
        raise Unreadable(DECLINED)
    if finish_reason == "length":
        raise Unreadable(CUT)
    notes: list[str] = []
    document = loads(_unfenced(_visible(raw, "the answer", notes), notes))
    if len(raw.encode(errors="replace")) > LIMIT_BYTES:
        raise Unreadable(TOO_LONG)
    return _shaped(cleaned(document, "", notes), output), notes


def _unfenced(text: str, notes: list[str]) -> str:
    fence = FENCE.fullmatch(text)
    if fence is None:
        return text
    notes.append("The answer came in a code fence, which was removed.")
    return fence[1]


def loads(text: str) -> Any:
    """What JSON says, without repeated keys, NaN, endless numbers; else Unreadable."""
    try:
        document = json.loads(
            text,
            strict=False,
            object_pairs_hook=_distinct,
            parse_int=_whole,
            parse_float=_finite,
            parse_constant=_constant,
        )
    except (Unreadable, RecursionError) as error:
        raise error if isinstance(error, Unreadable) else Unreadable(MALFORMED) from None
    except ValueError:
        raise Unreadable(UNREADABLE) from None
    return document


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    for key, value in pairs:
        if key in seen:
            raise Unreadable(REPEATED, printable(key))
        seen[key] = value
    return seen


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise Unreadable(MALFORMED)
    return int(digits)


def _finite(digits: str) -> float:
    if len(digits) > 2 * LONGEST_NUMBER:
        raise Unreadable(MALFORMED)
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise Unreadable(NOT_A_NUMBER)
    return value


def _constant(name: str) -> float:
    raise Unreadable(NOT_A_NUMBER, name)


def cleaned(node: Any, path: str, notes: list[str], depth: int = 0) -> Any:
    """The same without what a reader would not see; every removal is added to `notes`."""
    if depth > DEEPEST_NEST:
        raise Unreadable(MALFORMED)
    if isinstance(node, str):
        where = f"“{printable(path)}”"
        text = _visible(node, where, notes)
        return text if path.endswith("quote") else _plain(text, where, notes)
    if isinstance(node, list):
        return [
            cleaned(entry, _join(path, str(index)), notes, depth + 1)
            for index, entry in enumerate(node)
        ]
    if isinstance(node, dict):
        return {
            key: cleaned(value, _join(path, key), notes, depth + 1) for key, value in node.items()
        }
    return node


def _visible(text: str, where: str, notes: list[str]) -> str:
    """What a reader can see of it, with a note of how much nobody sees."""
    kept = visible(text)
    removed = len(text) - len(kept)
    if removed:
        plural = "" if removed == 1 else "s"
        notes.append(f"{removed} invisible or unusable character{plural}{REMOVED}{where}.")
    return kept


def _plain(text: str, where: str, notes: list[str]) -> str:
    """Without HTML: a mail is plain text. A quotation stays as its source has it."""
    if "<" not in text:
        return text
    found = [match[0] for match in ELEMENT.finditer(text)]
    kept = ELEMENT.sub("", text)
    if found:
        notes.append(f"Markup{REMOVED}{where}: {' '.join(' '.join(found).split())[:300]}")
    if TAG.search(kept):
        raise Unreadable(MARKUP, where.strip("“”"))
    return kept


def _shaped(document: Any, output: type[Value]) -> Value:
    try:
        return output.model_validate(document)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        words = "; ".join(f"{_path(fault['loc'])}: {fault['msg']}" for fault in faults[:3])
        more = f"; and {len(faults) - 3} more" if len(faults) > 3 else ""
        raise Unreadable(f"{WRONG_SHAPE} ({words}{more})", _path(faults[0]["loc"])) from None


def _path(location: tuple[int | str, ...]) -> str:
    return printable(".".join(str(part) for part in location)) or "the answer"


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def printable(text: str) -> str:
    """Somebody's name for something, as it may stand in a sentence of ours or in a row."""
    return "".join(char for char in text if char.isprintable())[:120]
