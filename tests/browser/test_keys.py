"""The keys of the desk: what each does, where they are dead, and that every one has a button."""

import pytest
from playwright.sync_api import expect

from revenue.models import User
from tests.browser.eyes import scrolls_sideways, severe

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_a_key_that_is_not_on_the_list_decides_nothing(desk) -> None:
    ring = desk.open(2)
    for key in ["Control+a", "Alt+a", "Meta+a", "Backspace", "Delete", "1", "Enter", "q"]:
        ring.press(key)
        assert ring.shown() == 1, key
    ring.page.wait_for_timeout(150)
    assert desk.decided() == []


def test_keys_are_dead_while_typing(desk) -> None:
    ring = desk.open(2)
    ring.press("e", "a", "z", "j")
    assert ring.shown() == 1
    assert "azj" in ring.editor().input_value()


@pytest.mark.parametrize(
    "place",
    [
        ".card:not([hidden]) [data-key=r]",
        ".card:not([hidden]) .addressee a",
        ".card:not([hidden]) .chip summary",
        "#queue a",
        ".user-button",
    ],
)
def test_keys_are_dead_on_a_focused_control(desk, place) -> None:
    ring = desk.open(2)
    ring.page.locator(place).first.focus()
    ring.press("a", "j")
    assert ring.shown() == 1


def test_keys_are_dead_in_the_help_and_in_the_menu(desk) -> None:
    ring = desk.open(2)
    ring.press("?")
    assert ring.page.locator("#help").is_visible()
    ring.press("a")
    assert ring.shown() == 1
    ring.press("Escape")
    ring.wait_for(lambda: ring.focused() == "H1")
    ring.page.locator(".user-button").click()
    ring.page.locator("h1:visible").first.focus()
    ring.press("a")
    assert ring.shown() == 1


def test_a_card_that_goes_behind_the_help_leaves_focus_on_the_next(desk) -> None:
    ring = desk.open(3)
    ring.press("?")
    desk.outrun(1)
    ring.look_again()
    ring.wait_for(lambda: ring.shown() == 2)
    ring.press("Escape")
    ring.wait_for(lambda: ring.focused() == "H1")


def test_whoever_opens_a_source_by_mouse_goes_on_by_keyboard(desk) -> None:
    ring = desk.open(3)
    ring.card().locator(".chip summary").click()
    assert ring.card().locator(".chip[open]").count() == 1
    ring.press("a")
    assert ring.shown() == 2
    ring.card().get_by_role("button", name="All sources").click()
    ring.press("a")
    assert ring.shown() == 3


def test_keys_can_be_switched_off_and_stay_off(desk) -> None:
    ring = desk.open(2)
    ring.press("?")
    ring.page.locator("#keys-on").uncheck()
    ring.press("Escape")
    ring.page.reload()
    ring.press("a")
    assert ring.shown() == 1


KEYS = [
    *"jkaerdvczn?fsox/", "enter", "escape", "ctrl+enter", "shift+o", "shift+j", "shift+k",
    "shift+a", "g i", *"123456789",
]  # fmt: skip


def test_every_key_has_a_button(desk) -> None:
    ring = desk.open(2, at="/desk/")
    without = [key for key in KEYS if not ring.page.locator(f'[data-key="{key}"]').count()]
    assert without in ([], ["enter"])  # a draft without a handoff has no more of it to open


def test_while_a_reason_is_asked_for_the_other_verbs_have_no_keys(desk) -> None:
    ring = desk.open(2)
    ring.press("r", "a")
    assert ring.shown() == 1
    ring.press("Escape")
    assert not ring.card().locator("[data-panel=reject]").is_visible()
    ring.press("1", "3")
    assert ring.shown() == 1
    ring.press("a")
    assert ring.shown() == 2


def test_one_panel_is_open_at_a_time(desk) -> None:
    ring = desk.open(2)
    ring.press("r", "s", "o")
    open_ones = ring.card().locator("[data-panel]:visible")
    assert [one.get_attribute("data-panel") for one in open_ones.all()] == ["reassign"]


def test_opening_a_panel_does_not_move_the_page(desk) -> None:
    desk.page.set_viewport_size({"width": 1200, "height": 500})
    ring = desk.open(2)
    for key in "rso":
        ring.press(key)
        assert ring.page.evaluate("scrollY") == 0, key
        ring.press("Escape")
        assert ring.page.evaluate("scrollY") == 0, f"{key}, Escape"


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


