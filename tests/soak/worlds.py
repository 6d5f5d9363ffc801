"""A world of another seed in each round; every invariant is asked at its end."""

import pytest

from review import demo
from review.world import Plan


@pytest.mark.django_db
def test_a_world_of_this_seed_breaks_nothing(seed: int) -> None:
    told = demo.simulate(Plan(seed=seed, days=30, accounts=60))
    assert "\n".join(told.broken) == ""
