"""A rep with a preference, and who else there is."""

import pytest

from agents import preferences
from agents.models import Preference
from revenue.models import User
from tests.review.desk.conftest import admin, colleague, get, manager, outsider, rep  # noqa: F401

CLASS = "outreach.first_email"


def saved(by: User, *, output_class: str = CLASS, **more: object) -> Preference:
    values = {"name": "Shorter", "text": "Write at most 60 words."} | more
    return preferences.save(output_class=output_class, by=by, **values)


@pytest.fixture
def wish(rep: User) -> Preference:  # noqa: F811
    return saved(rep)


@pytest.fixture
def press(client):
    """Press a button of a preference as `by`; the page that follows."""

    def send(verb: str, row: Preference, *, by: User):
        client.force_login(by)
        return client.post(f"/preferences/{row.pk}/{verb}/", follow=True)

    return send
