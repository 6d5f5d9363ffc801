"""The word diff of the desk: what stayed, went and came, and that no character is lost."""

import time
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from review.worddiff import Span, diff


def shown(before: str, after: str) -> str:
    marks = {"same": "{}", "del": "[-{}-]", "ins": "[+{}+]"}
    return "".join(marks[span.op].format(span.text) for span in diff(before, after))


def test_equal_texts_are_one_span() -> None:
    assert diff("Hi Anna", "Hi Anna") == [Span("same", "Hi Anna")]


def test_two_empty_texts_have_no_span() -> None:
    assert diff("", "") == []


def test_a_new_text_came_and_an_emptied_one_went() -> None:
    assert diff("", "Hi Anna") == [Span("ins", "Hi Anna")]
    assert diff("Hi Anna", "") == [Span("del", "Hi Anna")]


def test_a_replaced_word_goes_before_it_comes() -> None:
    assert shown("We offer 10 seats.", "We offer 12 seats.") == "We offer [-10-][+12+] seats."


def test_words_are_never_cut_in_two() -> None:
    assert shown("a quick call", "a quicker call") == "a [-quick-][+quicker+] call"
    assert shown("we don't know", "we do know") == "we [-don't-][+do+] know"


def test_an_amount_is_one_word() -> None:
    assert shown("for $1,200 now", "for $1,300 now") == "for $[-1,200-][+1,300+] now"


def test_a_removed_word_takes_its_gap_along() -> None:
    assert shown("a very good plan", "a good plan") == "a [-very -]good plan"
    assert shown("Please call me", "call me") == "[-Please -]call me"


def test_a_changed_mark_leaves_the_words_alone() -> None:
    assert shown("Thanks, Anna", "Thanks Anna") == "Thanks[-,-] Anna"


def test_a_new_paragraph_leaves_its_neighbours_whole() -> None:
    before, after = "One here.\n\nThree here.", "One here.\n\nTwo words.\n\nThree here."
    assert shown(before, after) == "One here.\n\n[+Two words.\n\n+]Three here."


def test_a_paragraph_break_between_two_edits_is_kept() -> None:
    assert shown("Hi Anna,\n\nold text", "Hi Peter,\n\nnew text") == (
        "Hi [-Anna-][+Peter+],\n\n[-old-][+new+] text"
    )


def test_a_moved_line_break_shows_as_a_changed_gap() -> None:
    assert shown("one two\nthree", "one two three") == "one two[-\n-][+ +]three"


def test_a_word_that_stays_by_chance_is_read_with_its_neighbours() -> None:
    assert shown("We can offer a steep discount", "You will get a better price") == (
        "[-We can offer a steep discount-][+You will get a better price+]"
    )


def test_edits_of_two_sentences_stay_apart() -> None:
    assert shown("It is cheap. Call me", "It is good. Write me") == (
        "It is [-cheap-][+good+]. [-Call-][+Write+] me"
    )


def test_white_space_at_the_end_is_kept() -> None:
    assert shown("Best\n", "Best") == "Best[-\n-]"


PIECES = st.sampled_from(
    ["a", "b", "The", "don’t", "1,200", ",", ".", " ", "  ", "\n", "\n\n", "\u0301"]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=60))


@given(TEXTS, TEXTS)
@example("a. b", " a .b\n")
def test_the_spans_give_both_texts_back(before: str, after: str) -> None:
    spans = diff(before, after)
    assert "".join(span.text for span in spans if span.op != "ins") == before
    assert "".join(span.text for span in spans if span.op != "del") == after


@given(TEXTS, TEXTS)
def test_no_span_is_empty_and_no_two_alike_are_neighbours(before: str, after: str) -> None:
    spans = diff(before, after)
    assert all(span.text for span in spans)
    assert all(one.op != other.op for one, other in pairwise(spans))
    assert [s.op for s in spans if before == after] in ([], ["same"])


def test_a_long_text_takes_no_minutes() -> None:
    before = "".join(f"word{i % 3000} of the depot, " for i in range(4000))
    after = before.replace("word7 ", "other ").replace("word42 of", "new")
    start = time.process_time()
    assert len(diff(before, after)) > 3
    assert time.process_time() - start < 10
