"""The choice of places: a short run leaves out no boundary of a station, a soak no process."""

import pytest

from tests.kills import places
from tests.kills.hook import COMMIT, COMMITTED, STATEMENT

COUNTS = {
    place.kind: {STATEMENT: 40, COMMIT: 3, COMMITTED: 3} for place in places.EVERYWHERE
}  # fmt: skip


def boundaries(found: list[places.Place]) -> set[tuple[str, str, int]]:
    marked = [one for one in found if one.boundary != STATEMENT]
    return {(one.station, one.boundary, one.nth) for one in marked}


@pytest.mark.parametrize("seed", range(12))
def test_a_short_run_kills_at_every_boundary_of_every_station(seed: int) -> None:
    some = places.some(COUNTS, seed=seed)
    assert boundaries(some) == boundaries(places.every(COUNTS, seed=seed))
    assert {place.role for place in some} == {"web", "worker", "tick"}
    assert {place.stage for place in some if place.station == "step"} == {
        "imported", "handed_over", "sent",
    }  # fmt: skip


def test_a_soak_kills_every_process_there() -> None:
    every = places.every(COUNTS, seed=1)
    steps = {(one.role, one.stage, one.boundary, one.nth) for one in every if one.nth != 0}
    for role in ("worker", "tick"):
        for stage in ("imported", "handed_over", "sent"):
            assert {(role, stage, COMMIT, nth) for nth in (1, 2, 3)} <= steps
    assert len(every) == len(set(every))


def test_the_seed_says_which_process_dies_where() -> None:
    chosen = [
        {(one.role, one.stage, one.boundary, one.nth) for one in places.some(COUNTS, seed=seed)}
        for seed in (1, 1, 2)
    ]
    assert chosen[0] == chosen[1] != chosen[2]
