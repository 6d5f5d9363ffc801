"""A practice draft met by keyboard: it looks like any other, and what it was is said at once."""

import pytest
from playwright.sync_api import expect

from review.models import Plant
from tests.browser.ring import Desk
from tests.review.practice import scene as scenes

pytestmark = pytest.mark.django_db(transaction=True)
ENDS = {
    "a": ("It slipped through.", False),
    "r1": ("You caught it.", True),
}


@pytest.mark.parametrize("keys", ENDS)
def test_the_feedback_stands_where_the_next_card_does(desk: Desk, keys: str) -> None:
    plant = scenes.around(desk.rep).plant()
    ring = desk.open(2, at=f"/desk/?item={plant.item.pk}")
    page, card = ring.page, ring.page.locator(f"#item-{plant.item.pk}")
    expect(card).to_be_visible()
    assert "ractice" not in card.inner_text()
    ring.press(*keys)
    words, caught = ENDS[keys]
    note = page.locator("#ring-note")
    expect(note).to_contain_text("This was a practice draft")
    expect(note).to_contain_text(words)
    expect(card).to_have_count(0)
    assert ring.shown() in (1, 2)
    assert Plant.objects.get().caught is caught
    ring.press("z")
    expect(page.locator("#last")).to_contain_text("Undone, Fernhill")  # the decision before it
    assert Plant.objects.get().item.state == "practised"


def test_many_at_once_take_it_along_and_tell_it(desk: Desk) -> None:
    plant = scenes.around(desk.rep).plant()
    ring = desk.open(2)
    page = ring.page
    for pk in (plant.item.pk, desk.items[0].pk):
        page.locator(f'#queue input[name="item"][value="{pk}"]').check()
    ring.press("Shift+A")
    expect(page.locator("#bulk-dialog .bulk-foot")).to_be_visible()
    ring.press("Control+Enter")
    note = page.locator("#ring-note")
    expect(note).to_contain_text("This was a practice draft")
    expect(note).to_contain_text("It slipped through.")
    expect(page.locator(f"#item-{plant.item.pk}")).to_have_count(0)
    assert Plant.objects.get().caught is False
    ring.press("z")
    expect(page.locator("#last")).to_contain_text("1 taken back.")
