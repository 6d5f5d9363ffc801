"""What other settings would have done with the reviews that are on record."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from review import evidence
from review.autonomy import gate, lanes, machine, missed, units
from review.models import EvidenceEpoch, Lane


@dataclass
class Backtest:
    """`unseen` would have left without a look, `bad` of them a reviewer rejected or changed in
    substance; `checked` would have been reviewed since `unlocked_at`, which is None for never.
    `is_free`: it would be automatic now."""

    unlocked_at: datetime | None = None
    unseen: int = 0
    bad: int = 0
    checked: int = 0
    demoted: int = 0
    is_free: bool = False


@dataclass(frozen=True)
class Closed:
    """A unit of evidence, in the order of time with the verdicts."""

    score: float
    at: datetime


@dataclass(frozen=True)
class Seen:
    """A verdict, and whether it would have been drawn for an audit is asked by its draft."""

    score: float
    draft: int
    at: datetime


def run(lane: Lane, *, target: float, tolerated: float) -> Backtest:
    """Each epoch by itself, with the very rules that the lane lives by."""
    result = Backtest()
    for epoch in EvidenceEpoch.objects.filter(lane=lane.pk).order_by("attempt"):
        walk = _Walk(lane, result, target, tolerated, epoch)
        walk.through()
        if epoch.closed_at is None:
            result.is_free = walk.track.state != machine.REVIEW
    return result


class _Walk:
    """One epoch, from its first unit to its last verdict. What was lost before it counts."""

    def __init__(
        self, lane: Lane, result: Backtest, target: float, tolerated: float, epoch: EvidenceEpoch
    ) -> None:
        self.ceiling = lanes.ceiling(lane.output_class)
        self.result, self.target, self.tolerated = result, target, tolerated
        self.adjusted = evidence.adjusted_target(target, missed.bound(epoch))
        self.track, self.audits, self.doublings = machine.Track(), 0, epoch.doublings
        self.epoch, self.found = epoch, EvidenceEpoch()

    def through(self) -> None:
        for step in _steps(self.epoch):
            if isinstance(step, Closed):
                self._unlock(step)
            elif self.track.state != machine.REVIEW:
                self._look(step)

    def _unlock(self, unit: Closed) -> None:
        units.add(self.found, unit.score)
        waits = self.track.state == machine.REVIEW
        if waits and machine.unlocks(
            self.found.counts, self.found.last, self.adjusted, self.doublings
        ):
            self.track, self.audits = machine.Track(machine.AUTO), 0
            self.result.unlocked_at = self.result.unlocked_at or unit.at

    def _look(self, verdict: Seen) -> None:
        if self.track.state == machine.AUTO and not self._is_drawn(verdict):
            self.result.unseen += 1
            self.result.bad += verdict.score < machine.CLEAN
            return
        self.result.checked += 1
        self.audits += 1
        self.track = machine.after(self.track, verdict.score, self.target)
        if self.track.state == machine.REVIEW:
            self.result.demoted += 1
            self.doublings += 1
            self.found = EvidenceEpoch()

    def _is_drawn(self, verdict: Seen) -> bool:
        share = machine.audited(self.tolerated, self.ceiling, self.audits)
        return gate.is_drawn(verdict.draft, share)


def _steps(epoch: EvidenceEpoch) -> Iterator[Closed | Seen]:
    closed = epoch.pieces.filter(closed_at__isnull=False).order_by("number")
    pieces = closed.values_list("score", "closed_at")
    steps: list[Closed | Seen] = [
        *(Closed(score, at) for score, at in pieces if score is not None and at),
        *_seen(epoch),
    ]
    return iter(sorted(steps, key=lambda step: step.at))


def _seen(epoch: EvidenceEpoch) -> Iterable[Seen]:
    """Of two looks at one draft the worse, when it was given."""
    found: dict[int, Seen] = {}
    rows = epoch.verdicts.order_by("number").values_list("item", "score", "item__draft", "at")
    for item, score, draft, at in rows:
        look = Seen(score, draft, at)
        if item not in found or look.score < found[item].score:
            found[item] = look
    return found.values()
