"""Demoting a class: each draft is reviewed again, with new evidence."""

from datetime import timedelta

import pytest

from revenue import clock
from review import autonomy, evidence
from review.autonomy import lanes
from review.models import EvidenceEpoch, EvidenceUnit, LaneChange
from tests.review.accounts import cast
from tests.review.autonomy import scenes
from tests.review.setup.doors import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workspace")]


def test_a_demoted_class_begins_anew_and_needs_twice_as_much() -> None:
    scenes.automatic()
    assert scenes.press("demote", reason="Two buyers rang me.").status_code == 302
    row = scenes.lane()
    assert (row.state, row.epoch, row.demotions, row.meter) == ("review", None, 1, 1.0)
    page = scenes.page_of()
    assert "1 of 40" in page
    assert "(odds 40 to 1, however often anyone looks)" in page
    assert "40 unlocks it now; after each demotion, and at another cost of a change of" in page
    EvidenceUnit.objects.all().delete()
    assert "may unlock some time after it crosses the dashed one" in scenes.page_of()
    assert "Two buyers rang me." in page
    assert LaneChange.objects.filter(kind="demoted", by=cast.manager()).count() == 1


def test_what_is_proven_does_not_depend_on_what_unlocks() -> None:
    """The picture, the figures, the obstacle and the back-test say one thing."""
    scenes.automatic()
    scenes.press("demote")
    long_ago = clock.now() - timedelta(days=90)
    EvidenceEpoch.objects.update(opened_at=long_ago, closed_at=long_ago)
    row = scenes.proven([1.0] * 130)
    found = autonomy.standing(row)
    assert found.needed == 40
    assert found.proven == evidence.proven_score([(1.0, 130)]) > found.adjusted
    assert row.epoch.pieces.last().proven == found.proven
    assert found.remaining > 0
    page = scenes.page_of()
    assert "The reviews do not prove more than 96 % at odds of 40 to 1 yet." in page
    assert "It would have unlocked on" in page  # as it did, in the attempt before
    assert "By now each of its drafts would be reviewed again. About 14 account days more" in page
    EvidenceEpoch.objects.exclude(pk=row.epoch_id).update(lane=lanes.locked("x", ""))
    assert "With the reviews so far it would not have unlocked." in scenes.page_of()
    assert autonomy.difference(row) == ""


def test_the_second_of_two_managers_is_told() -> None:
    scenes.automatic()
    scenes.press("demote")
    late = scenes.press("demote", reason="Mine, too.")
    assert late.status_code == 409
    assert "Only a class that is automatic can be demoted." in text(late)
    assert scenes.lane().demotions == 1


def test_a_reviewed_class_offers_no_such_button() -> None:
    scenes.proven([1.0])
    assert "Demote" not in scenes.page_of()
    assert scenes.press("demote").status_code == 409


@pytest.mark.parametrize("who", ["rep", "outsider", "admin"])
def test_nobody_but_a_manager_demotes(who: str) -> None:
    scenes.automatic()
    assert scenes.press("demote", by=getattr(cast, who)()).status_code == 403
    assert scenes.lane().state == "auto"


def test_without_a_reason_it_stays() -> None:
    scenes.automatic()
    assert scenes.press("demote", reason="").status_code == 422
    assert scenes.lane().state == "auto"
