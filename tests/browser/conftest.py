"""A real Chromium against the live server. A page that makes the browser complain fails its test.

Complaints are console errors (a blocked style or script of the Content-Security-Policy is one),
uncaught exceptions, answers of 500 and above from our own address, and static files that are not
there. A test that provokes one on purpose takes it out of `page.complaints` itself.
"""

import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright

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


@pytest.fixture
def page(browser: Browser, live_server) -> Iterator[Page]:
    """A page of its own context, at `live_server.url` for relative addresses."""
    context = browser.new_context(base_url=live_server.url)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.complaints = []
    listen(page, live_server.url)
    yield page
    complaints = list(page.complaints)
    context.close()
    assert complaints == []


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
