"""Many at once on the desk: selecting, looking, approving, and one undo for all."""

import re

import pytest
from playwright.sync_api import expect

from review.models import OutboxMessage
from tests.browser.eyes import scrolls_sideways, severe, too_small
from tests.browser.ring import Desk, Ring
from tests.factories import prospect
from tests.review.desk.conftest import put_on_desk
from tests.review.desk.test_bulk import DOUBTFUL

pytestmark = pytest.mark.django_db(transaction=True)

BULK, APPROVE = re.compile(r"/desk/bulk/\?"), re.compile("/desk/bulk/approve/")


def selected(ring: Ring) -> list[int]:
    found = ring.page.evaluate(
        "[...new Set([...document.querySelectorAll('#queue input[name=item]:checked')]"
        ".map((tick) => tick.value))]"
    )
    return [ring.desk.number_of(int(pk)) for pk in found]


def preview(ring: Ring):
    ring.press("Shift+A")
    dialog = ring.page.locator("#bulk-dialog")
    expect(dialog.locator(".bulk-foot")).to_be_visible()
    return dialog


def approved(*numbers: int) -> list[tuple[int, str]]:
    return [(number, "approve") for number in numbers]


# --- selecting ------------------------------------------------------------------------------------


def test_x_selects_the_card_on_show_and_gives_it_back(desk) -> None:
    ring = desk.open(3)
    ring.press("x")
    assert selected(ring) == [1]
    assert ring.announced() == "1 selected."
    expect(ring.page.locator("#bulk-form strong")).to_have_text("1 selected")
    ring.press("x")
    assert selected(ring) == []
    expect(ring.page.locator("#bulk-form")).to_be_hidden()


def test_shift_j_and_shift_k_extend_it(desk) -> None:
    ring = desk.open(5)
    ring.press("Shift+J", "Shift+J")
    assert (ring.shown(), selected(ring)) == (3, [1, 2, 3])
    ring.press("j", "j", "Shift+K")
    assert (ring.shown(), selected(ring)) == (4, [1, 2, 3, 4, 5])


def test_the_column_and_the_card_have_the_same_tick(desk) -> None:
    ring = desk.open(3)
    ring.page.get_by_role("checkbox", name=re.compile("^Select Account 2")).check()
    ring.wait_for(lambda: ring.focused() != "INPUT")  # the click leaves no focus behind
    ring.press("j")
    expect(ring.card().locator("[name=item]")).to_be_checked()
    ring.card().locator(".tick").click()
    assert selected(ring) == []
    ring.wait_for(lambda: ring.focused() != "INPUT")
    ring.press("j")
    assert ring.shown() == 3


def test_clear_lets_all_go(desk) -> None:
    ring = desk.open(3)
    ring.press("Shift+J")
    ring.page.get_by_role("button", name="Clear").click()
    assert selected(ring) == []
    assert ring.card().locator("[name=item]:checked").count() == 0


def test_what_is_decided_or_gone_is_not_selected_any_more(desk) -> None:
    ring = desk.open(4)
    ring.press("Shift+J", "Shift+J", "k", "k", "a")
    assert selected(ring) == [2, 3]
    expect(ring.page.locator("#bulk-form strong")).to_have_text("2 selected")
    desk.outrun(3)
    ring.look_again()
    ring.wait_for(lambda: ring.in_page() == [2, 4])
    expect(ring.page.locator("#bulk-form strong")).to_have_text("1 selected")


def test_one_that_is_read_on_its_own_says_why(desk: Desk) -> None:
    account = prospect(owner=desk.rep, name="Brookfield")
    desk.items.append(put_on_desk(desk.rep, account=account, body=DOUBTFUL))
    ring = desk.open(0)
    ring.press("x")
    assert selected(ring) == []
    assert ring.note() == "Something in it is not on record. Read it on its own."


def test_nothing_is_selected_while_typing(desk) -> None:
    ring = desk.open(2)
    ring.press("e", "x", "Shift+J", "Shift+A")
    assert selected(ring) == []
    assert not ring.page.locator("#bulk-dialog").is_visible()


def test_without_a_selection_shift_a_opens_nothing(desk) -> None:
    ring = desk.open(2)
    ring.press("Shift+A")
    assert ring.note() == "Nothing is selected."
    assert not ring.page.locator("#bulk-dialog").is_visible()


