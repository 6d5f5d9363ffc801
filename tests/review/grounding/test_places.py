"""A span stands where it says, whatever the text is made of; and no text takes long."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.edits.reading import placed, plain
from review.grounding import Known, check
from review.grounding.checking import LONGEST
from tests.review.grounding.conftest import known

HOSTILE = [
    "1", "12 ", "Abc ", "one ", "a.b.", "1,2,", "Xy Zq, ", "a@b.", "$1 ", "twenty-", "a'",
    "one and a ", "1 May ", "-", "half a ", "1 in 2 ", "hundred and ", "No. ", "discount of ",
    " ", "\n", "20 % off ", "\u0301", "van ", "Maya Ferrow Desk 23 clinics ", "Grünes Gerät und ",
    "13 % ", "about 17 ", "Ferrow ", "A", "(", "https://", "2026-",
    "?" * 19_000 + "x",
]  # fmt: skip


@given(st.text(max_size=60))
def test_the_way_back_from_the_text_as_it_is_read(text: str) -> None:
    read, origins = placed(text)
    assert read == plain(text)
    assert len(origins) == len(read) + 1
    assert origins == sorted(origins)


@given(st.text(max_size=40), st.text(max_size=40))
def test_every_span_is_the_text_at_its_place(subject: str, body: str) -> None:
    for span in check(subject, f"{body} Pelham Logistics has 77,731 visits", known()):
        text = subject if span.part == "subject" else f"{body} Pelham Logistics has 77,731 visits"
        assert text[span.start : span.end] == span.text


@pytest.mark.parametrize("gap", ["\u00a0", "\u200b \u200b", "\n", "  "])
def test_invisible_and_wide_gaps_move_nothing(gap: str) -> None:
    body = f"Hi Maya,\n\nﬁrst{gap}see Zoe\u0301 and 77{gap}clinics"
    found = check("The pilot", body, known())
    assert body[found[-1].start : found[-1].end] == found[-1].text == "77"


def seconds(text: str, record: Known) -> float:
    started = time.process_time()
    check("The pilot", text, record)
    return time.process_time() - started


@pytest.mark.parametrize("part", HOSTILE)
def test_100_kb_of_anything_are_read_in_a_moment(part: str) -> None:
    record = known()
    assert record.index.stated  # the records are read before the clock runs
    text = "Hi " + part * (100_000 // len(part))
    started = time.process_time()
    found = check("The pilot", text, record)
    took = time.process_time() - started
    # Under a second; on a slow machine twice the text takes about twice as long, not more.
    assert took < 1 or took < 3 * seconds(text[: LONGEST // 2], record)
    assert (found[-1].start, found[-1].end) == (LONGEST, len(text))


def test_an_ordinary_mail_takes_a_few_milliseconds() -> None:
    record = known()
    body = "Hi Maya,\n\n" + "You run 23 clinics and Ferrow Desk is live in 12 days. " * 12
    check("The pilot", body, record)
    started = time.process_time()
    for _ in range(20):
        check("The pilot", body, record)
    assert (time.process_time() - started) / 20 < 0.02
