"""The ring of the desk: which card is shown, when more come, what has gone, what is said of it."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.ring import Ring

pytestmark = pytest.mark.django_db(transaction=True)


# --- Swapping -----------------------------------------------------------------------------------


def test_the_next_card_stands_in_the_same_task_as_the_key(desk) -> None:
    ring = desk.open(3)
    shown = ring.page.evaluate(
        """() => {
          document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "a", bubbles: true}));
          return document.querySelector("#ring .card:not([hidden])").dataset.item;
        }"""
    )
    assert desk.number_of(int(shown)) == 2


def test_the_next_card_does_not_wait_for_the_server(desk) -> None:
    ring = desk.open(3)
    held = ring.hold()
    ring.press("a", "a")
    assert ring.shown() == 3
    assert desk.decided() == []
    ring.wait_for(lambda: len(held) == 2)
    for route in held:
        route.continue_()
    ring.wait_for(lambda: sorted(desk.decided()) == [(1, "approve"), (2, "approve")])


def test_j_and_k_walk_the_ring_both_ways(desk) -> None:
    ring = desk.open(3)
    walk = []
    for key in "jjjkk":
        ring.press(key)
        walk.append(ring.shown())
    assert walk == [2, 3, 1, 3, 2]


def test_a_swap_shows_the_new_card_from_its_top(desk) -> None:
    desk.page.set_viewport_size({"width": 1000, "height": 320})
    ring = desk.open(2)
    ring.page.mouse.move(500, 200)
    ring.page.mouse.wheel(0, 400)
    ring.wait_for(lambda: ring.page.evaluate("scrollY") > 100)
    ring.press("a")
    heading, header = (
        ring.page.locator(which).bounding_box()
        for which in (".card:not([hidden]) h1", ".site-header")
    )
    assert heading["y"] >= header["y"] + header["height"]


# --- Refill ---------------------------------------------------------------------------------------


def test_the_ring_is_refilled_when_two_are_left_behind_the_one_on_show(desk) -> None:
    ring = desk.open(9)
    asked = []
    ring.page.on("request", lambda one: asked.append(one) if "/desk/ring/" in one.url else None)
    ring.press("a")
    ring.page.wait_for_timeout(150)
    assert (asked, ring.in_page()) == ([], [2, 3, 4, 5])
    ring.press("a")
    ring.wait_for(lambda: ring.in_page() == [3, 4, 5, 6, 7, 8, 9])
    assert len(asked) == 1
    assert ring.page.locator("#ring .card:not([hidden])").count() == 1


def test_a_refill_that_failed_is_tried_again(desk) -> None:
    ring = desk.open(7)
    failed = []
    ring.page.on("requestfailed", lambda one: failed.append(one.url))
    ring.page.route(re.compile("/desk/ring/"), lambda route: route.abort(), times=1)
    ring.press("a", "a")
    ring.wait_for(lambda: any("/desk/ring/" in url for url in failed))
    assert ring.in_page() == [3, 4, 5]
    ring.look_again()
    ring.wait_for(lambda: ring.in_page() == [3, 4, 5, 6, 7])
    assert ring.page.locator("#request-alert").count() == 0
    ring.forget_complaints()


def test_new_items_wait_behind_the_bar(desk) -> None:
    ring = desk.open(2)
    desk.arrive(3)
    ring.look_again()
    expect(ring.page.locator("#new-bar")).to_have_text(re.compile("3 new"))
    assert ring.in_page() == [1, 2]
    assert ring.column() == [1, 2]
    ring.press("n")
    ring.wait_for(lambda: sorted(ring.in_page()) == [1, 2, 3, 4, 5])
    assert ring.shown() == 1
    assert not ring.page.locator("#new-bar").is_visible()
    ring.wait_for(lambda: ring.column() == [1, 2, 3, 4, 5])
    assert ring.left() == 5


def test_new_items_on_an_empty_desk_are_loaded_by_the_same_key(desk) -> None:
    desk.arrive(1)
    ring = desk.open(0)
    ring.press("a")
    expect(ring.page.locator("#ring-empty")).to_be_visible()
    desk.arrive(1)
    ring.look_again()
    expect(ring.page.locator("#new-bar")).to_be_visible()
    ring.press("n")
    ring.wait_for(lambda: ring.shown() == 2)
    assert ring.focused() == "H1"


def test_an_unchanged_pulse_is_asked_for_by_its_token(desk) -> None:
    ring = desk.open(2)
    tokens = []
    ring.page.on(
        "request",
        lambda one: tokens.append(one) if "/desk/pulse/" in one.url else None,
    )
    for number in (1, 2):
        ring.look_again()
        ring.wait_for(lambda number=number: len(tokens) >= number)
        ring.page.wait_for_timeout(200)
    assert tokens[1].all_headers().get("if-none-match")


def test_htmx_is_set_as_it_was_tried(desk) -> None:
    ring = desk.open(1)
    kept = ring.page.evaluate(
        "({...htmx.config, stored: localStorage.length + sessionStorage.length})"
    )
    wanted = {"includeIndicatorCSS": False, "history": False, "defaultTimeout": 30000, "stored": 0}
    assert {name: kept[name] for name in wanted} == wanted


def test_a_server_that_hangs_is_told_and_asked_again(desk, page, elsewhere) -> None:
    """The pulse gives up long before a decision does, so that one lost answer blinds nobody."""
    desk.arrive(2)
    desk.sign_in()
    timed = elsewhere(page)
    timed.clock.install()
    held = []
    timed.route(re.compile("/desk/pulse/"), lambda route: held.append(route), times=1)
    timed.goto("/desk/")
    # The page's time stands still but for these steps, however slow the machine is.
    timed.clock.pause_at(timed.evaluate("Date.now() + 1000"))
    alert, pulse = timed.locator("#request-alert"), Ring(desk, timed)
    timed.clock.run_for(4100)
    pulse.wait_for(lambda: len(held) == 1)
    timed.clock.run_for(5100)
    expect(alert).to_contain_text("No answer from the server")
    timed.clock.run_for(4100)
    pulse.wait_for(lambda: timed.clock.run_for(40) or alert.count() == 0, seconds=30)


# --- What has gone --------------------------------------------------------------------------------


def test_a_stale_card_is_pulled_within_five_seconds(desk) -> None:
    ring = desk.open(3)
    start = time.monotonic()
    desk.outrun(1)
    ring.wait_for(lambda: ring.shown() == 2, seconds=8)
    assert time.monotonic() - start < 5
    assert ring.note() == "Account 1: something happened there since. A new draft follows."
    assert ring.focused() == "H1"
    assert ring.column() == [2, 3]


def test_a_stale_card_with_typed_text_stays_readable(desk) -> None:
    ring = desk.open(3)
    ring.write_edit("My own words.")
    desk.outrun(1)
    ring.look_again()
    ring.wait_for(lambda: "something happened" in ring.notice())
    assert ring.editor().input_value() == "My own words."
    ring.press("Control+Enter")
    assert desk.decided() == []


def test_what_a_colleague_decided_goes_with_their_name(desk) -> None:
    ring = desk.open(3)
    desk.settle(2)
    ring.look_again()
    ring.wait_for(lambda: ring.in_page() == [1, 3])
    assert ring.note().startswith("Account 2: Maya Osei approved this at")
    assert ring.shown() == 1


def test_decision_keys_sleep_while_the_server_has_just_replaced_the_card(desk) -> None:
    ring = desk.open(3)
    desk.outrun(1)
    ring.page.evaluate(
        """() => addEventListener("shown", () => {
          const key = new KeyboardEvent("keydown", {key: "a", bubbles: true});
          document.activeElement.dispatchEvent(key);
        }, {capture: true})"""
    )
    ring.look_again()
    ring.wait_for(lambda: ring.shown() is not None and ring.shown() != 1)
    ring.page.wait_for_timeout(100)
    assert ring.shown() == 2
    assert desk.decided() == []
    ring.awake()
    ring.press("r")  # panels open at once, and close again
    assert ring.card().locator("[data-panel=reject]").is_visible()


# --- The column -----------------------------------------------------------------------------------


def test_the_column_brings_its_card_to_the_front(desk) -> None:
    ring = desk.open(12)  # the last one is far behind what the page fetches ahead
    ring.page.locator("#queue a[data-goto]").nth(2).click()
    assert ring.shown() == 3
    ring.page.locator("#queue a[data-goto]").nth(11).dispatch_event("click")
    ring.page.wait_for_url("**/?item=*")
    assert ring.shown() == 12


def test_a_decided_card_leaves_the_column_at_once(desk) -> None:
    ring = desk.open(3)
    ring.hold()
    ring.press("a")
    assert ring.column() == [2, 3]
    assert ring.page.locator("#queue [data-count]").inner_text() == "2"
    assert ring.page.locator("#queue a[aria-current]").get_attribute("data-goto") == str(
        desk.items[1].pk
    )


def test_the_column_opens_its_fold_when_nothing_stands_above_it(desk) -> None:
    ring = desk.open(10)
    ring.approve(*range(1, 9))
    assert ring.column() == [9, 10]
    assert ring.page.locator("#queue a[data-goto]:visible").count() == 2


def test_picking_a_card_on_a_phone_closes_the_list(desk) -> None:
    desk.page.set_viewport_size({"width": 360, "height": 780})
    ring = desk.open(3)
    ring.page.get_by_role("button", name="3 left").click()
    ring.page.locator("#queue a[data-goto]").nth(1).click()
    assert ring.shown() == 2
    assert not ring.page.locator("#queue").is_visible()


# --- Words and focus ------------------------------------------------------------------------------


def test_a_decision_is_announced_with_what_is_left(desk) -> None:
    ring = desk.open(3)
    ring.press("a")
    assert ring.announced() == "Approved, Account 1, Yara Zhou. 2 left. Z to undo."
    assert ring.line() == "Approved, Account 1, Yara Zhou."
    assert ring.left() == 2


@pytest.mark.parametrize(
    ("keys", "done"), [("s2", "Snoozed"), ("O", "Handed to Maya Osei"), ("o1", "Handed over")]
)
def test_what_cannot_be_undone_does_not_offer_it(desk, keys, done) -> None:
    ring = desk.open(3)
    ring.press(*("Shift+O" if key == "O" else key for key in keys))
    assert ring.announced() == f"{done}, Account 1, Yara Zhou. 2 left."


def test_focus_never_falls_to_the_body(desk) -> None:
    ring = desk.open(12)
    for keys in ["jk", "dd", "vv", "s2", "e", "r", "?", "f", "a", "r1", "aaa", "az"]:
        ring.press(*keys)
        assert ring.focused() != "BODY", keys
        ring.settled()
        assert ring.focused() != "BODY", f"after {keys}"
        ring.press("Escape")
        ring.wait_for(lambda: ring.focused() != "BODY")


def test_the_empty_state_stands_when_the_ring_is_empty(desk) -> None:
    ring = desk.open(2)
    ring.press("a", "a")
    expect(ring.page.locator("#ring-empty")).to_be_visible()
    assert ring.page.evaluate("document.activeElement.closest('#ring-empty') !== null")
    assert ring.left() == 0
    assert not ring.page.locator(".site-nav [data-left-count]").is_visible()


def test_the_time_a_card_was_looked_at_is_recorded(desk) -> None:
    ring = desk.open(2)
    ring.page.wait_for_timeout(600)
    ring.press("a")
    ring.wait_for(lambda: desk.decided() == [(1, "approve")])
    assert 500 <= desk.last().dwell_ms <= 9000