# --- approving ------------------------------------------------------------------------------------


def test_by_keyboard_alone_three_are_looked_at_approved_and_taken_back(desk) -> None:
    ring = desk.open(5)
    ring.press("Shift+J", "Shift+J")
    dialog = preview(ring)
    assert ring.page.evaluate("document.activeElement.textContent") == "Approve 3 at once?"
    assert dialog.locator("details[open]").count() == 3
    ring.press("Control+Enter")
    assert ring.shown() == 4
    assert ring.focused() == "H1"
    ring.wait_for(lambda: sorted(desk.decided()) == approved(1, 2, 3))
    ring.wait_for(lambda: ring.announced() == "3 approved. 2 left. Z to undo.")
    assert (ring.column(), ring.left(), selected(ring)) == ([4, 5], 2, [])
    ring.press("z")
    ring.wait_for(lambda: desk.decided() == [])
    ring.wait_for(lambda: ring.announced() == "3 taken back. 5 left.")
    assert ring.shown() == 1
    assert sorted(ring.in_page()) == [1, 2, 3, 4, 5]
    ring.wait_for(lambda: ring.column() == [1, 2, 3, 4, 5])
    ring.awake()
    ring.press("a")
    assert ring.shown() == 2


def test_no_key_decides_from_the_moment_the_preview_opens(desk) -> None:
    ring = desk.open(3)
    held = []
    ring.page.route(BULK, lambda route: held.append(route))
    ring.press("x", "Shift+A", "a", "r", "1")
    ring.wait_for(lambda: len(held) == 1)
    held[0].continue_()
    expect(ring.page.locator("#bulk-dialog .bulk-foot")).to_be_visible()
    ring.press("a", "Escape")
    assert ring.shown() == 1
    ring.wait_for(lambda: ring.focused() == "H1")
    assert selected(ring) == [1]
    assert desk.decided() == []


def test_the_cards_leave_before_the_server_has_answered(desk) -> None:
    ring = desk.open(4)
    ring.press("Shift+J")
    preview(ring)
    held = []
    ring.page.route(APPROVE, lambda route: held.append(route))
    ring.press("Control+Enter")
    assert (ring.shown(), ring.column(), ring.left()) == (3, [3, 4], 2)
    ring.press("a")
    assert ring.shown() == 4
    ring.press("z")  # of the one that was approved alone; the bulk is on its way
    ring.wait_for(lambda: ring.shown() == 3)
    ring.wait_for(lambda: len(held) == 1)
    held[0].continue_()
    ring.wait_for(lambda: sorted(desk.decided()) == approved(1, 2))


def test_what_is_dropped_in_the_preview_stays(desk) -> None:
    ring = desk.open(3)
    ring.press("Shift+J", "Shift+J")
    dialog = preview(ring)
    dialog.get_by_role("checkbox", name=re.compile("^Approve Account 2")).uncheck()
    dialog.get_by_role("button", name="Approve what is ticked").click()
    ring.wait_for(lambda: sorted(desk.decided()) == approved(1, 3))
    assert ring.shown() == 2


def test_one_that_is_refused_comes_back_with_its_sentence(desk) -> None:
    ring = desk.open(4)
    ring.press("Shift+J", "Shift+J")
    preview(ring)
    desk.settle(2)
    ring.press("Control+Enter")
    ring.wait_for(lambda: "2 of 3 approved." in ring.announced())
    assert "Account 2 Maya Osei approved this" in ring.note()
    ring.wait_for(lambda: ring.left() == 1)
    ring.wait_for(lambda: ring.in_page() == [4])  # the next pulse takes it away


def test_without_an_answer_all_come_back(desk) -> None:
    ring = desk.open(3)
    ring.press("Shift+J")
    preview(ring)
    ring.page.route(APPROVE, lambda route: route.abort(), times=1)
    ring.press("Control+Enter")
    ring.wait_for(lambda: ring.left() == 3)
    assert sorted(ring.in_page()) == [1, 2, 3]
    assert "No answer from the server" in ring.note()
    assert ring.column() == [1, 2, 3]
    ring.press("z")
    assert ring.announced() == "Nothing left to undo."
    ring.forget_complaints()


