"""An edit as a wish for later drafts, in plain words."""

import pytest

from review.edits.suggestion import suggested

TEXT = "Hi Yara,\n\nYou ordered GTX Basic in March. Is GTX Pro of use to you?\n\nPat"


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (TEXT, TEXT, ""),
        ("", "", ""),
        (TEXT, TEXT.replace("of use to you", "worth a call"),
         "Write “worth a call” instead of “of use to you”."),
        (TEXT, TEXT.replace(" in March", ""), "Leave out “in March”."),
        (TEXT, TEXT.replace("Is GTX", "Thank you. Is GTX"), "Add “Thank you”."),
        (TEXT, "Hi Yara,\n\nIs GTX Pro of use?", "Write at most 7 words."),
        (TEXT, TEXT.replace("\n\n", "\n"), ""),
    ],
)  # fmt: skip
def test_it_says_what_was_changed(before, after, words) -> None:
    assert suggested(before, after) == words


def test_at_most_three_changes_are_named_and_long_ones_are_cut() -> None:
    before = " ".join(f"stay{n} old{n}" for n in range(9))
    after = " ".join(f"stay{n} new{n} " + "x" * 30 for n in range(9))
    words = suggested(before, after)
    assert words.count("Write ") <= 3
    assert len(words) < 3 * 160
