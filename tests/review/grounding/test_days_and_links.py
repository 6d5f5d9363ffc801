"""Dates that no record has, and links that nobody approved."""

import pytest

from tests.review.grounding.conftest import wrong


@pytest.mark.parametrize(
    "text",
    [
        "Dayton opened on March 2nd.",
        "Dayton opened on 2 March 2026, or 3/2.",
        "We began in February, in fact on 3 February 2026.",
        "Would Tuesday the 24th suit, or the week of 23 March?",
        "Shall we meet in May?",
        "I'll have it by the end of April.",
        "Happy new year 2027 in advance.",
    ],
)
def test_a_day_on_record_or_one_that_is_proposed(text: str) -> None:
    assert wrong(text) == []


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("Dayton opened on 12 March.", "12 March"),
        ("Dayton opened in March 2025.", "March 2025"),
        pytest.param("The price holds until 31 May.", "31 May", id="47 a date without a source"),
        ("We began on 3 February 2025.", "3 February 2025"),
        ("You have been with us since 2019.", "2019"),
        ("The contract renews every June.", "June"),
    ],
)
def test_another_day(text: str, span: str) -> None:
    [found] = wrong(text)
    assert (found.kind, found.text) == ("date", span)


@pytest.mark.parametrize(
    "link", ["https://ferrow.example/pilot", "ferrow.example/pilot/", "maya@northlight.example"]
)
def test_an_approved_link(link: str) -> None:
    assert wrong(f"It is at {link}.") == []


@pytest.mark.parametrize(
    "link",
    [
        pytest.param("https://ferrow.example/pilots", id="43 another path"),
        pytest.param("https://ferow.example/pilot", id="43 another host"),
        pytest.param("https://ferrow.example.org/pilot", id="43 another domain"),
        pytest.param("evil.xyz/pilot", id="43 no scheme"),
        pytest.param("https://wu.example/x", id="43 the buyer's own link"),
        pytest.param("https://img.example/p.png?u=maya", id="43 a picture"),
        "somebody@else.example",
    ],
)
def test_any_other_link(link: str) -> None:
    [found] = wrong(f"It is at {link} for you.")
    assert (found.kind, found.text) == ("link", link)


def test_43_the_address_of_a_markdown_image_is_found() -> None:
    [found] = wrong("![logo](https://track.example/p.gif)")
    assert (found.kind, found.text) == ("link", "https://track.example/p.gif")
