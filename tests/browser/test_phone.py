"""The cards of the desk at 360 px, by buttons alone: each verb, going to and fro, taking back."""

import pytest

from review.models import ReviewItem
from tests.browser.eyes import scrolls_sideways
from tests.browser.hands import Finger
from tests.browser.ring import Desk, Ring

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def phone(desk: Desk) -> Desk:
    desk.page.set_viewport_size(Finger.size)
    return desk


def press(ring: Ring, *names: str) -> None:
    """Buttons of the card on show, one after the other."""
    for name in names:
        ring.card().get_by_role("button", name=name).first.click()
        assert not scrolls_sideways(ring.page), name


def after(ring: Ring, number: int) -> None:
    ring.wait_for(lambda: ring.shown() == number and not ring.asleep())


def test_every_verb_has_its_button(phone: Desk) -> None:
    ring = phone.open(6)
    press(ring, "Approve")
    after(ring, 2)
    press(ring, "Edit")
    ring.editor().fill("My own words.")
    press(ring, "Approve edited")
    after(ring, 3)
    press(ring, "Reject")
    ring.card().locator("label", has_text="Tone").click()
    ring.card().locator("[data-panel=reject] [type=submit]").click()
    after(ring, 4)
    press(ring, "Rewrite")
    ring.card().get_by_label("A note to").fill("Shorter.")
    press(ring, "Ask for a rewrite")
    after(ring, 5)
    press(ring, "Snooze", "morning")
    after(ring, 6)
    press(ring, "Hand over", "Maya Osei")
    wanted = ["approve", "edit", "reject", "request_rewrite", "snooze", "reassign"]
    ring.wait_for(lambda: [verb for _, verb in phone.decided()] == wanted)


def test_one_goes_to_and_fro_and_takes_back(phone: Desk) -> None:
    ring = phone.open(3)
    bar = ring.page.locator(".ring-bar")
    bar.get_by_role("button", name="Next").click()
    assert ring.shown() == 2
    bar.get_by_role("button", name="Previous").click()
    assert ring.shown() == 1
    press(ring, "Approve")
    after(ring, 2)
    ring.settled()
    bar.get_by_role("button", name="Undo").click()
    after(ring, 1)
    ring.wait_for(lambda: phone.decided() == [])


def test_a_question_is_settled(phone: Desk) -> None:
    phone.ask()
    ring = phone.open(0)
    press(ring, "Settle it", "Rightly mine")
    ring.wait_for(lambda: ReviewItem.objects.get().state == "resolved")


def test_the_account_is_taken_over_from_its_card(phone: Desk) -> None:
    ring = phone.open(1)
    press(ring, "Take over")
    ring.page.get_by_text("You have held this account since").wait_for()
    assert phone.reload(1).state == "withdrawn"
