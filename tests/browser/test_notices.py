"""Notifications in a real Chromium: choosing by keyboard, and a link of a digest to its page."""

import pytest
from playwright.sync_api import Page, expect

from revenue import clock
from review.models import Notice, NoticeChoice, NoticeOpening
from review.notices import choices
from tests.browser.entry import sign_in
from tests.browser.eyes import scrolls_sideways, severe
from tests.review.accounts import cast
from tests.review.notices.scene import hooked

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rep(page: Page, live_server, workspace) -> Page:
    sign_in(page, live_server.url, cast.rep())
    return page


def test_a_rep_chooses_a_digest_by_keyboard(rep: Page) -> None:
    rep.goto("/accounts/")
    rep.get_by_role("button", name="Moses Frase").press("Enter")
    rep.get_by_role("link", name="Notifications").press("Enter")
    expect(rep.get_by_role("heading", name="Notifications")).to_be_visible()
    rep.get_by_label("A digest").select_option("Each working morning")
    rep.get_by_label("In the morning at").select_option("07:00")
    rep.get_by_label("In the morning at").press("Enter")
    rep.get_by_role("button", name="Save").press("Enter")
    expect(rep.get_by_text("Saved.")).to_be_visible()
    expect(rep.get_by_text("The next one is due on")).to_be_visible()
    row = NoticeChoice.objects.get()
    assert (row.schedule, row.hour) == ("morning", 7)


def test_a_link_of_a_digest_leads_to_a_card_and_is_counted(rep: Page) -> None:
    item = cast.item_at(cast.account_of(cast.rep(), name="Acme Ltd"))
    row = Notice.objects.create(
        user=cast.rep(), kind="digest", way="mail", state="sent", period=clock.now(),
        due_at=clock.now(), made_at=clock.now(), items=[item.pk],
    )  # fmt: skip
    with rep.expect_response("**/notices/opened/") as told:
        rep.goto(f"/desk/items/{item.pk}/?notice={row.pk}")
    assert told.value.status == 204
    assert NoticeOpening.objects.get().was_open
    expect(rep.locator(f"#item-{item.pk}")).to_be_visible()
    rep.locator(f"#item-{item.pk}").get_by_role("button", name="Approve").first.click()
    expect(rep.locator("#ring-empty")).to_be_visible()


def test_a_link_of_somebody_elses_digest_makes_no_noise(rep: Page) -> None:
    item = cast.item_at(cast.account_of(cast.rep()))
    with rep.expect_response("**/notices/opened/") as told:
        rep.goto(f"/desk/items/{item.pk}/?notice=12345")
    assert told.value.status == 204
    expect(rep.get_by_text("cannot be accepted")).not_to_be_visible()
    assert not NoticeOpening.objects.exists()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_shut_out(rep: Page, settings, ear, smtp, scheme: str) -> None:
    cast.item_at(cast.account_of(cast.rep(), name="Acme Ltd"))
    hooked(cast.rep(), ear.url, schedule="urgent")
    now = clock.now()
    for number, state in enumerate(("sent", "failed", "unknown", "nothing", "due")):
        Notice.objects.create(
            user=cast.rep(), kind="digest", way="mail", state=state, attempts=1, due_at=now,
            period=now.replace(minute=number), made_at=now, answer="451 Try later",
        )  # fmt: skip
    off = "/" + choices.off_link(cast.rep()).partition("://")[2].partition("/")[2]
    rep.emulate_media(color_scheme=scheme)
    for path in ("/notices/", off, "/desk/items/999/"):
        for width in (1280, 360):
            rep.set_viewport_size({"width": width, "height": 900})
            rep.goto(path)
            assert not scrolls_sideways(rep), (path, width)
            assert severe(rep) == [], (path, width)
