"""The labelled replies: how many get their class, and that the unseen ones stay apart.

The words for people's answers were written to the first rows ("s…"), and are held to those; what
must never be missed is held to every row. The rows of the two later files were read once as unseen.
The unseen set is scored by `make bench` alone, where a missed bar is told in totals; a failure
here would print its rows.
"""

from collections import Counter
from functools import cache

import pytest

from revenue.inbound import ReplyClass
from revenue.inbound.readings import LABELS, OBJECTIONS
from tests import replies

KNOWN = {*LABELS, *(f"objection_{kind}" for kind in OBJECTIONS)} - {"objection"}
Said = tuple[replies.Row, ReplyClass]


@cache
def seen() -> list[Said]:
    return [(row, replies.said(row)) for row in replies.rows("seen")]


def first() -> list[Said]:
    return [(row, said) for row, said in seen() if row["id"].startswith("s")]


@cache
def figures() -> dict[str, replies.Figure]:
    pairs = [(row["label"], replies.label_of(said)) for row, said in first()]
    return {one.label: one for one in replies.figures(pairs)}


def test_the_sets_are_large_and_a_third_is_unseen() -> None:
    counts = {name: len(replies.rows(name)) for name in replies.SETS}
    assert sum(counts.values()) >= 400
    assert counts["unseen"] * 3 >= sum(counts.values())


def test_every_class_is_there_in_every_language() -> None:
    for name, labels in (("seen", KNOWN), ("unseen", replies.NEVER_MISSED)):
        rows = replies.rows(name)
        assert {row["label"] for row in rows} == KNOWN
        cells = {(row["label"], row["language"]) for row in rows if row["label"] in labels}
        assert len(cells) == 5 * len(labels)


def test_no_text_is_in_both_sets() -> None:
    texts = Counter(
        text for name in replies.SETS for text in {r["text"] for r in replies.rows(name)}
    )
    assert max(texts.values()) == 1


@pytest.mark.parametrize("label", replies.NEVER_MISSED)
def test_what_must_never_be_missed_is_found(label: str) -> None:
    missed = [row["text"] for row, said in first()
              if row["label"] == label != replies.label_of(said)]  # fmt: skip
    assert missed == []
    assert figures()[label].precision >= 0.95


@pytest.mark.parametrize("label", replies.NEVER_MISSED)
def test_whatever_words_it_comes_in_it_is_settled_suspected_or_a_persons(label: str) -> None:
    rows = [(row, said) for row, said in seen() if row["label"] == label]
    assert [row["text"] for row, said in rows if replies.is_missed(said)] == []
    caught = sum(replies.is_caught(said) for _, said in rows)
    assert caught / len(rows) >= 0.98


@pytest.mark.parametrize("label", replies.NEVER_MISSED)
def test_what_is_said_to_be_settled_is(label: str) -> None:
    claimed = [row["label"] for row, said in seen() if said.label == label]
    assert sum(one in replies.NEVER_MISSED for one in claimed) / len(claimed) >= 0.95


def test_few_who_ask_for_nothing_are_suspected() -> None:
    others = [said for row, said in seen() if row["label"] not in replies.NEVER_MISSED]
    assert sum(bool(said.suspected) for said in others) / len(others) <= 0.15
    assert sum(said.filed != said.label for said in others) / len(others) <= 0.06


@pytest.mark.parametrize("label", sorted(KNOWN - {"unclassified"}))
def test_each_class_is_mostly_right(label: str) -> None:
    assert figures()[label].recall >= 0.75
    assert figures()[label].precision >= 0.8


def test_nine_in_ten_get_their_class() -> None:
    right = sum(row["label"] == replies.label_of(said) for row, said in first())
    assert right / len(first()) >= 0.9


def test_nobody_is_suppressed_who_did_not_ask() -> None:
    asked = ("unsubscribe", "hostile_legal")
    wrong = [row["text"] for row, said in seen() if row["label"] not in asked and said.opt_out]
    assert wrong == []


def test_machines_are_no_humans() -> None:
    machines = ("out_of_office", "auto_reply", "bounce_hard", "bounce_soft")
    assert [r["text"] for r, said in first() if r["label"] in machines and said.is_human] == []


@pytest.mark.parametrize("field", ["return_date", "date"])
def test_the_day_that_a_mail_names_is_read(field: str) -> None:
    dated = [(row[field], said.return_date) for row, said in first() if row[field]]
    right = sum(said is not None and said.isoformat() == day for day, said in dated)
    assert right / len(dated) >= 0.9


def test_words_that_settle_a_reply_for_an_agent_are_right() -> None:
    """What no model reads any more, because few words all say the same."""
    settled = [(row["label"], said.label) for row, said in first()
               if said.label in ("interested", "meeting_request", "question", "not_now")
               and said.confidence >= 1]  # fmt: skip
    assert len(settled) >= 10
    assert sum(label == said for label, said in settled) / len(settled) >= 0.9
