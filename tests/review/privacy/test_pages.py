"""The pages: who gets no mail, one person's data, and what a rep says on an account's page."""

import io
import re
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from revenue import consent, workspace
from revenue.models import Account, Contact, Erasure, ImportBatch, Lift, Suppression, User
from review import dispatch, privacy, tasks
from review.models import ReviewItem
from tests import factories
from tests.races import verbs
from tests.review.accounts import cast
from tests.review.privacy import scene as play
from tests.review.privacy.scene import EMAIL

pytestmark = pytest.mark.django_db
LIST, ADD = "/setup/do-not-contact/", "/setup/do-not-contact/add/"


@pytest.fixture
def account(db: None) -> Account:
    account = cast.account_of(cast.rep(), name="Brookfield Works")
    factories.ContactFactory(account=account, email=EMAIL)
    return account


@pytest.fixture
def manager(account: Account) -> Client:
    return cast.signed_in(cast.manager())


@pytest.fixture
def admin(db: None) -> Client:
    return cast.signed_in(cast.admin())


def words(answer: object) -> str:
    return " ".join(answer.content.decode().split())


# --- the list -------------------------------------------------------------------------------------


ASKED = {"ground": "asked", "reason": "by phone"}


@pytest.mark.parametrize(
    ("scope", "value", "kept"),
    [
        ("address", "Yara.Zhou@Brookfield.example", EMAIL),
        ("domain", "@Brookfield.example", "brookfield.example"),
        ("account", "brookfield works", None),
    ],
)
def test_adding_says_first_whom_it_concerns(
    manager: Client, account: Account, scope: str, value: str, kept: str | None
) -> None:
    form = {"scope": scope, "value": value, **ASKED}
    asked = manager.post(ADD, form)
    assert "This concerns 1 person of your records" in words(asked)
    assert not Suppression.objects.exists()
    assert manager.post(ADD, {**form, "sure": "1"}).status_code == 302
    row = Suppression.objects.get()
    assert (row.scope, row.value) == (scope, kept or str(account.pk))
    assert (row.ground, row.by) == ("asked", f"user:{cast.manager().pk}")
    assert consent.blocked(EMAIL)


@pytest.mark.parametrize(
    ("scope", "value", "told"),
    [
        ("address", "yara", "Write one address"), ("domain", "nowhere", "Write a domain"),
        ("account", "Nobody Ltd", "There is no account"), ("address", "", "Write an address"),
        ("moon", "x", "is not one of the available choices"),
    ],
)  # fmt: skip
def test_what_cannot_be_added_is_told(manager: Client, scope: str, value: str, told: str) -> None:
    answer = manager.post(ADD, {"scope": scope, "value": value, **ASKED, "sure": "1"})
    assert answer.status_code == 422
    assert told in words(answer)
    assert not Suppression.objects.exists()


def test_a_manager_names_no_account_of_another_team(manager: Client) -> None:
    cast.account_of(cast.outsider(), name="Far Foundry")
    form = {"scope": "account", "value": "Far Foundry", **ASKED, "sure": "1"}
    assert "There is no account" in words(manager.post(ADD, form))


@pytest.mark.parametrize(
    ("query", "found"), [("yara", 1), ("BROOKFIELD", 1), ("Works", 1), ("other", 0), ("%00", 1)]
)
def test_it_is_searched_by_address_domain_and_account(
    manager: Client, account: Account, query: str, found: int
) -> None:
    consent.suppress(EMAIL, scope="address", reason="asked", by="contact")
    assert (EMAIL in words(manager.get(f"{LIST}?q={query}"))) is bool(found)


def test_an_erased_person_is_found_by_the_address_that_somebody_knows(
    manager: Client, account: Account
) -> None:
    privacy.go_on(privacy.begin(EMAIL, by="system"))
    assert "An erased person" in words(manager.get(f"{LIST}?q={EMAIL}"))
    assert EMAIL not in words(manager.get(LIST))


def test_the_list_goes_on_by_key(manager: Client) -> None:
    for number in range(31):
        consent.suppress(f"p{number:02}@x.example", scope="address", reason="asked", by="contact")
    first = words(manager.get(LIST))
    assert ("p30@x.example" in first, "p00@x.example" in first) == (True, False)
    oldest = Suppression.objects.order_by("-pk")[29].pk
    assert "p00@x.example" in words(manager.get(f"{LIST}?after={oldest}"))


# --- lifting --------------------------------------------------------------------------------------


