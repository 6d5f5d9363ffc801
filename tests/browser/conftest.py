"""A real Chromium against the live server. A page that makes the browser complain fails its test.

Complaints are console errors (a blocked style or script of the Content-Security-Policy is one),
uncaught exceptions, answers of 500 and above from our own address, and static files that are not
there. A test that provokes one on purpose takes it out of `page.complaints` itself.

All tests share one browser context, so that styles and scripts are fetched once; each has a page of
its own and finds neither cookies nor stored settings of the one before. A test that needs another
context (no script, another zone, its own clock) asks for it with `elsewhere`.
"""

import os
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    sync_playwright,
)

from revenue.models import Workspace
from tests import chromium
from tests.browser.ring import Desk

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NETWORK_NOISE = "Failed to load resource"  # the console's echo of an answer; judged by its status


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    if not path:
        pytest.skip(chromium.ADVICE)
    # Playwright runs an event loop in this thread; Django takes that for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def context(browser: Browser, live_server) -> Iterator[BrowserContext]:
    with new_context(browser, live_server.url) as made:
        yield made


def new_context(browser: Browser, address: str, **more: object) -> BrowserContext:
    return browser.new_context(**{"base_url": address, "timezone_id": "UTC", **more})


@pytest.fixture
def page(context: BrowserContext, live_server) -> Iterator[Page]:
    """A page with nothing of the test before, at `live_server.url` for relative addresses."""
    page = new_page(context, live_server.url)
    yield page
    complaints = list(page.complaints)
    if page.url.startswith(live_server.url):
        page.evaluate("localStorage.clear()")
    page.close()
    context.clear_cookies()
    assert complaints == []


@pytest.fixture
def elsewhere(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """Makes a page in a context of its own, signed in like the page that is given."""
    made: list[BrowserContext] = []

    def open_page(like: Page, **options: object) -> Page:
        state = like.context.storage_state()
        made.append(new_context(browser, live_server.url, storage_state=state, **options))
        return new_page(made[-1], live_server.url)

    yield open_page
    for context in made:
        context.close()


def new_page(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.complaints = []
    listen(page, address)
    return page


def listen(page: Page, own_address: str) -> None:
    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(NETWORK_NOISE):
            page.complaints.append(f"console: {message.text}")

    def on_response(response: Response) -> None:
        own = response.url.startswith(own_address)
        missing = response.status >= 400 and settings.STATIC_URL in response.url
        if own and (missing or response.status >= 500):
            page.complaints.append(f"{response.status}: {response.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: page.complaints.append(f"exception: {error}"))
    page.on("response", on_response)


@pytest.fixture
def desk(page: Page, workspace: Workspace, live_server) -> Desk:
    return Desk(page, live_server.url)
