"""Who comes in: nobody by an address that they gave up, nobody by guessing, nobody unasked."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from revenue import people
from revenue.models import User
from review.setup import links
from tests.review.accounts import cast

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-Password-77"
OLD, NEW = "old@seller.example", "new@seller.example"


@pytest.fixture(autouse=True)
def _fresh(settings: object) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    cache.clear()


@pytest.fixture
def user(db: None) -> User:
    """Somebody who came in by their link."""
    user = people.invite(name="Ada Berg", email=OLD, role="rep", team=None, by="test")
    link = links.make(user, by="test").url
    mail.outbox.clear()
    browser = Client()
    form = browser.get("/auth/" + link.partition("/auth/")[2], follow=True).redirect_chain[-1][0]
    browser.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    return user


def came_in(login: str, password: str = PASSWORD, **more: str) -> bool:
    answer = Client().post(reverse("account_login"), {"login": login, "password": password}, **more)
    return answer.status_code == 302


def asks_for_a_link(address: str, **more: str) -> list[str]:
    mail.outbox.clear()
    answer = Client().post(reverse("account_reset_password"), {"email": address}, **more)
    assert answer.status_code == 302
    return [one.to[0] for one in mail.outbox]


def test_an_address_that_was_given_up_opens_nothing(user: User) -> None:
    assert came_in(OLD)
    assert asks_for_a_link(OLD) == [OLD]
    people.change(user, name="Ada Berg", email=NEW, role="rep", team=None, by="test")
    assert not came_in(OLD)
    assert asks_for_a_link(OLD) == []
    assert came_in(NEW)
    assert asks_for_a_link(NEW) == [NEW]


def test_nobody_who_is_not_a_person_here_gets_mail(user: User) -> None:
    assert asks_for_a_link("buyer@brookfield.example") == []
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert asks_for_a_link(OLD) == []


def test_the_link_leads_to_this_site_whatever_the_request_says(
    user: User, settings: object
) -> None:
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://desk.seller.example", ["*"]
    asks_for_a_link(OLD, HTTP_HOST="desk.thief.example")
    [sent] = mail.outbox
    found = re.findall(r"https?://\S+", sent.body)
    assert found
    assert all(url.startswith("https://desk.seller.example/auth/") for url in found)
    assert "thief" not in f"{sent.subject}\n{sent.body}"


def test_a_name_is_closed_after_five_guesses_and_stays_so_in_a_flood_of_others(user: User) -> None:
    for number in range(5):
        assert not came_in(OLD, "guess", REMOTE_ADDR=f"10.0.0.{number}")
    assert not came_in(OLD, REMOTE_ADDR="10.0.1.1")
    for number in range(1_000):
        cache.set(f"somebody:{number}", [1], 300)
        cache.set(f"zz:{number}", [1], 300)
    assert not came_in(OLD, REMOTE_ADDR="10.0.1.2")


def test_behind_a_proxy_one_who_guesses_locks_out_nobody_else(user: User, settings: object) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(11):
        assert not came_in(f"name{number}", HTTP_X_FORWARDED_FOR="192.0.2.1, 198.51.100.7")
    assert not came_in(OLD, HTTP_X_FORWARDED_FOR="192.0.2.9, 198.51.100.7")
    assert came_in(OLD, HTTP_X_FORWARDED_FOR="198.51.100.7, 203.0.113.5")


def test_a_sign_in_begins_a_new_session(user: User) -> None:
    browser = Client()
    browser.get(reverse("account_login"))
    browser.session["planted"] = "1"
    session = browser.session
    session["planted"] = "1"
    session.save()
    before = browser.cookies["sessionid"].value
    browser.post(reverse("account_login"), {"login": OLD, "password": PASSWORD})
    assert browser.cookies["sessionid"].value != before


@pytest.mark.parametrize(
    "where",
    ["//thief.example", "https://thief.example/", "javascript:alert(1)", "/\\thief.example"],
)
def test_a_sign_in_leads_nowhere_else(user: User, where: str) -> None:
    answer = Client().post(
        reverse("account_login"), {"login": OLD, "password": PASSWORD, "next": where}
    )
    assert answer["Location"] == reverse("today")


def test_an_admins_sign_in_leads_to_the_set_up() -> None:
    admin = cast.admin()
    admin.set_password(PASSWORD)
    admin.save()
    answer = Client().post(
        reverse("account_login"), {"login": admin.username, "password": PASSWORD}
    )
    assert answer["Location"] == reverse("setup")
