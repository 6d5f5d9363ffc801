"""Signing in and its ways out: what each page says, and what to do next."""

import re
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from review.setup import links
from tests.factories import UserFactory
from tests.review.accounts import cast
from tests.review.setup.doors import text

pytestmark = pytest.mark.django_db
NEW = {"password1": "a-password-of-my-own", "password2": "a-password-of-my-own"}


@pytest.mark.parametrize("login", ["ada", "ada@seller.example"])
def test_a_wrong_password_is_told_in_a_sentence(login: str) -> None:
    cast.admin()
    answer = Client().post(reverse("account_login"), {"login": login, "password": "wrong"})
    assert re.search("This (address|user name) or this password is not right.", text(answer))


def test_a_chosen_password_signs_in_and_leads_on() -> None:
    for user, place in ((cast.admin(), "setup"), (cast.rep(), "today")):
        browser = Client()
        path = urlsplit(links.make(user, by="test").url).path
        form = browser.get(path, follow=True).redirect_chain[-1][0]
        answer = browser.post(form, NEW)
        assert answer["Location"] == reverse(place)
        assert browser.get(reverse("setup")).status_code == 200


def test_the_password_pages_speak_plainly() -> None:
    browser = cast.signed_in(cast.rep())
    shown = text(browser.get(reverse("account_change_password")))
    for label in ("Present password", "New password", "New password, again"):
        assert label in shown
    assert "placeholder" not in shown
    assert "At least ten characters" in shown


def test_without_a_mail_server_no_link_is_promised(local_outbox) -> None:
    shown = text(Client().get(reverse("account_reset_password")))
    assert "no link can be sent" in shown
    assert "manage.py invite" in shown
    assert "Send the link" not in shown


def test_with_a_mail_server_a_link_is_sent_to_an_address_that_we_know(settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    UserFactory(username="moses", email="moses@seller.example")
    assert "Send the link" in text(Client().get(reverse("account_reset_password")))
    Client().post(reverse("account_reset_password"), {"email": "moses@seller.example"})
    assert "/auth/password/reset/key/" in mail.outbox[0].body


def test_a_link_that_is_over_leads_to_a_new_one() -> None:
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "x-y"})
    shown = text(Client().get(path))
    assert "no longer works" in shown
    assert reverse("account_reset_password") in shown


# --- pages of another role, and of nobody ---------------------------------------------------------


def test_a_page_of_another_role_leads_an_admin_to_the_set_up() -> None:
    answer = cast.signed_in(cast.admin()).get(reverse("ring"))
    assert answer.status_code == 403
    assert reverse("setup") in text(answer)
    assert "reads no buyer" in text(answer)
    assert "Go to Today" in text(cast.signed_in(cast.rep()).get(reverse("people")))


def test_what_is_not_here_leads_on() -> None:
    for who, words in (("admin", "Go to set-up"), ("rep", "Go to Today")):
        answer = cast.signed_in(getattr(cast, who)()).get("/nothing/here/")
        assert (answer.status_code, words in text(answer)) == (404, True)
    assert "Sign in" in text(Client().get("/nothing/here/"))


def test_what_a_person_can_meet_is_no_news_for_the_terminal(caplog) -> None:
    cast.signed_in(cast.rep()).get(reverse("people"))
    Client().get("/nothing/here/")
    assert caplog.records == []
