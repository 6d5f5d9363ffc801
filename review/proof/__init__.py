"""The design's promises about autonomy, played again by simulation through the product's own rules.

`manage.py simulate_autonomy` prints what comes out beside what the design says. A path is one lane
whose drafts are good with a chance that is known; each review is a unit of its own, and reviewers
miss nothing. Every decision is asked of `review.autonomy.machine` and `review.evidence`; chance,
and the naive rules that stand beside the design, are all that is made up here.
"""

from collections.abc import Callable, Iterable

from review.proof import drift, longrun, promotion
from review.proof.figures import Figure
from review.proof.running import Runner

Table = Callable[[Runner, int], list[Figure]]

TABLES: dict[str, Table] = {
    "promotion": promotion.table,
    "drift": drift.table,
    "longrun": longrun.table,
}
CONDITIONS = {
    "promotion": promotion.CONDITIONS,
    "drift": drift.CONDITIONS,
    "longrun": longrun.CONDITIONS,
}


def run(
    names: Iterable[str], *, paths: int, seed: int, processes: int = 1
) -> dict[str, list[Figure]]:
    """The tables of these names. The same seed and paths give the same figures on any number of
    processes."""
    with Runner(seed=seed, processes=processes) as runner:
        return {name: TABLES[name](runner, paths) for name in names}


__all__ = ["CONDITIONS", "TABLES", "Figure", "run"]
