"""The rules of a lane without its rows: when it unlocks, what a verdict does to it, how many are
audited. Pure; the verbs of this package, the back-test and the proof by simulation all call it.

Sources: Dodge 1943 (CSP-1, tightening), ISO 2859-1 (switching rules), `review.evidence`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from review import evidence
from review.evidence import Counts

REVIEW, AUTO, TIGHTENED = "review", "auto", "tightened"
UNITS = 30  # the fewest that unlock a lane
RUN = 20  # the newest units that must be clean, and the clean run that ends full review
CLEAN = 0.5  # a score below it is a serious miss
EARLY_AUDITS, EARLY = 100, 0.2  # of a lane's first audits, at least one in five
CEILINGS = {1: 0.25, 2: 0.05}  # the smallest share that is audited, by the class's ceiling


@dataclass(frozen=True)
class Track:
    """A lane on its way: `state`, the alarm meter, the clean run of full review."""

    state: str = REVIEW
    meter: float = 1.0
    clean: int = 0


def after(track: Track, score: float, target: float) -> Track:
    """The lane after one more verdict. Order: a lane in review stands still → the meter runs over,
    back to review → a serious miss, full review → enough clean ones in a row, automatic again."""
    if track.state not in (AUTO, TIGHTENED):
        return track
    meter = evidence.alarm_step(track.meter, score, target)
    if meter >= evidence.LIMIT - evidence.SLACK:
        return Track(REVIEW, meter)
    if score < CLEAN:
        return Track(TIGHTENED, meter)
    clean = track.clean + 1 if track.state == TIGHTENED else 0
    if clean >= RUN:
        return Track(AUTO, meter)
    return replace(track, meter=meter, clean=clean)


def clean_run(last: Sequence[float]) -> int:
    """How many of the newest units are clean, back to the last one that is not."""
    misses = (place for place, score in enumerate(reversed(last)) if score < CLEAN)
    return next(misses, len(last))


def odds(demotions: int) -> float:
    """How much evidence unlocks a lane: twice as much after each time it lost its trust."""
    return evidence.ODDS * 2.0**demotions


def lacking(counts: Counts, last: Sequence[float], target: float, demotions: int) -> list[str]:
    """What the evidence lacks, of "units", "run" and "odds"; nothing when it unlocks the lane."""
    found = list(counts)
    tests: dict[str, Callable[[], bool]] = {
        "units": lambda: sum(n for _, n in found) >= UNITS,
        "run": lambda: clean_run(last) >= RUN,
        "odds": lambda: evidence.reaches(evidence.log_evidence(found, target), odds(demotions)),
    }
    return [name for name, holds in tests.items() if not holds()]


def unlocks(counts: Counts, last: Sequence[float], target: float, demotions: int) -> bool:
    return not lacking(counts, last, target, demotions)


def audited(tolerated: float, ceiling: int, audits: int) -> float:
    """The share of drafts that is held for an audit, `audits` after the promotion."""
    early = EARLY if audits < EARLY_AUDITS else 0.0
    return max(evidence.audit_fraction(tolerated), CEILINGS.get(ceiling, 1.0), early)
