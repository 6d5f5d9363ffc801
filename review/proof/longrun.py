"""The worst share of bad drafts that leave in the long run, over every constant quality.

A lane starts in review, is promoted the moment that it may be, watched, demoted, and has to prove
itself again, for as many drafts as a class sends in years. Of a draft that somebody looks at, a
bad one does not leave.
"""

from collections.abc import Callable
from functools import partial
from random import Random

from review.autonomy import machine
from review.proof import chance, promotion
from review.proof.figures import Estimate, Figure, mean
from review.proof.running import Runner

TARGET = promotion.TARGET
DRAFTS = 20_000
FEWER = 10  # a path is as long as so many of the other tables', and says as much
CONDITIONS = f"Constant quality, {DRAFTS:,} drafts from the first review on; the worst quality."
QUALITIES = (0.960, 0.964, 0.966, 0.968, 0.970, 0.972, 0.976)
NAIVE_QUALITIES = (0.940, 0.945, 0.950, 0.955)
NAIVE = "50 reviews, 95 % of them good"
STATED = {"10% audited": 2.35, "20% audited": 1.83}  # per cent
TOLERATED = {"10% audited": 9.0, "20% audited": 4.0}  # bad ones, before one is caught


class _Lane:
    """One lane through all its drafts, from one bad draft to the next."""

    def __init__(self, random: Random, quality: float, audited: float) -> None:
        self.random, self.bad_rate, self.audited = random, 1 - quality, audited
        self.track = machine.Track()
        self.drafts = self.sent = self.demotions = 0

    def lived(self) -> float:
        """The share of its drafts that were bad and left."""
        while self.drafts < DRAFTS:
            if self.track.state == machine.REVIEW:
                self._prove()
            else:
                self._send()
        return self.sent / DRAFTS

    def _prove(self) -> None:
        rule = partial(promotion.design, demotions=self.demotions)
        good = bad = 0
        while self.drafts < DRAFTS:
            gap = chance.before(self.random, self.bad_rate)
            more = promotion.first(rule, good, bad, gap)
            if more:
                self.drafts += more
                self.track = machine.Track(machine.AUTO)
                return
            self.drafts += gap + 1
            good, bad = good + gap, bad + 1

    def _send(self) -> None:
        gap = chance.before(self.random, self.bad_rate)
        self.track = self._after_good(gap)
        self.drafts += gap + 1
        if self.track.state != machine.TIGHTENED and self.random.random() >= self.audited:
            self.sent += self.drafts <= DRAFTS
            return
        self.track = machine.after(self.track, 0.0, TARGET)
        self.demotions += self.track.state == machine.REVIEW

    def _after_good(self, gap: int) -> machine.Track:
        """The lane after those of the next `gap` drafts, all good, that somebody looks at. What a
        clean verdict leaves as it was, any number of them does."""
        track = self.track
        while True:
            if track.state == machine.AUTO:
                gap -= chance.before(self.random, self.audited)
            gap -= 1
            if gap < 0 or (now := machine.after(track, 1.0, TARGET)) == track:
                return track
            track = now


def path(random: Random, *, quality: float, tolerated: float) -> float:
    share = machine.audited(tolerated, ceiling=2, audits=machine.EARLY_AUDITS)
    return _Lane(random, quality, share).lived()


def naive_path(random: Random, *, quality: float) -> float:
    """Promoted once, and nobody looks again."""
    drafts = good = bad = sent = unlocked = 0
    while drafts < DRAFTS:
        gap = chance.before(random, 1 - quality)
        unlocked = unlocked or promotion.first(promotion.observed, good, bad, gap)
        good, bad, drafts = good + gap, bad + 1, drafts + gap + 1
        sent += bool(unlocked) and drafts <= DRAFTS
    return sent / DRAFTS


def table(runner: Runner, paths: int) -> list[Figure]:
    many = max(paths // FEWER, 20)
    watched = [
        Figure(promotion.DESIGN, f"{rule}: % bad of all sent", stated, 0.01,
               _worst(runner, rule, many, QUALITIES, partial(path, tolerated=TOLERATED[rule])))
        for rule, stated in STATED.items()
    ]  # fmt: skip
    unwatched = _worst(runner, "naive", many, NAIVE_QUALITIES, naive_path)
    return [*watched, Figure(NAIVE, "no audit: % bad of all sent", 4.9, 0.1, unwatched)]


def _worst(
    runner: Runner,
    name: str,
    paths: int,
    qualities: tuple[float, ...],
    walk: Callable[..., float],
) -> Estimate:
    """In per cent, at the quality at which it is worst."""
    played = [
        runner.paths(f"longrun {name} {quality}", paths, partial(walk, quality=quality))
        for quality in qualities
    ]
    return max((mean([100 * one for one in row]) for row in played), key=lambda one: one.value)
