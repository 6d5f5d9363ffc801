"""What a claim says of one customer is not said of another, whatever the sentence looks like."""

import pytest

from review.grounding import check
from tests.review.grounding.conftest import known

CLAIMS = (
    "Tessell Accounting passed its last audit without a single finding on client files.",
    "Marlowe Partners automated 72 percent of its manual test cases in five months.",
)
STORY = "{} passed its last audit without one finding on client files."


def found(body: str) -> list[tuple[str, str]]:
    spans = check("Audit", f"Hi Maya,\n\n{body}\n\nJonas", known(claims=CLAIMS))
    return [(span.text, span.why) for span in spans if span.kind == "customer"]


def test_its_own_story_may_be_told() -> None:
    assert found(STORY.format("Tessell Accounting")) == []


def test_anothers_story_is_marked_with_whose_it_is() -> None:
    why = "A claim says this of Tessell Accounting, not of Marlowe Partners."
    assert found(STORY.format("Marlowe Partners")) == [("Marlowe Partners", why)]


def test_the_next_sentence_may_tell_it() -> None:
    body = "Call Marlowe Partners first. They passed their last audit without a finding on files."
    assert [text for text, _ in found(body)] == ["Marlowe Partners"]


@pytest.mark.parametrize("body", [
    "Marlowe Partners, like Tessell Accounting, passed its last audit without a finding on files.",
    "Marlowe Partners would tell you how it went.",
    "Marlowe Partners automated its manual test cases in five months.",
])  # fmt: skip
def test_a_sentence_that_names_both_or_says_nothing_passes(body: str) -> None:
    assert found(body) == []
