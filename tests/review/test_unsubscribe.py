"""The link in every mail (RFC 8058): a POST suppresses, looking at the page never does."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django_q.models import OrmQ

from revenue.models import Suppression
from review import payload
from tests.factories import ContactFactory, prospect
from tests.review.accounts import cast

pytestmark = pytest.mark.django_db
EMAIL = "yara@condax.example"


@pytest.fixture
def url(workspace) -> str:
    link = payload.unsubscribe_link(workspace, EMAIL)
    return "/u/" + link.rpartition("/u/")[2]


@pytest.fixture
def stranger() -> Client:
    return Client(enforce_csrf_checks=True)


def test_looking_at_the_page_changes_nothing(stranger, url) -> None:
    for response in (stranger.get(url), stranger.head(url)):
        assert response.status_code == 200
    assert not Suppression.objects.exists()


def test_the_page_names_the_company_and_has_a_button(stranger, url) -> None:
    words = stranger.get(url).content.decode()
    assert "Harbour Supply" in words
    assert '<form class="form" method="post">' in words
    assert EMAIL not in words


def test_a_post_suppresses_without_cookie_login_or_redirect(stranger, url) -> None:
    OrmQ.objects.all().delete()
    response = stranger.post(url, {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert not response.cookies
    row = Suppression.objects.get()
    assert (row.scope, row.value, row.by) == ("address", EMAIL, "contact")
    assert OrmQ.objects.count() == 1


def test_neither_page_sets_a_cookie_or_loads_a_script(stranger, url) -> None:
    for response in (stranger.get(url), stranger.post(url)):
        assert not response.cookies
        assert b"<script" not in response.content
        assert "script-src 'self'" in response["Content-Security-Policy"]


def test_twice_is_once(stranger, url) -> None:
    stranger.post(url)
    assert stranger.post(url).status_code == 200
    assert Suppression.objects.count() == 1


@pytest.mark.parametrize("change", [lambda url: url[:-4] + "AAA/", lambda url: "/u/nothing/"])
def test_a_forged_link_is_not_there(stranger, url, change) -> None:
    for response in (stranger.get(change(url)), stranger.post(change(url))):
        assert response.status_code == 404
    assert not Suppression.objects.exists()


def test_another_method_is_refused(stranger, url) -> None:
    assert stranger.put(url).status_code == 405


def test_the_voice_of_the_account_ends(stranger, workspace) -> None:
    account = prospect(owner=cast.rep())
    item = cast.item_at(account)
    link = payload.unsubscribe_link(workspace, account.contacts.get().email)
    stranger.post("/u/" + link.rpartition("/u/")[2])
    assert not type(item).objects.fresh().filter(pk=item.pk).exists()


def test_somebody_signed_in_reads_the_same_page(url) -> None:
    assert b"site-nav" not in cast.signed_in(cast.rep()).get(url).content


def test_the_name_of_the_link_is_the_pages(url) -> None:
    assert url == reverse("unsubscribe", args=[url.split("/")[2]])


def test_the_link_of_a_person_without_an_address_is_nobodys(stranger, workspace) -> None:
    here = cast.account_of(cast.rep())
    contact = ContactFactory(account=here, email="")
    item = cast.item_at(here, contact=contact)
    shown = cast.signed_in(cast.rep()).get(reverse("item", args=[item.pk])).content.decode()
    url = "/u/" + re.search(r"/u/([^/]+)/", shown)[1] + "/"
    bystander = cast.account_of(cast.colleague())
    ContactFactory(account=bystander, email="")
    before = bystander.context_version
    assert stranger.post(url).status_code == 404
    bystander.refresh_from_db()
    assert bystander.context_version == before
    assert not Suppression.objects.exists()


def test_a_link_that_was_cut_off_says_what_else_a_buyer_can_do(stranger) -> None:
    words = stranger.get("/u/nothing/").content.decode()
    assert "This link does not work" in words
    assert "“stop”" in words
    assert "Sign in" not in words
