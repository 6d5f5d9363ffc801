"""What the tests of practice stand on."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from review.models import Plant
from tests.review.practice import scene as scenes
from tests.review.practice.scene import Scene

HTMX = {"HX-Request": "true"}


@pytest.fixture
def here(workspace: object) -> Scene:
    return scenes.scene()


@pytest.fixture
def plant(here: Scene) -> Plant:
    return here.plant()


@pytest.fixture
def post(plant: Plant) -> Callable[..., HttpResponse]:
    """One of the desk's verbs on the practice draft, by somebody, as htmx sends it."""

    def send(who: object, verb: str, **form: object) -> HttpResponse:
        client = Client(raise_request_exception=True)
        client.force_login(who)
        seen = {"revision": 1, "context_hash": plant.item.draft.context_hash, "dwell_ms": 9000}
        return client.post(
            reverse(f"item_{verb}", args=[plant.item.pk]), {**seen, **form}, headers=HTMX
        )

    return send
