"""Two ways to work through a page: the keyboard alone on a wide screen, a finger on a narrow one.

Both do the same by the same words, so that a flow is written once and driven by each. Whoever only
presses keys has to reach everything by the tabulator; on the narrow screen nothing may be cut off.
"""

from datetime import date, datetime

from playwright.sync_api import Locator, Page

from tests.browser.eyes import scrolls_sideways

FOCUSED = "one => one === document.activeElement"
SAME_GROUP = "one => one.name === document.activeElement.name"


class Keyboard:
    size = {"width": 1280, "height": 900}

    def __init__(self, page: Page) -> None:
        self.page = page
        page.set_viewport_size(self.size)

    def reach(self, wanted: Locator, *, by: str = FOCUSED, most: int = 150) -> None:
        """Go on by the tabulator until `wanted` has the focus."""
        wanted.wait_for()
        for _ in range(most):
            if wanted.evaluate(by):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"The keyboard does not reach {wanted}.")

    def press(self, wanted: Locator) -> None:
        self.reach(wanted)
        self.page.keyboard.press("Enter")

    def tick(self, box: Locator) -> None:
        self.reach(box)
        self.page.keyboard.press("Space")

    def pick(self, radio: Locator) -> None:
        """One of a group, which the tabulator enters and the arrows go through."""
        self.reach(radio, by=SAME_GROUP)
        self.page.keyboard.press("Space")
        while not radio.is_checked():
            self.page.keyboard.press("ArrowDown")

    def write(self, field: Locator, text: str) -> None:
        self.reach(field)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, field: Locator, option: str) -> None:
        self.reach(field)
        self.page.keyboard.type(option)

    def set(self, field: Locator, moment: date) -> None:
        """A day, and a time where there is one, part by part."""
        self.reach(field)
        self.page.keyboard.type(f"{moment:%m%d%Y}")
        if isinstance(moment, datetime):
            self.page.keyboard.press("ArrowRight")
            self.page.keyboard.type(f"{moment:%I%M%p}")


class Finger:
    size = {"width": 360, "height": 780}

    def __init__(self, page: Page) -> None:
        self.page = page
        page.set_viewport_size(self.size)

    def press(self, wanted: Locator) -> None:
        wanted.wait_for()
        assert not scrolls_sideways(self.page), self.page.url
        wanted.click()

    tick = press

    def pick(self, radio: Locator) -> None:
        radio.check()

    def write(self, field: Locator, text: str) -> None:
        field.fill(text)

    def choose(self, field: Locator, option: str) -> None:
        field.select_option(label=option)

    def set(self, field: Locator, moment: date) -> None:
        is_timed = isinstance(moment, datetime)
        field.fill(f"{moment:%Y-%m-%dT%H:%M}" if is_timed else f"{moment:%Y-%m-%d}")


Hand = Keyboard | Finger