def lift(client: Client, row: Suppression, **form: str) -> object:
    return client.post(reverse("suppression_lift", args=[row.pk]), form)


def test_their_wish_asks_for_the_day_of_their_consent(manager: Client, account: Account) -> None:
    row = consent.suppress(EMAIL, scope="address", reason="asked", by="contact")
    page = words(manager.get(reverse("suppression", args=[row.pk])))
    assert "Only their new consent lifts this" in page
    answer = lift(manager, row, words="They rang")
    assert answer.status_code == 422
    assert "Only they can lift this" in words(answer)
    today = f"{row.created_at:%Y-%m-%d}"
    assert lift(manager, row, words="They rang", consented_on=today).status_code == 302
    assert Lift.objects.get().words == "They rang"
    assert lift(manager, row, words="They rang", consented_on=today).status_code == 404


def test_ours_asks_for_a_reason(manager: Client, account: Account) -> None:
    row = consent.suppress(EMAIL, scope="address", reason="rival", by=cast.manager())
    assert "consented_on" not in words(manager.get(reverse("suppression", args=[row.pk])))
    assert lift(manager, row, words="").status_code == 422
    assert lift(manager, row, words="Not a rival").status_code == 302
    assert consent.blocked(EMAIL) is None


def test_what_waited_is_out_of_date_and_the_account_goes_on(manager: Client) -> None:
    here = verbs.pending()
    User.objects.update(team=here.rep.team)
    form = {"scope": "address", "value": here.contact.email, **ASKED, "sure": "1"}
    manager.post(ADD, form)
    assert not ReviewItem.objects.fresh().filter(pk=here.item.pk).exists()


# --- what a rep says ------------------------------------------------------------------------------


def test_a_rep_says_it_of_a_person_and_reads_it_there(account: Account) -> None:
    rep, contact = cast.signed_in(cast.rep()), account.contacts.get()
    page, own = reverse("account", args=[account.pk]), reverse("contact", args=[contact.pk])
    assert f'href="{own}#stop"' in words(rep.get(page))
    assert "Never write to Yara Zhou" in words(rep.get(own))
    url = reverse("contact_suppress", args=[contact.pk])
    assert rep.post(url, {"ground": "ours", "reason": "left in anger"}).status_code == 302
    after = words(rep.get(page))
    assert "May not be written to: left in anger." in after
    assert f'href="{own}#stop"' not in after
    assert "A manager sees who may lift it" in words(rep.get(own))
    assert "Never write to Yara Zhou" not in words(rep.get(own))


def test_a_rep_says_it_of_the_whole_account(account: Account) -> None:
    rep = cast.signed_in(cast.rep())
    url = reverse("account_suppress", args=[account.pk])
    assert rep.post(url, ASKED).status_code == 302
    assert consent.account_block(account)
    shown = words(rep.get(reverse("account", args=[account.pk])))
    assert "Nobody here may be written to: by phone." in shown


@pytest.mark.parametrize("form", [{}, {"ground": "erased", "reason": "x"}, {"ground": "ours"}])
def test_without_a_reason_nothing_is_done(account: Account, form: dict[str, str]) -> None:
    rep = cast.signed_in(cast.rep())
    answer = rep.post(reverse("account_suppress", args=[account.pk]), form, follow=True)
    assert 'data-tone="danger"' in words(answer)
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(
    ("name", "form", "told"),
    [
        ("contact_suppress", {"ground": "ours"}, "Say why"),
        ("contact_suppress", {"ground": "erased", "reason": "x"}, "not one of the available"),
        ("contact_basis", {"basis": "luck"}, "not one of the available"),
        ("contact_basis", {"basis": "consent", "on": "31 Feb"}, "Write a day as"),
    ],
)
def test_a_fault_stands_beside_its_field(
    account: Account, name: str, form: dict[str, str], told: str
) -> None:
    rep, contact = cast.signed_in(cast.rep()), account.contacts.get()
    answer = rep.post(reverse(name, args=[contact.pk]), form)
    assert answer.status_code == 422
    assert told in words(answer)
    assert not Suppression.objects.exists()


def test_a_person_of_somebody_else_is_not_there(account: Account) -> None:
    colleague, contact = cast.signed_in(cast.colleague()), account.contacts.get()
    for name in ("contact_suppress", "contact_basis"):
        url = reverse(name, args=[contact.pk])
        assert colleague.post(url, ASKED).status_code == 404
        assert colleague.get(url).status_code == 405


