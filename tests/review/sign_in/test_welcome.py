"""The first admin of an empty installation comes in by the link that was printed, once."""

import threading

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.urls import reverse

from revenue import people, sign_in
from revenue.models import Event, User
from tests.factories import UserFactory
from tests.review.setup.doors import text

pytestmark = pytest.mark.django_db
ADA = {"name": "Ada Berg", "email": "Ada@Harbour.example", "password": "a-password-of-my-own"}


def come_in(client: Client | None = None, **changes: str):
    return (client or Client()).post(sign_in.welcome_path(), {**ADA, **changes})


def test_the_first_person_becomes_the_admin_and_is_signed_in(client) -> None:
    assert "you become the admin" in text(client.get(sign_in.welcome_path()))
    answer = come_in(client)
    assert answer["Location"] == reverse("setup")
    assert "Welcome, Ada." in text(client.get(reverse("setup")))
    ada = User.objects.get()
    assert (ada.role, ada.email, str(ada)) == ("admin", "ada@harbour.example", "Ada Berg")
    assert Event.objects.get(kind="person.invited").actor == "system:first-run"


def test_they_sign_in_with_their_password_from_then_on() -> None:
    come_in()
    login = {"login": "ada@harbour.example", "password": ADA["password"]}
    assert Client().post(reverse("account_login"), login)["Location"] == reverse("setup")


def test_the_link_opens_nothing_once_there_is_an_admin(client) -> None:
    come_in()
    for answer in (client.get(sign_in.welcome_path()), come_in(client, email="b@c.example")):
        assert answer["Location"] == reverse("account_login")
    assert "There is an admin already." in text(client.get(reverse("account_login")))
    assert User.objects.count() == 1


def test_people_of_an_import_do_not_close_it(client) -> None:
    UserFactory(email="")
    assert come_in(client)["Location"] == reverse("setup")


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "a:b:c",
        pytest.param(signing.dumps("first admin"), id="signed for something else"),
        "%00",
    ],
)
def test_a_link_that_was_not_printed_is_not_there(client, token: str) -> None:
    path = reverse("welcome", args=[token])
    assert client.get(path).status_code == 404
    assert client.post(path, ADA).status_code == 404
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "required"),
        ({"email": "ada"}, "valid email"),
        ({"password": "short"}, "too short"),
        ({"password": "password12"}, "too common"),
        ({"name": "Ada\r\nBcc: x@y.example"}, "one line"),
    ],
)
def test_a_bad_value_is_told_and_nobody_is_made(client, changes: dict, words: str) -> None:
    answer = come_in(client, **changes)
    assert answer.status_code == 422
    assert words in text(answer)
    assert not User.objects.exists()


def test_an_address_of_somebody_else_is_told(client) -> None:
    UserFactory(email="ada@harbour.example")
    answer = come_in(client)
    assert answer.status_code == 422
    assert "already invited" in text(answer)


def test_the_sign_in_says_where_the_link_stands_as_long_as_nobody_can(client) -> None:
    assert "Nobody can sign in yet." in text(client.get(reverse("account_login")))
    come_in()
    assert "Nobody can sign in yet." not in text(Client().get(reverse("account_login")))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_becomes_the_admin() -> None:
    barrier, said = threading.Barrier(2), []

    def run(number: int) -> None:
        connection.ensure_connection()
        barrier.wait()
        try:
            people.first_admin(**{**ADA, "email": f"ada{number}@harbour.example"})
            said.append("done")
        except people.PeopleError as error:
            said.append(str(error))
        connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(words == "done" for words in said) == [False, True]
    assert User.objects.count() == 1
