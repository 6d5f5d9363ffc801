"""The ring of the desk in a real Chromium: keys, swaps, failures, undo, refill, what goes stale."""

import re
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from review import tasks
from review.models import OutboxMessage

DECIDE = re.compile(r"/desk/items/\d+/(approve|edit|reject)/")
FAILURES = [403, 422, 500, "abort"]
pytestmark = pytest.mark.django_db(transaction=True)


def fail_with(page: Page, how: int | str, times: int = 1) -> None:
    def answer(route) -> None:
        if how == "abort":
            route.abort()
        else:
            route.fulfill(status=how, body="<!doctype html><h1>Oh</h1>", content_type="text/html")

    page.route(DECIDE, answer, times=times)


def hold(page: Page) -> list:
    """Requests wait in the list until the test continues them."""
    held: list = []
    page.route(DECIDE, lambda route: held.append(route))
    return held


def write_edit(ring, text: str) -> None:
    ring.press("e")
    ring.page.keyboard.press("Control+A")
    ring.page.keyboard.type(text)


# --- The whole way ------------------------------------------------------------------------------


def test_a_rep_clears_the_desk_by_keyboard_and_the_mails_arrive_as_approved(
    desk, page, smtp, clock
) -> None:
    desk.arrive(3)
    page.goto("/")
    page.get_by_label(re.compile("username|e-?mail", re.IGNORECASE)).first.fill("rep")
    page.get_by_label("Password", exact=False).first.fill("countersign")
    page.keyboard.press("Enter")
    page.wait_for_selector("#ring .card:not([hidden])")
    page.keyboard.press("e")
    page.keyboard.press("Control+A")
    page.keyboard.type("Hi Yara, is GTX Pro of use to you? Ada")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("a")
    page.keyboard.press("r")
    page.keyboard.press("3")
    expect(page.locator("#ring-empty")).to_be_visible()
    end = time.monotonic() + 10
    while len(desk.decided()) < 3 and time.monotonic() < end:
        page.wait_for_timeout(50)
    assert sorted(desk.decided()) == [(1, "edit"), (2, "approve"), (3, "reject")]

    clock.travel(seconds=11)
    tasks.tick()
    tasks.tick()
    bodies = {mail["To"]: mail.get_content().replace("\r\n", "\n") for mail in smtp.mails}
    assert len(smtp.mails) == 2
    edited, approved, _ = desk.items
    assert "Hi Yara, is GTX Pro of use to you? Ada" in bodies[_to(edited)]
    assert approved.draft.body in bodies[_to(approved)]
    for message in OutboxMessage.objects.all():
        assert (message.state, message.payload) == ("sent", message.decision.payload)


def _to(item) -> str:
    contact = item.draft.contact
    return f"{contact.name} <{contact.email}>"


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
    held = hold(ring.page)
    ring.press("a", "a")
    assert ring.shown() == 3
    assert desk.decided() == []
    ring.wait_for(lambda: len(held) == 2)
    for route in held:
        route.continue_()
    ring.wait_for(lambda: sorted(desk.decided()) == [(1, "approve"), (2, "approve")])


def test_fast_decisions_are_each_recorded_once(desk) -> None:
    ring = desk.open(30)
    for _ in range(600):
        if ring.shown() is None and len(desk.decided()) == 30:
            break
        ring.press("a")
        ring.page.wait_for_timeout(20)
    assert sorted(desk.decided()) == [(number, "approve") for number in range(1, 31)]


def test_a_double_click_approves_one_card(desk) -> None:
    ring = desk.open(3)
    ring.card().get_by_role("button", name="Approve").first.dblclick()
    ring.wait_for(lambda: len(desk.decided()) >= 1)
    ring.page.wait_for_timeout(300)
    assert desk.decided() == [(1, "approve")]


# --- Failures -----------------------------------------------------------------------------------


@pytest.mark.parametrize("how", FAILURES)
def test_a_failed_decision_brings_the_card_back_with_its_edit(desk, how) -> None:
    ring = desk.open(3)
    fail_with(ring.page, how)
    write_edit(ring, "My own words.")
    ring.press("Control+Enter")
    ring.wait_for(lambda: ring.shown() == 1)
    assert ring.editor().input_value() == "My own words."
    assert ring.editor().is_visible()
    assert ring.notice() != ""
    assert ring.left() == 3
    ring.forget_complaints()