def test_why_one_may_write_is_kept_and_shown(account: Account) -> None:
    rep, contact = cast.signed_in(cast.rep()), account.contacts.get()
    form = {"basis": "consent", "source": "fair in Lyon", "on": "2026-03-31"}
    rep.post(reverse("contact_basis", args=[contact.pk]), form)
    contact.refresh_from_db()
    assert (contact.lawful_basis, contact.basis_source) == ("consent", "fair in Lyon")
    shown = words(rep.get(reverse("account", args=[account.pk])))
    assert "Consent<span" in shown
    assert "</a>, fair in Lyon" in shown
    item = cast.item_at(account, contact=contact)
    assert "Consent, fair in Lyon" in words(rep.get(reverse("item", args=[item.pk])))


def test_an_import_asks_why_and_keeps_file_and_row(admin: Client, clock: object) -> None:
    file = io.BytesIO(play.FILES["contacts.csv"].encode())
    file.name = "contacts.csv"
    cast.account_of(cast.rep(), name="Brookfield Works")
    admin.post(reverse("import_upload"), {"files": file})
    batch = ImportBatch.objects.get()
    shown = words(admin.get(reverse("import_check", args=[batch.pk])))
    assert "Why may you write to these people?" in shown
    admin.post(reverse("import_commit", args=[batch.pk]), {"basis": "interest"})
    tasks.import_due(seconds=60)
    contact = Contact.objects.get(email=EMAIL)
    assert (contact.lawful_basis, contact.basis_source) == ("interest", "contacts.csv, row 2")
    assert contact.basis_on == clock.now().date()
    assert workspace.load().import_basis == "interest"


# --- one person's data ----------------------------------------------------------------------------


def test_an_admin_looks_takes_a_copy_and_erases(admin: Client, account: Account) -> None:
    seen = words(admin.post(reverse("privacy_person"), {"address": EMAIL}))
    assert "Yara Zhou, Brookfield Works" in seen
    copy = admin.post(reverse("person_export"), {"address": EMAIL})
    assert copy["Content-Type"] == "application/zip"
    assert "no-store" in copy["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(copy.content)) as held:
        assert EMAIL in held.read("person.json").decode()
    unsure = admin.post(reverse("person_erase"), {"address": EMAIL})
    assert unsure.status_code == 422
    assert Contact.objects.filter(email=EMAIL).exists()
    done = admin.post(reverse("person_erase"), {"address": EMAIL, "sure": "1"}, follow=True)
    assert "Erased:" in words(done)
    assert play.found((EMAIL,)) == []


def test_one_that_waits_says_for_what_and_goes_on(admin: Client, workspace: object) -> None:
    here = verbs.unknown()
    form = {"address": here.contact.email, "sure": "1"}
    shown = words(admin.post(reverse("person_erase"), form, follow=True))
    assert "Nobody knows whether a mail" in shown
    row = Erasure.objects.get()
    dispatch.settle(here.message, by=here.rep, outcome="cancelled")
    admin.post(reverse("erasure_go_on", args=[row.pk]))
    row.refresh_from_db()
    assert row.finished_at
    assert admin.post(reverse("erasure_go_on", args=[row.pk])).status_code == 409


@pytest.mark.parametrize("name", ["privacy_person", "person_export", "person_erase"])
@pytest.mark.parametrize("address", ["", "yara", "a@b@c.example"])
def test_what_is_no_address_is_told(admin: Client, name: str, address: str) -> None:
    answer = admin.post(reverse(name), {"address": address, "sure": "1"})
    assert answer.status_code == 422
    assert not Erasure.objects.exists()


def test_an_admin_who_looks_for_a_stranger_may_still_erase(admin: Client) -> None:
    seen = words(admin.post(reverse("privacy_person"), {"address": "who@x.example"}))
    assert "Nothing here has this address" in seen
    admin.post(reverse("person_erase"), {"address": "who@x.example", "sure": "1"})
    assert consent.blocked("Who@X.example")
    assert play.found(("who@x.example",)) == []


def test_a_contact_of_a_blocked_domain_leads_to_its_entry(
    manager: Client, account: Account
) -> None:
    row = consent.suppress("condax.example", scope="domain", reason="rival", by=cast.manager())
    person = account.contacts.get()
    person.email = "yara@condax.example"
    person.save()
    page = words(manager.get(reverse("contact", args=[person.pk])))
    link = re.search(r'href="([^"]*do-not-contact/\?q=[^"]*)"', page)
    assert link
    assert reverse("suppression", args=[row.pk]) in words(manager.get(link[1]))
