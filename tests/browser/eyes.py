"""Whether a page shuts anybody out: axe's serious findings, and what a narrow screen cuts off."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RUN = "axe.run({resultTypes: ['violations']})"


def severe(page: Page) -> list[str]:
    """Each serious or critical finding with the first element that has it."""
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate(RUN)["violations"]
    return [
        f"{row['id']}: {row['nodes'][0]['html'][:120]}"
        for row in found
        if row["impact"] in ("serious", "critical")
    ]


def too_small(page: Page, controls: str) -> list[str]:
    """The controls that are on show and that a finger misses: below 44 px, give or take a half."""
    return page.evaluate(
        """(controls) => [...document.querySelectorAll(controls)]
          .filter((one) => one.checkVisibility())
          .map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
          .filter(([, box]) => Math.min(box.width, box.height) < 43.5)
          .map(([words, box]) => `${words} ${box.width}x${box.height}`)""",
        controls,
    )


def scrolls_sideways(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


def hidden_choices(page: Page) -> list[str]:
    """The filters that show a part of their choices only."""
    return page.eval_on_selector_all(
        ".segmented:not(.setup-nav)",
        """(all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1)
          .map((one) => `cut off: ${one.getAttribute("aria-label")}`)""",
    )


def faults(page: Page) -> list[str]:
    """What is wrong with the page as it is shown, for any eye."""
    sideways = ["sideways"] if scrolls_sideways(page) else []
    return [*severe(page), *sideways, *hidden_choices(page)]
