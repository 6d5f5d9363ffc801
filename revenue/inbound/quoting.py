"""Which lines of a mail are new, which are quoted, which are the signature.

A line is quoted when the mail's own marks say so, or when it stands below the heading of an
earlier mail whose lines carry no marks. Answers written between marked lines are new words.
Whatever is unsure stays with the new words. Called by `message` alone.
"""

import re
from dataclasses import dataclass
from itertools import groupby

from revenue.inbound import attributions, signatures
from revenue.inbound.lines import Line


@dataclass(frozen=True)
class Split:
    text: str
    quoted: str
    signature: str


def split(lines: list[Line]) -> Split:
    marked = _headed(lines)
    if all(mark != "quoted" for _, mark in marked):
        marked = _below(marked, attributions.foreign([text for text, _ in marked]))
    marked = _signed(marked)
    return Split(
        text=_joined(marked, ""),
        quoted=_joined(marked, "quoted"),
        signature=_joined(marked, "signature"),
    )


def _headed(lines: list[Line]) -> list[Line]:
    """Marks the heading of an earlier mail, and all below it unless that has marks of its own."""
    rows, quote_follows = [line.text for line in lines], _quote_follows(lines)
    done: list[Line] = []
    while len(done) < len(lines):
        at = len(done)
        if lines[at].mark == "cut":
            return _below([*done, *lines[at:]], at)
        end = _heading_end(lines, rows, at)
        done += [Line(row, "quoted") for row in rows[at:end]] or [lines[at]]
        if end > at and lines[at].mark != "quoted" and not quote_follows[end]:
            return _below([*done, *lines[end:]], at)
    return done


def _heading_end(lines: list[Line], rows: list[str], at: int) -> int:
    mark = lines[at].mark
    if mark == "attribution":
        return next((i for i in range(at, len(lines)) if lines[i].mark != mark), len(lines))
    return at if mark else attributions.heading(rows, at)


def _quote_follows(lines: list[Line]) -> list[bool]:
    """For each place: the next line with words is marked, so the marks tell what is quoted."""
    found = [False]
    for line in reversed(lines):
        speaks = line.text.strip() or line.mark == "cut"
        found.append(line.mark == "quoted" if speaks else found[-1])
    return found[::-1]


def _below(lines: list[Line], at: int) -> list[Line]:
    return lines[:at] + [Line(line.text, "quoted") for line in lines[at:]]


def _signed(lines: list[Line]) -> list[Line]:
    """Marks devices, disclaimers, and the signature at the end of each run of new words."""
    lines = _without_small_print([_device(line) for line in lines])
    done: list[Line] = []
    while len(done) < len(lines):
        run = _run(lines, len(done))
        at = signatures.start([line.text for line in run])
        done += run[:at] + [Line(line.text, "signature") for line in run[at:]]
        if not run:
            done.append(lines[len(done)])
    return done


def _device(line: Line) -> Line:
    """ "Sent from my phone"."""
    is_device = not line.mark and signatures.is_device(line.text)
    return Line(line.text, "signature") if is_device else line


def _without_small_print(lines: list[Line]) -> list[Line]:
    """Marks each paragraph that is a disclaimer."""
    done: list[Line] = []
    for speaks, group in groupby(lines, key=lambda line: bool(line.text.strip()) and not line.mark):
        paragraph = list(group)
        text = " ".join(line.text.strip() for line in paragraph[:30]) if speaks else ""
        small = speaks and signatures.is_disclaimer(text)
        done += [Line(line.text, "signature") if small else line for line in paragraph]
    return done


def _run(lines: list[Line], at: int) -> list[Line]:
    end = next((i for i in range(at, len(lines)) if lines[i].mark), len(lines))
    return lines[at:end]


def _joined(lines: list[Line], mark: str) -> str:
    """The lines of one mark; at most one empty line in a row, no rule left at the end."""
    text = "\n".join(line.text.rstrip() for line in lines if line.mark == mark)
    rows = re.sub(r"\n{3,}", "\n\n", text).strip().split("\n")
    while not mark and rows and (attributions.RULE.fullmatch(rows[-1]) or not rows[-1].strip()):
        rows.pop()
    return "\n".join(rows)
