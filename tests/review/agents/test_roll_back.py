"""Going back: what an older version says runs again, as a version of its own."""

import re

import pytest
from django.urls import reverse

from agents.models import AgentConfig
from review.models import Lane
from tests.review.agents.pages import lane, latest, published
from tests.review.setup.doors import client, refuses, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def first() -> AgentConfig:
    """Version 1; version 2 runs."""
    row = latest()
    published()
    return row


def page(row: AgentConfig) -> str:
    answer = client("admin").get(reverse("agent_version", args=[row.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def form_of(row: AgentConfig) -> dict[str, str]:
    return dict(re.findall(r'name="(seen|seal)" value="(\w+)"', page(row)))


def go_back(row: AgentConfig, form: dict[str, str]):
    return client("admin").post(reverse("agent_roll_back", args=[row.pk]), form)


def test_what_it_says_runs_again_as_a_new_version(first: AgentConfig) -> None:
    answer = go_back(first, form_of(first) | {"note": "Replies fell."})
    assert answer.status_code == 302
    now = latest()
    assert (now.version, now.restores, now.note) == (3, 1, "Replies fell.")
    assert (now.prompt, now.fingerprint, now.is_active) == (first.prompt, first.fingerprint, True)


def test_without_a_note_it_says_so_itself(first: AgentConfig) -> None:
    go_back(first, form_of(first))
    assert latest().note == "Version 1 again."


def test_the_evidence_begins_anew_and_the_page_says_so_before(first: AgentConfig) -> None:
    mine = lane("outreach.first_email", state=Lane.State.AUTO)
    assert "Every draft is reviewed again." in page(first)
    go_back(first, form_of(first))
    mine.refresh_from_db()
    assert mine.state == Lane.State.REVIEW


def test_somebody_who_published_meanwhile_is_named(first: AgentConfig) -> None:
    form = form_of(first)
    published("Still other words.")
    answer = go_back(first, form | {"note": "Replies fell."})
    assert answer.status_code == 409
    assert "published version 3 meanwhile" in text(answer)
    assert "Replies fell." in text(answer)
    assert latest().version == 3


def test_twice_is_once(first: AgentConfig) -> None:
    form = form_of(first)
    assert [go_back(first, form).status_code for _ in range(2)] == [302, 409]
    assert latest().version == 3


def test_a_version_that_was_not_looked_at_stays_where_it_is(first: AgentConfig) -> None:
    assert go_back(first, form_of(first) | {"seal": "x"}).status_code == 422
    assert go_back(first, {}).status_code == 409
    assert latest().version == 2


def test_the_version_that_runs_cannot_be_gone_back_to(first: AgentConfig) -> None:
    assert "Go back to version" not in page(latest())
    assert go_back(latest(), {"seen": "2", "seal": "x"}).status_code == 422


def test_a_manager_reads_it_and_goes_nowhere(first: AgentConfig) -> None:
    answer = client("manager").get(reverse("agent_version", args=[first.pk]))
    assert answer.status_code == 200
    assert "Go back to version" not in text(answer)
    refuses(reverse("agent_roll_back", args=[first.pk]), "rep", "manager")


def test_the_page_shows_what_a_version_changed(first: AgentConfig) -> None:
    assert "<del>" in page(latest())
    assert "What it changed of version 1" in page(latest())
