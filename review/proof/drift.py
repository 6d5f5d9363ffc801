"""A class that was good becomes bad: how soon it loses its autonomy, and what leaves until then."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from review import evidence
from review.autonomy import machine
from review.proof import chance
from review.proof.figures import Figure, mean, median
from review.proof.running import Runner

TARGET = 0.95
GOOD, BAD = 0.98, 0.85
BEFORE = 500  # automatic drafts at the good rate; a path that is demoted among them starts again
LAST, FEWEST = 50, 45
CONDITIONS = f"True rate {GOOD:.2f}, and {BAD:.2f} after {BEFORE} automatic drafts."


@dataclass(frozen=True)
class Watch:
    """A way to watch a lane: what it keeps in mind, and what it makes of the next verdict."""

    start: Any
    step: Callable[[Any, float], Any]
    is_over: Callable[[Any], bool]
    sees_all: Callable[[Any], bool] = lambda state: False


def _design(track: machine.Track, score: float) -> machine.Track:
    return machine.after(track, score, TARGET)


def _meter(meter: float, score: float) -> float:
    return evidence.alarm_step(meter, score, TARGET)


def _last(scores: tuple[float, ...], score: float) -> tuple[float, ...]:
    return (*scores, score)[-LAST:]


WATCHES = {
    "this design": Watch(
        start=machine.Track(machine.AUTO),
        step=_design,
        is_over=lambda track: track.state == machine.REVIEW,
        sees_all=lambda track: track.state == machine.TIGHTENED,
    ),
    "meter without tightening": Watch(
        start=1.0, step=_meter, is_over=lambda meter: meter >= evidence.LIMIT
    ),
    "last 50 below 90 %": Watch(
        start=(),
        step=_last,
        is_over=lambda scores: len(scores) == LAST and sum(scores) < FEWEST,
    ),
}
# By audited share: the median of drafts until the demotion, and the bad ones sent, on average.
STATED: dict[str, dict[float, tuple[float, float]]] = {
    "this design": {0.1: (80, 10.3), 0.2: (52, 4.4)},
    "meter without tightening": {0.1: (288, 48), 0.2: (144, 21.5)},
    "last 50 below 90 %": {0.1: (350, 54), 0.2: (174, 24)},
}


def path(random: Random, *, rule: str, fraction: float) -> tuple[int, int]:
    """Drafts from the drift to the demotion, and the bad ones among them that left."""
    while True:
        drafts, sent = _until_demoted(random, WATCHES[rule], fraction)
        if drafts > BEFORE:
            return drafts - BEFORE, sent


def _until_demoted(random: Random, watch: Watch, fraction: float) -> tuple[int, int]:
    drafts = sent = 0
    state = watch.start
    while not watch.is_over(state):
        unseen = 0 if watch.sees_all(state) else chance.before(random, fraction)
        late = drafts + unseen - max(drafts, BEFORE)  # of those unseen, after the drift
        sent += sum(random.random() >= BAD for _ in range(late))
        drafts += unseen
        is_good = random.random() < (GOOD if drafts < BEFORE else BAD)
        state = watch.step(state, float(is_good))
        drafts += 1
    return drafts, sent


def table(runner: Runner, paths: int) -> list[Figure]:
    return [
        figure
        for rule, by_fraction in STATED.items()
        for fraction in by_fraction
        for figure in _figures(runner, paths, rule, fraction)
    ]


def _figures(runner: Runner, paths: int, rule: str, fraction: float) -> list[Figure]:
    drafts, sent = STATED[rule][fraction]
    walk = partial(path, rule=rule, fraction=fraction)
    played = runner.paths(f"drift {rule} {fraction}", paths, walk)
    step = 1.0 if sent == int(sent) else 0.1
    audited = f"{fraction:.0%} audited"
    return [
        Figure(rule, f"{audited}: median of drafts", drafts, 1.0, median([n for n, _ in played])),
        Figure(rule, f"{audited}: bad ones sent", sent, step, mean([bad for _, bad in played])),
    ]
