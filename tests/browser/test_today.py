"""The whole day by keyboard and on a phone: begin, meet, tick off, put off, hand back."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from revenue.models import Task
from tests.browser.entry import sign_in
from tests.browser.eyes import faults, severe, too_small
from tests.browser.hands import Keyboard
from tests.review.accounts import cast
from tests.review.today import scenes

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = [360, 1280]


@pytest.fixture(autouse=True)
def on_a_thursday(workspace, clock) -> None:
    clock.at(scenes.THURSDAY)


@pytest.fixture
def day(page: Page, live_server) -> Page:
    scenes.full_day()
    sign_in(page, live_server.url, cast.rep())
    page.goto("/")
    return page


def has_focus(page: Page, name: str) -> None:
    expect(page.get_by_role("checkbox", name=name)).to_be_focused()


def test_the_day_is_gone_through_by_keyboard_alone(day, live_server) -> None:
    quote, asked = "Send the quote", "Ask who signs above 20,000 dollars"
    Keyboard(day).reach(day.get_by_role("checkbox", name=quote))
    day.keyboard.press("Space")
    expect(day.get_by_role("checkbox", name=quote)).to_be_checked()
    has_focus(day, quote)
    assert Task.objects.get(subject=quote).done_at
    day.keyboard.press("Enter")
    expect(day.get_by_role("checkbox", name=quote)).not_to_be_checked()
    has_focus(day, quote)
    Keyboard(day).reach(day.get_by_role("button", name=f"Tomorrow put off {asked}"))
    day.keyboard.press("Enter")
    has_focus(day, asked)
    expect(day.locator(".task", has_text=asked)).to_contain_text("Tomorrow ·")
    Keyboard(day).reach(day.get_by_role("link", name="Hand back Finhigh"))
    day.keyboard.press("Enter")
    expect(day.get_by_label("What should happen next")).to_be_visible()
    day.go_back()
    Keyboard(day).reach(day.get_by_role("link", name="Start", exact=True))
    day.keyboard.press("Enter")
    expect(day).to_have_url(f"{live_server.url}{reverse('desk')}")
    expect(day.locator("#ring .card:not([hidden])")).to_be_visible()


def test_a_brief_opens_and_closes_by_keyboard(day) -> None:
    summary = day.locator("summary", has_text="Handoff from Prospecting")
    expect(day.get_by_text("Offer GTX Pro for the new plant.")).to_be_visible()
    Keyboard(day).reach(summary)
    day.keyboard.press("Enter")
    expect(day.get_by_text("Offer GTX Pro for the new plant.")).to_be_hidden()


def test_a_tick_is_taken_back_by_its_button_without_a_new_page(day) -> None:
    day.evaluate("window.same = true")
    line = day.locator(".task", has_text="Send the quote")
    line.get_by_role("checkbox").click()
    line.get_by_role("button", name="Undo").click()
    expect(line.get_by_role("checkbox")).not_to_be_checked()
    assert day.evaluate("window.same")
    assert not Task.objects.exclude(done_at=None).exists()


def test_somebody_faster_is_told_in_the_line(day) -> None:
    Task.objects.filter(subject="Send the quote").update(done_at=scenes.THURSDAY)
    line = day.locator(".task", has_text="Send the quote")
    line.get_by_role("button", name="Next week").click()
    expect(line.get_by_role("alert")).to_contain_text("This is done already.")
    expect(line.get_by_role("checkbox")).to_be_checked()


def test_without_script_a_task_is_ticked_and_the_day_comes_again(day, elsewhere) -> None:
    plain = elsewhere(day, java_script_enabled=False)
    plain.goto("/")
    plain.get_by_role("checkbox", name="Send the quote").click()
    expect(plain.get_by_role("heading", name="Today", exact=True)).to_be_visible()
    expect(plain.get_by_text("Send the quote")).to_have_count(0)


def test_a_promise_is_written_down_on_the_accounts_page(day) -> None:
    day.get_by_role("link", name="Finhigh", exact=True).click()
    day.get_by_text("Add a task").click()
    day.get_by_role("button", name="Add it").click()  # the browser asks for the words first
    day.get_by_label("What is to be done").fill("Send the plan of the plant")
    day.get_by_label("What it is").select_option("A promise to the buyer")
    day.get_by_label("With").select_option("Yara Zhou")
    day.get_by_role("button", name="Add it").click()
    line = day.locator("#todo .task")
    expect(line).to_contain_text("Send the plan of the plant")
    expect(line).to_contain_text("promised to Yara Zhou")
    assert day.evaluate("document.activeElement !== document.body")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_shut_out_of_a_day(day, live_server, scheme) -> None:
    day.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    found = {}
    for who in (cast.rep, cast.manager, cast.outsider):
        sign_in(day, live_server.url, who())
        for width in WIDTHS:
            day.set_viewport_size({"width": width, "height": 800})
            day.goto("/")
            found[who.__name__, width] = faults(day)
    sign_in(day, live_server.url, cast.rep())
    day.goto("/")
    day.get_by_role("checkbox", name="Send the quote").click()
    expect(day.get_by_role("checkbox", name="Send the quote")).to_be_checked()
    found["ticked"] = severe(day)
    day.get_by_role("link", name="Finhigh", exact=True).click()
    day.get_by_text("Add a task").click()
    found["adding"] = faults(day)
    assert {where: wrong for where, wrong in found.items() if wrong} == {}


def test_a_finger_hits_every_control_of_the_day(day, elsewhere) -> None:
    phone = elsewhere(day, viewport={"width": 360, "height": 780}, has_touch=True, is_mobile=True)
    phone.goto("/")
    assert too_small(phone, "main button, main .button, .site-nav a") == []
    assert phone.locator(".done-box").count() == 2


def test_the_place_that_one_is_at_is_in_sight_on_a_phone(day) -> None:
    day.set_viewport_size({"width": 360, "height": 780})
    day.goto("/setup/")
    nav = day.locator(".site-nav").bounding_box()
    here = day.locator(".site-nav [aria-current]").bounding_box()
    assert here["x"] >= nav["x"]
    assert here["x"] + here["width"] <= nav["x"] + nav["width"] - 20  # before the shade
