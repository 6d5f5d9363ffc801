"""What can be wrong with a file, a row or a cell, in words, and what is done about it.

A fault's `code` is its sentence before the values are put in: faults with one code are one kind.
"""

from dataclasses import dataclass
from typing import Any

from revenue.ingest import storable
from revenue.models import ImportIssue

MAPPED, KEPT, SKIPPED = (
    ImportIssue.Action.MAPPED,
    ImportIssue.Action.KEPT,
    ImportIssue.Action.SKIPPED,
)


class FileFault(ValueError):
    """A file that cannot be imported at all: what is wrong with it and what to do."""


class Unreadable(ValueError):
    """A cell or a row that cannot be read. `text` is for people."""

    def __init__(self, code: str, **values: Any) -> None:
        self.code = code
        self.text = code.format(**{name: shown(value) for name, value in values.items()})
        super().__init__(self.text)


@dataclass(frozen=True)
class Noted:
    """A cell that can be read, and something to tell about it. `blocks` asks for a human."""

    value: Any
    note: Unreadable
    action: str = KEPT
    needs_human: bool = False


@dataclass(frozen=True)
class Issue:
    """`row` is the number of the line in the file; the header is 1 or later."""

    file: str
    row: int
    field: str
    found: str
    problem: str
    action: str
    code: str

    def __str__(self) -> str:
        return f"row {self.row}: {self.problem}"


def shown(value: Any, limit: int = 60) -> str:
    """A value of a file inside a sentence: one line, printable, not too long."""
    text = "".join(c if c.isprintable() else " " for c in storable(str(value)))
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
