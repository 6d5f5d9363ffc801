"""What gives one person away in a text: their address, their name, and phrases of their mails.

A text can be asked whether it `bears` one of these, and given `without` them. Names are looked for
only where the person is known: elsewhere the same name is somebody else's.
"""

import base64
import json
import re
from collections.abc import Callable, Iterable
from email.message import Message
from functools import cached_property
from typing import Any

from revenue.inbound import headers, mime

GONE = "[erased]"
GRAM = 6  # words that follow each other: fewer are everybody's, and a quote is longer
SHORTEST = 3  # words of a sentence that is somebody's own as a whole
WORD = re.compile(r"\w+(?:['’]\w+)*")
SENTENCE = re.compile(r"(?<![.!?;:])[.!?;:]+\s|\n+")
AT_ONCE = 4000  # characters of a header that are decoded together


class Traces:
    def __init__(
        self,
        address: str,
        *,
        names: Iterable[tuple[str, str]] = (),
        others: Iterable[str] = (),
        said: Iterable[str] = (),
    ) -> None:
        """`names` are first and last, `others` are first and last names of people who stay, `said`
        are texts of the person's own."""
        self.address = address
        self.names = [(first.strip(), last.strip()) for first, last in names]
        self.others = {name.strip() for name in others}
        self.grams = {gram for text in said for gram in _grams(text)}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        user, _, host = self.address.rpartition("@")
        spelt = {self.address, f"{user}@{_unicode(host)}"}
        parts = [rf"(?i:(?<![\w.+-]){re.escape(one)})" for one in spelt]
        parts += [re.escape(token) for token in _tokens(self.address)]
        for first, last in self.names:
            if first and last:
                both = r"[\s.,_-]+"
                parts.append(rf"(?i:\b{re.escape(first)}{both}{re.escape(last)}\b)")
                parts.append(rf"(?i:\b{re.escape(last)}{both}{re.escape(first)}\b)")
        alone = {name for names in self.names for name in names if len(name) > 1} - self.others
        parts += [rf"\b{re.escape(name)}\b" for name in sorted(alone)]
        return re.compile("|".join(parts))

    def bears(self, text: str) -> bool:
        return bool(text) and (bool(self._pattern.search(text)) or bool(self._quoted(text)))

    def without(self, text: str) -> str:
        for start, end in reversed(self._quoted(text)):
            text = f"{text[:start]}{GONE}{text[end:]}"
        return self._pattern.sub(GONE, text)

    def _quoted(self, text: str) -> list[tuple[int, int]]:
        """Where words of theirs stand, in the order of the text."""
        if not self.grams:
            return []
        words = [(found.group().casefold(), *found.span()) for found in WORD.finditer(text)]
        spans: list[tuple[int, int]] = []
        for size in sorted({len(gram) for gram in self.grams}):
            for at in range(len(words) - size + 1):
                part = words[at : at + size]
                if tuple(word for word, *_ in part) in self.grams:
                    spans.append((part[0][1], part[-1][2]))
        return _joined(sorted(spans))

    def bears_value(self, value: Any) -> bool:
        return any(self.bears(text) for text in leaves(value))

    def without_value(self, value: Any) -> Any:
        return changed(value, lambda _, text: self.without(text), key=self.without)


def leaves(value: Any) -> Iterable[str]:
    """Every text in a JSON value, the names of its fields too: a form brings its own."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from leaves(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item)


def changed(
    value: Any, change: Callable[[str, str], str], *, name: str = "", key: Callable = str
) -> Any:
    """The same JSON value with `change(name of its field, text)` in place of each text."""
    if isinstance(value, str):
        return change(name, value)
    if isinstance(value, dict):
        return {key(at): changed(item, change, name=at, key=key) for at, item in value.items()}
    if isinstance(value, list | tuple):
        return [changed(item, change, name=name, key=key) for item in value]
    return value


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in spans:
        if found and start <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _grams(text: str) -> Iterable[tuple[str, ...]]:
    for sentence in SENTENCE.split(text):
        words = [found.group().casefold() for found in WORD.finditer(sentence)]
        if SHORTEST <= len(words) < GRAM:
            yield tuple(words)
        for at in range(len(words) - GRAM + 1):
            yield tuple(words[at : at + GRAM])


def _unicode(host: str) -> str:
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host


def _tokens(address: str) -> Iterable[str]:
    """How a link of ours spells an address: the beginning of the token is the address itself."""
    spelt = json.dumps(address, separators=(",", ":")).encode("latin-1", "replace")
    yield base64.urlsafe_b64encode(spelt).decode().rstrip("=")


def readable(text: str) -> str:
    """A stored text and, where it is a mail, what stands in its parts and headers once decoded.

    Whoever wrote the mail may have meant to be in the way: one that is too much to be taken apart
    is searched as it stands, with its headers decoded.
    """
    head = text[:2000].lower()
    if "mime-version:" not in head and "message-id:" not in head and "from:" not in head:
        return text
    try:
        raw = text.encode("latin-1")  # as a mail that came in is kept
    except UnicodeEncodeError:
        raw = text.encode(errors="replace")
    try:
        mail = mime.headers_of(raw) if mime.too_much(raw) else mime.parts_of(raw)
        return "\n".join([text, *_headers(mail), *_parts(mail)])
    except Exception:  # the standard parser raises undocumented errors on hostile mail
        return text


def _headers(mail: Message) -> Iterable[str]:
    for value in mail.values():
        for at in range(0, len(value), AT_ONCE):
            yield headers.words(value[at : at + AT_ONCE], AT_ONCE)


def _parts(mail: Message) -> Iterable[str]:
    for part in mail.walk():
        if not part.is_multipart():
            raw = mime.content(part)
            yield raw.decode("utf-8", "replace")
            yield raw.decode("latin-1")
