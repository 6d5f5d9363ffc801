"""Editing on the desk: what is typed stays until it is sent or thrown away; none is left out."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True)


def test_escape_closes_the_editor_and_keeps_the_edit(desk) -> None:
    ring = desk.open(2)
    ring.write_edit("My own words.")
    ring.press("Escape")
    assert not ring.editor().is_visible()
    ring.press("j", "k", "e")
    assert ring.editor().input_value() == "My own words."


def test_two_edits_wait_side_by_side(desk) -> None:
    ring = desk.open(3)
    ring.write_edit("For the first.")
    ring.press("Escape", "j")
    ring.write_edit("For the second.")
    ring.press("Control+Enter", "k", "e")
    assert ring.editor().input_value() == "For the first."
    ring.press("Control+Enter")
    ring.wait_for(lambda: sorted(desk.decided()) == [(1, "edit"), (2, "edit")])


def test_the_subject_is_edited_too(desk) -> None:
    ring = desk.open(2)
    ring.press("e")
    ring.card().get_by_label("Subject").fill("A better subject")
    ring.press("Control+Enter")
    ring.wait_for(lambda: desk.decided() == [(1, "edit")])
    assert desk.items[0].messages.get().subject == "A better subject"


def test_approving_while_an_edit_waits_does_not_send_the_old_text(desk) -> None:
    ring = desk.open(2)
    ring.write_edit("My own words.")
    ring.press("Escape", "a")
    assert ring.shown() == 1
    assert "Ctrl+Enter" in ring.notice()
    assert ring.editor().is_visible()
    assert desk.decided() == []


def test_discarding_closes_the_editor_and_the_agents_text_can_be_approved(desk) -> None:
    ring = desk.open(2)
    ring.write_edit("My own words.")
    ring.card().get_by_role("button", name="Discard").click()
    expect(ring.editor()).to_be_hidden()
    assert ring.focused() == "H1"
    assert not ring.card().locator(".edited-mark").is_visible()
    ring.press("a")
    ring.wait_for(lambda: desk.decided() == [(1, "approve")])


def test_the_difference_is_fetched_for_the_text_as_typed(desk) -> None:
    ring = desk.open(2)
    ring.write_edit("My own words.")
    ring.press("Escape", "d")
    shown = ring.card().locator("[data-panel=diff]")
    expect(shown.locator("ins").first).to_contain_text("My own words")
    assert "GTX Pro beside your GTX Basic" not in shown.inner_text()  # the subject is the same


def test_leaving_with_typed_text_asks_first(desk) -> None:
    ring = desk.open(2)
    ring.write_edit("My own words.")
    asked = []
    ring.page.on("dialog", lambda one: (asked.append(one.type), one.accept()))
    ring.page.goto("/accounts/")
    assert asked == ["beforeunload"]


def test_leaving_without_typed_text_asks_nothing(desk) -> None:
    ring = desk.open(2)
    ring.press("e", "Escape")
    asked = []
    ring.page.on("dialog", lambda one: (asked.append(one.type), one.accept()))
    ring.page.goto("/accounts/")
    assert asked == []
