"""Do not contact, lifting and erasing in a real Chromium, in light and dark, down to 360 px."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from revenue import consent
from revenue.models import Account, Suppression
from review import payload, privacy
from tests.browser.entry import sign_in
from tests.browser.eyes import faults
from tests.factories import ContactFactory, prospect
from tests.races import verbs
from tests.review.accounts import cast

pytestmark = pytest.mark.django_db(transaction=True)
EMAIL = "yara@condax.example"


@pytest.fixture
def account(workspace: object) -> Account:
    account = prospect(owner=cast.rep(), name="Condax")
    account.contacts.update(email=EMAIL, lawful_basis="interest", basis_source="people.csv, row 7")
    ContactFactory(account=account, first_name="Ben", last_name="Olsen", email="ben@condax.example")
    return account


def test_a_rep_says_it_and_a_manager_lifts_it(page, live_server, account) -> None:
    sign_in(page, live_server.url, cast.rep())
    page.goto(reverse("account", args=[account.pk]))
    page.get_by_role("link", name="Do not contact Yara Zhou").click()
    page.get_by_label("Whose wish it is").select_option("ours")
    page.get_by_label("Why", exact=True).fill("works for a rival")
    page.get_by_role("button", name="Never write to Yara Zhou").click()
    expect(page.get_by_text("May not be written to: works for a rival.")).to_be_visible()

    sign_in(page, live_server.url, cast.manager())
    page.goto(reverse("contact", args=[account.contacts.get(email=EMAIL).pk]))
    page.get_by_role("link", name="Who may lift it").click()
    page.get_by_role("link", name="Lift").click()
    page.get_by_label("Why it is lifted").fill("It was another Yara.")
    page.get_by_role("button", name="Lift").click()
    expect(page.get_by_text("may be written to again")).to_be_visible()
    assert consent.blocked(EMAIL) is None


def test_an_admin_erases_somebody(page, live_server, account) -> None:
    sign_in(page, live_server.url, cast.admin())
    page.goto(reverse("privacy"))
    page.get_by_label("Address of the person").fill(EMAIL)
    page.get_by_role("button", name="Look").click()
    expect(page.get_by_text("Yara Zhou, Condax")).to_be_visible()
    with page.expect_download() as got:
        page.get_by_role("button", name="Download everything").click()
    assert got.value.suggested_filename == "person.zip"
    page.get_by_label("I am sure").check()
    page.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_text("Nothing names them any more.")).to_be_visible()
    assert consent.blocked(EMAIL)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_pages_shut_nobody_out(page, live_server, account, workspace, scheme) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 780})
    consent.suppress("ben@condax.example", scope="address", reason="asked", by="contact")
    consent.suppress("rival.example", scope="domain", reason="a rival", by=cast.manager())
    privacy.go_on(privacy.begin("gone@condax.example", by="system"))
    privacy.begin(verbs.unknown().contact.email, by="system")
    privacy.go_on_with_all()
    found = {}
    theirs, ours = Suppression.objects.order_by("pk")[:2]
    link = payload.unsubscribe_link(workspace, EMAIL)
    paths = {
        cast.manager(): [
            reverse("suppressions"), reverse("suppression", args=[theirs.pk]),
            reverse("suppression", args=[ours.pk]), reverse("account", args=[account.pk]),
            *(reverse("contact", args=[one.pk]) for one in account.contacts.all()),
        ],
        cast.admin(): [reverse("privacy"), "/u/" + link.rpartition("/u/")[2]],
    }  # fmt: skip
    for user, theirs in paths.items():
        sign_in(page, live_server.url, user)
        for path in theirs:
            page.goto(path)
            for fold in page.locator("details.fold > summary").all():
                fold.click()
            found[path] = faults(page)
    page.goto(reverse("privacy"))
    page.get_by_label("Address of the person").fill(EMAIL)
    page.get_by_role("button", name="Look").click()
    expect(page.get_by_role("button", name="Erase for good")).to_be_visible()
    found["looked"] = faults(page)
    assert {where: wrong for where, wrong in found.items() if wrong} == {}
