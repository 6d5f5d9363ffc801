"""The queue narrowed down in a real Chromium: by keyboard, on a phone, and while one decides."""

import pytest
from playwright.sync_api import expect

from tests.browser.eyes import faults
from tests.factories import prospect
from tests.review.desk.conftest import put_on_desk

pytestmark = pytest.mark.django_db(transaction=True)


def put(desk, name: str) -> None:
    desk.items.append(put_on_desk(desk.rep, account=prospect(owner=desk.rep, name=name)))


def test_by_keyboard_alone_one_searches_decides_what_is_found_and_is_told_the_end(desk) -> None:
    for name in ("Acme", "Northwind East", "Northwind West"):
        put(desk, name)
    ring = desk.open(0)
    ring.press("/")
    ring.page.keyboard.type("northwind")
    ring.press("Enter")
    expect(ring.page).to_have_title("Desk, 2 waiting · Countersign")
    assert ring.shown() == 2
    ring.press("a")
    assert ring.shown() == 3
    put(desk, "Northwind South")
    put(desk, "Contoso")
    ring.look_again()
    expect(ring.page.locator("#new-bar")).to_contain_text("1 new")
    ring.press("n")
    expect(ring.page.locator("#queue-lines a")).to_have_count(2)
    expect(ring.page.locator("#filter-q")).to_have_value("northwind")
    expect(ring.page.locator("#ring .card[data-state=pending]")).to_have_count(2)
    ring.press("a", "a")
    expect(ring.page.get_by_role("heading", name="Nothing here matches")).to_be_focused()
    ring.wait_for(lambda: [number for number, _ in desk.decided()] == [2, 3, 4])


def test_a_row_of_the_list_opens_its_card_with_the_filters_kept(desk) -> None:
    for name in ("Acme", "Northwind East", "Northwind West"):
        put(desk, name)
    ring = desk.open(0)
    ring.page.get_by_role("link", name="See all").click()
    ring.page.get_by_role("searchbox", name="Search what waits").fill("northwind")
    ring.press("Enter")
    ring.page.get_by_role("link", name="Northwind West").click()
    assert ring.shown() == 3
    expect(ring.page.locator("#queue-lines a")).to_have_count(2)
    ring.page.get_by_role("link", name="Remove the filter Search").click()
    expect(ring.page.locator("#queue-lines a")).to_have_count(3)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_eye_and_no_thumb_is_shut_out(desk, scheme) -> None:
    page = desk.page
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": 360, "height": 780})
    for name in ("Acme", "A company whose name is longer than a phone is wide, and then some"):
        put(desk, name)
    desk.sign_in(desk.manager)
    found = {}
    for path in ("/queue/", "/queue/?q=compa&age=new&scope=team&agent=x", "/queue/?q=nobody",
                 "/setup/time-to-decide/"):  # fmt: skip
        page.goto(path)
        if page.locator(".filter-choices").count():
            page.locator(".filter-choices > summary").click()
        found[path] = faults(page)
    page.goto("/desk/?age=new")
    page.locator("[popovertarget=queue]").click()
    page.locator(".filter-choices > summary").click()
    found["column"] = faults(page)
    page.get_by_label("Class", exact=True).select_option("outreach.reply")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="Nothing here matches")).to_be_visible()
    assert {where: wrong for where, wrong in found.items() if wrong} == {}
