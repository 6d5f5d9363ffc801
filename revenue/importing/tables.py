"""A file as a table: delimiter, header, and rows with the numbers of their lines.

Rows are read as they are asked for, so a file of any size takes the same memory. A row that cannot
be read is a fault in its place, and reading goes on behind it.
"""

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from . import files
from .faults import FileFault, Unreadable
from .files import Source

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
# A longer line is cut: its cell is over csv's limit of 131,072 characters anyway.
LINE_LIMIT = 1 << 21
QUOTE_FAULTS = 500
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Row:
    line: int
    cells: list[str]


@dataclass(frozen=True)
class BadRow:
    line: int
    fault: Unreadable


@dataclass(frozen=True)
class Table:
    source: Source
    encoding: str
    delimiter: str
    header: list[str]
    header_line: int

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def format(self) -> str:
        """For people: "UTF-8, semicolon"."""
        return f"{files.ENCODINGS[self.encoding]}, {DELIMITERS[self.delimiter]}"

    @cached_property
    def digest(self) -> str:
        return self.source.digest()

    @cached_property
    def rows_total(self) -> int:
        return sum(1 for _ in self.rows())

    def rows(self) -> Iterator[Row | BadRow]:
        """Every row behind the header; blank lines are none."""
        for record in _records(self.source, self.encoding, self.delimiter):
            if record.line > self.header_line:
                yield _shaped(record, len(self.header))


def read(source: Source) -> Table:
    """The table of a file; FileFault says why it has none."""
    if not source.size:
        raise FileFault("The file is empty")
    encoding = files.encoding(source)
    delimiter = _delimiter(source, encoding)
    records = _records(source, encoding, delimiter)
    header = next(records, None)
    if header is None:
        raise FileFault("The file is empty")
    if isinstance(header, BadRow):
        raise FileFault(f"row {header.line}: {header.fault.text}")
    control = _control(header.cells)
    if control:
        raise FileFault(f"row {header.line}: {control.text}")
    if next(records, None) is None:
        raise FileFault("The file has no rows, only a header")
    names = [cell.strip() for cell in header.cells]
    _refuse_duplicates(names)
    return Table(source, encoding, delimiter, names, header.line)


def _refuse_duplicates(header: list[str]) -> None:
    seen: dict[str, int] = {}
    for position, name in enumerate(header, start=1):
        first = seen.setdefault(name.casefold(), position)
        if name and first != position:
            raise FileFault(
                f"Two columns are called “{name}”: columns {first} and {position}; rename one"
            )


def limits(source: Source, *, browser: bool) -> str:
    """Why this file is too big for the browser, in words; "" when it is not."""
    if not browser:
        return ""
    return files.too_big(source) or files.too_big(source, rows=read(source).rows_total)


def _lines(source: Source, encoding: str) -> Iterator[tuple[int, str]]:
    """Numbered lines, with LF, CRLF or CR at the end."""
    with source.open() as raw, io.TextIOWrapper(raw, encoding=encoding, newline="") as text:
        number, rest = 1, False
        while line := text.readline(LINE_LIMIT):
            if not rest:
                yield number, line
            rest = not line.endswith(("\n", "\r"))
            number += not rest


class _Feed:
    """Lines for the csv reader, which can be put back when a record turns out to be none."""

    def __init__(self, lines: Iterator[tuple[int, str]]) -> None:
        self.lines = lines
        self.waiting: deque[tuple[int, str]] = deque()
        self.taken: list[tuple[int, str]] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.waiting.popleft() if self.waiting else next(self.lines)
        self.taken.append(line)
        return line[1]

    def put_back(self) -> None:
        self.waiting.extendleft(reversed(self.taken[1:]))


def _records(source: Source, encoding: str, delimiter: str) -> Iterator[Row | BadRow]:
    feed = _Feed(_lines(source, encoding))
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    faults = 0
    while faults < QUOTE_FAULTS:
        feed.taken = []
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            faults += 1
            yield BadRow(feed.taken[0][0], _csv_fault(error, len(feed.taken)))
            # Without this, one stray quote would swallow the rows behind it.
            feed.put_back()
            continue
        if cells:
            yield Row(feed.taken[0][0], cells)
    line = feed.taken[0][0]
    yield BadRow(line, Unreadable("too many faulty quotes: nothing behind this row was read"))


def _csv_fault(error: csv.Error, lines: int) -> Unreadable:
    if lines > 1 or "unexpected end" in str(error):
        return Unreadable("a quote starts in this row and is not closed; close or delete it")
    if "field limit" in str(error):
        limit = f"{csv.field_size_limit():,}"
        code = "a cell is over the field limit of {limit} characters; shorten it"
        return Unreadable(code, limit=limit)
    return Unreadable("there is text behind a closing quote; double the quotes inside a cell")


def _shaped(record: Row | BadRow, width: int) -> Row | BadRow:
    """The record with as many cells as the header has, or what is wrong with it."""
    if isinstance(record, BadRow):
        return record
    cells = record.cells
    if len(cells) > width and not any(cells[width:]):
        cells = cells[:width]
    control = _control(cells)
    if control:
        return BadRow(record.line, control)
    if len(cells) != width:
        code = "{n} cells, expected {width}; a cell that holds the separator goes in quotes"
        return BadRow(record.line, Unreadable(code, n=len(cells), width=width))
    if not any(cells):
        return BadRow(record.line, Unreadable("the row is empty"))
    return Row(record.line, cells)


def _control(cells: list[str]) -> Unreadable | None:
    """What no database and no sheet takes: NUL and its like."""
    if not _CONTROL.search("".join(cells)):
        return None
    place = next(number for number, cell in enumerate(cells, start=1) if _CONTROL.search(cell))
    return Unreadable("control character in cell {place}; delete it", place=place)


def _delimiter(source: Source, encoding: str) -> str:
    """The one that gives the first rows the most columns in common."""
    return max(DELIMITERS, key=lambda candidate: _agreement(source, encoding, candidate))


def _agreement(source: Source, encoding: str, delimiter: str) -> tuple[int, int]:
    widths = []
    for record in _records(source, encoding, delimiter):
        if isinstance(record, Row):
            widths.append(len(record.cells))
        if len(widths) == 20:
            break
    if not widths or widths[0] == 1:
        return (0, 0)
    return (widths.count(widths[0]) * 2 > len(widths), widths[0])
