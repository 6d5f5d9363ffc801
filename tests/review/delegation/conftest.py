"""The desk's cast, and somebody who is away."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from revenue import clock as times
from revenue import delegations
from revenue.models import Delegation, User
from tests.review.desk.conftest import (  # noqa: F401
    admin,
    colleague,
    get,
    item,
    manager,
    outsider,
    post,
    rep,
)


def away(
    user: User, *, delegate: User | None = None, days: float = 7, first: float = 0.0
) -> Delegation:
    now = times.now()
    return delegations.begin(
        user, starts_at=now + timedelta(days=first), ends_at=now + timedelta(days=first + days),
        delegate=delegate, by=user,
    )  # fmt: skip


def moment(days: float) -> str:
    """As a browser's field for a day and a time sends it."""
    return f"{times.now() + timedelta(days=days):%Y-%m-%dT%H:%M}"


@pytest.fixture
def say(client: Client) -> Callable[..., HttpResponse]:
    """POST one verb about somebody's time away as `by`."""

    def send(verb: str, person: User, *, by: User, **data: object) -> HttpResponse:
        client.force_login(by)
        return client.post(reverse(f"delegation_{verb}", args=[person.pk]), data)

    return send
