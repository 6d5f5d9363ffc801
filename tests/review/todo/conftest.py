"""A task of the rep's at their account, and whoever presses something on it."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.urls import reverse

from revenue.models import Account, Task, User
from tests.review.accounts import cast
from tests.review.today import scenes

HTMX = {"HX-Request": "true"}
Press = Callable[..., HttpResponse]


@pytest.fixture
def account(workspace) -> Account:
    return scenes.account("Condax")


@pytest.fixture
def task(account: Account) -> Task:
    return scenes.task(account, subject="Send the quote")


@pytest.fixture
def press(task: Task) -> Press:
    """POST one verb on the task as `by`; over htmx unless `htmx=False`."""

    def send(
        verb: str, by: User | None = None, *, htmx: bool = True, **data: object
    ) -> HttpResponse:
        browser = cast.signed_in(by or cast.rep())
        url = reverse(f"task_{verb}", args=[task.pk])
        return browser.post(url, data, headers=HTMX if htmx else {})

    return send
