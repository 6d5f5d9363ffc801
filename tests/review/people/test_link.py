"""A fresh link to choose a password."""

import pytest
from django.urls import reverse

from revenue.models import Event
from tests.factories import UserFactory
from tests.review.accounts import cast
from tests.review.setup.doors import client, refuses, text

pytestmark = pytest.mark.django_db


def make(user):
    return client("admin").post(reverse("person_link", args=[user.pk]))


def test_a_link_is_made_and_shown_once(local_outbox) -> None:
    answer = make(cast.rep())
    assert "/auth/password/reset/key/" in text(answer)
    page = client("admin").get(reverse("person", args=[cast.rep().pk]))
    assert "/auth/password/reset/key/" not in text(page)


def test_the_log_knows_that_a_link_was_made_and_not_which() -> None:
    make(cast.rep())
    event = Event.objects.get(kind="person.link_made")
    assert event.subject_id == cast.rep().pk
    assert event.data == {}


def test_somebody_without_an_address_gets_the_link_by_hand(smtp) -> None:
    anna = UserFactory(username="anna", email="")
    answer = make(anna)
    assert "signs in as anna" in text(answer)
    assert smtp.mails == []


def test_the_link_names_the_configured_address_and_not_the_browsers(settings) -> None:
    settings.SITE_URL = "https://desk.seller.example"
    answer = make(cast.rep())
    assert "https://desk.seller.example/auth/password/reset/key/" in text(answer)


def test_twice_makes_two_links() -> None:
    make(cast.rep())
    assert make(cast.rep()).status_code == 200


def test_somebody_deactivated_gets_none() -> None:
    gone = UserFactory(is_active=False)
    answer = make(gone)
    assert answer.status_code == 409
    assert "Reactivate them first" in text(answer)


def test_only_an_admin_may_make_one_and_only_by_post() -> None:
    refuses(reverse("person_link", args=[cast.rep().pk]), "rep", "manager")
