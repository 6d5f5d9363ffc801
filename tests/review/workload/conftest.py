"""The desk's cast, with drafts to share out."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from revenue.models import User
from review.models import ReviewItem
from tests.review.desk.conftest import (  # noqa: F401
    admin,
    colleague,
    get,
    item,
    manager,
    outsider,
    post,
    put_on_desk,
    rep,
)


def drafts(owner: User, number: int) -> list[ReviewItem]:
    return [put_on_desk(owner) for _ in range(number)]


def held(person: User, by: User) -> int:
    """How many wait for this very person, as the manager `by` sees it."""
    return (
        ReviewItem.objects.for_user(by).pending().with_decider().filter(decider=person.pk).count()
    )


@pytest.fixture
def send(client: Client) -> Callable[..., HttpResponse]:
    """POST one verb of the page as `by`."""

    def press(verb: str, *, by: User, **data: object) -> HttpResponse:
        client.force_login(by)
        return client.post(reverse(f"workload_{verb}"), data)

    return press
