"""How many labelled replies get their class by headers and words alone, and how long reading takes.

Of the unseen set only these totals are ever told. Of what must never be missed (a wish for no more,
a threat, a bounce) there are four figures: how many are not missed, because no agent answers them
unread and somebody reads them; how many words alone keep from agents, settled or suspected,
whatever a model makes of them; how many get their very class; and, beside them, how many mails that
ask for nothing are suspected, each of which costs a person a look, or suppressed.
"""

import time
from datetime import date

from revenue.inbound import ReplyClass, classify_reply, parse_email
from tests import replies
from tests.bench.figures import report, report_p95
from tests.bench.sizes import Size
from tests.replies import NEVER_MISSED, Row
from tests.revenue.inbound.bodies import CASES
from tests.revenue.inbound.test_bodies import raw

LEAST_RECALL = 0.99
MEGABYTE = 1_000_000
HOSTILE = (
    "stop ", "do not mail ", "no mas envi ", "ne plus ", "bis 1.1. ", "On 1 Jan 2026 ", "<a@b ",
    "> ", "a@", "1 ", "\n", "remove my address from ",
)  # fmt: skip


def run(size: Size) -> None:
    for name in replies.SETS:
        pairs = [(row, replies.said(row)) for row in replies.rows(name)]
        never_missed(name, pairs)
        classes(name, pairs)
        innocents(name, pairs)
        days(name, pairs)
    bodies()
    speed()


def never_missed(name: str, pairs: list[tuple[Row, ReplyClass]]) -> None:
    for label in NEVER_MISSED:
        said = [said for row, said in pairs if row["label"] == label]
        read = sum(not replies.is_missed(one) for one in said)
        caught = sum(replies.is_caught(one) for one in said)
        suspected = sum(bool(one.suspected) for one in said)
        report(f"replies, {name}: {label}, not missed", read / len(said), "recall", n=len(said),
               least=LEAST_RECALL)  # fmt: skip
        report(f"replies, {name}: {label}, by words alone", caught / len(said), "recall",
               n=len(said), suspected=suspected, left_to_model=len(said) - caught)  # fmt: skip


def classes(name: str, pairs: list[tuple[Row, ReplyClass]]) -> None:
    found = [(row["label"], replies.label_of(said)) for row, said in pairs]
    for one in replies.figures(found):
        report(f"replies, {name}: {one.label}, its very class", one.recall, "recall", n=one.there,
               precision=one.precision)  # fmt: skip
    right = sum(label == said for label, said in found) / len(found)
    sure = [said.confidence >= 1 for _, said in pairs]
    report(f"replies, {name}: all classes", right, "right", n=len(found),
           settled=sum(sure) / len(sure))  # fmt: skip


def innocents(name: str, pairs: list[tuple[Row, ReplyClass]]) -> None:
    """Mails that neither ask for an end nor came back."""
    others = [said for row, said in pairs if row["label"] not in NEVER_MISSED]
    suspected = sum(bool(said.suspected) for said in others)
    kept = sum(said.filed != said.label for said in others)
    report(f"replies, {name}: suspected, and nobody asked", suspected / len(others), "share",
           n=len(others), kept_from_agents=kept)  # fmt: skip
    stopped = sum(said.label in NEVER_MISSED for said in others) / len(others)
    report(f"replies, {name}: stopped, and nobody asked", stopped, "share", n=len(others),
           suppressed=sum(said.opt_out for said in others))  # fmt: skip


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
