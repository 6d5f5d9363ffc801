"""What gives somebody away in a text, and what does not."""

import time

import pytest

from review.privacy.traces import Traces, readable

MAIL = "We open the second hall in May and need forty gates. Is that possible? Yes, please."


@pytest.fixture
def yara() -> Traces:
    return Traces(
        "yara@xn--bcher-kva.example", names=[("Yara", "Will"), ("", "X")], others=["Will"],
        said=[MAIL],
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "write to yara@xn--bcher-kva.example", "Yara@Bücher.example", "YARA WILL", "Will, Yara",
        "yara.will", "for Yara.", "open the second hall in May and",
        "OPEN the second\nhall, in May and", "is that possible",
    ],
)  # fmt: skip
def test_these_give_them_away(yara: Traces, text: str) -> None:
    assert yara.bears(text)
    assert not yara.bears(yara.without(text))


@pytest.mark.parametrize(
    "text",
    [
        "", "Will you come?", "yarah@bücher.example", "ayara@xn--bcher-kva.example", "Yarach",
        "the second hall in May", "X", "please, yes",
    ],
)  # fmt: skip
def test_these_do_not(yara: Traces, text: str) -> None:
    assert not yara.bears(text)
    assert yara.without(text) == text


def test_what_stands_around_a_quote_stays(yara: Traces) -> None:
    said = "They said: we open the second hall in May and need forty gates, so hurry."
    assert yara.without(said) == "They said: [erased], so hurry."


def test_a_value_keeps_its_form(yara: Traces) -> None:
    value = {"to": ["Yara Will", 3, None], "n": {"yara@bücher.example": True}}
    assert yara.bears_value({"yara@bücher.example": 1})
    assert yara.without_value(value) == {"to": ["[erased]", 3, None], "n": {"[erased]": True}}


def test_a_mail_is_read_decoded() -> None:
    raw = (
        "From: =?utf-8?b?WWFyYQ==?= <y@x.example>\nMIME-Version: 1.0\n"
        "Content-Transfer-Encoding: base64\nContent-Type: text/plain\n\nWWFyYSBXaWxs\n"
    )
    assert "Yara Will" in readable(raw)
    assert "Yara <y@x.example>" in readable(raw)
    raw = "From: y@x.example\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nYär\n"
    assert "Yär" in readable(raw.encode().decode("latin-1"))
    nested = f"From: z@x.example\nContent-Type: message/rfc822\n\n{raw}"
    assert "Yär" in readable(nested.encode().decode("latin-1"))


HOSTILE = {
    "comments in comments": "Message-ID: " + "(" * 15_000,
    "very many recipients": "To: " + "a," * 100_000,
    "an open quotation": 'To: ' + '"' * 200_000,
    "dots": "To: " + "." * 200_000,
    "names of a charset": "Subject: " + "=?utf-8?q?a?= " * 15_000,
    "parts in parts": "".join(
        f"Content-Type: multipart/mixed; boundary=b{at}\n\n--b{at}\n" for at in range(3000)
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_mail_is_read_as_far_as_it_goes(yara: Traces, what: str) -> None:
    """Else one mail of a buyer would keep everybody at their account from being erased."""
    raw = f"From: =?utf-8?b?WWFyYSBXaWxs?= <y@x.example>\nMIME-Version: 1.0\n{HOSTILE[what]}"
    began = time.process_time()
    assert yara.bears(readable(f"{raw}\n\nIt is Tuesday."))
    assert time.process_time() - began < 5


def test_a_long_row_of_dots_is_one_sentence(yara: Traces) -> None:
    began = time.process_time()
    Traces("y@x.example", said=["." * 200_000 + "x"])
    assert time.process_time() - began < 5
