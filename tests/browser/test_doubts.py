"""A mail that says what no record does: it is seen before anybody approves, and mended at once."""

import pytest
from playwright.sync_api import expect

from tests.browser.eyes import scrolls_sideways, severe
from tests.browser.ring import Desk, Ring
from tests.factories import prospect
from tests.review.desk.conftest import put_on_desk

pytestmark = pytest.mark.django_db(transaction=True)

BODY = (
    "Hi Yara,\n\nYou ordered GTX Basic in March 2017. Pelham Logistics cut its costs by 47 percent "
    "with GTX Pro. It's at https://pelham.example.org/story.\n\nShould we talk next week?\n\nAda"
)


CHECKED = BODY.replace(" It's at https://pelham.example.org/story.", "")


def a_doubtful_one(desk: Desk, body: str = BODY) -> Ring:
    account = prospect(owner=desk.rep, name="Brookfield")
    desk.items.append(put_on_desk(desk.rep, account=account, body=body))
    return desk.open(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_marked_and_said_for_every_eye(desk: Desk, scheme: str) -> None:
    desk.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    ring = a_doubtful_one(desk)
    marks = ring.card().locator(".letter mark[data-tone=danger]")
    assert marks.all_text_contents() == [
        "Pelham Logistics (not on record)",
        "47 percent (not on record)",
        "https://pelham.example.org/story (not on record)",
    ]
    expect(ring.card().locator(".doubts li")).to_have_count(3)
    assert severe(ring.page) == []
    ring.page.set_viewport_size({"width": 360, "height": 740})
    assert not scrolls_sideways(ring.page)


def test_to_approve_it_is_refused_with_a_sentence_and_an_edit_lets_it_go(desk: Desk) -> None:
    ring = a_doubtful_one(desk)
    ring.press("a")
    ring.wait_for(lambda: "No record knows “Pelham Logistics”." in ring.notice())
    ring.forget_complaints()
    assert desk.decided() == []
    ring.awake()
    ring.card().get_by_role("button", name="Edit the mail").click()
    ring.editor().fill("Hi Yara,\n\nYou ordered GTX Basic. Is GTX Pro of use?\n\nAda")
    ring.press("Control+Enter")
    ring.wait_for(lambda: desk.decided() == [(1, "edit")])


def test_one_with_a_link_has_no_button_to_vouch_for_it(desk: Desk) -> None:
    ring = a_doubtful_one(desk)
    box = ring.card().locator(".doubts")
    expect(box).to_contain_text("“https://pelham.example.org/story” has to be edited.")
    expect(box.get_by_role("button")).to_have_count(1)
    ring.press("Shift+V")
    assert ring.shown() == 1


def test_who_checked_it_approves_it_by_one_key_and_takes_it_back(desk: Desk) -> None:
    ring = a_doubtful_one(desk, CHECKED)
    ring.press("Shift+V")
    ring.wait_for(lambda: desk.decided() == [(1, "approve")])
    assert desk.last().vouched == ["Pelham Logistics", "47 percent"]
    ring.settled()
    ring.press("z")
    ring.wait_for(lambda: desk.decided() == [])
    expect(ring.card().locator(".doubts li")).to_have_count(2)


def test_the_button_is_reached_by_tab_and_says_what_it_does(desk: Desk) -> None:
    ring = a_doubtful_one(desk, CHECKED)
    ring.card().get_by_role("button", name="Edit the mail").focus()
    ring.press("Tab")
    focused = ring.page.locator(":focus")
    expect(focused).to_have_accessible_name("Approve, I checked this Shift v")
    ring.press("Enter")
    ring.wait_for(lambda: desk.decided() == [(1, "approve")])


def test_an_edit_beside_it_asks_word_by_word(desk: Desk) -> None:
    ring = a_doubtful_one(desk, CHECKED)
    ring.press("e")
    ring.editor().fill(f"{CHECKED} See you.")
    ring.press("Control+Enter")
    ring.wait_for(lambda: "choose “I checked this”" in ring.notice())
    ring.forget_complaints()
    ring.awake()
    for word in ("Pelham Logistics", "47 percent"):
        ring.card().get_by_role("checkbox", name=word).check()
    ring.editor().focus()
    ring.press("Control+Enter")
    ring.wait_for(lambda: desk.decided() == [(1, "edit")])
    assert desk.last().vouched == ["Pelham Logistics", "47 percent"]


def test_a_tick_alone_is_no_edit(desk: Desk) -> None:
    ring = a_doubtful_one(desk, CHECKED)
    ring.press("e")
    ring.card().get_by_role("checkbox", name="47 percent").check()
    ring.card().get_by_role("button", name="Keep edit").click()
    expect(ring.card().locator(".edited-mark")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_button_and_the_ticks_shut_nobody_out(desk: Desk, scheme: str) -> None:
    desk.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    ring = a_doubtful_one(desk, CHECKED)
    ring.press("e")
    assert severe(ring.page) == []
    ring.page.set_viewport_size({"width": 360, "height": 740})
    assert not scrolls_sideways(ring.page)
    button = ring.card().get_by_role("button", name="Approve, I checked this")
    button.scroll_into_view_if_needed()
    assert button.bounding_box()["height"] >= 40


def test_without_scripts_it_is_a_form_like_any_other(desk: Desk, elsewhere) -> None:
    ring = a_doubtful_one(desk, CHECKED)
    plain = elsewhere(ring.page, java_script_enabled=False)
    plain.goto("/desk/")
    plain.get_by_role("button", name="Approve, I checked this").click()
    expect(plain.get_by_text("Approved, Brookfield.")).to_be_visible()
    assert desk.last().vouched == ["Pelham Logistics", "47 percent"]
