"""Doing without a second person, where there is only one; shown for ever."""

import pytest

from revenue.models import User
from review.models import LaneChange
from tests.review.accounts import cast
from tests.review.autonomy import scenes
from tests.review.setup.doors import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workspace")]


def test_the_only_one_may_review_and_promote_and_that_stays_in_sight() -> None:
    scenes.ready(reviewers=[cast.manager()])
    page = scenes.page_of()
    assert "Somebody else has to promote it." in page
    assert "Two people are the rule" in page
    assert scenes.press("waive", reason="I am alone here.").status_code == 302
    assert scenes.press("promote").status_code == 302
    assert LaneChange.objects.get(kind="promoted").waived
    cast.rep()
    for verb in ("demote", "pause"):
        scenes.press(verb)
        page = scenes.page_of()
        assert "Without a second person. Dustin Brinkmann let one person" in page
        assert "I am alone here." in page
    assert "The only reviewer promoted it, by the waiver." in page


def test_it_holds_as_long_as_there_is_one_alone() -> None:
    scenes.ready(reviewers=[cast.manager()])
    scenes.press("waive", reason="I am alone here.")
    cast.rep()
    assert scenes.press("promote").status_code == 409
    assert "I am alone here." in scenes.page_of()


def test_where_there_are_more_nobody_may() -> None:
    cast.rep()
    answer = scenes.press("waive")
    assert answer.status_code == 409
    assert "There is more than one of you" in text(answer)
    assert "Do without a second person" not in scenes.page_of()


def imported(person: User) -> User:
    person.set_unusable_password()
    person.save()
    return person


def test_whoever_came_with_an_import_and_cannot_sign_in_is_nobody_else() -> None:
    scenes.ready(reviewers=[cast.manager()])
    imported(cast.rep())
    assert "You are the only one here who decides." in scenes.page_of()
    assert scenes.press("waive", reason="I am alone here.").status_code == 302
    assert scenes.press("promote").status_code == 302


def test_whoever_decided_lately_is_somebody_however_they_came_in() -> None:
    rep = cast.rep()
    scenes.reviewed(cast.account_of(rep))
    imported(rep)
    assert scenes.press("waive").status_code == 409


def test_it_is_waived_once() -> None:
    cast.manager()
    scenes.press("waive")
    late = scenes.press("waive")
    assert late.status_code == 409
    assert "That is waived here already." in text(late)


def test_an_admin_does_not() -> None:
    assert scenes.press("waive", by=cast.admin()).status_code == 403