def test_an_edit_that_is_not_sent_is_not_passed_over(desk) -> None:
    ring = desk.open(2)
    ring.write_edit("My own words.")
    ring.press("Escape", "x", "Shift+A")
    assert "you edited this draft" in ring.note()
    assert not ring.page.locator("#bulk-dialog").is_visible()


def test_after_a_reload_one_undo_takes_all_back(desk) -> None:
    ring = desk.open(3)
    ring.press("Shift+J")
    preview(ring)
    ring.press("Control+Enter")
    ring.wait_for(lambda: len(desk.decided()) == 2)
    ring.page.reload()
    ring.press("z")
    ring.wait_for(lambda: desk.decided() == [] and "taken back" in ring.line())
    ring.press("z")
    ring.wait_for(lambda: ring.announced() == "Nothing left to undo.")


def test_what_has_left_is_said(desk) -> None:
    ring = desk.open(3)
    ring.press("Shift+J")
    preview(ring)
    ring.press("Control+Enter")
    ring.wait_for(lambda: len(desk.decided()) == 2)
    desk.dispatched(1)
    ring.press("z")
    ring.wait_for(lambda: ring.line().startswith("1 of 2 taken back. Account 1: It left at 14:02"))
    assert desk.decided() == approved(1)


def test_of_several_kinds_one_is_chosen_in_the_preview(desk: Desk) -> None:
    desk.arrive(2)
    account = prospect(owner=desk.rep, name="Account 3")
    desk.items.append(put_on_desk(desk.rep, account=account, output_class="outreach.follow_up"))
    ring = desk.open(0)
    ring.press("Shift+J", "Shift+J")
    dialog = preview(ring)
    dialog.get_by_role("link", name="Only 2: First mail").click()
    expect(dialog.get_by_role("heading", name="Approve 2 at once?")).to_be_focused()
    ring.press("Control+Enter")
    ring.wait_for(lambda: sorted(desk.decided()) == approved(1, 2))


# --- for everybody --------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_shuts_nobody_out(desk, scheme) -> None:
    desk.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    ring = desk.open(6)
    ring.press(*["Shift+J"] * 5)
    found = {"selected": severe(ring.page)}
    preview(ring)
    found["preview"] = severe(ring.page)
    ring.page.set_viewport_size({"width": 360, "height": 740})
    assert not scrolls_sideways(ring.page)
    ring.press("Escape")
    found["narrow"] = severe(ring.page)
    assert not scrolls_sideways(ring.page)
    assert {where: grave for where, grave in found.items() if grave} == {}


def test_a_finger_hits_every_tick(desk, page, elsewhere) -> None:
    desk.arrive(2)
    desk.sign_in()
    phone = elsewhere(page, viewport={"width": 360, "height": 780}, has_touch=True, is_mobile=True)
    phone.goto("/desk/")
    phone.locator(".card:not([hidden]) .tick").tap()
    phone.get_by_role("button", name="2 left").tap()
    phone.locator("#queue .tick").nth(1).tap()
    phone.locator("#queue").evaluate("list => list.hidePopover()")
    expect(phone.locator("#bulk-form strong")).to_have_text("2 selected")
    assert too_small(phone, ".tick, .selected button") == []
    phone.get_by_role("button", name=re.compile("^Approve all")).tap()
    phone.get_by_role("button", name="Approve what is ticked").tap()
    expect(phone.locator("#last")).to_have_text("2 approved.")
    assert OutboxMessage.objects.count() == 2


def test_without_scripts_it_is_a_form_and_two_pages(desk: Desk, elsewhere) -> None:
    ring = desk.open(3)
    plain = elsewhere(ring.page, java_script_enabled=False)
    plain.goto("/desk/")
    expect(plain.locator("#bulk-form")).to_be_hidden()
    for number in (1, 2):
        plain.get_by_role("checkbox", name=re.compile(f"^Select Account {number}")).check()
    plain.get_by_role("button", name=re.compile("^Approve all")).click()
    expect(plain.get_by_role("heading", name="Approve 2 at once?")).to_be_visible()
    plain.get_by_role("button", name="Approve what is ticked").click()
    expect(plain.get_by_role("heading", name="2 approved.")).to_be_visible()
    assert desk.decided() == approved(1, 2)
    plain.get_by_role("button", name="Undo all 2").click()
    expect(plain.get_by_text("2 taken back.")).to_be_visible()
    assert desk.decided() == []
