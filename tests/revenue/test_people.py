"""People come by invitation and leave by deactivation; one admin always stays."""

import pytest

from revenue import people
from revenue.models import Account, Event, User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db: None) -> User:
    return factories.UserFactory(username="admin", role="admin")


def invite(admin: User, **more: object) -> User:
    values = {"name": "Moses Frase", "email": "Moses@Seller.example", "role": "rep", "team": None}
    return people.invite(by=admin, **(values | more))


def test_an_invited_person_has_no_password_yet(admin: User) -> None:
    user = invite(admin)
    assert (user.username, user.email, user.last_name) == (
        "moses.frase", "moses@seller.example", "Frase",
    )  # fmt: skip
    assert not user.has_usable_password()


def test_two_of_one_name_get_two_user_names(admin: User) -> None:
    assert [invite(admin, email=f"{n}@seller.example").username for n in (1, 2)] == [
        "moses.frase", "moses.frase2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "words"),
    [({"email": "ADMIN@seller.example"}, "already invited"), ({"role": "boss"}, "no role “boss”")],
)
def test_who_cannot_be_invited(admin: User, more: dict, words: str) -> None:
    with pytest.raises(people.PeopleError, match=words):
        invite(admin, **more)
    assert User.objects.count() == 1


def test_whoever_leaves_hands_the_accounts_over_and_keeps_the_history(admin: User) -> None:
    account = factories.AccountFactory()
    successor = factories.UserFactory()
    assert people.deactivate(account.owner, by=admin, successor=successor) == 1
    assert Account.objects.get().owner == successor
    account.owner.refresh_from_db()
    assert not account.owner.is_active
    assert Event.objects.filter(kind="person.deactivated").count() == 1


def test_nobody_deactivates_themselves(admin: User) -> None:
    with pytest.raises(people.PeopleError, match="yourself"):
        people.deactivate(admin, by=admin)


def test_the_last_admin_stays(admin: User) -> None:
    with pytest.raises(people.PeopleError, match="last admin"):
        people.deactivate(admin, by="system")
    with pytest.raises(people.PeopleError, match="last admin"):
        people.change(admin, name="A", email="", role="rep", team=None, by=admin)
    factories.UserFactory(role="admin")
    people.deactivate(admin, by="system")
    assert not User.objects.get(pk=admin.pk).is_active


def test_there_is_one_first_admin(admin: User) -> None:
    with pytest.raises(people.PeopleError, match="an admin already"):
        people.first_admin(name="Ada", email="ada@seller.example", password="a-long-password")
    assert User.objects.count() == 1
