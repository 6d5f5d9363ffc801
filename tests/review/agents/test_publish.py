"""Publishing: a new version in force at once, the evidence of its lanes anew, nothing unseen."""

from decimal import Decimal

import pytest
from django.urls import reverse

from agents import configs
from agents.models import AgentConfig
from revenue.models import Event
from review.models import Lane
from review.setup import agents
from review.setup.agents import AgentError
from tests.review.accounts import cast
from tests.review.agents.pages import (
    AGENT,
    content,
    lane,
    latest,
    looked_at,
    press,
    published,
    typed,
)  # fmt: skip
from tests.review.setup.doors import refuses, text

pytestmark = pytest.mark.django_db


def test_a_version_is_in_force_at_once_with_author_and_note() -> None:
    answer = press("publish", looked_at(typed(budget="2.50", temperature="0.5")))
    assert answer.status_code == 302
    now = latest()
    assert (now.version, now.is_active, now.note) == (2, True, "Shorter mails.")
    assert (now.budget, now.temperature, now.change) == (Decimal("2.50"), 0.5, "major")
    assert now.created_by == f"user:{cast.admin().pk}"
    assert configs.active(AGENT) == now


def test_the_version_before_stays_as_it_was() -> None:
    before = AgentConfig.objects.filter(agent=AGENT).values().get()
    press("publish", looked_at(typed()))
    assert AgentConfig.objects.filter(pk=before["id"]).values().get() == before | {
        "is_active": False
    }


def test_the_log_has_it_without_its_words() -> None:
    press("publish", looked_at(typed()))
    event = Event.objects.filter(kind="config.published").last()
    assert event.data["version"] == 2
    assert "brief" not in str(event.data)


def test_every_lane_of_the_agent_is_reviewed_again() -> None:
    mine = lane("outreach.first_email", state=Lane.State.AUTO)
    other = lane("prospecting.contact_add", state=Lane.State.AUTO)
    press("publish", looked_at(typed()))
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.state, other.state) == (Lane.State.REVIEW, Lane.State.AUTO)
    assert (mine.epoch, mine.demotions) == (None, 0)
    assert other.epoch is not None
    assert mine.epochs.get().reason == "Outreach version 2: Shorter mails."
    told = mine.changes.get()
    assert (told.kind, told.by) == ("restarted", cast.admin())


def test_a_version_that_is_refused_leaves_the_evidence_alone() -> None:
    mine = lane("outreach.first_email")
    press("publish", typed())
    mine.refresh_from_db()
    assert mine.epoch is not None
    assert not mine.changes.exists()


def test_white_space_keeps_lanes_and_fingerprint() -> None:
    mine, before = lane("outreach.first_email", state=Lane.State.AUTO), latest()
    press("publish", looked_at(typed(prompt=before.prompt.replace("\n\n", "\n\n\n"))))
    mine.refresh_from_db()
    assert mine.state == Lane.State.AUTO
    assert (latest().version, latest().fingerprint) == (2, before.fingerprint)


def test_the_line_ends_of_a_browser_change_nothing() -> None:
    same = latest().prompt.replace("\n", "\r\n")
    answer = press("publish", looked_at(typed(prompt=same)))
    assert answer.status_code == 422
    assert "nothing is changed" in text(answer)
    assert latest().version == 1


@pytest.mark.parametrize("change", [{"prompt": "Other words."}, {"seal": ""}, {"budget": "1"}])
def test_what_was_not_looked_at_is_not_published(change: dict[str, str]) -> None:
    answer = press("publish", looked_at(typed()) | change)
    assert answer.status_code == 422
    assert "Look at what it changes first" in text(answer)
    assert "What this version changes" in text(answer)
    assert latest().version == 1


def test_a_lane_that_was_promoted_since_is_looked_at_first() -> None:
    form, row = looked_at(typed()), lane("outreach.first_email")
    form = looked_at(typed())
    Lane.objects.filter(pk=row.pk).update(state=Lane.State.AUTO)
    assert press("publish", form).status_code == 422
    assert press("publish", looked_at(typed())).status_code == 302


def test_whoever_was_first_is_named_and_nothing_typed_is_lost() -> None:
    form = looked_at(typed())
    published()
    answer = press("publish", form)
    assert answer.status_code == 409
    said = text(answer)
    assert f"{cast.other_admin()} published version 2" in said
    assert "Be brief." in said
    assert 'name="seen" value="2"' in said
    assert latest().version == 2


def test_twice_is_once() -> None:
    form = looked_at(typed())
    assert press("publish", form).status_code == 302
    assert press("publish", form).status_code == 409
    assert latest().version == 2


def test_nobody_has_no_version() -> None:
    assert press("publish", typed(seal="x"), agent="nobody").status_code == 404


def test_only_an_admin_and_only_by_post() -> None:
    refuses(reverse("agent_publish", args=[AGENT]), "rep", "manager")
    refuses(reverse("agent_preview", args=[AGENT]), "rep", "manager")
    with pytest.raises(AgentError, match="Only an admin"):
        agents.publish(AGENT, content(), note="x", by=cast.manager(), seen=1, seal="x")
    assert latest().version == 1