def test_the_servers_sentence_stands_on_the_card(desk) -> None:
    ring = desk.open(2)
    write_edit(ring, " ")
    ring.press("Control+Enter")
    ring.wait_for(lambda: ring.shown() == 1)
    assert ring.notice() == "Write a message before you approve it."


def test_a_lost_conflict_shows_who_and_the_settled_card(desk) -> None:
    ring = desk.open(3)
    desk.settle(1)
    ring.press("a")
    ring.wait_for(lambda: ring.shown() == 1)
    assert ring.notice().startswith("Maya Osei approved this at")
    assert ring.card().get_attribute("data-state") == "settled"
    assert "Countersigned" in ring.card().inner_text()
    ring.awake()
    ring.press("a", "j")
    assert ring.shown() == 2


def test_the_loser_of_a_conflict_keeps_the_text_they_typed(desk) -> None:
    ring = desk.open(3)
    desk.settle(1)
    write_edit(ring, "My own words.")
    ring.press("Control+Enter")
    ring.wait_for(lambda: ring.shown() == 1)
    assert ring.editor().input_value() == "My own words."
    assert ring.card().get_by_role("button", name="Approve edited").is_disabled()


def test_an_expired_session_keeps_the_text_and_says_so(desk) -> None:
    ring = desk.open(2)
    desk.sign_out()
    write_edit(ring, "My own words.")
    ring.press("Control+Enter")
    ring.wait_for(lambda: ring.shown() == 1)
    assert "signed out" in ring.notice()
    assert ring.editor().input_value() == "My own words."
    assert ring.page.locator("input[type=password]").count() == 0


def test_after_signing_in_elsewhere_the_same_decision_goes_through(desk) -> None:
    ring = desk.open(2)
    desk.sign_out()
    ring.press("a")
    ring.wait_for(lambda: ring.shown() == 1)
    desk.sign_in()
    ring.awake()
    ring.press("a")
    ring.wait_for(lambda: desk.decided() == [(1, "approve")])


# --- Keys ---------------------------------------------------------------------------------------


def test_caps_lock_does_no_harm(desk) -> None:
    ring = desk.open(2)
    ring.page.evaluate(
        'document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "A", bubbles: true}))'
    )
    assert ring.shown() == 2


def test_shift_is_another_key(desk) -> None:
    ring = desk.open(2)
    ring.press("Shift+A")
    assert ring.shown() == 1


def test_a_key_held_down_decides_once(desk) -> None:
    ring = desk.open(3)
    for _ in range(5):
        ring.page.keyboard.down("a")
    assert ring.shown() == 2


@pytest.mark.parametrize("key", ["Control+a", "Alt+a", "Backspace", "Delete", "1"])
def test_a_key_that_is_not_on_the_list_decides_nothing(desk, key) -> None:
    ring = desk.open(2)
    ring.press(key)
    ring.page.wait_for_timeout(150)
    assert ring.shown() == 1
    assert desk.decided() == []


def test_keys_are_dead_while_typing(desk) -> None:
    ring = desk.open(2)
    ring.press("e", "a", "z", "j")
    assert ring.shown() == 1
    assert "azj" in ring.editor().input_value()


def test_keys_are_dead_on_a_focused_button_and_in_the_help(desk) -> None:
    ring = desk.open(2)
    ring.card().locator("[data-key=r]").focus()
    ring.press("a")
    assert ring.shown() == 1
    ring.page.locator("h1:visible").first.focus()
    ring.press("?")
    assert ring.page.locator("#help").is_visible()
    ring.press("a")
    assert ring.shown() == 1


def test_keys_can_be_switched_off_and_stay_off(desk) -> None:
    ring = desk.open(2)
    ring.press("?")
    ring.page.locator("#keys-on").uncheck()
    ring.press("Escape")
    ring.page.reload()
    ring.press("a")
    assert ring.shown() == 1


KEYS = [*"jkaerdvczn?fso", "enter", "escape", "ctrl+enter", "shift+o", *"123456789"]


def test_every_key_has_a_button(desk) -> None:
    ring = desk.open(2, at="/")
    without = [key for key in KEYS if not ring.page.locator(f'[data-key="{key}"]').count()]
    assert without in ([], ["enter"])  # a draft without a handoff has no more of it to open


