"""Bodies and mails that were right and are no more: changed at random, by a seed.

`of_bytes` changes letters, `of_json` values and keys. Both may change more than once.
"""

import json
import random
from copy import deepcopy
from typing import Any

ODD: list[Any] = [
    None, True, False, 0, -1, 1, 2**31, 2**63, 10**17, -(10**17), 1.5, 1e308, "", " ", "\0",
    "\ud800", "\u202e", "\u200b", "x" * 300, "y" * 7000, "<img src=x onerror=y>", "<scr<b>ipt>",
    "{{a}}", "'; DROP TABLE x; --", "../../etc/passwd", "%00", "a@b", "=?utf-8?q?=0d=0a?=",
    "\r\nX: y", [], {}, [[]], [None], {"": None}, {"a": {"b": {"c": []}}}, "2026-02-31",
    "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "contact:1",
    "fact:99999999999999999999", "NaN", "𝔘𝔫𝔦", "٣",
]  # fmt: skip
PIECES = [
    b"\x00", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\r\n", b"\n\n", b"\n", b'"', b"\\", b"{", b"}",
    b"[", b",", b":", b"<", b">", b"=", b"?", b"=?utf-8?b?", b"=?x?q?=00?=", b"%0d%0a", b"NaN",
    b"1e999", b"9" * 400, b"[" * 2000, b"--", b"; boundary=",
    b"Content-Type: multipart/mixed; boundary=a\n", b"Content-Transfer-Encoding: base64\n",
    b"charset=unknown-8bit", b"\xe2\x80\xae", b"(" * 50,
]  # fmt: skip


def of_bytes(raw: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        raw = _letters(raw, chance)
    return raw


def _letters(raw: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(raw) + 1)
    end = min(len(raw), start + chance.choice((0, 1, 1, 2, 10, 100)))
    how = chance.randrange(6)
    if how == 0:
        return raw[:start] + raw[end:]
    if how == 1:
        return raw[:start] + bytes(chance.randrange(256) for _ in raw[start:end]) + raw[end:]
    if how == 2:
        return raw[:start] + chance.choice(PIECES) + raw[end:]
    if how == 3:
        return raw[:start] + raw[start:end] * chance.choice((2, 3, 50)) + raw[end:]
    if how == 4:
        return raw[:start]
    other = chance.randrange(len(raw) + 1)
    return raw[:start] + raw[other : other + 40] + raw[end:]


def of_json(document: Any, chance: random.Random) -> bytes:
    """As bytes: a value, a key or, now and then, a letter is another one."""
    changed = json.loads(json.dumps(document))
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        changed = _value(changed, chance)
    raw = json.dumps(changed).encode()
    return of_bytes(raw, chance) if chance.random() < 0.15 else raw


def _odd(chance: random.Random) -> Any:
    return deepcopy(chance.choice(ODD))


def _value(node: Any, chance: random.Random) -> Any:
    places = _places(node)
    if not places:
        return _odd(chance)
    holder, key = chance.choice(places)
    how = chance.randrange(5)
    if how == 0:
        del holder[key]
    elif how == 1 and isinstance(holder, dict):
        holder[f"{key}{chance.choice(('', 's', ' ', chr(0)))}"] = holder.pop(key)
    elif how == 2:
        holder[key] = [holder[key]]
    else:
        holder[key] = _odd(chance)
    return node


def _places(node: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    if isinstance(node, dict | list):
        keys: Any = list(node) if isinstance(node, dict) else range(len(node))
        for key in keys:
            found.append((node, key))
            found.extend(_places(node[key]))
    return found
