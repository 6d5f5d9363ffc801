"""The list of people."""

import pytest
from django.urls import reverse

from revenue import clock
from review.views import people
from tests.factories import AccountFactory, UserFactory
from tests.review.accounts import cast
from tests.review.setup.doors import client, text

pytestmark = pytest.mark.django_db


def show(query: str = "") -> str:
    return text(client("admin").get(reverse("people") + query))


def test_it_says_role_team_accounts_and_login() -> None:
    AccountFactory(owner=cast.rep())
    page = show()
    assert "Moses Frase" in page
    assert "Central" in page
    assert "Invited" in page


def test_somebody_without_an_address_is_marked() -> None:
    UserFactory(first_name="Anna", email="")
    assert "No address" in show()


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("", {"Moses", "Vicki"}),
        ("?show=waiting", {"Vicki"}),
        ("?show=off", {"Gone"}),
        ("?show=silent", {"Lena"}),
        ("?q=mos+fra", {"Moses"}),
        ("?q=vicki@seller.example", {"Vicki"}),
        ("?q=%00", {"Moses", "Vicki"}),
        ("?show=off&q=mos", set()),
        ("?after=abc", {"Moses", "Vicki"}),
    ],
)
def test_it_finds_people(query: str, there: set[str]) -> None:
    moses = cast.rep()
    moses.last_login = clock.now()
    moses.save()
    cast.colleague()
    UserFactory(first_name="Gone", is_active=False)
    if "silent" in query:
        UserFactory(first_name="Lena", email="")
    page = show(query)
    names = ("Moses", "Vicki", "Gone", "Lena")
    assert {name for name in names if f"{name} " in page} == there


def test_a_long_list_has_pages(monkeypatch) -> None:
    monkeypatch.setattr(people, "SIZE", 2)
    for number in range(4):
        UserFactory(username=f"z{number}", first_name=f"Zoe{number}")
    assert "Next" in show()
    assert "Zoe3" not in show()


def test_it_asks_a_fixed_number_of_questions(workspace, django_assert_max_num_queries) -> None:
    for _ in range(8):
        AccountFactory()
    browser = client("admin")
    with django_assert_max_num_queries(6):
        browser.get(reverse("people"))


@pytest.mark.parametrize("who", ["rep", "manager"])
def test_others_do_not_see_it(who: str) -> None:
    assert client(who).get(reverse("people")).status_code == 403


@pytest.mark.parametrize("pk", [0, 2**63])
def test_a_person_who_is_not_there_is_404(pk: int) -> None:
    assert client("admin").get(reverse("person", args=[pk])).status_code == 404


def test_the_page_of_a_person_asks_a_fixed_number_of_questions(
    workspace, django_assert_max_num_queries
) -> None:
    for _ in range(8):
        AccountFactory(owner=cast.rep())
    browser = client("admin")
    with django_assert_max_num_queries(10):
        browser.get(reverse("person", args=[cast.rep().pk]))
