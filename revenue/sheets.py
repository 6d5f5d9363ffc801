"""Tables as CSV that a spreadsheet opens as they are: whatever leaves for a sheet is written here.

RFC 4180 in UTF-8, with the mark by which Excel knows it. No cell of it is run as a formula: an
apostrophe stands before what would begin one (OWASP, CSV injection), at the start of a cell and
after whatever another program may take for its end. A number that is given as one stays one.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import chain
from typing import Any

MARK = "\ufeff"  # the byte order mark
PORTION = 64 * 1024
_BEGINS = r"[=+\-@＝＋－＠]"
_START = re.compile(rf"\s*{_BEGINS}|[\t\r\n]")
_INSIDE = re.compile(rf"([;,|\t\r\n][^\S\r\n]*)(?={_BEGINS})")
_ANYWHERE = re.compile(rf"[;,|\t\r\n]\s*{_BEGINS}|\n[\t\r\n]")

Cells = Sequence[Any]


def lines(header: Cells, rows: Iterable[Cells]) -> Iterator[str]:
    """The table in portions; no more of it is held than one."""
    held = StringIO(newline="")
    sheet = csv.writer(held)
    held.write(MARK)
    for row in chain([header], rows):
        sheet.writerow(_safe(row))
        if held.tell() > PORTION:
            yield held.getvalue()
            held.seek(0)
            held.truncate()
    yield held.getvalue()


def _safe(row: Cells) -> Cells:
    """Most rows hold nothing to escape, which one look at all of their texts tells."""
    texts = "\n".join(cell for cell in row if cell and isinstance(cell, str))
    if not _ANYWHERE.search(f"\n{texts}"):
        return row
    return [escaped(cell) if isinstance(cell, str) else cell for cell in row]


def escaped(cell: str) -> str:
    """A cell that no sheet runs as a formula."""
    safe = _INSIDE.sub(r"\1'", cell)
    return f"'{safe}" if _START.match(cell) else safe
