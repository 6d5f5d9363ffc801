"""Where a lane stands, computed from its rows when somebody looks, and again at the click."""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q

from revenue import clock
from revenue.models import Role, User
from review import evidence
from review.autonomy import doubles, lanes, machine, missed
from review.autonomy.lanes import percent
from review.models import (
    Critical,
    Decision,
    EvidenceEpoch,
    EvidenceUnit,
    Lane,
    LaneChange,
    Verdict,
)

WEEKS = 4  # over so many the volume is measured
DOMINANT = 0.9  # no reviewer may have given more of the verdicts while others were active
HOPED = 0.98  # how well a class is taken to do, at least, before anything is known of it
MOST_UNDECIDED = 0.1  # of the drafts that ended: as of audits, no eyes, no autonomy
FEW = 10  # units, below which nothing is known


@dataclass(frozen=True)
class Standing:
    """`target` is the lane's, `adjusted` what reviewed drafts have to beat, since reviewers miss
    some; `w` the evidence for that and `needed` how much unlocks; `proven` the score that is beyond
    doubt, at odds of 20 to 1 whatever unlocks. `obstacles` are sentences; without one the lane may
    be promoted. `remaining` units and `weeks` are infinite when the class does not do well enough,
    or nothing comes; `expected` is the rate that they go by."""

    lane: Lane
    target: float
    adjusted: float
    missed: float
    units: int
    skipped: int
    log_w: float
    needed: float
    proven: float
    rate: float
    expected: float
    volume: float
    remaining: float
    reviewers: dict[int, int]
    obstacles: list[str]

    @property
    def w(self) -> float:
        return math.exp(min(self.log_w, 700.0))

    @property
    def may_promote(self) -> bool:
        return not self.obstacles

    @property
    def weeks(self) -> float:
        if not self.remaining:
            return 0.0
        return self.remaining / self.volume if self.volume else math.inf

    @property
    def is_proven(self) -> bool:
        return evidence.reaches(self.log_w, self.needed)

    @property
    def sole_reviewer(self) -> int | None:
        """Who alone stands behind the evidence: others gave as good as none of it."""
        return _dominant(self.reviewers)


def of(lane: Lane) -> Standing:
    """Reads everything that it says anew."""
    epoch = lane.epoch or EvidenceEpoch(lane=lane, doublings=lane.demotions)
    reviewers = reviewers_of(epoch)
    bound = missed.bound(epoch) if reviewers else missed.UNKNOWN
    adjusted = evidence.adjusted_target(lane.target, bound)
    needed = machine.odds(epoch.doublings)
    rate = math.fsum(x * n for x, n in epoch.counts) / epoch.count if epoch.count else 0.0
    expected = rate if epoch.count >= FEW else hoped(adjusted)
    by_odds = _by_odds(epoch, expected, adjusted, needed)
    by_run = machine.RUN - machine.clean_run(epoch.last)
    return Standing(
        lane=lane,
        target=lane.target,
        adjusted=adjusted,
        missed=bound,
        units=epoch.count,
        skipped=epoch.skipped,
        log_w=evidence.log_evidence(epoch.counts, adjusted),
        needed=needed,
        proven=evidence.proven_score(epoch.counts),
        rate=rate,
        expected=expected,
        volume=_volume(lane),
        remaining=max(by_odds, machine.UNITS - epoch.count, by_run),
        reviewers=reviewers,
        obstacles=list(_obstacles(lane, epoch, adjusted, reviewers)),
    )


def _volume(lane: Lane) -> float:
    """Units a week, of the last four weeks or since its first verdict."""
    since = clock.now() - timedelta(weeks=WEEKS)
    given = Verdict.objects.filter(lane=lane.pk)
    first = given.order_by("number").values_list("at", flat=True).first()
    if first is None:
        return 0.0
    found = EvidenceUnit.objects.filter(epoch__lane=lane.pk, day__gte=since.date()).count()
    days = min(timedelta(weeks=WEEKS), max(clock.now() - first, timedelta(days=1)))
    return found / (days / timedelta(weeks=1))


def hoped(target: float) -> float:
    """With half as many misses as it may have, so that no target is out of reach from the start."""
    return max(HOPED, 1 - (1 - target) / 2)