def test_j_and_k_walk_the_ring_both_ways(desk) -> None:
    ring = desk.open(3)
    walk = []
    for key in "jjjkk":
        ring.press(key)
        walk.append(ring.shown())
    assert walk == [2, 3, 1, 3, 2]


def test_the_column_brings_its_card_to_the_front(desk) -> None:
    ring = desk.open(12)  # the last one is far behind what the page fetches ahead
    ring.page.locator("#queue a[data-goto]").nth(2).click()
    assert ring.shown() == 3
    ring.page.locator("#queue a[data-goto]").nth(11).dispatch_event("click")
    ring.page.wait_for_url("**/?item=*")
    assert ring.shown() == 12


def test_snoozing_takes_two_keys(desk) -> None:
    ring = desk.open(2)
    ring.press("s", "2")
    assert ring.shown() == 2
    ring.wait_for(lambda: desk.decided() == [(1, "snooze")])


def test_handing_to_the_manager_takes_one_key(desk) -> None:
    ring = desk.open(2)
    ring.press("Shift+O")
    ring.wait_for(lambda: desk.decided() == [(1, "reassign")])
    assert desk.last().note == "Maya Osei"


def test_a_rewrite_takes_a_note(desk) -> None:
    ring = desk.open(2)
    ring.press("f")
    ring.page.keyboard.type("Shorter, and no question.")
    ring.press("Control+Enter")
    ring.wait_for(lambda: desk.decided() == [(1, "request_rewrite")])
    assert desk.last().note == "Shorter, and no question."


def test_the_reason_other_asks_for_words(desk) -> None:
    ring = desk.open(2)
    ring.press("r", "9")
    assert ring.shown() == 1
    ring.page.keyboard.type("They moved house.")
    ring.press("Enter")
    ring.wait_for(lambda: desk.decided() == [(1, "reject")])
    assert (desk.last().reason, desk.last().note) == ("other", "They moved house.")


# --- Editing ------------------------------------------------------------------------------------


def test_escape_closes_the_editor_and_keeps_the_edit(desk) -> None:
    ring = desk.open(2)
    write_edit(ring, "My own words.")
    ring.press("Escape")
    assert not ring.editor().is_visible()
    ring.press("j", "k", "e")
    assert ring.editor().input_value() == "My own words."


def test_approving_while_an_edit_waits_does_not_send_the_old_text(desk) -> None:
    ring = desk.open(2)
    write_edit(ring, "My own words.")
    ring.press("Escape", "a")
    assert ring.shown() == 1
    assert "Ctrl+Enter" in ring.notice()
    assert ring.editor().is_visible()
    assert desk.decided() == []


def test_the_difference_is_fetched_for_the_text_as_typed(desk) -> None:
    ring = desk.open(2)
    write_edit(ring, "My own words.")
    ring.press("Escape", "d")
    expect(ring.card().locator("[data-panel=diff] ins").first).to_contain_text("My own words")


# --- Undo ---------------------------------------------------------------------------------------


def test_undo_brings_the_card_back_to_the_front(desk) -> None:
    ring = desk.open(3)
    ring.press("a", "z")
    ring.wait_for(lambda: ring.shown() == 1)
    assert desk.decided() == []
    assert ring.announced().startswith("Undone, Account 1,")
    ring.awake()
    ring.press("r", "1")
    ring.wait_for(lambda: desk.decided() == [(1, "reject")])


def test_undo_survives_a_reload(desk) -> None:
    ring = desk.open(3)
    ring.press("a")
    ring.wait_for(lambda: desk.decided() == [(1, "approve")])
    ring.page.reload()
    ring.press("z")
    ring.wait_for(lambda: ring.shown() == 1)


def test_undo_after_it_left_says_when_it_left(desk) -> None:
    ring = desk.open(2)
    ring.press("a")
    ring.wait_for(lambda: desk.decided() == [(1, "approve")])
    desk.dispatched(1)
    ring.press("z")
    expect(ring.page.locator("#ring-note")).to_contain_text("left at 14:02")
    assert ring.shown() == 2


# --- Refill, new items, what goes stale ----------------------------------------------------------


