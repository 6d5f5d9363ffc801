"""Blind second looks: one approval in twenty is shown to somebody else, who does not know.

From four active reviewers of a team up. The evidence unit waits for the second verdict, at most
five business days; the worse of the two counts (`scoring.score_second`).
"""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from django.db.models import Q, QuerySet

from revenue import clock, transactions
from revenue.models import Role, User
from review import evidence, said
from review.autonomy import gate, lanes
from review.models import BUSINESS_DAYS, WAITING, Decision, Double, Verdict

SHARE = 0.05
FEWEST = 4  # active reviewers; among fewer everybody knows whose mail it is
ACTIVE = timedelta(days=28)
APPROVED = ("unchanged", "minor", "major")
GOOD = ("unchanged", "minor")
ENOUGH, LEAST = 30, 0.6  # pairs, and the agreement below which a team calibrates


class Look(NamedTuple):
    """Two people's verdicts on one mail."""

    first_by: int
    second_by: int
    first: str
    second: str


def draw(verdict: Verdict) -> Double | None:
    """Whether this approval is looked at again, decided when it is scored: before its own sentences
    count as said."""
    draft = verdict.item.draft
    if verdict.by is None or verdict.kind not in APPROVED or not draft or draft.effect != "buyer":
        return None
    if gate.chance(f"double {verdict.item_id}") >= SHARE:
        return None
    if len(reviewers(verdict.by.team_id)) < FEWEST:
        return None
    now = clock.now()
    wanted = {draft.output_class: {one.digest for one in said.of(draft, draft.body)}}
    return Double.objects.create(
        original=verdict.item, first=verdict.kind, first_by=verdict.by, made_at=now,
        said=sorted(digest for _, digest in said.known(wanted)),
        expires_at=clock.business_days_after(now, BUSINESS_DAYS),
    )  # fmt: skip


def reviewers(team: int | None) -> list[User]:
    """Who of a team has decided something lately."""
    people = User.objects.filter(team__isnull=False, team=team, is_active=True)
    return list(people.filter(lately()).exclude(role=Role.ADMIN).order_by("pk"))


def lately() -> Q:
    """Of people: they have decided something lately."""
    rows = Decision.objects.filter(at__gte=clock.now() - ACTIVE)
    return Q(pk__in=rows.values("by"))


def waiting() -> QuerySet[Double]:
    return Double.objects.filter(closed_at=None)


def expire() -> int:
    """Those that nobody looked at in time, or cannot any more: their units go on without. Each
    under the lock of the lane that would have been given its verdict."""
    rows = _over().order_by("pk").select_related("original")
    return sum(transactions.apart(_expire, rows))


def _over() -> QuerySet[Double]:
    gone = Q(shadow__isnull=False) & ~Q(shadow__state__in=WAITING)
    return waiting().filter(gone | Q(expires_at__lte=clock.now()))


@transactions.atomic
def _expire(double: Double) -> int:
    first = double.original.verdicts.select_related("lane").filter(is_second=False).first()
    if first:
        lanes.locked_row(first.lane)
    return _over().filter(pk=double.pk).update(closed_at=clock.now())


def looks(people: Iterable[User]) -> list[Look]:
    """Every pair of looks in which one of these took part; one query."""
    found = list(people)
    rows = Double.objects.exclude(second="").filter(Q(first_by__in=found) | Q(second_by__in=found))
    return [Look(*row) for row in rows.values_list("first_by", "second_by", "first", "second")]


def agreement(found: Iterable[Look]) -> tuple[float, int]:
    """Gwet's AC1 over these pairs, and how many; NaN for none."""
    pairs = Counter((look.first in GOOD, look.second in GOOD) for look in found)
    table = (pairs[pair] for pair in ((True, True), (True, False), (False, True), (False, False)))
    return evidence.gwet_ac1(*table), pairs.total()
