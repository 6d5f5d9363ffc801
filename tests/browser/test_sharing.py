"""Work shared inside a team, in a browser: by keyboard alone, at 360 px, light and dark."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from revenue.models import Delegation, User
from tests.browser.entry import sign_in
from tests.browser.eyes import faults, severe
from tests.factories import UserFactory
from tests.review.accounts import cast
from tests.review.delegation.conftest import away, moment
from tests.review.desk.conftest import put_on_desk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def team(workspace) -> dict[str, User]:
    """A rep with five drafts, one colleague who is here, one whom the rep decides for."""
    manager, rep, colleague = cast.manager(), cast.rep(), cast.colleague()
    gone = UserFactory(username="anna", first_name="Anna", last_name="Snelling")
    for _ in range(5):
        put_on_desk(rep)
    put_on_desk(gone)
    away(gone, delegate=rep)
    return {"manager": manager, "rep": rep, "colleague": colleague, "gone": gone}


@pytest.fixture(params=["light", "dark"])
def narrow(request, page, live_server, team) -> Iterator[Page]:
    page.emulate_media(color_scheme=request.param)
    page.set_viewport_size({"width": 360, "height": 780})
    sign_in(page, live_server.url, team["manager"])
    return page


def test_the_pages_shut_nobody_out(narrow, team, live_server) -> None:
    found = {}
    paths = ["/workload/", "/workload/?balance=1", f"/away/{team['gone'].pk}/",
             f"/away/{team['manager'].pk}/"]  # fmt: skip
    for path in paths:
        narrow.goto(path)
        found[path] = faults(narrow)
    narrow.get_by_role("button", name="Save").click()
    found["refused"] = severe(narrow)
    sign_in(narrow, live_server.url, team["rep"])
    narrow.goto("/")
    found["badge"] = severe(narrow)
    assert {where: wrong for where, wrong in found.items() if wrong} == {}


def test_a_rep_goes_away_by_keyboard(page, live_server, team) -> None:
    sign_in(page, live_server.url, team["rep"])
    page.goto("/")
    page.locator(".user-button").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Time away").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Time away", exact=True)).to_be_visible()
    page.get_by_label("Back at").fill(moment(7))
    page.get_by_label("Who decides meanwhile").focus()
    page.keyboard.press("V")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("You are away until").first).to_be_visible()
    assert Delegation.objects.get(user=team["rep"]).delegate == team["colleague"]


def test_a_manager_balances_and_gives_back_by_keyboard(page, live_server, team) -> None:
    sign_in(page, live_server.url, team["manager"])
    page.goto("/workload/")
    page.get_by_role("link", name="Show who would get what").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Share them out").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("3 drafts are handed over: 3 to Vicki Laflamme.")).to_be_visible()
    page.get_by_role("button", name="Give them back").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("3 drafts are back where they were before.")).to_be_visible()
