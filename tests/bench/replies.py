"""How many labelled replies get their class by headers and words alone, and how long reading takes.

Of the unseen set only these totals are ever told. What words are not sure of a model reads; the
figure for wishes "out of sight" counts those that words settle otherwise, so that nobody reads
them.
"""

import time
from datetime import date

from revenue.inbound import ReplyClass, classify_reply, parse_email
from revenue.inbound.replies import FOR_AGENTS
from tests import replies
from tests.bench.figures import report, report_p95
from tests.bench.sizes import Size
from tests.replies import NEVER_MISSED, Row
from tests.revenue.inbound.bodies import CASES
from tests.revenue.inbound.test_bodies import raw

LEAST_RECALL = 0.99
WISHES = ("unsubscribe", "hostile_legal")
MACHINES = ("out_of_office", "auto_reply")
MEGABYTE = 1_000_000
HOSTILE = (
    "stop ", "do not mail ", "no mas envi ", "ne plus ", "bis 1.1. ", "On 1 Jan 2026 ", "<a@b ",
    "> ", "a@", "1 ", "\n", "remove my address from ",
)  # fmt: skip


def run(size: Size) -> None:
    for name in replies.SETS:
        pairs = [(row, replies.said(row)) for row in replies.rows(name)]
        classes(name, pairs)
        wishes(name, pairs)
        days(name, pairs)
    bodies()
    speed()


def classes(name: str, pairs: list[tuple[Row, ReplyClass]]) -> None:
    found = [(row["label"], replies.label_of(said)) for row, said in pairs]
    for one in replies.figures(found):
        least = LEAST_RECALL if one.label in NEVER_MISSED else None
        report(f"replies, {name}: {one.label}", one.recall, "recall", n=one.there, least=least,
               precision=one.precision)  # fmt: skip
    right = sum(label == said for label, said in found) / len(found)
    sure = [said.confidence >= 1 for _, said in pairs]
    report(f"replies, {name}: all classes", right, "right", n=len(found),
           settled=sum(sure) / len(sure))  # fmt: skip


def wishes(name: str, pairs: list[tuple[Row, ReplyClass]]) -> None:
    asked = [said for row, said in pairs if row["label"] in WISHES]
    lost = [said for said in asked if is_out_of_sight(said)]
    report(f"replies, {name}: wishes out of sight", len(lost) / len(asked), "share",
           n=len(asked), most=0.01)  # fmt: skip
    others = [said for row, said in pairs if row["label"] not in WISHES]
    stopped = sum(said.label in WISHES for said in others) / len(others)
    report(f"replies, {name}: stopped, and nobody asked", stopped, "share", n=len(others))


def is_out_of_sight(said: ReplyClass) -> bool:
    """Neither a model nor a person reads it before an agent answers, or nobody does."""
    return said.label in MACHINES or (said.label in FOR_AGENTS and said.confidence >= 1)


def days(name: str, pairs: list[tuple[Row, ReplyClass]]) -> None:
    """Days of return, and days on which to write again, where a mail names one."""
    named = [(date.fromisoformat(day), said.return_date) for row, said in pairs
             if (day := row["return_date"] or row["date"])]  # fmt: skip
    report(f"replies, {name}: days", sum(day == said for day, said in named) / len(named), "right",
           n=len(named))  # fmt: skip


def bodies() -> None:
    right = sum(
        parse_email(raw(kind, body)).text == words.strip() for _, kind, body, words in CASES
    )
    report("replies: new words apart", right / len(CASES), "right", n=len(CASES))


def speed() -> None:
    mails = [replies.raw(row) for row in replies.rows("seen")]
    report_p95("replies: read and classed", [_seconds(mail) for mail in mails], most=10)
    head = b"From: a@b.example\r\nSubject: Re: x\r\n\r\n"
    hostile = [head + words.encode() * (MEGABYTE // len(words)) for words in HOSTILE]
    slowest = max(_seconds(mail) for mail in hostile)
    report("replies: the slowest hostile megabyte", slowest, "s", n=len(hostile), most=1)


def _seconds(mail: bytes) -> float:
    """Of this process, because a busy machine changes it little."""
    start = time.process_time()
    classify_reply(parse_email(mail))
    return time.process_time() - start
