"""A manager tunes a target, promotes a class, reads what it says: by mouse, by keyboard, small."""

import os

import pytest
from playwright.sync_api import Page, expect

from revenue.models import User
from review.models import Lane, LaneChange
from tests.browser.eyes import scrolls_sideways, severe, too_small
from tests.review.accounts import cast
from tests.review.autonomy import scenes

pytestmark = pytest.mark.django_db(transaction=True)
CONTROLS = "main button, main summary, main .field input:not([type=hidden]), main .field select"
SHOTS = os.environ.get("SHOTS")  # a folder, to look at the pages


def signed_in(page: Page, address: str, user: User) -> Page:
    key = cast.signed_in(user).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": address}])
    return page


@pytest.fixture
def manager(page: Page, workspace, live_server) -> Page:
    return signed_in(page, live_server.url, cast.manager())


def here(page: Page) -> Page:
    page.goto(f"/autonomy/{scenes.CLASS}/")
    return page


def looked_at(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def test_the_slider_answers_at_once_and_what_it_said_is_saved(manager) -> None:
    scenes.ready()
    page = here(manager)
    tried, slider = page.locator("#tried"), page.locator("#id_slide")
    expect(tried).to_contain_text("At 95 %")
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    expect(tried).to_contain_text("At 93.5 %")
    expect(tried).to_contain_text("would have been sent unseen")
    expect(page.get_by_label("Target in percent")).to_have_value("93.5")
    page.get_by_label("Target in percent").fill("97")
    expect(tried).to_contain_text("At 97 %")
    expect(slider).to_have_value("97")
    page.get_by_label("Target in percent").fill("12")
    expect(tried.get_by_role("alert")).to_contain_text("is 90 % to 99.5 %")
    page.get_by_label("Target in percent").fill("96")
    page.locator("#keep").get_by_label("Why").fill("One step up.")
    page.locator("#keep").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. It holds from the next draft on.")).to_be_visible()
    assert Lane.objects.get().target == 0.96


def test_the_reason_that_was_typed_outlives_another_look(manager) -> None:
    scenes.ready()
    page = here(manager)
    page.get_by_label("Target in percent").fill("94")
    page.locator("#keep").get_by_label("Why").fill("One step down.")
    page.get_by_role("button", name="Show what it would have done").click()
    expect(page.locator("#tried")).to_contain_text("At 94 %")
    page.locator("#keep").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert LaneChange.objects.get(kind="settings").reason == "One step down."


def test_a_class_is_promoted_by_keyboard_alone(manager) -> None:
    scenes.ready()
    page = here(manager)
    promote = page.locator("summary", has_text="Promote")
    for _ in range(40):
        if promote.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("It has earned it.")
    page.keyboard.press("Enter")
    expect(page.locator("main .badge").first).to_have_text("Automatic")
    assert LaneChange.objects.get().reason == "It has earned it."


def test_without_a_script_show_and_save_do_the_same(manager, elsewhere) -> None:
    scenes.ready()
    plain = here(elsewhere(manager, java_script_enabled=False))
    plain.get_by_label("Target in percent").fill("94")
    plain.get_by_role("button", name="Show what it would have done").click()
    expect(plain.locator("#tried")).to_contain_text("At 94 %")
    plain.locator("#keep").get_by_label("Why").fill("As tried.")
    plain.locator("#keep").get_by_role("button", name="Save").click()
    expect(plain.get_by_text("Saved.")).to_be_visible()
    assert Lane.objects.get().target == 0.94


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_shut_nobody_out_and_fit_a_phone(manager, scheme) -> None:
    manager.emulate_media(color_scheme=scheme)
    scenes.automatic()
    scenes.proven([1.0, 0.0] * 20, output_class="outreach.breakup")
    found = {}
    for width in (1280, 360):
        manager.set_viewport_size({"width": width, "height": 800})
        for name in ("", f"{scenes.CLASS}/", "outreach.breakup/", "outreach.reply/"):
            manager.goto(f"/autonomy/{name}")
            manager.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            looked_at(manager, f"{name.strip('/') or 'all'}-{scheme}-{width}")
            found[name, width] = [
                *severe(manager),
                *(["sideways"] if scrolls_sideways(manager) else []),
                *(too_small(manager, CONTROLS) if width == 360 else []),
            ]
    assert {where: faults for where, faults in found.items() if faults} == {}
