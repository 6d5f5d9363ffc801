"""A look at every invariant each night, a part at a time, so that nothing waits for it.

Every law goes on behind the row at which it stopped, and what can no longer change is not asked
again, so a night costs what is new. On tables too long for one night a look ends after `MOST` parts
and goes on the next. What it finds stays on record until it holds again, or until an admin has
looked into it: what happened once cannot be mended.
"""

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as time_of_day

from django.db.models import Count, Max, Min, Q, QuerySet

from revenue import calendars, clock, events, outside, transactions, workspace
from revenue.models import User
from review.audit import LAWS
from review.audit.slices import Law
from review.models import Breach, Look

logger = logging.getLogger(__name__)
HOUR = time_of_day(3)  # by the company's clock
PART = 100  # rows
MOST = 20_000  # parts in one night
KEPT = 100  # breaches of one law
HELD = timedelta(minutes=5)
# So many numbers of rows may be given out already, and their rows not written yet.
ON_THEIR_WAY = 1_000
BY_NAME = {law.name: law for law in LAWS}
IN_ORDER = list(BY_NAME)
FAILED = "It could not be asked. The reason stands in the log."


# --- looking --------------------------------------------------------------------------------------


def go_on(*, seconds: float) -> int:
    """Look on for about so long, if it is night and nobody else looks. How many parts."""
    if outside.simulated():
        return 0
    row = _taken()
    if row is None:
        return 0
    until, parts = time.monotonic() + seconds, 0
    while row.due_at <= clock.now() and (not parts or time.monotonic() < until):
        _part(row)
        parts += 1
    row.held_until = None
    row.save()
    return parts


def _taken() -> Look | None:
    now = clock.now()
    found = Look.objects.filter(pk=1).first()
    if found is None:
        Look.objects.bulk_create([Look(pk=1, due_at=_night_after(now))], ignore_conflicts=True)
        return None
    if found.due_at > now:
        return None
    free = Look.objects.filter(Q(held_until=None) | Q(held_until__lte=now), pk=1, due_at__lte=now)
    return Look.objects.get(pk=1) if free.update(held_until=now + HELD) else None


def _night_after(moment: datetime) -> datetime:
    zone = calendars.zone_of(workspace.load().time_zone)
    here = moment.astimezone(zone)
    tonight = datetime.combine(here.date(), HOUR, zone)
    return tonight if tonight > here else tonight + timedelta(days=1)


def _part(row: Look) -> None:
    """The next rows of the law at hand; behind the last of all, the next law."""
    law = BY_NAME.get(row.law) or _begin(row, IN_ORDER[0])
    row.parts += 1
    try:
        reached = _asked(law, row.after)
    except Exception:
        logger.exception("The law %s could not be asked", law.name)
        _keep(law, [FAILED])
        _next(row, law)
    else:
        if reached is None:
            _end(row, law)
        else:
            row.after = reached
    if row.parts >= MOST:
        _rest(row)


def _asked(law: Law, after: int) -> int | None:
    """Ask it of so many rows of its table behind this key, whichever of them it is about. The last
    of them; nothing when there are no more."""
    rows = law.rows()
    there = rows.model._default_manager.filter(pk__gt=after).order_by("pk")
    keys = list(there.values_list("pk", flat=True)[:PART])
    if not keys:
        return None
    part = list(rows.filter(pk__gt=after, pk__lte=keys[-1]).order_by("pk"))
    _keep(law, list(law.judge(part)) if part else [])
    return keys[-1] if len(keys) == PART else None


def _begin(row: Look, name: str) -> Law:
    law, now = BY_NAME[name], clock.now()
    if name == IN_ORDER[0]:
        row.round_at = now
    row.law, row.after, row.since = name, row.marks.get(name, 0), now
    row.mark = _mark(law)
    return law


def _mark(law: Law) -> int:
    """Up to where nothing changes any more. Told before it is asked of the first row: what leaves
    meanwhile is looked at the next time."""
    if law.unsettled is None:
        return 0
    waiting = law.unsettled()
    last = waiting.model._default_manager.aggregate(last=Max("pk"))["last"] or 0
    oldest = waiting.order_by().aggregate(oldest=Min("pk"))["oldest"] or last + 1
    return max(min(oldest - 1, last - ON_THEIR_WAY), 0)


def _end(row: Look, law: Law) -> None:
    """It was asked of every row."""
    now = clock.now()
    mine = Breach.objects.filter(law=law.name, settled_at=None, seen_at__lt=row.since or now)
    if law.unsettled is None:
        mine.delete()
    else:
        mine.filter(words=FAILED).delete()
        row.marks[law.name] = row.mark
    _next(row, law)


def _next(row: Look, law: Law) -> None:
    place = IN_ORDER.index(law.name) + 1
    if place < len(IN_ORDER):
        _begin(row, IN_ORDER[place])
    else:
        row.law, row.whole_at = "", row.round_at
        _rest(row)


def _rest(row: Look) -> None:
    """Enough for tonight."""
    row.parts, row.due_at = 0, _night_after(clock.now())


def _keep(law: Law, found: list[str]) -> None:
    """What was found before is seen again; of what is new, so much as anybody reads."""
    if not found:
        return
    now, mine = clock.now(), Breach.objects.filter(law=law.name)
    places = list(dict.fromkeys(words[:300] for words in found))
    known = set(mine.filter(words__in=places).values_list("words", flat=True))
    mine.filter(words__in=known).update(seen_at=now)
    room = max(KEPT - mine.filter(settled_at=None).count(), 0)
    new = [words for words in places if words not in known][:room]
    Breach.objects.bulk_create(
        [Breach(law=law.name, words=words, found_at=now, seen_at=now) for words in new],
        ignore_conflicts=True,
    )


def begin_anew() -> None:
    """The demo went, and with it what was found of its rows: the next night asks of everything."""
    Breach.objects.all().delete()
    Look.objects.all().delete()


# --- telling --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Broken:
    """A law that does not hold, in `words`, at so many `places`, first seen `since`; `first` is the
    key of the first place."""

    first: int
    words: str
    places: int
    since: datetime

    @property
    def is_capped(self) -> bool:
        return self.places >= KEPT


def unsettled() -> QuerySet[Breach]:
    """What was found and nobody has looked into."""
    return Breach.objects.filter(settled_at=None)


def broken() -> list[Broken]:
    """By law, the oldest first."""
    rows = (
        unsettled()
        .order_by()
        .values("law")
        .annotate(first=Min("pk"), places=Count("pk"), since=Min("found_at"))
    )
    known = [row for row in rows if row["law"] in BY_NAME]
    found = [
        Broken(row["first"], BY_NAME[row["law"]].words, row["places"], row["since"])
        for row in known
    ]
    return sorted(found, key=lambda one: one.first)


def last_whole() -> datetime | None:
    """When the last look began that came through every law."""
    return Look.objects.filter(pk=1).values_list("whole_at", flat=True).first()


@transactions.atomic
def settle(law: str, *, by: User) -> int:
    """An admin looked into every place where this law was broken. How many."""
    if not by.is_admin:
        raise PermissionError("Only an admin looks into what a nightly look found.")
    many = unsettled().filter(law=law).update(settled_at=clock.now(), settled_by=by)
    if many:
        events.append("breach.settled", by=by, law=law, places=many)
    return many
