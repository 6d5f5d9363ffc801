"""Name, address, role and team of somebody."""

import pytest
from django.urls import reverse

from revenue.models import Event, Team, User
from tests.factories import AccountFactory, UserFactory
from tests.review.accounts import cast
from tests.review.setup.doors import client, refuses, text

pytestmark = pytest.mark.django_db


def change(user: User, **changes: object):
    values = {"name": str(user), "email": user.email, "role": user.role,
              "team": user.team_id or ""}  # fmt: skip
    return client("admin").post(reverse("person_change", args=[user.pk]), {**values, **changes})


def test_a_rep_becomes_a_manager_of_another_team() -> None:
    team = Team.objects.create(name="North")
    assert change(cast.rep(), role="manager", team=team.pk).status_code == 302
    moses = User.objects.get(username="moses")
    assert (moses.role, moses.team) == ("manager", team)
    assert Event.objects.get(kind="person.changed").data["fields"] == ["role", "team"]


def test_their_accounts_stay_theirs() -> None:
    account = AccountFactory(owner=cast.rep())
    change(cast.rep(), role="manager")
    account.refresh_from_db()
    assert account.owner.username == "moses"


def test_an_imported_person_gets_an_address() -> None:
    anna = UserFactory(first_name="Anna", last_name="Snelling", email="")
    change(anna, email="Anna@Seller.example")
    anna.refresh_from_db()
    assert anna.email == "anna@seller.example"


def test_whoever_got_an_address_gets_the_link_at_once(smtp) -> None:
    anna = UserFactory(first_name="Anna", last_name="Snelling", email="")
    anna.set_unusable_password()
    anna.save()
    answer = change(anna, email="anna@seller.example")
    assert answer.status_code == 200
    assert "Anna Snelling is invited." in text(answer)
    assert "/auth/password/reset/key/" in text(answer)
    assert smtp.recipients == ["anna@seller.example"]
    assert change(User.objects.get(pk=anna.pk), email="a@seller.example").status_code == 302


def test_an_imported_person_may_stay_without_an_address() -> None:
    anna = UserFactory(first_name="Anna", email="")
    UserFactory(email="")
    assert change(anna, role="manager").status_code == 302


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "required"),
        ({"email": "bob@"}, "valid email"),
        ({"role": "owner"}, "not one of the available choices"),
        ({"new_team": "x" * 121}, "120"),
    ],
)
def test_a_bad_value_is_told_at_its_field_and_nothing_changes(changes: dict, words: str) -> None:
    moses = cast.rep()
    answer = change(moses, **changes)
    assert answer.status_code == 422
    assert words in text(answer)
    fresh = User.objects.get(pk=moses.pk)
    assert (str(fresh), fresh.email, fresh.role) == (str(moses), moses.email, "rep")


def test_the_address_of_somebody_else_is_refused() -> None:
    answer = change(cast.rep(), email=cast.colleague().email.upper())
    assert answer.status_code == 422
    assert "belongs to somebody else" in text(answer)


def test_the_last_admin_stays_one() -> None:
    answer = change(cast.admin(), role="rep")
    assert answer.status_code == 422
    assert "last admin" in text(answer)
    assert User.objects.get(username="ada").is_admin


def test_with_a_second_admin_the_first_may_go() -> None:
    UserFactory(username="bo", role="admin")
    change(cast.admin(), role="manager")
    assert User.objects.get(username="ada").role == "manager"


def test_twice_writes_one_event() -> None:
    change(cast.rep(), role="manager")
    change(User.objects.get(username="moses"), role="manager")
    assert Event.objects.filter(kind="person.changed").count() == 1


def test_nobody_there_is_404() -> None:
    assert client("admin").post(reverse("person_change", args=[99999])).status_code == 404


def test_only_an_admin_may_change_people_and_only_by_post() -> None:
    refuses(reverse("person_change", args=[cast.rep().pk]), "rep", "manager")
