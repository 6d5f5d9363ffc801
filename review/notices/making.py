"""A row for each notice that is due, once for each person, way and period, before anything is sent.

Whoever makes it holds the person's choice, so that of two rounds at once one makes it; the row
itself is unique besides.
"""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from revenue import clock, locks, transactions
from revenue.calendars import zone_of
from review.models import Notice, NoticeChoice
from review.notices import contents, times

Kind, Way = Notice.Kind, Notice.Way
AT_ONCE = 50
BATCH = timedelta(minutes=5)  # urgent items are told together, this often at most
OVERLAP = timedelta(minutes=2)  # a transaction may be committed after one that began later


def make_due() -> int:
    """For everybody whose time has come. How many times."""
    now = clock.now()
    rows = _active().filter(next_at__lte=now).order_by("next_at", "pk")
    due = list(rows.values_list("pk", flat=True)[:AT_ONCE])
    return sum(transactions.apart(lambda pk: _make(pk, now), due))


def _active() -> QuerySet[NoticeChoice]:
    return NoticeChoice.objects.filter(user__is_active=True)


@transactions.atomic
def _make(pk: int, now: datetime) -> int:
    rows = NoticeChoice.objects.select_related("user").filter(pk=pk, next_at__lte=now)
    choice = locks.free(rows).first()
    if choice is None:
        return 0
    zone = zone_of(choice.user.time_zone)
    choice.next_at = times.following(choice, now, zone)
    choice.save(update_fields=["next_at"])
    passed = times.passed(choice, now, zone)
    if passed:
        kind = Kind.URGENT if _had_digest(choice, passed[0]) else Kind.DIGEST
        ways = [Way.MAIL] * choice.by_mail + [Way.HOOK] * bool(choice.by_hook and choice.url)
        for way in ways:
            _note(choice, kind, way, period=passed[-1], now=now)
    return 1


def _had_digest(choice: NoticeChoice, morning: datetime) -> bool:
    mine = Notice.objects.filter(user=choice.user_id, kind=Kind.DIGEST)
    return mine.filter(period__gte=morning).exists()


def _note(
    choice: NoticeChoice, kind: str, way: str, *, period: datetime, now: datetime,
    items: list[int] | None = None,
) -> None:  # fmt: skip
    row = Notice(
        user_id=choice.user_id, kind=kind, way=way, period=period, due_at=now, made_at=now,
        items=items or [],
    )  # fmt: skip
    Notice.objects.bulk_create([row], ignore_conflicts=True)


def look_for_urgent() -> int:
    """For whom urgent items came since the last look, told by their webhook. How many notices."""
    now = clock.now()
    rows = _active().filter(tells_urgent=True, told_at__lte=now - BATCH).exclude(url="")
    due = list(rows.values_list("pk", flat=True)[:AT_ONCE])
    return sum(transactions.apart(lambda pk: _look(pk, now), due))


@transactions.atomic
def _look(pk: int, now: datetime) -> int:
    rows = NoticeChoice.objects.select_related("user")
    choice = locks.free(rows.filter(pk=pk, told_at__lte=now - BATCH)).first()
    if choice is None or choice.told_at is None:
        return 0
    since = choice.told_at - OVERLAP
    earlier = Notice.objects.filter(user=choice.user_id, kind=Kind.WAITING, period__gt=since)
    told = {item for items in earlier.values_list("items", flat=True) for item in items}
    found = contents.urgent_since(choice.user, since=since, now=now)
    new = [item for item in found if item not in told]
    choice.told_at = now
    choice.save(update_fields=["told_at"])
    if new:
        _note(choice, Kind.WAITING, Way.HOOK, period=now, now=now, items=new)
    return len(new)
