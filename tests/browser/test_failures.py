"""A decision that was not recorded: the card comes back, the words stay, and somebody says why."""

import time

import pytest
from playwright.sync_api import expect

from tests.browser.ring import Ring

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("how", [403, 422, 500, "abort"])
def test_66_a_failed_decision_brings_the_card_back_with_its_edit(desk, how) -> None:
    ring = desk.open(3)
    ring.fail_with(how)
    ring.write_edit("My own words.")
    ring.press("Control+Enter")
    ring.wait_for(lambda: ring.shown() == 1)
    assert ring.editor().input_value() == "My own words."
    assert ring.editor().is_visible()
    assert ring.notice() != ""
    assert ring.line() == ""
    assert ring.left() == 3
    assert ring.column() == [1, 2, 3]
    ring.forget_complaints()


def test_repeating_it_sends_the_edit(desk) -> None:
    ring = desk.open(2)
    ring.fail_with(500)
    ring.write_edit("My own words.")
    ring.press("Control+Enter")
    ring.wait_for(lambda: ring.shown() == 1)
    ring.awake()
    ring.editor().focus()
    ring.press("Control+Enter")
    ring.wait_for(lambda: desk.decided() == [(1, "edit")])
    ring.forget_complaints()


def test_the_servers_sentence_stands_on_the_card(desk) -> None:
    ring = desk.open(2)
    ring.write_edit(" ")
    ring.press("Control+Enter")
    ring.wait_for(lambda: ring.shown() == 1)
    assert ring.notice() == "Write a message before you approve it."


def test_what_comes_back_does_not_push_aside_what_is_being_typed(desk) -> None:
    ring = desk.open(3)
    held = ring.hold()
    ring.press("a")
    ring.wait_for(lambda: len(held) == 1)
    ring.write_edit("My own words.")
    held[0].fulfill(status=500, body="")
    ring.wait_for(lambda: "Account 1, Yara Zhou came back." in ring.note())
    assert ring.shown() == 2
    assert ring.editor().input_value() == "My own words."
    ring.press("Escape", "j")
    assert ring.shown() == 1
    ring.forget_complaints()


def test_being_offline_is_said_before_anything_fails_and_goes_with_the_line(
    desk, page, elsewhere
) -> None:
    desk.arrive(2)
    desk.sign_in()
    ring = Ring(desk, elsewhere(page))
    ring.page.goto("/desk/")
    alert = ring.page.locator("#request-alert")
    ring.page.context.set_offline(True)
    expect(alert).to_contain_text("You are offline.")
    ring.press("a")
    ring.wait_for(lambda: ring.notice().startswith("You are offline."))
    assert ring.shown() == 1
    ring.page.context.set_offline(False)
    expect(alert).to_have_count(0)
    ring.awake()
    ring.press("a")
    ring.wait_for(lambda: desk.decided() == [(1, "approve")])


# --- Somebody was faster --------------------------------------------------------------------------


def test_a_lost_conflict_shows_who_and_the_settled_card_within_two_seconds(desk) -> None:
    ring = desk.open(3)
    desk.settle(1)
    start = time.monotonic()
    ring.press("a")
    ring.wait_for(lambda: ring.shown() == 1)
    assert time.monotonic() - start < 2
    assert ring.notice().startswith("Maya Osei approved this at")
    assert ring.card().get_attribute("data-state") == "settled"
    assert "Countersigned" in ring.card().inner_text()
    assert ring.line() == ""
    assert ring.column() == [2, 3]
    assert ring.left() == 2
    ring.awake()
    ring.press("a", "j")
    assert ring.shown() == 2


def test_the_loser_of_a_conflict_keeps_the_text_they_typed(desk) -> None:
    ring = desk.open(3)
    desk.settle(1)
    ring.write_edit("My own words.")
    ring.press("Control+Enter")
    ring.wait_for(lambda: ring.shown() == 1)
    assert ring.editor().input_value() == "My own words."
    assert ring.card().get_by_text("Your text. It was not sent.").is_visible()
    assert ring.card().get_by_role("button", name="Approve").count() == 0
    ring.card().get_by_role("button", name="Discard").click()
    expect(ring.card().locator(".kept")).to_have_count(0)
    ring.press("j")
    assert ring.in_page() == [2, 3]


# --- Signed out -----------------------------------------------------------------------------------


def test_66_an_expired_session_keeps_the_text_and_says_where_to_sign_in(desk) -> None:
    ring = desk.open(2)
    desk.sign_out()
    ring.write_edit("My own words.")
    ring.press("Control+Enter")
    ring.wait_for(lambda: ring.shown() == 1)
    assert "signed out" in ring.notice()
    assert ring.editor().input_value() == "My own words."
    assert ring.page.locator("input[type=password]").count() == 0
    link = ring.page.locator("#request-alert a")
    assert link.get_attribute("target") == "_blank"
    assert "/auth/login/" in link.get_attribute("href")


def test_after_signing_in_elsewhere_the_same_decision_goes_through(desk) -> None:
    ring = desk.open(2)
    desk.sign_out()
    ring.press("a")
    ring.wait_for(lambda: ring.shown() == 1 and "signed out" in ring.notice())
    desk.sign_in()
    ring.awake()
    ring.press("a")
    ring.wait_for(lambda: desk.decided() == [(1, "approve")])
    expect(ring.page.locator("#request-alert")).to_have_count(0)


def test_who_only_looks_is_told_too_that_they_were_signed_out(desk) -> None:
    ring = desk.open(2)
    desk.sign_out()
    ring.look_again()
    expect(ring.page.locator("#request-alert")).to_contain_text("You were signed out.")
    assert ring.shown() == 1
