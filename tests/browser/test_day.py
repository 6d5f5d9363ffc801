"""What a rep does on an account themselves, in a real Chromium: keyboard, narrow, light, dark."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from revenue import clock, ingest
from revenue.models import Activity, Meeting
from review import decisions
from review.models import OutboxMessage
from tests.browser.entry import sign_in
from tests.browser.eyes import scrolls_sideways, severe
from tests.factories import prospect
from tests.review.accounts import cast

pytestmark = pytest.mark.django_db(transaction=True)
NARROW, WIDE = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


@pytest.fixture
def account(workspace):
    account = prospect(owner=cast.rep(), name="Condax")
    now = clock.now()
    ingest.record_meeting(
        account=account, uid="one", starts_at=now - timedelta(hours=3), subject="Demo",
        ends_at=now - timedelta(hours=2), attendees=list(account.contacts.all()),
    )  # fmt: skip
    ingest.record_message(
        account=account, direction="inbound", subject="Delivery", body="When does it come?",
        occurred_at=now, contact=account.contacts.get(), message_id="<theirs@brookfield.example>",
    )  # fmt: skip
    return account


@pytest.fixture
def there(page: Page, live_server, account) -> Page:
    sign_in(page, live_server.url, cast.rep())
    page.goto(f"/accounts/{account.pk}/")
    return page


def test_a_mail_is_written_looked_at_sent_and_taken_back_by_keyboard(there: Page) -> None:
    there.get_by_role("link", name="Answer it yourself").focus()
    there.keyboard.press("Enter")
    expect(there.get_by_label("Subject")).to_have_value("Re: Delivery")
    there.get_by_label("Message").focus()
    there.keyboard.type("Hi Yara,\n\nOn 4 May.\n\nMoses")
    there.keyboard.press("Tab")
    there.keyboard.press("Tab")
    there.keyboard.press("Enter")
    expect(there.get_by_text("Exactly what leaves")).to_be_visible()
    expect(there.get_by_text("No more mail from us")).to_be_visible()
    expect(there.get_by_label("Message")).to_have_value("Hi Yara,\n\nOn 4 May.\n\nMoses")
    there.get_by_role("button", name="Send").press("Enter")
    expect(there.get_by_text("Your mail to Yara Zhou is on its way.")).to_be_visible()
    there.get_by_role("button", name="Take it back").press("Enter")
    expect(there.get_by_text("Undone, Condax")).to_be_visible()
    assert OutboxMessage.objects.get().state == "cancelled"


def test_what_was_typed_outlives_a_refusal(there: Page, account) -> None:
    there.get_by_role("link", name="Write", exact=True).click()
    there.get_by_label("Subject").fill("Your order")
    there.get_by_label("Message").fill("Hi Yara,\n\nStill?\n\nMoses")
    decisions.take_over(account, by=cast.manager())
    there.get_by_role("button", name="Send").click()
    expect(there.get_by_role("alert")).to_contain_text("took this account over")
    expect(there.get_by_label("Message")).to_have_value("Hi Yara,\n\nStill?\n\nMoses")
    there.complaints.clear()  # the refusal's own status


def test_a_double_click_is_one_mail(there: Page) -> None:
    there.get_by_role("link", name="Write", exact=True).click()
    there.get_by_label("Subject").fill("Your order")
    there.get_by_label("Message").fill("Hi Yara,\n\nStill?\n\nMoses")
    there.get_by_role("button", name="Send").dblclick()
    expect(there.get_by_text("Your mail to Yara Zhou is on its way.")).to_be_visible()
    assert OutboxMessage.objects.count() == 1


def test_a_call_is_logged_and_a_meeting_marked(there: Page) -> None:
    there.get_by_role("link", name="Log", exact=True).click()
    there.get_by_label("What was said").fill("They want two.")
    there.get_by_role("button", name="Log it").click()
    expect(there.get_by_text("The call is logged.")).to_be_visible()
    assert Activity.objects.filter(kind="call").count() == 1
    there.get_by_role("link", name="Demo", exact=True).click()
    there.get_by_label("It took place").check()
    there.get_by_role("button", name="Save").click()
    expect(there.get_by_text("Noted: it took place.")).to_be_visible()
    assert Meeting.objects.get().status == "held"


def test_what_was_typed_of_a_deal_outlives_the_session(there: Page, live_server, account) -> None:
    deal = account.opportunities.get(is_closed=False)
    there.goto(f"/deals/{deal.pk}/")
    there.get_by_label("Why").select_option("Price")
    there.get_by_label("In your words").fill("Too dear for them.")
    Session.objects.all().delete()
    there.get_by_role("button", name="It is lost").press("Enter")
    expect(there.get_by_text("You were signed out.")).to_be_visible()
    expect(there.get_by_label("In your words")).to_have_value("Too dear for them.")
    sign_in(there, live_server.url, cast.rep())
    there.get_by_role("button", name="It is lost").press("Enter")
    expect(there.get_by_text("is lost.")).to_be_visible()
    deal.refresh_from_db()
    assert deal.stage == "lost"


def test_a_form_that_is_refused_stays_with_its_words_and_the_keyboard(there: Page, account) -> None:
    deal = account.opportunities.get(is_closed=False)
    there.goto(f"/deals/{deal.pk}/")
    there.get_by_label("In your words").fill("Too dear for them.")
    there.get_by_role("button", name="It is lost").press("Enter")
    expect(there.get_by_text("Choose why it was lost.")).to_be_visible()
    expect(there.get_by_label("Why")).to_be_focused()
    expect(there.get_by_label("In your words")).to_have_value("Too dear for them.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_form_can_be_used_by_everybody(there: Page, account, scheme, tmp_path) -> None:
    folder = Path(os.environ.get("LOOK") or tmp_path)
    deal, contact = account.opportunities.filter(is_closed=False).get(), account.contacts.get()
    here = f"/accounts/{account.pk}/"
    addresses = {
        "account": here, "write": f"{here}write/", "log": f"{here}log/",
        "meetings": f"{here}meetings/", "meeting": f"/meetings/{Meeting.objects.get().pk}/",
        "deal-new": f"{here}deals/new/", "deal": f"/deals/{deal.pk}/",
        "person-new": f"{here}people/new/", "person": f"/contacts/{contact.pk}/",
    }  # fmt: skip
    there.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    for name, address in addresses.items():
        for size in (WIDE, NARROW):
            there.set_viewport_size(size)
            there.goto(address)
            assert severe(there) == [], name
            assert not scrolls_sideways(there), name
            there.screenshot(path=folder / f"{name}-{scheme}-{size['width']}.png", full_page=True)
