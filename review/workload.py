"""Who of a team has how much before them, and who could give what to whom.

Counted as the desk counts: a draft is one, the notes on an account are one together. What waits
for somebody who is away stands in their own line. Reads only; the manager's page calls it.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from revenue import clock, delegations
from revenue.models import Delegation, Role, User
from review import decisions, pace
from review.models import DECIDABLE, ReviewItem, State
from review.pace import Pace

SOON = timedelta(hours=24)
MOST = 200  # drafts that one balancing moves
NOTHING = {"waiting": 0, "soon": 0, "overdue": 0}
NAMES = ("first_name", "last_name", "pk")


@dataclass(frozen=True)
class Load:
    """One person's line. `soon` expire within a day; `overdue` have gone to the managers."""

    person: User
    waiting: int
    soon: int
    overdue: int
    movable: int
    pace: Pace
    away: Delegation | None
    delegate: User | None  # who decides for them now

    @property
    def takes(self) -> str:
        return self.pace.takes(self.waiting)

    @property
    def may_receive(self) -> bool:
        return self.person.is_active and self.away is None

    @property
    def is_shared_out(self) -> bool:
        """Everything movable goes: they left, or are away and no colleague decides for them."""
        return not self.person.is_active or (self.away is not None and self.delegate is None)


@dataclass(frozen=True)
class Gift:
    """So many drafts go from one person to another."""

    of: User
    to: User
    number: int


@dataclass(frozen=True)
class Workload:
    """A line for everybody of the team who decides, and for who left with something waiting."""

    loads: list[Load]
    unowned: int  # what waits at accounts without an owner


def of_team(manager: User) -> Workload:
    now = clock.now()
    team = User.objects.filter(team__isnull=False, team=manager.team_id)
    everybody = list(team.exclude(role=Role.ADMIN).order_by("-role", *NAMES))
    counted, movable = _counted(manager, now), _movable(manager)
    paces, away = pace.of(everybody, now=now), delegations.of(everybody, at=now)
    answered = delegations.delegates(away.values(), at=now)
    rows = [
        Load(
            person=one, **counted.get(one.pk, NOTHING), movable=movable[one.pk],
            pace=paces.get(one.pk, Pace()), away=away.get(one.pk), delegate=answered.get(one.pk),
        )
        for one in everybody
    ]  # fmt: skip
    shown = [row for row in rows if row.person.is_active or row.waiting or row.overdue]
    return Workload(shown, unowned=counted.get(None, NOTHING)["waiting"])


def _counted(manager: User, now: datetime) -> dict[int | None, dict[str, int]]:
    """By whom it waits for; one query."""
    note, pending = Q(draft__effect="none"), Q(state=State.PENDING)
    drafts = pending & (~note | Q(draft=None))
    soon = Q(expires_at__lt=now + SOON)
    rows = ReviewItem.objects.for_user(manager).fresh().with_decider().order_by()
    rows = rows.filter(state__in=DECIDABLE).values("decider").annotate(
        drafts=Count("pk", filter=drafts),
        notes=Count("account", filter=pending & note, distinct=True),
        soon=Count("pk", filter=drafts & soon),
        overdue=Count("pk", filter=Q(state=State.ESCALATED)),
    )  # fmt: skip
    return {
        row["decider"]: {"waiting": row["drafts"] + row["notes"], "soon": row["soon"],
                         "overdue": row["overdue"]}
        for row in rows
    }  # fmt: skip


def _movable(manager: User) -> Counter[int]:
    rows = decisions.movable(by=manager).order_by().values("decider")
    return Counter(dict(rows.annotate(number=Count("pk")).values_list("decider", "number")))


def balanced(loads: list[Load]) -> list[Gift]:
    """What would have to go where, so that the reps who are here have the same before them.

    First all that waits for nobody, to whoever has least; then one after the other from who has
    most to who has least, until they differ by one. Whoever decides for a colleague has that
    colleague's before them, too. Managers neither give nor get.
    """
    reps = [row for row in loads if row.person.is_rep]
    here = {row.person.pk: row for row in reps if row.may_receive}
    if not here:
        return []
    before = Counter({pk: row.waiting for pk, row in here.items()})
    for row in reps:
        if row.delegate and row.delegate.pk in here:
            before[row.delegate.pk] += row.waiting
    orphaned = {row.person.pk: row.movable for row in reps if row.is_shared_out}
    steps = _steps(before, orphaned, {pk: row.movable for pk, row in here.items()})
    named = {row.person.pk: row.person for row in reps}
    return [Gift(named[of], named[to], number) for (of, to), number in steps.items()]


def _steps(
    before: Counter[int], orphaned: dict[int, int], own: dict[int, int]
) -> Counter[tuple[int, int]]:
    """How many go from whom to whom; ids. `before` is what each has, and is changed."""
    steps: Counter[tuple[int, int]] = Counter()
    waiting = [of for of, number in orphaned.items() for _ in range(number)][:MOST]
    for of in waiting:
        _step(steps, before, of, min(before, key=before.__getitem__))
    while steps.total() < MOST:
        full = [pk for pk, number in own.items() if number]
        high = max(full, key=before.__getitem__, default=None)
        low = min(before, key=before.__getitem__)
        if high is None or before[high] - before[low] <= 1:
            break
        own[high] -= 1
        before[high] -= 1
        _step(steps, before, high, low)
    return steps


def _step(steps: Counter[tuple[int, int]], before: Counter[int], of: int, to: int) -> None:
    steps[of, to] += 1
    before[to] += 1
