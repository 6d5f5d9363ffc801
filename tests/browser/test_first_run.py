"""From demo to mine in a real Chromium: the checklist turns green, and the first mail can leave."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from revenue import sign_in as sign_in_room
from revenue import workspace
from revenue.models import Account, User
from review import demo
from review.setup import jobs
from tests.browser.entry import sign_in
from tests.browser.eyes import scrolls_sideways, severe
from tests.factories import AccountFactory
from tests.review.accounts import cast
from tests.review.inbox.strays import stray

pytestmark = pytest.mark.django_db(transaction=True)
CRM = Path(__file__).parent.parent / "data" / "crm"
PASSWORD = "a-password-of-my-own"
PAGES = ("", "sender/", "mailbox/", "model/", "owners/", "demo/", "people/", "imports/", "stops/",
         "quarantine/")  # fmt: skip


def button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_an_admin_makes_the_demo_theirs(page: Page, live_server, smtp) -> None:
    demo.seed()
    page.goto("/auth/login/")
    page.get_by_label("E-mail or user name").fill("admin")
    page.get_by_label("Password", exact=True).fill("countersign-admin")
    button(page, "Sign in")
    expect(page.get_by_text("0 of 6 done")).to_be_visible()

    # The demo goes with one click, said before; the login stays.
    page.get_by_role("link", name="Remove the demo").click()
    expect(page.get_by_text("13 invented accounts")).to_be_visible()
    page.get_by_label("Your name").fill("Ada Berg")
    page.get_by_label("Your e-mail address").fill("ada@harbour.example")
    page.get_by_label("A password of your own").fill(PASSWORD)
    button(page, "Remove the demo")
    expect(page.get_by_text("The demo is gone")).to_be_visible()

    page.get_by_role("link", name=re.compile("Fill in.*Sender")).click()
    page.get_by_label("Company").fill("Harbour Supply")
    page.get_by_label("Postal address").fill("1 Quay Street, Springfield")
    button(page, "Save")
    expect(page.get_by_text("1 of 6 done")).to_be_visible()
    expect(page.get_by_text("Send yourself a test mail first.")).to_be_visible()

    page.get_by_role("link", name=re.compile("Test.*Mail server")).click()
    button(page, "Send myself a test mail")
    expect(page.get_by_text("The mail server took the mail.")).to_be_visible()
    assert smtp.recipients == ["ada@harbour.example"]
    page.get_by_role("link", name="Back to the checklist").click()
    expect(page.get_by_text("Approved mail is sent.")).to_be_visible()

    page.get_by_role("link", name=re.compile("Test.*Model")).click()
    button(page, "Make a test call")
    expect(page.get_by_text("cost nothing").first).to_be_visible()

    import_accounts(page)
    page.get_by_role("link", name="Choose owners for 85 accounts").click()
    people_and_owners(page)
    page.goto("/setup/")
    expect(page.get_by_text("6 of 6 done")).to_be_visible()
    assert workspace.load().company == "Harbour Supply"


def import_accounts(page: Page) -> None:
    page.goto("/setup/imports/")
    page.get_by_label("Drop files here, or choose them").set_input_files(
        [CRM / "accounts.csv", CRM / "contacts.csv"]
    )
    button(page, "Check the files")
    expect(page.get_by_role("heading", name="Check before it is kept")).to_be_visible()
    expect(page.get_by_text("'rhea@' is not an address")).to_be_visible()
    assert severe(page) == []
    button(page, "Import 326 of 331 rows")
    expect(page.get_by_role("heading", name="Importing")).to_be_visible()
    assert severe(page) == []
    while jobs.work(seconds=60):  # what the worker does meanwhile; the page goes on by itself
        pass
    expect(page.get_by_role("heading", name="Imported")).to_be_visible()
    assert Account.objects.count() == 85
    assert severe(page) == []


def people_and_owners(page: Page) -> None:
    page.goto("/setup/people/")
    page.get_by_label("Name", exact=True).fill("Anna Snelling")
    page.get_by_label("E-mail address").fill("anna@harbour.example")
    button(page, "Invite")
    link = page.get_by_label("Link to choose a password")
    assert "/auth/password/reset/key/" in link.input_value()
    page.goto("/setup/owners/")
    page.get_by_label("Give the chosen ones to").select_option(label="Anna Snelling, rep")
    button(page, "Give them")
    expect(page.get_by_text("85 accounts are Anna Snelling's now.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_the_set_up_is_accessible_and_fits_a_phone(
    page: Page, live_server, scheme: str
) -> None:
    demo.seed()
    AccountFactory(owner=None)
    sign_in(page, live_server.url, User.objects.get(username="admin"))
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 800})
    for place in (*PAGES, f"people/{cast.rep().pk}/"):
        page.goto(f"/setup/{place}")
        assert severe(page) == [], place
        assert not scrolls_sideways(page), place


def test_an_invited_person_chooses_a_password_and_lands_on_today(
    page: Page, live_server, settings
) -> None:
    settings.SITE_URL = live_server.url
    sign_in(page, live_server.url, cast.admin())
    page.goto(f"/setup/people/{cast.rep().pk}/")
    button(page, "Make a link to choose a password")
    link = page.get_by_label("Link to choose a password").input_value()
    page.context.clear_cookies()
    page.goto(link)
    page.get_by_label(re.compile("^New Password$", re.IGNORECASE)).fill(PASSWORD)
    page.get_by_label(re.compile("again", re.IGNORECASE)).fill(PASSWORD)
    button(page, "Save the password")
    expect(page).to_have_url(f"{live_server.url}/")


def test_the_first_admin_comes_in_by_the_printed_link(page: Page, live_server) -> None:
    page.goto("/")
    expect(page.get_by_text("Nobody can sign in yet.")).to_be_visible()
    page.goto(sign_in_room.welcome_path())
    assert severe(page) == []
    page.get_by_label("Your name").fill("Ada Berg")
    page.get_by_label("Your e-mail address").fill("ada@harbour.example")
    page.get_by_label("A password").fill(PASSWORD)
    button(page, "Begin")
    expect(page.get_by_text("Welcome, Ada.")).to_be_visible()
    expect(page.get_by_text("0 of 6 done")).to_be_visible()


def test_columns_that_were_changed_are_not_imported_unseen(page: Page, live_server) -> None:
    sign_in(page, live_server.url, cast.admin())
    page.goto("/setup/imports/")
    page.get_by_label("Drop files here, or choose them").set_input_files(CRM / "accounts.csv")
    button(page, "Check the files")
    page.get_by_text("accounts.csv", exact=True).click()
    page.get_by_label("sector becomes").select_option(label="Not imported")
    button(page, "Import 85 rows")
    expect(page.get_by_text("Nothing is imported yet.").first).to_be_visible()
    expect(page.get_by_label("sector becomes")).to_have_value("")
    button(page, "Import 85 rows")
    expect(page.get_by_role("heading", name="Importing")).to_be_visible()
    jobs.work(seconds=60)
    expect(page.get_by_role("heading", name="Imported")).to_be_visible()
    assert set(Account.objects.values_list("industry", flat=True)) == {""}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_mail_of_no_account_finds_its_place(page: Page, live_server, scheme: str) -> None:
    account = AccountFactory(name="Condax", owner=cast.rep(), domain="else.example")
    mail = stray(text="Do you deliver to Malta?")
    sign_in(page, live_server.url, cast.manager())
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/inbox/")
    page.get_by_role("link", name="Say where it belongs").click()
    for place in ("/inbox/", f"/inbox/{mail.pk}/?q=x", f"/inbox/{mail.pk}/"):
        page.goto(place)
        assert severe(page) == [], place
        assert not scrolls_sideways(page), place
    expect(page.get_by_label("Name of the new person")).to_have_value("Nora Moss")
    button(page, "It belongs to Condax")
    expect(page.get_by_text("The mail belongs to Condax now.")).to_be_visible()
    expect(page.get_by_role("link", name="nora@else.example")).to_be_visible()
    assert account.activities.get().contact.name == "Nora Moss"
