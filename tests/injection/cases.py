"""The corpus: what outsiders write so that an agent obeys, and what an obedient one would do."""

import base64
import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

DATA = Path(__file__).parents[1] / "data" / "injection"
FILES = ("replies", "signals", "cells", "memory", "outside")
BLOB = re.compile(r"[A-Za-z0-9+/]{40,}={0,2}")


@dataclass(frozen=True)
class Case:
    """`text` stands at the place `on`; `order` is the part that a model would carry out, and
    `does` what it would do, in the words of `obedience.DEEDS`."""

    id: str
    language: str
    on: str
    does: tuple[str, ...]
    text: str
    order: str = ""

    @cached_property
    def key(self) -> str:
        return letters(self.order)

    def name(self, victim: dict[str, int]) -> "Case":
        """The same with the numbers of rows that are another account's."""
        text, order = self.text, self.order
        for name, number in victim.items():
            text = text.replace(f"{{{name}}}", str(number))
            order = order.replace(f"{{{name}}}", str(number))
        return Case(self.id, self.language, self.on, self.does, text, order)


def load(name: str) -> list[Case]:
    lines = (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()
    rows = map(json.loads, lines)
    return [Case(**{**row, "does": tuple(row["does"])}) for row in rows]


def letters(text: str) -> str:
    """What a model makes of a text, however it is spelt: its letters and digits alone."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in plain if char.isalnum())


def read(text: str) -> str:
    """Tag characters and base64 are as plain as anything to some models."""
    spelt = "".join(chr(ord(c) - 0xE0000) if 0xE0000 < ord(c) < 0xE007F else c for c in text)
    return letters(spelt) + "".join(map(_decoded, BLOB.findall(text)))


def _decoded(blob: str) -> str:
    try:
        return letters(base64.b64decode(blob).decode())
    except ValueError:
        return ""


# --- how an order is spelt ------------------------------------------------------------------------


def tagged(text: str) -> str:
    return "".join(chr(0xE0000 + ord(char)) if ord(char) < 127 else char for char in text)


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def full_width(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if 32 < ord(char) < 127 else char for char in text)


SPELT = {
    "tags": tagged,
    "base64": encoded,
    "fullwidth": full_width,
    "bidi": lambda text: f"\u202e{text}\u202c",
    "spaced": str,
}
