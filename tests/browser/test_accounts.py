"""The accounts, the outbox and the inbox in a real Chromium: take over, hand back, settle, read."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from revenue import clock, ingest
from tests.browser.entry import sign_in
from tests.browser.eyes import scrolls_sideways, severe
from tests.factories import prospect
from tests.review.accounts import cast
from tests.review.outbox import mails

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account(workspace):
    return prospect(owner=cast.rep(), name="Condax")


def test_a_rep_takes_an_account_over_and_hands_it_back(page, live_server, account) -> None:
    sign_in(page, live_server.url, cast.rep())
    page.goto(f"/accounts/{account.pk}/")
    page.get_by_role("button", name="Take over").click()
    expect(page.get_by_text("You have held this account since")).to_be_visible()
    page.get_by_label("What happened").fill("Yara wants a quote in May.")
    page.get_by_label("What should happen next").fill("Send the quote on 4 May.")
    page.get_by_role("button", name="Hand back").click()
    expect(page.get_by_text("You handed Condax back.")).to_be_visible()
    expect(page.get_by_text("Yara wants a quote in May.")).to_be_visible()


def test_older_events_come_without_leaving_the_page(page, live_server, account) -> None:
    for number in range(40):
        moment = clock.now() - timedelta(hours=number)
        ingest.record_message(
            account=account, direction="outbound", body=f"Number {number}.", occurred_at=moment
        )
    sign_in(page, live_server.url, cast.rep())
    page.goto(f"/accounts/{account.pk}/")
    page.get_by_role("link", name="Older").click()
    expect(page.get_by_text("Number 20.")).to_be_visible()
    expect(page.get_by_text("Number 1.", exact=True)).to_have_count(0)
    page.get_by_role("link", name="Newest").click()
    expect(page.get_by_text("Number 1.", exact=True)).to_be_visible()


def test_a_mail_of_unknown_fate_is_settled_in_place(
    page, live_server, account, clock, smtp
) -> None:
    mails.unknown(account, clock, smtp)
    sign_in(page, live_server.url, cast.rep())
    page.goto("/outbox/")
    page.get_by_role("button", name="It left").click()
    expect(page.get_by_text("Noted: it left.")).to_be_visible()
    expect(page.get_by_role("button", name="It left")).to_have_count(0)
    assert page.evaluate("document.activeElement !== document.body")


def test_somebody_faster_is_told_in_place(page, live_server, account, clock, smtp) -> None:
    message = mails.unknown(account, clock, smtp)
    sign_in(page, live_server.url, cast.rep())
    page.goto("/outbox/")
    mails.dispatch.settle(message, by=cast.manager(), outcome="sent")
    page.get_by_role("button", name="Do not send it").click()
    expect(page.get_by_text("This is “sent” by now.")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_fit_and_have_no_severe_fault(
    page, live_server, account, clock, smtp, width, scheme
) -> None:
    mails.unknown(account, clock, smtp)
    other = prospect(owner=cast.rep(), name="Zoomit")
    mails.sent(other, clock)
    sent = mails.queued(other)
    sign_in(page, live_server.url, cast.rep())
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    for path in (
        "/accounts/",
        f"/accounts/{other.pk}/",
        "/outbox/",
        f"/outbox/{sent.pk}/",
        "/inbox/",
    ):
        page.goto(path)
        assert not scrolls_sideways(page)
        assert severe(page) == []
