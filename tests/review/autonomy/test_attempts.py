"""No attempt for nothing: one version, weighed in one way, is one test that goes on where it stood.

A version or a weight that returns finds its evidence again; another weight, or a demotion, is a new
attempt that has to reach twice as much.
"""

from datetime import timedelta

import pytest

from agents.models import Draft
from revenue import clock as time
from review import autonomy
from review.autonomy import epochs
from review.models import EvidenceEpoch, Lane, Verdict
from tests.races import verbs
from tests.review.accounts import cast
from tests.review.autonomy import scenes, trusted
from tests.review.autonomy.test_scoring import decided

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workspace")]


def weigh(minor_loss: float) -> Lane:
    autonomy.settings(scenes.lane(), by=cast.manager(), reason="Tried.", minor_loss=minor_loss)
    return scenes.lane()


def attempts() -> list[tuple[int, float, int]]:
    return list(EvidenceEpoch.objects.values_list("attempt", "minor_loss", "doublings"))


# --- another weight -------------------------------------------------------------------------------


def test_another_weight_begins_anew_with_twice_as_much_to_reach() -> None:
    scenes.ready()
    row = weigh(0.5)
    assert (row.epoch.attempt, row.epoch.count) == (2, 0)
    assert autonomy.standing(row).needed == 40
    assert "1 of 40" in scenes.page_of()


def test_back_at_a_weight_its_evidence_goes_on_where_it_stood() -> None:
    before = autonomy.standing(scenes.ready())
    weigh(0.5)
    row = weigh(0.1)
    after = autonomy.standing(row)
    assert (row.epoch.attempt, row.epoch.closed_at, row.epoch.reason) == (1, None, "")
    assert (after.units, after.log_w, after.needed) == (130, before.log_w, before.needed)
    assert autonomy.difference(row) == ""


def test_there_and_back_buys_nothing() -> None:
    """However often: three weights are three attempts, and each asks more than the one before."""
    scenes.proven([0.0] * 8)
    for minor_loss in (0.5, 0.1, 0.0, 0.5, 0.1, 0.0) * 3:
        weigh(minor_loss)
    assert attempts() == [(1, 0.1, 0), (2, 0.5, 1), (3, 0.0, 2)]
    assert weigh(0.1).epoch.units == {"0.0000": 8}


def test_the_page_says_before_the_click_what_another_weight_takes() -> None:
    scenes.ready()
    page = scenes.page_of(target="95", minor_loss="0.5")
    assert "starts the evidence anew, and the class is reviewed again. It unlocks at 40" in page
    weigh(0.5)
    page = scenes.page_of(target="95", minor_loss="0.1")
    assert "the evidence goes on where it stood, at 130 account days" in page


def test_a_demotion_asks_twice_as_much_as_any_attempt_before_it() -> None:
    scenes.proven([1.0] * 3)
    weigh(0.5)
    weigh(0.1)
    row = scenes.lane()
    row.demotions = 1
    assert epochs.next_of(row, row.epoch.fingerprint, minor_loss=0.1, fed_by="").doublings == 2
    row.demotions = 4  # those of other versions count as well
    assert epochs.next_of(row, row.epoch.fingerprint, minor_loss=0.1, fed_by="").doublings == 4
    assert epochs.next_of(row, "another version", minor_loss=0.1, fed_by="").doublings == 4


def test_what_a_demotion_ended_never_returns() -> None:
    scenes.automatic()
    autonomy.demote(scenes.lane(), by=cast.manager(), reason="Two buyers rang me.")
    EvidenceEpoch.objects.update(closed_at=time.now() - timedelta(days=9))
    row = scenes.proven([1.0] * 5)
    assert (row.epoch.attempt, row.epoch.count, row.epoch.doublings) == (2, 5, 1)


# --- a version that returns -----------------------------------------------------------------------


def written(model: str) -> verbs.Scene:
    """A draft that this model wrote just now, on the desk."""
    here = verbs.unrouted()
    Draft.objects.filter(pk=here.draft.pk).update(model=model, created_at=time.now())
    here.draft.refresh_from_db()
    trusted.arrives(here)
    return here


def test_a_version_that_returns_finds_its_evidence_again(smtp, clock) -> None:
    decided("unchanged", written("first"))
    clock.travel(days=1)
    autonomy.sweep()
    decided("unchanged", written("second"))
    assert Lane.objects.get().epoch.attempt == 2
    clock.travel(hours=1)
    verdict = decided("unchanged", written("first"))
    lane = Lane.objects.get()
    assert (lane.epoch.attempt, lane.epoch.count, verdict.epoch) == (1, 1, lane.epoch)
    assert EvidenceEpoch.objects.count() == 2
    assert autonomy.difference(lane) == ""


def test_a_draft_that_was_written_in_between_does_not_end_it_again(smtp, clock) -> None:
    decided("unchanged", written("first"))
    clock.travel(hours=1)
    late = written("second")
    autonomy.restarted(Lane.objects.get(), by=late.manager, reason="Another prompt")
    clock.travel(hours=1)
    decided("unchanged", written("first"))
    assert decided("rejected", late).epoch is None
    assert Lane.objects.get().epoch.attempt == 1


def test_a_draft_that_is_older_than_a_demotion_speaks_for_the_attempt_before(smtp, clock) -> None:
    late = written("first")
    lane = trusted.trust(late.draft)
    clock.travel(minutes=5)
    autonomy.demote(lane, by=late.manager, reason="A wrong date")
    clock.travel(minutes=5)
    assert decided("unchanged", written("first")).epoch.attempt == 2
    assert decided("unchanged", late).epoch.attempt == 1


def test_an_edit_is_weighed_as_in_its_own_attempt(smtp, clock) -> None:
    here = written("first")
    lane = trusted.trust(here.draft, state="review")
    clock.travel(minutes=5)
    autonomy.settings(lane, by=here.manager, reason="Wording matters", minor_loss=0.5)
    assert decided("minor", here).score == 0.9
    assert Verdict.objects.get().epoch.attempt == 1
    clock.travel(minutes=5)
    assert decided("minor", written("first")).score == 0.5


def test_segments_that_are_joined_go_on_from_before_the_split() -> None:
    scenes.proven([1.0] * 5)
    scenes.press("split")
    scenes.press("join")
    EvidenceEpoch.objects.update(closed_at=time.now() - timedelta(days=9))
    assert scenes.proven([1.0] * 5).epoch.attempt == 1
    assert EvidenceEpoch.objects.count() == 1
