"""The labelled replies, and how many of them get their class.

`seen` is tuned on. `unseen` was written by somebody else and is read by nobody: only its totals
per class are told.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from revenue.inbound import ReplyClass, classify_reply, parse_email
from revenue.inbound.replies import FOR_AGENTS, UNREAD

DATA = Path(__file__).parent / "data" / "replies"
SETS = ("seen", "unseen")
NEVER_MISSED = ("unsubscribe", "hostile_legal", "bounce_hard", "bounce_soft")
# The day on which the replies of both sets were written, for dates without a year.
WRITTEN = "Tue, 10 Mar 2026 09:00:00 +0000"
OURS = (
    "\n\nOn Mon, 9 Mar 2026 at 10:12, Ana Silva <ana@seller.example> wrote:\n"
    "> Would Tuesday suit you for a call? It costs less than you think.\n"
    "> To unsubscribe reply stop, or our lawyers will be sad.\n"
)
Row = dict[str, Any]


def rows(name: str) -> list[Row]:
    """Each with `id`, `language`, `label`, `subject`, `text`, `headers` and, where the label has
    one, `return_date`, `date` (not now) or `person`."""
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()]


def raw(row: Row) -> bytes:
    """The mail of a row: a person's stands above the quoted mail of ours."""
    message = EmailMessage()
    named = {
        "From": "Tom Baker <tom@larkfield.example>",
        "To": "ana@seller.example",
        "Subject": row["subject"],
        "Date": WRITTEN,
        "Message-ID": f"<{row['id']}@larkfield.example>",
        "In-Reply-To": "<out@seller.example>",
    } | row["headers"]
    kind = named.pop("Content-Type", "")
    for name, value in named.items():
        message[name] = value
    message.set_content(row["text"] if row["headers"] else row["text"] + OURS)
    if kind:
        message = _report(message, kind)
    return message.as_bytes()


def _report(message: EmailMessage, kind: str) -> EmailMessage:
    """The same words as the first part of a report of that type."""
    message.make_mixed()
    message.replace_header("Content-Type", f'{kind}; boundary="b"')
    return message


def said(row: Row) -> ReplyClass:
    return classify_reply(parse_email(raw(row)))


@dataclass(frozen=True)
class Figure:
    """Of one class: how many there are, were said to be, and were both."""

    label: str
    there: int
    claimed: int
    both: int

    @property
    def recall(self) -> float:
        return self.both / self.there if self.there else 1.0

    @property
    def precision(self) -> float:
        return self.both / self.claimed if self.claimed else 1.0


def figures(pairs: Iterable[tuple[str, str]]) -> list[Figure]:
    """From (label, what was said)."""
    pairs = list(pairs)
    there, claimed = Counter(label for label, _ in pairs), Counter(found for _, found in pairs)
    both = Counter(label for label, found in pairs if label == found)
    return [Figure(one, there[one], claimed[one], both[one]) for one in sorted(there)]


def label_of(found: ReplyClass) -> str:
    return f"objection_{found.detail}" if found.label == "objection" else found.label


def judged(name: str, by: Callable[[Row], str] = lambda row: label_of(said(row))) -> list[Figure]:
    return figures((row["label"], by(row)) for row in rows(name))


def is_missed(said: ReplyClass) -> bool:
    """Of a wish, a threat or a bounce: an agent would answer it, or nobody would read it."""
    return said.filed in UNREAD or (said.filed in FOR_AGENTS and said.confidence >= 1)


def is_caught(said: ReplyClass) -> bool:
    """Words alone keep agents away, whatever a model makes of it."""
    unsure = said.filed in (*FOR_AGENTS, *UNREAD, "unclassified")
    return bool(said.suspected) or not unsure
