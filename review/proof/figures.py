"""One figure of a table: what the design says, what was found, and whether the two agree."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

RUNS = 20_000  # behind each figure that the design states
ERRORS = 3.0  # standard errors that two may lie apart


@dataclass(frozen=True)
class Estimate:
    """From `runs` paths, with its standard error; `grain` is the step that it is counted in."""

    value: float
    error: float
    runs: int
    grain: float = 0.0


@dataclass(frozen=True)
class Figure:
    """`stated` is the design's, rounded to `step`."""

    rule: str
    what: str
    stated: float
    step: float
    found: Estimate

    @property
    def agrees(self) -> bool:
        """Within three standard errors, of theirs and ours, and the rounding of both."""
        theirs = self.found.error * math.sqrt(self.found.runs / RUNS)
        room = ERRORS * math.hypot(self.found.error, theirs) + (self.step + self.found.grain) / 2
        return abs(self.found.value - self.stated) <= room


def share(held: Sequence[bool]) -> Estimate:
    """Its error is that of Laplace's estimate, which is not 0 when all or none are held."""
    n, many = len(held), sum(held)
    steady = (many + 1) / (n + 2)
    return Estimate(many / n, math.sqrt(steady * (1 - steady) / n), n)


def mean(values: Sequence[float]) -> Estimate:
    return Estimate(fmean(values), stdev(values) / math.sqrt(len(values)), len(values))


def median(values: Sequence[float]) -> Estimate:
    """Of whole numbers. Its error is half the distance of the ranks one standard error to each side
    of it, which may be none; what has not happened is infinite."""
    ranked, n = sorted(values), len(values)
    middle, away = n // 2, math.ceil(math.sqrt(n) / 2)
    low, high = ranked[max(middle - away, 0)], ranked[min(middle + away, n - 1)]
    return Estimate(ranked[middle], (high - low) / 2, n, grain=1.0)