def test_new_items_wait_behind_the_bar(desk) -> None:
    ring = desk.open(2)
    desk.arrive(3)
    expect(ring.page.locator("#new-bar")).to_have_text(re.compile("3 new"), timeout=8000)
    assert ring.in_page() == [1, 2]
    ring.press("n")
    ring.wait_for(lambda: sorted(ring.in_page()) == [1, 2, 3, 4, 5])
    assert ring.shown() == 1
    assert not ring.page.locator("#new-bar").is_visible()


def test_a_stale_card_is_pulled_within_five_seconds(desk) -> None:
    ring = desk.open(3)
    start = time.monotonic()
    desk.outrun(1)
    ring.wait_for(lambda: ring.shown() == 2, seconds=8)
    assert time.monotonic() - start < 6
    assert ring.note() == "Account 1: something happened there since. A new draft follows."
    assert ring.focused() == "H1"


def test_a_stale_card_with_typed_text_stays_readable(desk) -> None:
    ring = desk.open(3)
    write_edit(ring, "My own words.")
    desk.outrun(1)
    ring.wait_for(lambda: "something happened" in ring.notice(), seconds=8)
    assert ring.editor().input_value() == "My own words."
    ring.press("Control+Enter")
    assert desk.decided() == []


def test_an_unchanged_pulse_is_asked_for_by_its_token(desk) -> None:
    ring = desk.open(2)
    tokens = []
    ring.page.on(
        "request",
        lambda one: tokens.append(one) if "/desk/pulse/" in one.url else None,
    )
    ring.wait_for(lambda: len(tokens) >= 2, seconds=12)
    assert tokens[1].all_headers().get("if-none-match")


# --- Focus, words, empty, no script, every eye ----------------------------------------------------


@pytest.mark.parametrize("keys", ["a", "jk", "r1", "az", "aaa", "dd", "v", "s2", "e"])
def test_focus_never_falls_to_the_body(desk, keys) -> None:
    ring = desk.open(3)
    ring.press("j", "k", *keys)
    assert ring.focused() != "BODY"
    ring.page.wait_for_timeout(400)
    assert ring.focused() != "BODY"


def test_a_decision_is_announced_with_what_is_left(desk) -> None:
    ring = desk.open(3)
    ring.press("a")
    assert ring.announced() == "Approved, Account 1, Yara Zhou. 2 left. Z to undo."


def test_the_empty_state_stands_when_the_ring_is_empty(desk) -> None:
    ring = desk.open(2)
    ring.press("a", "a")
    expect(ring.page.locator("#ring-empty")).to_be_visible()
    assert ring.page.evaluate("document.activeElement.closest('#ring-empty') !== null")


def test_the_time_a_card_was_looked_at_is_recorded(desk) -> None:
    ring = desk.open(2)
    ring.page.wait_for_timeout(600)
    ring.press("a")
    ring.wait_for(lambda: desk.decided() == [(1, "approve")])
    assert 500 <= desk.last().dwell_ms <= 9000


def test_a_decision_works_without_script(desk, browser, page, live_server) -> None:
    desk.arrive(2)
    desk.sign_in()
    context = browser.new_context(
        base_url=live_server.url,
        java_script_enabled=False,
        storage_state=page.context.storage_state(),
    )
    plain = context.new_page()
    plain.goto("/")
    plain.get_by_role("button", name="Approve").first.click()
    assert desk.decided() == [(1, "approve")]
    assert "Approved, Account 1." in plain.locator("#messages").inner_text()
    assert plain.locator("#ring .card:not([hidden])").get_attribute("data-title") == (
        "Account 2, Yara Zhou"
    )
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("keys", ["", "e", "r", "s", "o", "v", "?"])
def test_no_eye_and_no_reader_is_shut_out(desk, scheme, keys) -> None:
    desk.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    ring = desk.open(3)
    ring.press(*keys)
    ring.page.wait_for_timeout(150)
    found = Axe().run(ring.page).response["violations"]
    grave = [rule["id"] for rule in found if rule["impact"] in ("serious", "critical")]
    assert grave == []


@pytest.mark.parametrize("keys", ["", "e", "r", "f", "s", "o", "v"])
def test_nothing_scrolls_sideways_on_a_phone(desk, keys) -> None:
    desk.page.set_viewport_size({"width": 360, "height": 780})
    ring = desk.open(2)
    ring.press(*keys)
    assert ring.page.evaluate("document.documentElement.scrollWidth") <= 360
