"""A test call: which model, how long, what it cost, and every way in which it fails."""

import socket
import time
from decimal import Decimal

import pytest
from django.urls import reverse

from agents.models import Spend
from revenue import workspace
from review.setup import asking, checklist, patience
from tests.fakes import ScriptedModel
from tests.review.accounts import cast
from tests.review.setup.doors import client, refuses, text

pytestmark = pytest.mark.django_db
URL = "setup_model_test"
ANSWER = {"agent": "outreach", "verdict": "run", "reason": "They answered."}


@pytest.fixture
def online(scripted_model: ScriptedModel, settings) -> ScriptedModel:
    settings.OPENAI_API_KEY = "sk-a-secret-key"
    settings.MODEL_PRICES = {settings.OPENAI_MODEL: [10, 10, 10], "scripted": [10, 10, 10]}
    return scripted_model.on("RouterOutput", ANSWER)


def press():
    return client("admin").post(reverse(URL))


def model_step() -> checklist.Step:
    return next(one for one in checklist.steps(cast.admin()) if one.key == "model")


def test_the_offline_writer_answers_and_costs_nothing() -> None:
    answer = press()
    assert answer.status_code == 200
    assert "The offline writer answered in" in text(answer)
    assert "cost nothing" in text(answer)
    assert model_step().state == "done"


def test_a_model_says_its_name_the_time_and_the_price(online: ScriptedModel) -> None:
    answer = press()
    assert answer.status_code == 200
    assert "scripted answered in" in text(answer)
    assert "100 tokens read, 20 written" in text(answer)
    assert "It cost $0.0012" in text(answer)
    assert len(online.asked) == 1


def test_a_model_without_a_price_says_so(online: ScriptedModel, settings) -> None:
    settings.MODEL_PRICES = {}
    assert "No price is known for this model: it counts as $0.001." in text(press())


def test_the_key_is_shown_nowhere(online: ScriptedModel) -> None:
    for answer in (press(), client("admin").get(reverse("setup_model")),
                   client("admin").get(reverse("setup"))):  # fmt: skip
        assert "a-secret-key" not in text(answer)


def test_what_it_cost_is_booked(online: ScriptedModel) -> None:
    press()
    row = Spend.objects.get(scope="all")
    assert row.reserved == 0
    assert row.settled == Decimal("0.0012")


def test_the_step_opens_again_when_another_model_would_answer(settings) -> None:
    press()
    settings.OPENAI_API_KEY = "sk-x"
    assert model_step().state == ""


def test_a_failed_call_is_told_until_one_succeeds(settings) -> None:
    settings.OPENAI_BASE_URL = "http://127.0.0.1:9/v1"
    answer = press()
    assert answer.status_code == 422
    assert model_step().state == "failed"
    assert model_step().trouble
    assert workspace.load().model_tested_at is None


def test_a_model_that_never_answers_is_given_up_in_time(settings, monkeypatch) -> None:
    monkeypatch.setattr(patience, "SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.OPENAI_BASE_URL = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        began = time.monotonic()
        answer = press()
        assert time.monotonic() - began < 5
    assert answer.status_code == 422
    assert model_step().state == "failed"


def test_an_address_that_is_looked_up_for_ever_is_given_up(settings, monkeypatch) -> None:
    """Looking a name up has no deadline of its own, so here the whole client hangs."""
    settings.OPENAI_API_KEY = "sk-x"
    monkeypatch.setattr(patience, "SECONDS", 0.1)
    monkeypatch.setattr(asking, "GRACE", 0.3)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(2))
    assert "is not found" in text(press())
    assert Spend.objects.get(scope="all").reserved == 0


def test_an_answer_that_cannot_be_used_is_a_failure(online: ScriptedModel) -> None:
    online.on("RouterOutput", "I would rather talk about the weather")
    answer = press()
    assert answer.status_code == 422
    assert "could not be used" in text(answer)


def test_a_spent_budget_refuses_the_call(online: ScriptedModel, settings) -> None:
    settings.MODEL_BUDGET_PER_DAY = 0
    assert "budget is spent" in text(press())
    assert online.asked == []


def test_only_an_admin_may_make_it_and_only_by_post() -> None:
    refuses(reverse(URL), "rep", "manager")


def test_the_page_explains_the_offline_writer() -> None:
    assert "needs no key" in text(client("admin").get(reverse("setup_model")))
