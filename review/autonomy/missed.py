"""How much the reviewers of an epoch let through, by the errors that were planted on them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, QuerySet

from revenue import clock
from review import evidence
from review.models import EvidenceEpoch, Plant

ENOUGH = 30  # planted errors; below it nobody knows, and `UNKNOWN` is taken
UNKNOWN = 0.20
MOST = 0.20  # nobody may surely miss more
SINCE = timedelta(days=180)


@dataclass(frozen=True)
class Planted:
    """How many errors were planted on somebody and answered, and how many they let through."""

    planted: int = 0
    missed: int = 0

    @property
    def bound(self) -> float:
        """At most this share goes unseen, at odds of 20 to 1. 1 when nothing was planted."""
        return evidence.missed_upper_bound(self.missed, self.planted)

    @property
    def is_few(self) -> bool:
        """So few that the bound tells how many there were rather than how well they look."""
        return self.planted < ENOUGH

    @property
    def is_flagged(self) -> bool:
        """Surely more than one in five."""
        counts = [(1.0, self.missed), (0.0, self.planted - self.missed)]
        return evidence.reaches(evidence.log_evidence(counts, MOST))


def of(users: Iterable[int]) -> dict[int, Planted]:
    """By reviewer; one query."""
    rows = _answered().filter(reviewer__in=list(users)).order_by().values_list("reviewer")
    counted = rows.annotate(planted=Count("pk"), missed=Count("pk", filter=Q(caught=False)))
    return {user: Planted(planted, missed) for user, planted, missed in counted}


def _answered() -> QuerySet[Plant]:
    return Plant.objects.answered(since=clock.now() - SINCE)


def flagged(users: Iterable[int]) -> list[int]:
    """Those of these reviewers who surely miss more than one planted error in five."""
    return [user for user, found in of(users).items() if found.is_flagged]


def bound(epoch: EvidenceEpoch) -> float:
    """At most this share of errors goes unseen, at odds of 20 to 1."""
    theirs = _answered().filter(reviewer__in=epoch.verdicts.order_by().values("by"))
    found = theirs.aggregate(planted=Count("pk"), missed=Count("pk", filter=Q(caught=False)))
    if found["planted"] < ENOUGH:
        return UNKNOWN
    return Planted(**found).bound
