"""How well the check does on the labelled drafts that it was built on. `make bench` reports the
third that nobody looks at."""

import pytest

from review.grounding import KINDS
from tests.review.grounding.labelled import Score, drafts, score

FIRST = 279  # drafts that the check was built on; the others were unseen once


@pytest.fixture(scope="module")
def first() -> Score:
    return score(drafts("seen")[:FIRST])


@pytest.fixture(scope="module")
def seen() -> Score:
    return score(drafts("seen"))


def test_planted_errors_are_found(seen: Score) -> None:
    assert seen.recall() >= 0.95


@pytest.mark.parametrize("kind", KINDS)
def test_of_every_kind(seen: Score, kind: str) -> None:
    assert seen.planted[kind] >= 10
    assert seen.recall(kind) >= 0.84


def test_what_is_marked_is_wrong(seen: Score) -> None:
    assert seen.precision() >= 0.93


def test_a_clean_draft_has_no_mark(seen: Score) -> None:
    assert seen.clean >= 200
    assert seen.false_alarms <= 0.085


def test_what_it_was_built_on_it_still_knows(first: Score) -> None:
    assert first.recall() >= 0.98
    assert first.precision() >= 0.98
    assert first.false_alarms <= 0.02
    assert first.clean >= 100


@pytest.mark.parametrize("kind", KINDS)
def test_of_every_kind_it_was_built_on(first: Score, kind: str) -> None:
    assert first.planted[kind] >= 10
    assert first.recall(kind) >= 0.93
