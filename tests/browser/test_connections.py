"""Connections in a real Chromium: an admin makes a token, copies it, and it is gone."""

import pytest
from playwright.sync_api import Page, expect

from review import callbacks, decisions
from review.models import Callback, ReviewItem
from tests.browser.entry import sign_in
from tests.browser.eyes import scrolls_sideways, severe
from tests.races import verbs
from tests.review.doors import programs
from tests.review.doors.programs import a_draft

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admin(page: Page, live_server, workspace) -> Page:
    sign_in(page, live_server.url, programs.admin())
    return page


def test_an_admin_makes_a_token_and_sees_it_once(admin: Page) -> None:
    admin.goto("/setup/")
    admin.get_by_role("link", name="Connections").click()
    card = admin.get_by_role("region", name="Make a token")
    card.get_by_label("Name", exact=True).fill("Scout of Acme")
    card.get_by_label("What it may do").select_option("Write drafts")
    card.get_by_role("button", name="Make it").click()
    expect(admin.get_by_text("Name the agent that writes.")).to_be_visible()
    card.get_by_label("Name of the agent").fill("scout")
    card.get_by_role("button", name="Make it").click()
    token = admin.get_by_label("Token").input_value()
    assert len(token) == 46
    admin.get_by_role("navigation").get_by_role("link", name="Set-up").click()
    admin.get_by_role("link", name="Connections").click()
    admin.get_by_role("link", name="Scout of Acme").click()
    expect(admin.get_by_role("heading", name="Scout of Acme")).to_be_visible()
    assert token not in admin.content()


def pages(live_server) -> list[str]:
    """Each page with everything that it can show."""
    here = verbs.scene()
    scout = programs.writer(here.rep.team, callback_url="https://127.0.0.1/told")
    posted = scout.draft(a_draft(here.account))
    item = ReviewItem.objects.get(draft=posted.json()["id"])
    decisions.reject(item, by=here.rep, revision=1, reason="tone")
    callbacks.notice()
    Callback.objects.update(state="given_up", attempts=8, answer="503: refused")
    programs.reporter()
    source = programs.source()
    source.send({"domain": "nowhere.example", "kind": "intent", "payload": {"topic": "lifts"}})
    programs.deliver(source.row.slug, b"{}", {})
    made = [f"tokens/{scout.row.pk}/", f"sources/{source.row.pk}/"]
    return [f"/setup/connections/{one}" for one in ("", *made)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_shut_out(admin: Page, live_server, settings, scheme: str) -> None:
    settings.MAIL_PROVIDER, settings.ANYMAIL = "postmark", {"WEBHOOK_SECRET": ["name:password"]}
    admin.emulate_media(color_scheme=scheme)
    for path in pages(live_server):
        for width in (1280, 360):
            admin.set_viewport_size({"width": width, "height": 900})
            admin.goto(path)
            assert not scrolls_sideways(admin), (path, width)
            assert severe(admin) == [], (path, width)
