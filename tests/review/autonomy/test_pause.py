"""Pausing a class and letting it go on."""

import pytest

from review.autonomy import epochs
from review.models import Lane
from tests.review.accounts import cast
from tests.review.autonomy import scenes
from tests.review.setup.doors import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workspace")]


def test_a_paused_class_is_automatic_again_once_it_goes_on() -> None:
    before = scenes.automatic()
    assert scenes.press("pause", reason="A trade fair.").status_code == 302
    assert scenes.lane().state == "paused"
    assert "It is paused. Resume it first." in scenes.page_of()
    assert scenes.press("resume", reason="It is over.").status_code == 302
    after = scenes.lane()
    assert (after.state, after.epoch, after.paused_from) == ("auto", before.epoch, "")


def test_a_class_whose_version_changed_meanwhile_is_reviewed() -> None:
    row = scenes.automatic()
    scenes.press("pause")
    row.refresh_from_db()
    epochs.restart(row, by="system", reason="The agent has a new version.")
    scenes.press("resume")
    assert scenes.lane().state == "review"


def test_a_miss_found_meanwhile_begins_the_close_look_anew() -> None:
    row = scenes.automatic()
    Lane.objects.filter(pk=row.pk).update(state="tightened", clean_run=19)
    scenes.press("pause")
    scenes.reviewed(cast.account_of(cast.rep()), "rejected")
    scenes.press("resume")
    after = scenes.lane()
    assert (after.state, after.clean_run) == ("tightened", 0)


def test_both_are_pressed_once() -> None:
    scenes.automatic()
    assert scenes.press("resume").status_code == 409
    scenes.press("pause")
    late = scenes.press("pause")
    assert late.status_code == 409
    assert "It is paused already." in text(late)


@pytest.mark.parametrize("verb", ["pause", "resume"])
@pytest.mark.parametrize("who", ["rep", "admin"])
def test_nobody_but_a_manager_does_either(verb: str, who: str) -> None:
    scenes.automatic()
    assert scenes.press(verb, by=getattr(cast, who)()).status_code == 403


@pytest.mark.parametrize("verb", ["pause", "resume"])
def test_a_page_that_is_only_opened_changes_nothing(verb: str) -> None:
    scenes.automatic()
    client = cast.signed_in(cast.manager())
    assert client.get(f"/autonomy/{scenes.CLASS}/{verb}/").status_code == 405
    assert scenes.lane().state == "auto"
