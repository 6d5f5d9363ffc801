"""How carefully people review, as far as practice, time and second looks show it.

For the reviewer's own page, and for a manager's page of the team. Reads only. No number here adds
the others up: each says one thing, with how sure it is.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Length

from agents.models import HUMAN
from revenue import clock
from revenue.models import Role, User
from review import autonomy, dwell, pace
from review.autonomy.doubles import ENOUGH, LEAST, Look
from review.autonomy.missed import Planted
from review.models import Decision, Plant, State
from review.pace import Pace
from review.practice.answering import told

DAYS = 28
LATEST = 8
Verb = Decision.Verb


@dataclass(frozen=True)
class Agreement:
    """Gwet's AC1 over so many pairs of looks at the same mail."""

    value: float
    pairs: int

    @property
    def is_known(self) -> bool:
        return self.pairs >= ENOUGH and not math.isnan(self.value)

    @property
    def needs_calibration(self) -> bool:
        return self.is_known and self.value < LEAST


@dataclass(frozen=True)
class Record:
    """What is known of one reviewer. `decisions`, `approvals` and `too_fast` are of four weeks,
    `planted` of half a year."""

    person: User
    decisions: int
    approvals: int
    too_fast: int
    planted: Planted
    pace: Pace
    agreement: Agreement

    @property
    def caught(self) -> int:
        return self.planted.planted - self.planted.missed

    @property
    def bound(self) -> str:
        return autonomy.percent(self.planted.bound)

    @property
    def fast_share(self) -> str:
        return autonomy.percent(self.too_fast / self.approvals) if self.approvals else ""


@dataclass(frozen=True)
class Practised:
    """A practice draft that was answered, as its reviewer reads it."""

    plant: Plant
    words: str


def of(people: Iterable[User]) -> list[Record]:
    """A handful of queries, however many people."""
    found, now = list(people), clock.now()
    decided, approved, fast = _decided(found), _approved(found), _too_fast(found)
    planted = autonomy.missed.of([one.pk for one in found])
    paces, looks = pace.of(found, now=now), autonomy.doubles.looks(found)
    return [
        Record(
            person=one, decisions=decided[one.pk], approvals=approved[one.pk],
            too_fast=fast[one.pk], planted=planted.get(one.pk, Planted()),
            pace=paces.get(one.pk, Pace()), agreement=_agreement(
                look for look in looks if one.pk in (look.first_by, look.second_by)
            ),
        )
        for one in found
    ]  # fmt: skip


def team(manager: User) -> tuple[list[Record], Agreement]:
    """Everybody of the team who decides, by name, and how far they agree."""
    rows = User.objects.filter(team__isnull=False, team=manager.team_id, is_active=True)
    found = list(rows.exclude(role=Role.ADMIN).order_by("first_name", "last_name", "pk"))
    return of(found), _agreement(autonomy.doubles.looks(found))


def practised(user: User) -> list[Practised]:
    """Their latest practice drafts that are answered."""
    rows = Plant.objects.filter(reviewer=user, caught__isnull=False).select_related("item__account")
    return [Practised(row, told(row)) for row in rows.order_by("-answered_at", "-pk")[:LATEST]]


def _agreement(looks: Iterable[Look]) -> Agreement:
    return Agreement(*autonomy.doubles.agreement(looks))


def _lately(people: list[User]) -> QuerySet[Decision]:
    since = clock.now() - timedelta(days=DAYS)
    rows = Decision.objects.filter(by__in=people, at__gte=since, undone_at=None)
    return rows.exclude(item__state=State.PRACTISED).order_by()


def _decided(people: list[User]) -> Counter[int]:
    rows = _lately(people).filter(verb__in=[*Decision.TERMINAL, Verb.REWRITE])
    return Counter(dict(rows.values_list("by").annotate(number=Count("pk"))))


def _approved(people: list[User]) -> Counter[int]:
    rows = _one_by_one(people).values_list("by").annotate(number=Count("pk"))
    return Counter(dict(rows))


def _one_by_one(people: list[User]) -> QuerySet[Decision]:
    return _lately(people).filter(verb=Verb.APPROVE, bulk=None).exclude(item__draft__agent=HUMAN)


def _too_fast(people: list[User]) -> Counter[int]:
    """The database leaves out what is slow enough even for a text of words of one letter."""
    ms = 60_000 // dwell.WORDS_A_MINUTE + 1
    rows = _one_by_one(people).annotate(length=Length("item__draft__body"))
    rows = rows.filter(Q(dwell_ms=None) | Q(dwell_ms__lt=(F("length") + 1) * ms / 2))
    found = rows.select_related("item__draft").iterator()
    return Counter(row.by_id for row in found if row.by_id and dwell.is_too_fast(row))
