"""How often, and how soon, a lane is promoted when somebody looks after every review.

Beside the design stand rules that people use without it: enough reviews and a good average, the
lower end of a confidence interval that was made for one look, and a row of clean ones.

Within a run of good reviews every rule here can only come to hold, never cease to, so one that
does not hold at the end of the run did not hold in it. The others are not asked; a test asks them
all and finds the same.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from random import Random

from review.autonomy import machine
from review.proof import chance
from review.proof.figures import Estimate, Figure, median, share
from review.proof.running import Runner

TARGET = 0.95
LOOKS = 4_000  # the design does not say how many; with these its naive rules come out as stated
CONDITIONS = f"Target 95 %, a look after each of {LOOKS:,} reviews, unchanged or rejected."
ONE_SIDED = 1.6449  # of a normal distribution, 95 % lie below
STREAK = FEWEST = 50
DESIGN = "this design"
AT_TARGET = f"promoted at a true {TARGET:.2f}"
Rule = Callable[[int, int, int], bool]  # good and bad reviews so far, good ones since the last bad


def design(good: int, bad: int, run: int, demotions: int = 0) -> bool:
    """With a bad one among the newest it unlocks nothing, so it is not asked."""
    if bad and run < machine.RUN:
        return False
    return _unlocks(good, bad, min(run, machine.RUN), demotions)


@lru_cache(maxsize=1_000_000)
def _unlocks(good: int, bad: int, run: int, demotions: int) -> bool:
    last = ([0.0] * min(bad, 1) + [1.0] * run)[-machine.RUN :]
    return machine.unlocks([(1.0, good), (0.0, bad)], last, TARGET, demotions)


def observed(good: int, bad: int, run: int) -> bool:
    return good + bad >= FEWEST and good >= TARGET * (good + bad) - 1e-9


def wilson(good: int, bad: int, run: int) -> bool:
    """The lower end of Wilson's interval (1927), as if this were the only look."""
    n = good + bad
    rate, z2 = good / n, ONE_SIDED**2
    spread = ONE_SIDED * math.sqrt(rate * (1 - rate) / n + z2 / (4 * n * n))
    return (rate + z2 / (2 * n) - spread) / (1 + z2 / n) >= TARGET


def streak(good: int, bad: int, run: int) -> bool:
    return run >= STREAK


RULES: dict[str, Rule] = {
    DESIGN: design,
    "50 reviews, 95 % of them good": observed,
    "Wilson's bound, peeking": wilson,
    "50 clean in a row": streak,
}
# P(promote) at a true .93 and .95, then the median of reviews at .97, .98 and .99.
STATED: dict[str, dict[float, float]] = {
    DESIGN: {0.93: 0.002, 0.95: 0.045, 0.97: 563, 0.98: 237, 0.99: 132},
    "50 reviews, 95 % of them good": {0.93: 0.56, 0.95: 0.97, 0.97: 50, 0.98: 50, 0.99: 50},
    "Wilson's bound, peeking": {0.93: 0.04, 0.95: 0.36, 0.97: 175, 0.98: 87, 0.99: 52},
    "50 clean in a row": {0.93: 1.0, 0.95: 1.0, 0.97: 93, 0.98: 70, 0.99: 50},
}
QUALITIES = tuple(STATED[DESIGN])


def first(rule: Rule, good: int, bad: int, gap: int) -> int:
    """Which of the next `gap` reviews, all good and after a bad one or none, is the first at which
    the rule holds; 0 for none."""

    def holds(more: int) -> bool:
        return rule(good + more, bad, more)

    if not gap or not holds(gap):
        return 0
    return 1 + bisect_left(range(1, gap + 1), True, key=holds)


def path(random: Random, *, quality: float, rules: dict[str, Rule] | None = None) -> list[int]:
    """After how many reviews each rule promotes; 0 for never."""
    asked = rules or RULES
    found: dict[str, int] = {}
    good = bad = 0
    while good + bad < LOOKS and len(found) < len(asked):
        gap = min(chance.before(random, 1 - quality), LOOKS - good - bad)
        for name, rule in asked.items():
            more = 0 if name in found else first(rule, good, bad, gap)
            if more:
                found[name] = good + bad + more
        good, bad = good + gap, bad + 1
    return [found.get(name, 0) for name in asked]


def false_promotions(figures: Iterable[Figure]) -> Estimate:
    """How many lanes that are no better than their target were promoted: 5 % at most."""
    return next(one.found for one in figures if (one.rule, one.what) == (DESIGN, AT_TARGET))


def table(runner: Runner, paths: int) -> list[Figure]:
    played = {
        quality: runner.paths(f"promotion {quality}", paths, partial(path, quality=quality))
        for quality in QUALITIES
    }
    return [
        figure
        for place, rule in enumerate(RULES)
        for quality in QUALITIES
        for figure in _figures(rule, quality, [row[place] for row in played[quality]])
    ]


def _figures(rule: str, quality: float, reviews: list[int]) -> Iterator[Figure]:
    stated = STATED[rule][quality]
    if quality <= TARGET:
        step = 0.001 if rule == DESIGN else 0.01
        found: Estimate = share([bool(n) for n in reviews])
        yield Figure(rule, f"promoted at a true {quality:.2f}", stated, step, found)
    else:
        found = median([n or math.inf for n in reviews])
        yield Figure(rule, f"median of reviews at {quality:.2f}", stated, 1.0, found)
