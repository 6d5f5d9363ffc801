"""The demo goes with one click, said before."""

import pytest
from django.test import Client
from django.urls import reverse

from revenue.models import Account, User
from review import demo
from tests.review.setup.doors import client, refuses, text

pytestmark = pytest.mark.django_db
OWN = {"name": "Ada Berg", "email": "ada@harbour.example", "password": "a-password-of-my-own"}


@pytest.fixture
def planted() -> None:
    demo.seed()


def as_demo_admin() -> Client:
    browser = Client()
    browser.force_login(User.objects.get(username="admin"))
    return browser


def test_the_page_says_before_what_goes_and_what_stays(planted: None) -> None:
    page = text(as_demo_admin().get(reverse("demo")))
    assert "13 invented accounts, with 16 people and 22 deals" in page
    assert "The log of what happened" in page
    assert Account.objects.exists()


def test_one_click_of_an_invited_admin_removes_it(planted: None) -> None:
    answer = client("admin").post(reverse("demo_remove"), follow=True)
    assert not Account.objects.exists()
    assert "The demo is gone: 13 accounts" in text(answer)
    assert "0 of 6 done" in text(answer)


def test_a_demo_admin_stays_signed_in_with_a_login_of_their_own(planted: None) -> None:
    browser = as_demo_admin()
    answer = browser.post(reverse("demo_remove"), OWN, follow=True)
    assert answer.status_code == 200
    assert answer.context["request"].user.email == OWN["email"]
    fresh = Client()
    signed_in = fresh.post(
        reverse("account_login"), {"login": OWN["email"], "password": OWN["password"]}
    )
    assert signed_in.status_code == 302


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("email", "nowhere"), ("password", ""), ("password", "short"),
     ("email", "nora.falk@tidewater.example")],
)  # fmt: skip
def test_a_login_that_will_not_do_removes_nothing_and_keeps_the_form(
    planted: None, field: str, value: str
) -> None:
    answer = as_demo_admin().post(reverse("demo_remove"), OWN | {field: value})
    assert answer.status_code == 422
    assert "Your own login" in text(answer)
    assert Account.objects.count() == 13
    assert User.objects.get(username="admin").is_demo


def test_the_password_is_not_sent_back(planted: None) -> None:
    answer = as_demo_admin().post(reverse("demo_remove"), OWN | {"name": ""})
    assert OWN["password"] not in text(answer)


def test_twice_says_that_it_is_gone(planted: None) -> None:
    browser = client("admin")
    browser.post(reverse("demo_remove"))
    answer = browser.post(reverse("demo_remove"))
    assert answer.status_code == 422
    assert "gone already" in text(answer)


def test_without_a_demo_the_page_says_so() -> None:
    assert "Nothing of it is left" in text(client("admin").get(reverse("demo")))


def test_only_an_admin_may_remove_it(planted: None) -> None:
    refuses(reverse("demo_remove"), "rep", "manager")
    assert Account.objects.count() == 13
