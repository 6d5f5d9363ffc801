"""What people change in the records: checked, logged, and nothing when nothing changes."""

import pytest

from revenue import records
from revenue.models import Account, Contact, Event, User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact(db: None) -> Contact:
    return factories.ContactFactory()


@pytest.fixture
def rep(contact: Contact) -> User:
    return contact.account.owner


def test_a_change_is_kept_and_the_log_names_the_fields_alone(contact: Contact, rep: User) -> None:
    records.update_contact(contact, by=rep, title="Director", first_name="Yara")
    assert Contact.objects.get().title == "Director"
    row = Event.objects.get(kind="contact.changed")
    assert (row.actor, row.data) == (f"user:{rep.pk}", {"fields": ["title"]})


@pytest.mark.parametrize(
    ("values", "words"),
    [({"account": 2}, "Not a field of a contact: account"), ({"time_zone": "Mars/X"}, "Mars/X")],
)
def test_what_cannot_be_is_refused(contact: Contact, rep: User, values: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        records.update_contact(contact, by=rep, **values)
    told = Event.objects.filter(account=contact.account).values_list("kind", flat=True)
    assert list(told) == ["account.imported"]


def test_somebody_who_left_gets_no_account(contact: Contact, rep: User) -> None:
    gone = factories.UserFactory(is_active=False)
    with pytest.raises(ValueError, match="deactivated"):
        records.assign_owner(contact.account, gone, by=rep)
    assert Account.objects.get().owner == rep


def test_the_same_owner_again_is_nothing(contact: Contact, rep: User) -> None:
    records.assign_owner(contact.account, rep, by=rep)
    assert not Event.objects.filter(kind="account.owner").exists()


def test_a_strategic_account_is_flagged_once(contact: Contact, rep: User) -> None:
    for _ in range(2):
        records.flag_strategic(contact.account, on=True, by=rep)
    assert Account.objects.get().is_strategic
    assert Event.objects.filter(kind="account.strategic").count() == 1


def test_somebody_new_is_found_again_in_whatever_letters_the_domain_is_written(
    contact: Contact, rep: User
) -> None:
    account = contact.account
    new = records.add_contact(account, name="Ben Roth", email="ben@bücher.example", by=rep)
    again = records.add_contact(account, name="B. Roth", email="Ben@xn--bcher-kva.example", by=rep)
    assert again == new
    assert new.email == "ben@xn--bcher-kva.example"
