"""The page of an agent in a real Chromium: edited, tried, published, gone back; nobody shut out."""

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from agents.models import AgentConfig, Draft
from revenue import clock
from revenue.models import User
from review.models import EvidenceEpoch, Lane
from tests.browser.eyes import scrolls_sideways, severe, too_small
from tests.factories import prospect
from tests.review.accounts import cast

pytestmark = pytest.mark.django_db(transaction=True)
CONTROLS = "main button, main .check, main select, main input:not([type=hidden], [type=checkbox])"


def sign_in(page: Page, address: str, user: User) -> Page:
    client = Client()
    client.force_login(user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}
    page.context.add_cookies([cookie])
    return page


def earned() -> Lane:
    """First mails leave by themselves: 41 account days speak for them."""
    lane = Lane.objects.create(output_class="outreach.first_email")
    return collecting(lane, attempt=1, days=41, state=Lane.State.AUTO)


def collecting(lane: Lane, *, attempt: int, days: int, state: str) -> Lane:
    lane.epoch = EvidenceEpoch.objects.create(
        lane=lane, attempt=attempt, fingerprint=str(attempt) * 64, count=days,
        opened_at=clock.now(),
    )  # fmt: skip
    lane.state = state
    lane.save()
    return lane


def test_an_admin_edits_tries_publishes_and_rolls_back(page: Page, live_server, workspace) -> None:
    prospect(owner=cast.rep(), name="Brookfield")
    lane = earned()
    shipped = AgentConfig.objects.get(agent="outreach")
    sign_in(page, live_server.url, cast.admin()).goto("/setup/")
    page.get_by_role("link", name="Agents").click()
    page.get_by_role("link", name="Outreach").click()
    words = page.get_by_label("Instructions")
    words.fill(words.input_value().rstrip() + "\n\nBe brief.")

    page.get_by_label("Account", exact=True).fill("Brookfield")
    page.get_by_label("Task").select_option("Follow up the open deal and name its product.")
    page.get_by_role("button", name="Try it").click()
    tried = page.get_by_role("region", name="Tried on Brookfield")
    expect(tried).to_contain_text("It would have written this mail.")
    expect(tried).to_contain_text("It cost nothing.")
    assert not Draft.objects.exists()

    page.get_by_role("button", name="See what it changes").click()
    expect(page.get_by_text("Say what you changed")).to_be_visible()
    expect(page.get_by_label("Instructions")).to_have_value(words.input_value())
    page.get_by_label("What you changed").fill("Shorter mails.")
    page.get_by_role("button", name="See what it changes").click()
    changes = page.get_by_role("region", name="What this version changes")
    expect(changes).to_contain_text("Minor")
    expect(changes.locator("ins")).to_have_text("Be brief.")
    expect(changes.get_by_role("row", name="First mail")).to_contain_text(
        "Every draft is reviewed again. 41 reviewed account days no longer count."
    )
    changes.get_by_role("button", name="Publish version 2").click()
    expect(page.get_by_text("Version 2 of Outreach runs from now on.")).to_be_visible()
    lane.refresh_from_db()
    assert (lane.state, lane.epoch) == (Lane.State.REVIEW, None)

    collecting(lane, attempt=2, days=3, state=Lane.State.REVIEW)
    page.get_by_role("link", name="Version 1").click()
    back = page.get_by_role("region", name="Going back to it")
    expect(back.get_by_role("row", name="First mail")).to_contain_text("3 reviewed account days")
    back.get_by_label("Why").fill("Fewer answers.")
    back.get_by_role("button", name="Go back to version 1").click()
    expect(page.get_by_text("Version 3 of Outreach runs from now on.")).to_be_visible()
    now = AgentConfig.objects.get(agent="outreach", is_active=True)
    assert (now.prompt, now.restores, now.note) == (shipped.prompt, 1, "Fewer answers.")
    lane.refresh_from_db()
    assert lane.epoch is None
    assert page.get_by_role("row").filter(has_text="Fewer answers.").count() == 1


