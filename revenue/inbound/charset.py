"""Bytes to text that a database keeps: never raises, and says what it replaced.

For the rest of this room; pure functions.
"""

import codecs
import re

LATIN = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252"}
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]{0,39}\Z")
# Codecs of Python's own that no mail is written in; the time that these take grows with the square.
NO_CHARSETS = {"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined"}
# PostgreSQL refuses NUL and lone surrogates; the other controls mean nothing in a mail.
CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff]")
BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def cleaned(text: str) -> str:
    """The text without what PostgreSQL refuses, each kind of line break as one newline."""
    return CONTROLS.sub("", BREAKS.sub("\n", text))


def decoded(data: bytes, declared: str) -> tuple[str, str]:
    """The text, and in words what had to be replaced."""
    name = declared.strip().strip("\"'").lower()
    encoding = _known(name)
    note = "unknown charset replaced" if name and not encoding else ""
    try:
        return data.decode(encoding or "utf-8"), note
    except (UnicodeError, ValueError, LookupError):
        return _guessed(data, encoding, note)


def _known(name: str) -> str:
    """The codec for a declared charset, as browsers read it; nothing when there is none."""
    if not NAME.match(name):
        return ""
    name = LATIN.get(name, "" if name == "us-ascii" else name)
    try:
        # Refuses codecs such as "hex", which are not text.
        b"mail".decode(name or "ascii", "replace")
        known = codecs.lookup(name or "ascii").name
    except (LookupError, UnicodeError, ValueError):
        return ""
    return "" if known.replace("-", "_") in NO_CHARSETS else known


def _is_no_utf8(text: str) -> bool:
    """More letters were lost than read: it was declared wrongly, and is not merely damaged."""
    odd = sum(1 for letter in text if letter > "\x7f")
    return text.count("\ufffd") * 2 > odd


def _guessed(data: bytes, encoding: str, note: str) -> tuple[str, str]:
    """Not what it said: UTF-8 if that fits, Windows Latin if nothing better was declared."""
    try:
        return data.decode("utf-8"), note
    except UnicodeDecodeError:
        fallback = "cp1252" if encoding in ("", "ascii") else encoding
    try:
        text = data.decode(fallback, "replace")
    except (UnicodeError, ValueError):
        text = data.decode("cp1252", "replace")
    if fallback == "utf-8" and _is_no_utf8(text):
        return data.decode("cp1252", "replace"), "another charset than declared"
    return text, note or "unreadable bytes replaced"