def _by_odds(epoch: EvidenceEpoch, rate: float, target: float, needed: float) -> float:
    """How many more units prove enough, if it goes on as it did; no fewer than clean ones would."""
    short = math.log(needed) - evidence.log_evidence(epoch.counts, target)
    if short <= 0:
        return 0.0
    gain = math.log(evidence.ODDS) / evidence.eta_reviews(rate, target)  # of the best stake alone
    return max(math.ceil(short / gain), _clean_ones(epoch, target, needed)) if gain else math.inf


def _clean_ones(epoch: EvidenceEpoch, target: float, needed: float) -> int:
    def prove(more: int) -> bool:
        counts = [*epoch.counts, (1.0, more)]
        return evidence.reaches(evidence.log_evidence(counts, target), needed)

    most = 1
    while not prove(most):
        most *= 2
    return bisect_left(range(most), True, key=prove)


def reviewers_of(epoch: EvidenceEpoch) -> dict[int, int]:
    """Who gave how many of the epoch's verdicts, the most first."""
    if epoch.pk is None:
        return {}
    given = Counter(epoch.verdicts.exclude(by=None).values_list("by", flat=True))
    return dict(given.most_common())


def _obstacles(
    lane: Lane, epoch: EvidenceEpoch, target: float, reviewers: dict[int, int]
) -> Iterator[str]:
    if lanes.ceiling(lane.output_class) == 0:
        yield "This class is always reviewed by a person."
        return
    if lane.is_split:
        yield "Its segments are promoted one by one."
        return
    if lane.state == Lane.State.PAUSED:
        yield "It is paused. Resume it first."
    elif lane.state != Lane.State.REVIEW:
        yield "It is automatic already."
    yield from _lacking(epoch, target)
    if Critical.objects.filter(lane__output_class=lane.output_class, settled_at=None).exists():
        yield "A harm is recorded that nobody has settled."
    yield from _unqualified(epoch, reviewers)
    yield from _undecided(epoch)


def _lacking(epoch: EvidenceEpoch, target: float) -> Iterator[str]:
    found = machine.lacking(epoch.counts, epoch.last, target, epoch.doublings)
    if "units" in found:
        yield f"{epoch.count} of at least {machine.UNITS} reviewed account days are there."
    if "run" in found:
        yield f"The last {machine.RUN} account days are not all clean yet."
    if "odds" in found:
        odds = machine.odds(epoch.doublings)
        yield f"The reviews do not prove more than {percent(target)} at odds of {odds:g} to 1 yet."


def _unqualified(epoch: EvidenceEpoch, reviewers: dict[int, int]) -> Iterator[str]:
    flagged = missed.flagged(reviewers)
    if flagged:
        yield "A reviewer behind this evidence misses too many planted errors."
    most = _dominant(reviewers)
    if most and _others_were_active(epoch, most):
        yield f"One person gave more than {percent(DOMINANT)} of the verdicts; let others review."


def _dominant(reviewers: dict[int, int]) -> int | None:
    """Who gave more than `DOMINANT` of the verdicts."""
    total = sum(reviewers.values())
    return next((user for user, given in reviewers.items() if given > DOMINANT * total), None)


def _others_were_active(epoch: EvidenceEpoch, reviewer: int) -> bool:
    rows = Decision.objects.filter(at__gte=epoch.opened_at, by__is_active=True)
    return rows.exclude(by=reviewer).exists()


def _undecided(epoch: EvidenceEpoch) -> Iterator[str]:
    """Whoever lets the doubtful ones lie, and decides the others, makes a class look better."""
    if not epoch.unscored:
        return
    ended = epoch.unscored + epoch.verdicts.filter(is_second=False).count()
    if epoch.unscored > MOST_UNDECIDED * ended:
        yield (
            f"{epoch.unscored} of {ended} drafts ended without a decision: they expired, were "
            f"taken over or taken back. At most {percent(MOST_UNDECIDED)} may."
        )


def has_one_reviewer() -> bool:
    """Whether one person alone decides here: then no two can share review and promotion. Whoever
    came with an import cannot, before they have a password."""
    can_come = ~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX) | doubles.lately()
    people = User.objects.filter(can_come, is_active=True).exclude(role=Role.ADMIN)
    return people.count() == 1


def is_waived(lane: Lane) -> LaneChange | None:
    """Who let one person alone review and promote here; it is shown for ever."""
    waivers = LaneChange.objects.filter(lane=lane.pk, kind=LaneChange.Kind.WAIVED)
    return waivers.select_related("by").order_by("at").first()
