"""What planted errors show of a reviewer, and what it does to promotion."""

from datetime import timedelta

import pytest

from revenue import clock
from review import autonomy, evidence
from review.autonomy import lanes, missed
from review.models import EvidenceEpoch, Lane, Plant, ReviewItem, Verdict
from tests.review.practice.scene import Scene

pytestmark = pytest.mark.django_db


def answered(plant: Plant, *, caught: int, missed: int, days: int = 1) -> None:
    """So many more, each on an item of its own that says nothing else."""
    at = clock.now() - timedelta(days=days)
    item = plant.item
    values = {"account": item.account, "created_at": at, "state_since": at, "expires_at": at,
              "decide_by": at, "state": "practised", "reason": "x"}  # fmt: skip
    items = ReviewItem.objects.bulk_create(
        ReviewItem(**values) for _ in range(caught + missed)
    )  # fmt: skip
    Plant.objects.bulk_create(
        Plant(item=one, kind="name", before="a", after="b", reviewer=plant.reviewer, made_at=at,
              answered_at=at, caught=number < caught)
        for number, one in enumerate(items)
    )  # fmt: skip


@pytest.fixture
def epoch(here: Scene, plant: Plant) -> EvidenceEpoch:
    """Evidence that rests on the rep's reviews."""
    now = clock.now()
    lane = lanes.locked("outreach.first_email", "")
    epoch = EvidenceEpoch.objects.create(lane=lane, attempt=1, fingerprint="x", opened_at=now)
    Lane.objects.update(epoch=epoch)
    Verdict.objects.create(
        lane=lane, number=1, item=plant.item, score=1, kind="unchanged", epoch=epoch, by=here.rep,
        at=now,
    )  # fmt: skip
    return epoch


def test_below_thirty_nobody_knows(plant: Plant, epoch: EvidenceEpoch) -> None:
    answered(plant, caught=29, missed=0)
    assert missed.bound(epoch) == 0.20


def test_from_thirty_on_it_is_the_upper_bound(plant: Plant, epoch: EvidenceEpoch) -> None:
    answered(plant, caught=55, missed=5)
    assert missed.bound(epoch) == evidence.missed_upper_bound(5, 60)


def test_older_ones_and_others_do_not_count(here: Scene, plant: Plant, epoch) -> None:
    answered(plant, caught=40, missed=0, days=181)
    plant.reviewer = here.colleague
    answered(plant, caught=40, missed=0)
    assert missed.bound(epoch) == 0.20


def test_it_costs_one_query(plant: Plant, epoch, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        missed.bound(epoch)


@pytest.mark.parametrize(("caught", "slipped"), [(0, 3), (1, 3), (20, 5), (0, 0)])
def test_a_few_flag_nobody(here: Scene, plant: Plant, caught: int, slipped: int) -> None:
    answered(plant, caught=caught, missed=slipped)
    log_w = evidence.log_evidence([(1.0, slipped), (0.0, caught)], 0.2)
    assert bool(missed.flagged([here.rep.pk])) is evidence.reaches(log_w)


def test_who_surely_misses_more_than_one_in_five_is_flagged(here: Scene, plant: Plant) -> None:
    answered(plant, caught=2, missed=8)
    assert missed.flagged([here.rep.pk, here.colleague.pk]) == [here.rep.pk]


def test_a_flag_stands_in_the_way_of_promotion(here: Scene, plant: Plant, epoch) -> None:
    words = "A reviewer behind this evidence misses too many planted errors."
    assert words not in autonomy.standing(Lane.objects.get()).obstacles
    answered(plant, caught=2, missed=8)
    assert words in autonomy.standing(Lane.objects.get()).obstacles
