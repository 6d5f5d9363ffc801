"""The lines of a body, each with what the mail's own format says of it.

`from_plain` reads text/plain, flowed or not (RFC 3676); `markup.lines` reads HTML. `quoting` then
tells the new words from the rest.
"""

import re
from typing import NamedTuple

# ">5 of them" begins an answer, "> five of them" a quotation.
QUOTE = re.compile(r"\s{0,3}>(?!\d)")


class Line(NamedTuple):
    """`mark` is empty for a line nothing is known of, else `quoted`, `signature`, `attribution`
    ("On Monday Ana wrote:") or `cut`: from there on only earlier mails."""

    text: str
    mark: str = ""


def from_plain(text: str, *, flowed: bool = False, joined_bare: bool = False) -> list[Line]:
    """`flowed` and `joined_bare` are the format and DelSp parameters of the part."""
    rows = text.split("\n")
    if flowed:
        rows = _unflowed(rows, joined_bare=joined_bare)
    return [Line(row, "quoted" if QUOTE.match(row) else "") for row in rows]


def _unflowed(rows: list[str], *, joined_bare: bool) -> list[str]:
    """One row for each paragraph: a row that ends in a blank goes on in the next of its depth."""
    done: list[str] = []
    open_depth = -1
    for row in rows:
        depth = len(row) - len(row.lstrip(">"))
        body = row[depth:].removeprefix(" ")
        if depth == open_depth and body != "-- ":
            done[-1] += body
        else:
            done.append(f"{'>' * depth} {body}" if depth else body)
        flows = body.endswith(" ") and body != "-- "
        open_depth = depth if flows else -1
        if flows and joined_bare:
            done[-1] = done[-1][:-1]
    return done
