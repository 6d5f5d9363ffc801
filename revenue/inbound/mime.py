"""Raw bytes to headers and parts, and which mails are too much to take apart.

The standard parser recurses into parts and slows down on hostile headers, so size, nesting and
number of parts are looked at first. Called by the other modules of this room.
"""

import binascii
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from email.policy import Compat32

SIZE_LIMIT = 25_000_000
NESTED_LIMIT = 100
PARTS_LIMIT = 1_000
LINES_LIMIT = 1_000_000
HEADER_LIMIT = 16_000
HEADERS_LIMIT = 256_000

NESTED = re.compile(rb"content-type:[\s\x1c-\x1f]*(?:multipart|message)/", re.IGNORECASE)
BOUNDARY = re.compile(rb'\bboundary(\*)?[^=;"\s]{0,3}\s*=\s*"?([^"\\;\s]{0,70})', re.IGNORECASE)
LONG_HEADER = re.compile(
    rb"(?:^|[\r\n])content-[a-z-]{1,40}[ \t]*:(?:[^\r\n]|\r?\n[ \t]|\r[ \t]){%d}" % HEADER_LIMIT,
    re.IGNORECASE,
)
DELIMITER = re.compile(rb"(?:^|[\r\n])--([^\r\n]{0,70})")
END_OF_HEADERS = re.compile(rb"\r\n\r\n|\n\n|\r\r")


class Verbatim(Compat32):
    """Header values as they came; bytes outside ASCII stay surrogates for `headers` to decode."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


def too_much(raw: bytes) -> str:
    """Why a mail is not taken apart, in words; empty when it may be."""
    if len(raw) >= SIZE_LIMIT:
        return f"larger than {SIZE_LIMIT // 1_000_000} MB"
    if max(raw.count(b"\n"), raw.count(b"\r")) > LINES_LIMIT:
        return f"more than {LINES_LIMIT:,} lines"
    if _more_than(NESTED_LIMIT, NESTED.finditer(raw)):
        return f"more than {NESTED_LIMIT} parts inside one another"
    if LONG_HEADER.search(raw) or _heads(raw) > HEADERS_LIMIT:
        return "a header is too long"
    if _more_than(PARTS_LIMIT, _delimiters(raw)):
        return f"more than {PARTS_LIMIT} parts"
    return ""


def _heads(raw: bytes) -> int:
    """How long the headers of the mail itself are, all together."""
    end = END_OF_HEADERS.search(raw, 0, HEADERS_LIMIT + 4)
    return end.start() if end else len(raw)


def _more_than(limit: int, found: Iterator[object]) -> bool:
    return any(number > limit for number, _ in enumerate(found, start=1))


def _delimiters(raw: bytes) -> Iterator[bytes]:
    """Lines that separate parts; a boundary written in pieces (RFC 2231) may be any of them."""
    starts = {b"" if star else name for star, name in BOUNDARY.findall(raw)}
    # A mail may declare as many as it has lines, so they are looked up and not tried in turn.
    sizes = {len(name) for name in starts}
    lines = (line[1] for line in DELIMITER.finditer(raw))
    return (line for line in lines if any(line[:size] in starts for size in sizes))


def parts_of(raw: bytes) -> Message:
    return message_from_bytes(raw, policy=Verbatim())


def headers_of(raw: bytes) -> Message:
    """The headers alone, however large the mail is."""
    end = END_OF_HEADERS.search(raw, 0, HEADERS_LIMIT)
    head = raw[: end.start() if end else HEADERS_LIMIT]
    kept = re.sub(rb"(?im)^content-type[ \t]*:", b"X-Content-Type:", head)
    return message_from_bytes(kept + b"\n\n", policy=Verbatim())


def body_bytes(raw: bytes) -> bytes:
    end = END_OF_HEADERS.search(raw)
    return raw[end.end() :] if end else b""


def children(part: Message) -> list[Message]:
    """The parts inside this one; none in a leaf."""
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if part.is_multipart() else []


def leaves(part: Message) -> Iterator[Message]:
    """Parts that hold no others, in order; an attached mail or a report is one of them."""
    waiting = [part]
    while waiting:
        part = waiting.pop()
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting.extend(reversed(children(part)))
        else:
            yield part


def content(part: Message) -> bytes:
    """The decoded bytes of one leaf; a broken transfer encoding is decoded as far as it goes."""
    if part.is_multipart():
        return b"\n".join(_flattened(child) for child in children(part))
    encoding = part.get("content-transfer-encoding", "").split(";")[0].strip().lower()
    if encoding == "base64":
        return _base64(_undecoded(part))
    return _undecoded(part, encoding)


def _undecoded(part: Message, encoding: str = "8bit") -> bytes:
    """The payload in that transfer encoding instead of the declared one."""
    del part["content-transfer-encoding"]
    part["content-transfer-encoding"] = encoding
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _base64(data: bytes) -> bytes:
    try:
        return binascii.a2b_base64(data + b"===")
    except binascii.Error:
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
        return binascii.a2b_base64(letters[: len(letters) // 4 * 4])


def _flattened(part: Message) -> bytes:
    """An attached mail as bytes again; what cannot be written back counts as empty."""
    try:
        return part.as_bytes()
    except (MessageError, ValueError, LookupError, TypeError, AttributeError):
        return b""
