"""What gives somebody away in a text, and what does not."""

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