# --- two letters ----------------------------------------------------------------------------------


def test_g_and_i_open_what_came_in(desk) -> None:
    ring = desk.open(2)
    ring.press("g", "i")
    ring.page.wait_for_url("**/inbox/**")


def test_what_follows_the_first_of_two_letters_is_no_key_of_its_own(desk) -> None:
    ring = desk.open(3)
    ring.press("g", "a")
    assert ring.shown() == 1
    ring.press("a")
    assert ring.shown() == 2


def test_two_letters_are_dead_while_typing(desk) -> None:
    ring = desk.open(2)
    ring.press("e", "g", "i")
    assert ring.editor().input_value().count("gi") == 1


# --- one's own keys -------------------------------------------------------------------------------


def chosen(desk, **own: str) -> None:
    User.objects.filter(pk=desk.rep.pk).update(keys=own)


def test_ones_own_key_decides_and_the_shipped_one_does_not(desk) -> None:
    chosen(desk, approve="q", undo="shift+u")
    ring = desk.open(3)
    ring.press("a")
    assert ring.shown() == 1
    ring.press("q")
    assert ring.shown() == 2
    assert ring.announced().endswith("2 left. shift+U to undo.")
    ring.wait_for(lambda: desk.decided() == [(1, "approve")])
    ring.press("Shift+U")
    ring.wait_for(lambda: ring.shown() == 1)


def test_buttons_and_the_list_of_keys_show_ones_own(desk) -> None:
    chosen(desk, approve="q", reject="g r", snooze="")
    ring = desk.open(2)
    approve = ring.card().get_by_role("button", name="Approve q", exact=True)
    expect(approve).to_have_attribute("aria-keyshortcuts", "Q")
    reject = ring.card().get_by_role("button", name="Reject g r", exact=True)
    assert reject.get_attribute("aria-keyshortcuts") is None  # it has no word for two letters
    expect(ring.card().get_by_role("button", name="Snooze", exact=True)).to_be_visible()
    ring.press("?")
    lines = ring.page.locator("#help dl > div").all_inner_texts()
    assert [line.split() for line in lines if line.startswith("Approve\n")] == [["Approve", "q"]]
    assert not [line for line in lines if line.startswith("Snooze")]


def test_two_letters_of_ones_own_open_a_panel_and_a_digit_decides(desk) -> None:
    chosen(desk, reject="g r")
    ring = desk.open(2)
    ring.press("g", "r", "1")
    ring.wait_for(lambda: desk.decided() == [(1, "reject")])


def test_a_letter_of_another_script_is_a_key(desk) -> None:
    chosen(desk, approve="ф", manager="shift+щ")
    ring = desk.open(3)
    ring.page.evaluate(
        """["Ф", "Щ"].forEach((key, at) => document.body.dispatchEvent(
          new KeyboardEvent("keydown", {key, shiftKey: at === 1, bubbles: true})))"""
    )
    ring.wait_for(lambda: sorted(desk.decided()) == [(1, "approve"), (2, "reassign")])


def test_keys_are_chosen_on_a_page_of_their_own(desk) -> None:
    ring = desk.open(2)
    ring.press("?")
    ring.page.get_by_role("link", name="Choose your own keys").click()
    ring.page.get_by_label("Approve", exact=True).fill("r")
    ring.press("Enter")
    expect(ring.page.get_by_text("“Reject, then a reason” has “r”.")).to_be_visible()
    ring.page.get_by_label("Approve", exact=True).fill("Shift Q")
    ring.page.get_by_role("button", name="Save").click()
    expect(ring.page.get_by_text("Saved.")).to_be_visible()
    ring.page.get_by_role("link", name="Back to the desk").click()
    ring.page.wait_for_url("/desk/")
    ring.press("Shift+Q")
    ring.wait_for(lambda: desk.decided() == [(1, "approve")])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_of_keys_shuts_nobody_out(desk, scheme) -> None:
    desk.page.emulate_media(color_scheme=scheme)
    ring = desk.open(1, at="/me/keys/")
    assert severe(ring.page) == []
    ring.page.set_viewport_size({"width": 360, "height": 740})
    assert not scrolls_sideways(ring.page)
