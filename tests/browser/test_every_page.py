"""Every page of the product, as everybody who may open it sees it: light, dark and at 360 px.

The pages are those of the list of addresses; one that is new is looked at without being named here.
Fragments and files are no pages. What a page can show besides is looked at where that is tested.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.entry import sign_in
from tests.browser.eyes import faults
from tests.test_urls import ADDRESSES, Stage, full_stage, with_row

pytestmark = pytest.mark.django_db(transaction=True)
FOLDER = Path(os.environ["LOOK"]) if "LOOK" in os.environ else None  # for whoever wants to see them
NO_PAGES = {"ring", "column", "pulse", "import_progress", "import_issues"}
BY_DAY, BY_NIGHT = [("light", 1280), ("dark", 360)], [("dark", 1280), ("light", 360)]
LOOKS = {"rep": BY_DAY, "manager": BY_NIGHT, "admin": BY_DAY}  # a page of both is seen in all four


@pytest.fixture
def stage(workspace: object) -> Stage:
    return full_stage()


def pages_of(stage: Stage, who: str) -> dict[str, str]:
    """The path of each page that is this person's to open, by its name."""
    return {
        name: with_row(stage, name).path(name)
        for name, one in ADDRESSES.items()
        if one.verb == "GET" and who in one.theirs and name not in NO_PAGES
    }


@pytest.mark.parametrize("who", LOOKS)
def test_no_page_shuts_anybody_out(page: Page, live_server, stage: Stage, who: str) -> None:
    found = {}
    paths = pages_of(stage, who)
    sign_in(page, live_server.url, stage.people[who])
    for name, path in paths.items():
        assert page.goto(path).status == 200, name
        for scheme, width in LOOKS[who]:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.set_viewport_size({"width": width, "height": 900})
            found[name, scheme, width] = faults(page)
            if FOLDER:
                picture = FOLDER / f"{who}-{name}-{scheme}-{width}.png"
                page.screenshot(path=picture, full_page=True)
    assert {where: wrong for where, wrong in found.items() if wrong} == {}
