"""The pictures of the README, taken from the demo as anybody sees it after `make run`.

    PICTURES=docs make test ARGS=tests/browser/test_pictures.py

puts them in their place; otherwise they go to a folder of the test.
"""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import Page

from revenue import clock, workspace
from review import demo, tasks
from review.models import ReviewItem
from tests.house import ROOT

pytestmark = pytest.mark.django_db(transaction=True)
SHOWN = {"today": "", "desk": "desk/"}  # picture: address
WIDE = {"width": 1440, "height": 900}
TURNS = 20


def work() -> None:
    for _ in range(TURNS):
        tasks.tick()
    connection.close()


def test_the_readme_shows_the_product_as_it_is(page: Page, live_server, tmp_path) -> None:
    demo.seed()
    workspace.change(by="system", mailbox_tested_at=clock.now())  # else a banner says: paused
    with ThreadPoolExecutor(1) as worker:  # this thread has the event loop of the browser
        worker.submit(work).result()
    assert ReviewItem.objects.pending().count() > 5
    _role, login, password = demo.logins()[0]
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.goto("/auth/login/")
    page.get_by_label("E-mail or user name").fill(login)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{live_server.url}/")
    folder = Path(os.environ.get("PICTURES") or tmp_path)
    for name, address in SHOWN.items():
        page.goto(f"/{address}")
        page.wait_for_load_state("networkidle")
        picture = page.screenshot(path=folder / f"{name}.png")
        assert len(picture) > 50_000  # not an empty page


def test_every_picture_of_the_readme_is_taken_here() -> None:
    named = re.findall(r"\]\(docs/([a-z]+)\.png\)", (ROOT / "README.md").read_text())
    assert sorted(named) == sorted(SHOWN)