def test_an_admin_leaves_a_class_out_and_a_manager_lets_it_go_again(
    page: Page, live_server, workspace
) -> None:
    lane = earned()
    sign_in(page, live_server.url, cast.admin()).goto("/setup/agents/outreach/")
    page.get_by_label("First mail").uncheck()
    page.get_by_label("What you changed").fill("No first mails in August.")
    page.get_by_role("button", name="See what it changes").click()
    changes = page.get_by_role("region", name="What this version changes")
    expect(changes).to_contain_text("the evidence goes on")
    expect(changes.get_by_role("row", name="First mail")).to_contain_text(
        "Not written any more. Paused until a manager resumes it. Its evidence stays."
    )
    changes.get_by_role("button", name="Publish version 2").click()
    expect(page.get_by_role("region", name="Its classes")).to_contain_text("Left out")
    lane.refresh_from_db()
    assert (lane.state, lane.paused_from) == (Lane.State.PAUSED, Lane.State.AUTO)

    page.get_by_label("First mail").check()
    page.get_by_label("What you changed").fill("It is September.")
    page.get_by_role("button", name="See what it changes").click()
    expect(page.get_by_text("Every draft is reviewed until a manager resumes it.")).to_be_visible()
    page.get_by_role("button", name="Publish version 3").click()
    expect(page.get_by_text("Version 3 of Outreach runs from now on.")).to_be_visible()
    lane.refresh_from_db()
    assert lane.state == Lane.State.PAUSED


def test_the_router_meets_its_scenarios_before_it_changes(
    page: Page, live_server, workspace
) -> None:
    sign_in(page, live_server.url, cast.admin()).goto("/setup/agents/router/")
    words = page.get_by_label("Instructions")
    words.fill(words.input_value().replace("## 4. Conflicts", "## 4 Conflicts"))
    page.get_by_label("What you changed").fill("A clearer part 4.")
    page.get_by_role("button", name="Ask all 13").click()
    expect(page.get_by_role("alert")).to_contain_text("“## 4. Conflicts” is missing or empty.")
    words.fill(words.input_value().replace("## 4 Conflicts", "## 4. Conflicts") + "\n\nBe careful.")
    page.get_by_role("button", name="See what it changes").click()
    changes = page.get_by_role("region", name="What this version changes")
    expect(changes).to_contain_text("Its scenarios have not been asked yet.")
    expect(changes.get_by_role("button", name="Publish")).to_have_count(0)
    changes.get_by_role("button", name="Ask the 13 scenarios").click()
    table = page.get_by_role("region", name="Scenarios")
    expect(table).to_contain_text("13 of 13 came out right")
    expect(table.get_by_role("row", name="A strategic account")).to_contain_text("A person decides")
    changes.get_by_role("button", name="Publish version 2").click()
    expect(page.get_by_text("Version 2 of Router runs from now on.")).to_be_visible()


def test_a_manager_switches_an_agent_off_and_on(page: Page, live_server, workspace) -> None:
    sign_in(page, live_server.url, cast.manager()).goto("/setup/agents/prospecting/")
    page.get_by_role("button", name="Switch it off").click()
    expect(page.get_by_text("Prospecting is off.")).to_be_visible()
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_text("Prospecting is on.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_shut_out(page: Page, live_server, workspace, scheme: str) -> None:
    earned()
    prospect(owner=cast.rep(), name="Brookfield")
    sign_in(page, live_server.url, cast.admin())
    page.emulate_media(color_scheme=scheme)
    version = AgentConfig.objects.get(agent="outreach").pk
    found: dict[tuple[str, int], list[str]] = {}

    def look(name: str, width: int) -> None:
        sideways = ["sideways"] if scrolls_sideways(page) else []
        found[name, width] = [*severe(page), *sideways]

    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        for path in ("", "outreach/", "router/", "reader/", f"versions/{version}/", "../model/"):
            page.goto(f"/setup/agents/{path}")
            look(path, width)
        page.goto("/setup/agents/outreach/")
        page.get_by_label("Instructions").fill("Write plain words.")
        page.get_by_label("Temperature").fill("9")
        page.get_by_label("What you changed").fill("Plain.")
        see = page.get_by_role("button", name="See what it changes")
        see.click()
        expect(page.get_by_label("Temperature")).to_have_attribute("aria-invalid", "true")
        look("refused", width)
        page.get_by_label("Temperature").fill("0.5")
        see.click()
        expect(page.get_by_label("Account", exact=True)).to_be_visible()
        look("preview", width)
        page.get_by_label("Account", exact=True).fill("Brookfield")
        page.get_by_label("Task").select_option("Follow up the open deal and name its product.")
        page.get_by_role("button", name="Try it").click()
        expect(page.get_by_role("region", name="Tried on Brookfield")).to_be_visible()
        look("tried", width)
    assert {where: faults for where, faults in found.items() if faults} == {}


def test_a_finger_hits_every_control(page: Page, live_server, workspace, elsewhere) -> None:
    sign_in(page, live_server.url, cast.admin())
    phone = elsewhere(page, viewport={"width": 360, "height": 780}, has_touch=True)
    for path in ("outreach/", "router/", "../model/"):
        phone.goto(f"/setup/agents/{path}")
        assert too_small(phone, CONTROLS) == []
