"""The history in a real browser: found, read, taken out; in light, dark and at 360 px."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from review import decisions
from tests.browser.eyes import faults

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def decided(desk):
    """Three decisions: approved, edited, rejected."""
    desk.arrive(3)
    first, second, third = desk.items
    decisions.approve(first, by=desk.rep, revision=1, dwell_ms=14_000)
    decisions.approve_edited(
        second, by=desk.rep, revision=1, subject="GTX Pro for spring", dwell_ms=74_000,
        body="Hi Yara,\n\nYou ordered GTX Basic in March. May I call you about GTX Pro?\n\nPat",
    )  # fmt: skip
    decisions.reject(third, by=desk.rep, revision=1, reason="tone", note="Too loud for them.")
    desk.sign_in()
    return desk


def test_a_decision_is_found_by_keyboard_and_read(decided) -> None:
    page = decided.page
    page.goto("/history/")
    expect(page.locator("tbody tr")).to_have_count(3)
    page.get_by_text("Filter", exact=True).press("Enter")
    page.get_by_label("Edited").select_option("Major edits")
    page.get_by_role("button", name="Show").press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("tbody a").press("Enter")
    expect(page.locator("ins").first).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Remove the filter: Major edits").press("Enter")
    expect(page.locator("tbody tr")).to_have_count(3)


def test_what_is_shown_is_taken_out(decided) -> None:
    page = decided.page
    page.goto("/history/?verb=reject")
    page.get_by_label("With the texts").check()
    with page.expect_download() as waited:
        page.get_by_role("button", name="Export these as CSV").click()
    text = Path(waited.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines(keepends=True)))
    assert [row["note"] for row in rows] == ["Too loud for them."]
    assert rows[0]["text_before"].startswith("Hi")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_history_shuts_nobody_out(decided, scheme) -> None:
    page = decided.page
    page.emulate_media(color_scheme=scheme)
    found = {}
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 780})
        page.goto("/history/?edit=major&since=nonsense")
        look(page, found, width)
        page.goto("/history/")
        page.get_by_text("Filter", exact=True).click()
        look(page, found, width)
        page.get_by_role("link", name="GTX Pro for spring").click()
        page.wait_for_url(re.compile(r"/history/\d+/$"))
        look(page, found, width)
    assert {where: wrong for where, wrong in found.items() if wrong} == {}


def look(page, found: dict[tuple[int, str], list[str]], width: int) -> None:
    found[width, page.url] = faults(page)
