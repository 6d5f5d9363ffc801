"""Somebody comes back."""

import pytest
from django.urls import reverse

from revenue.models import Event, User
from tests.factories import UserFactory
from tests.review.accounts import cast
from tests.review.setup.doors import client, refuses, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def gone() -> User:
    return UserFactory(username="gone", is_active=False)


def reactivate(user: User):
    return client("admin").post(reverse("person_reactivate", args=[user.pk]))


def test_they_can_sign_in_with_the_password_that_they_had(gone: User, client) -> None:
    login = {"login": "gone", "password": "countersign"}
    assert client.login(username="gone", password="countersign") is False
    reactivate(gone)
    assert client.post(reverse("account_login"), login).status_code == 302
    assert Event.objects.filter(kind="person.reactivated").count() == 1


def test_twice_says_so(gone: User) -> None:
    reactivate(gone)
    answer = reactivate(gone)
    assert answer.status_code == 409
    assert "active already" in text(answer)
    assert Event.objects.filter(kind="person.reactivated").count() == 1


def test_nobody_there_is_404() -> None:
    assert client("admin").post(reverse("person_reactivate", args=[99999])).status_code == 404


def test_only_an_admin_may_do_it_and_only_by_post(gone: User) -> None:
    refuses(reverse("person_reactivate", args=[gone.pk]), "rep", "manager")
    gone.refresh_from_db()
    assert not gone.is_active
    assert cast.rep().is_active
