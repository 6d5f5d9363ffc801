"""Units of evidence: one lane, one account, one UTC day. When they close, and what they say."""

from datetime import timedelta

import pytest

from agents.models import Draft
from revenue import clock as time
from review import autonomy, decisions, dispatch, evidence, intake
from review.autonomy import units
from review.models import EvidenceEpoch, EvidenceUnit, Lane, ReviewItem, Verdict
from tests.races import verbs
from tests.review.autonomy.test_scoring import decided

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workspace", "smtp")]


def tomorrow(clock: object) -> None:
    clock.travel(days=1)


def epoch() -> EvidenceEpoch:
    return EvidenceEpoch.objects.get()


def test_a_unit_closes_when_its_day_is_over(clock: object) -> None:
    decided("unchanged")
    assert autonomy.sweep() == 0
    tomorrow(clock)
    assert autonomy.sweep() == 1
    assert autonomy.sweep() == 0
    unit = EvidenceUnit.objects.get()
    assert (unit.number, unit.score) == (1, 1.0)
    assert (epoch().units, epoch().last, epoch().count) == ({"1.0000": 1}, [1.0], 1)


def test_it_keeps_what_the_evidence_showed_then(clock: object) -> None:
    decided("unchanged")
    tomorrow(clock)
    autonomy.sweep()
    unit = EvidenceUnit.objects.get()
    assert unit.target == pytest.approx(0.96)  # of .95, since reviewers may miss one in five
    assert unit.log_w == evidence.log_evidence([(1.0, 1)], unit.target)
    assert unit.proven == evidence.proven_score([(1.0, 1)])
    assert autonomy.difference(Lane.objects.get()) == ""


def test_it_waits_for_what_still_waits(clock: object) -> None:
    decided("unchanged")
    other = verbs.unrouted()
    other.item = intake.route(other.draft)
    first = Verdict.objects.get().account
    ReviewItem.objects.filter(pk=other.item.pk).update(account=first)
    tomorrow(clock)
    assert units.close_due() == 0
    ReviewItem.objects.filter(pk=other.item.pk).update(state="stale")
    assert units.close_due() == 1


def test_it_waits_as_long_as_its_decision_can_be_taken_back(clock: object) -> None:
    decided("unchanged")
    verdict = Verdict.objects.get()
    until = time.now() + timedelta(days=2)
    ReviewItem.objects.filter(pk=verdict.item_id).update(undo_until=until)
    tomorrow(clock)
    assert units.close_due() == 0


def test_an_open_item_of_another_day_or_class_holds_nothing(clock: object) -> None:
    decided("unchanged")
    first = Verdict.objects.get().account
    other = verbs.unrouted()
    Draft.objects.filter(pk=other.draft.pk).update(output_class="outreach.breakup")
    other.item = intake.route(Draft.objects.get(pk=other.draft.pk))
    ReviewItem.objects.filter(pk=other.item.pk).update(account=first)
    tomorrow(clock)
    assert units.close_due() == 1


def test_drafts_to_one_account_on_one_day_are_one_piece(clock: object) -> None:
    decided("unchanged")
    first = Verdict.objects.get()
    here = verbs.pending()
    decisions.reject(here.item, by=here.rep, revision=1, reason="tone")
    ReviewItem.objects.filter(pk=here.item.pk).update(account=first.account)
    second = autonomy.score(
        ReviewItem.objects.get(pk=here.item.pk), here.item.decisions.select_related("by").get()
    )
    assert second
    assert second.account == first.account
    ReviewItem.objects.update(undo_until=None)
    tomorrow(clock)
    assert autonomy.sweep() == 1
    assert EvidenceUnit.objects.get().score == 0.5
    assert autonomy.difference(Lane.objects.get()) == ""


def test_of_two_looks_at_one_draft_the_worse_is_its_score(clock: object) -> None:
    here = verbs.pending()
    decided("unchanged", here)
    autonomy.score_second(ReviewItem.objects.get(pk=here.item.pk), "minor", by=here.manager)
    tomorrow(clock)
    autonomy.sweep()
    assert EvidenceUnit.objects.get().score == 0.9


def test_only_the_newest_twenty_are_remembered() -> None:
    found = EvidenceEpoch()
    for place in range(25):
        units.add(found, place / 100)
    assert (found.count, len(found.last), found.last[0]) == (25, 20, 0.05)


def test_what_is_sent_later_counts_for_its_draft_s_day(clock: object) -> None:
    here = verbs.pending()
    tomorrow(clock)
    decisions.approve(
        ReviewItem.objects.get(pk=here.item.pk), by=here.rep, revision=1, dwell_ms=60_000
    )
    dispatch.send_due()
    assert Verdict.objects.get().day == here.draft.created_at.date()
    assert autonomy.sweep() == 1
