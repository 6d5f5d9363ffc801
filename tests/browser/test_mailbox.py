"""A rep's own mailbox in a real Chromium: connected by form, mail out by it, answers in by it."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from agents.models import Draft
from revenue import ingest, mailboxes, workspace
from revenue.models import Mailbox
from review import tasks
from review.models import OutboxMessage, ReviewItem
from tests.browser.eyes import scrolls_sideways, severe
from tests.browser.ring import Desk, Ring
from tests.browser.test_first_run import button
from tests.factories import prospect
from tests.imap import Server
from tests.mailboxes import ADDRESS, PASSWORD, connected, mail
from tests.review.desk.conftest import put_on_desk
from tests.smtp import Sink, serving

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def own(imap: Server, settings: Any) -> Any:
    """The provider's way out; the installation itself has none."""
    settings.EMAIL_BACKEND = workspace.LOCAL_OUTBOX
    with serving() as sink:
        sink.wants(ADDRESS, PASSWORD)
        yield sink


def connect_by_form(page: Page, own: Sink, imap: Server) -> None:
    page.goto("/")
    page.locator(".user-button").click()
    page.get_by_role("link", name="Your mailbox").click()
    page.get_by_label("E-mail address").fill(ADDRESS)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Provider").select_option(label="Another: the servers stand below")
    page.get_by_text("Servers, user name and daily limit").click()
    page.get_by_label("Server for sending (SMTP)").fill(own.host)
    page.get_by_label("Server for reading (IMAP)").fill(imap.host)
    for number, server in enumerate((own, imap)):
        page.get_by_label("Its port").nth(number).fill(str(server.port))
        page.get_by_label("Its encryption").nth(number).select_option("none")
    button(page, "Connect and test")
    expect(page.get_by_text(f"The server took a mail to {ADDRESS}.")).to_be_visible()
    expect(page.get_by_text("“INBOX” and “Sent” are read from now on.")).to_be_visible()


def ticks(number: int) -> None:
    """Rounds of the tick, beside this thread: Playwright keeps an event loop in it."""

    def work() -> None:
        for _ in range(number):
            tasks.tick()
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result(60)


def test_a_rep_connects_sends_and_is_answered(
    desk: Desk, page: Page, own: Sink, imap: Server, clock: Any
) -> None:
    account = prospect(owner=desk.rep)
    ingest.record_signal(
        account=account, kind="imported", source="crm", occurred_at=clock.now(), payload={},
        dedupe_key=f"import:{account.pk}",
    )  # fmt: skip
    desk.sign_in()
    connect_by_form(page, own, imap)
    own.recipients.clear()

    # The agents write, the rep approves, and it leaves from the rep's own address.
    ticks(3)
    desk.items = [ReviewItem.objects.get()]
    page.goto("/desk/")
    ring = Ring(desk, page)
    expect(ring.card().get_by_text(ADDRESS)).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("a")
    ring.wait_for(lambda: OutboxMessage.objects.exists())
    clock.travel(seconds=11)
    ticks(1)
    message = OutboxMessage.objects.get()
    assert (message.state, own.recipients) == ("sent", [message.recipient])
    assert own.senders[-1] == ADDRESS

    # Another card of this account is open when the buyer's answer comes into the Inbox.
    desk.items.append(put_on_desk(desk.rep, account=account, output_class="outreach.follow_up"))
    page.goto("/desk/")
    ring.wait_for(lambda: ring.shown() == 2)
    clock.travel(seconds=61)
    imap.deliver(
        mail(message.recipient, ADDRESS, "Thanks, how long does delivery take?",
             in_reply_to=message.message_id, message_id="<re@brookfield.example>")
    )  # fmt: skip
    ticks(3)
    assert not any(imap.seen())
    assert desk.reload(2).state == "stale"

    # The card goes from the screen by itself, and the account wakes with the next draft.
    answer = Draft.objects.get(output_class="outreach.reply")
    desk.items.append(ReviewItem.objects.get(draft=answer))
    ring.look_again()
    ring.wait_for(lambda: 2 not in ring.in_page())
    page.goto("/desk/")
    ring.wait_for(lambda: ring.shown() == 3)
    expect(ring.card().get_by_text("Thanks, how long does delivery take?").first).to_be_visible()
    account.refresh_from_db()
    assert account.stage == "engaged"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible_and_fit_a_phone(
    desk: Desk, page: Page, own: Sink, imap: Server, settings: Any, scheme: str
) -> None:
    settings.INBOUND_DOMAIN = "in.seller.example"
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 800})
    desk.sign_in()
    looks_well(page, "/mailbox/")
    row = connected(desk.rep, smtp=own, imap=imap)
    mailboxes.pause(row, by=mailboxes.RATES,
                    reason=f"{mailboxes.BY_RATES}4 of 60 mails came back.")  # fmt: skip
    Mailbox.objects.update(fault="The mail server refused the login.", failures=4)
    looks_well(page, "/mailbox/")
    desk.sign_in(desk.manager)
    looks_well(page, "/setup/mailboxes/")


def looks_well(page: Page, place: str) -> None:
    page.goto(place)
    for fold in page.locator("details.fold > summary").all():
        fold.click()
    assert severe(page) == [], place
    assert not scrolls_sideways(page), place


def test_a_failed_test_says_why_and_keeps_what_was_typed_but_the_password(
    desk: Desk, page: Page, own: Sink, imap: Server
) -> None:
    desk.sign_in()
    own.wants(ADDRESS, "another")
    page.goto("/mailbox/")
    page.get_by_label("E-mail address").fill("rep@harbour.example")
    page.get_by_label("Password").fill(PASSWORD)
    button(page, "Connect and test")
    expect(page.get_by_text(re.compile("does not show in the address"))).to_be_visible()
    expect(page.get_by_label("E-mail address")).to_have_value("rep@harbour.example")
    expect(page.get_by_label("Password")).to_have_value("")
