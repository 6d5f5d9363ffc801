"""What waits for a person and in which order: by what loses its worth first, never by age alone.

First what a buyer or a rule waits for (an answer, an escalation, a meeting within a day), then
mails whose reader is at work now, then the rest, each by what expires first; notes come last.
Read by the desk's views alone. Nothing here counts a whole table: counts stop at a cap.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from revenue.models import Meeting, User
from review import decisions
from review.buyer_time import is_working, zone_of
from review.decisions.bulk import MOST as MOST_AT_ONCE
from review.models import Decision, ReviewItem, State
from review.models.items import ReviewItemQuerySet

RING = 5
MOST = 1000
NEAR = timedelta(hours=24)
URGENT, AWAKE, LATER, NOTE = range(4)
QUARTER = 900  # seconds; office hours change on the quarter hour at most


@dataclass(frozen=True)
class Capped:
    """A number up to its cap; beyond it only that there are more."""

    number: int
    cap: int

    def __str__(self) -> str:
        return f"{self.cap - 1}+" if self.number >= self.cap else f"{self.number}"


def waiting(user: User) -> QuerySet[ReviewItem]:
    """What lies on this person's desk.

    Outdated items are left out before any sweep has seen them. Notes on one account are one card,
    which stands under the oldest of them.
    """
    rows = ReviewItem.objects.on_desk_of(user)
    older = _notes(rows).filter(account=OuterRef("account"), pk__lt=OuterRef("pk"))
    follows = Q(draft__isnull=False, draft__effect="none") & Exists(older)
    return rows.fresh().exclude(follows)


def in_order(rows: QuerySet[ReviewItem], *, now: datetime) -> QuerySet[ReviewItem]:
    soon = Meeting.objects.filter(
        account=OuterRef("account"), status="booked", starts_at__range=(now, now + NEAR)
    )
    zones = open_zones(int(now.timestamp()) // QUARTER)
    rank = Case(
        When(Q(state=State.ESCALATED) | Q(draft=None), then=Value(URGENT)),
        When(draft__in_reply_to__isnull=False, then=Value(URGENT)),
        When(draft__effect="none", then=Value(NOTE)),
        When(Exists(soon), then=Value(URGENT)),
        When(draft__contact__time_zone__in=zones, then=Value(AWAKE)),
        default=Value(LATER),
        output_field=IntegerField(),
    )
    return rows.annotate(rank=rank).order_by("rank", "expires_at", "pk")


@lru_cache(maxsize=4)
def open_zones(quarter: int) -> tuple[str, ...]:
    """Zones where people are at their desks in this quarter of an hour."""
    moment = datetime.fromtimestamp(quarter * QUARTER, ZoneInfo("UTC"))
    return tuple(name for name in _zones() if is_working(moment, ZoneInfo(name)))


@lru_cache(maxsize=1)
def _zones() -> tuple[str, ...]:
    return tuple(sorted(available_timezones()))  # reads the disk


def ring(
    user: User, *, now: datetime, as_of: datetime, have: list[int], size: int = RING
) -> list[int]:
    """The next items that are not in the page yet; what arrived after `as_of` waits its turn."""
    rows = waiting(user).filter(state_since__lte=as_of).exclude(pk__in=have)
    return list(in_order(rows, now=now).values_list("pk", flat=True)[:size])


def count(user: User) -> Capped:
    return Capped(waiting(user)[:MOST].count(), MOST)


def arrived(user: User, *, as_of: datetime, have: list[int]) -> int:
    """How many came after `as_of`, up to a hundred."""
    return waiting(user).filter(state_since__gt=as_of).exclude(pk__in=have)[:100].count()


def companions(item: ReviewItem, user: User) -> list[ReviewItem]:
    """The other notes of the card that `item` stands for, on this person's desk."""
    if item.draft is None or item.draft.effect != "none":
        return []
    rows = notes(user).filter(account=item.account_id)
    return list(rows.exclude(pk=item.pk).select_related("draft").order_by("pk"))


def notes(user: User) -> QuerySet[ReviewItem]:
    """Internal outputs that this person is to read; what was given to a colleague is theirs."""
    return _notes(ReviewItem.objects.on_desk_of(user))


def _notes(rows: ReviewItemQuerySet) -> ReviewItemQuerySet:
    return rows.pending().filter(draft__effect="none")


def undoable(user: User, *, now: datetime, most: int = 20) -> list[int]:
    """Items whose decision this person can still take back, the oldest decision first; of those
    that one press approved, one stands for all."""
    rows = Decision.objects.filter(
        by=user, undone_at=None, verb__in=Decision.TERMINAL, item__undo_until__gt=now
    )
    newest = rows.order_by("-at", "-pk").values_list("item", "bulk")[: most * MOST_AT_ONCE]
    first = {bulk or item: item for item, bulk in newest}
    return list(first.values())[:most][::-1]


def decided_with(decision: Decision) -> list[ReviewItem]:
    """The notes that were approved by the same key as this one."""
    draft = decision.item.draft
    if draft is None or draft.effect != "none":
        return []
    near = timedelta(seconds=2)
    rows = ReviewItem.objects.filter(
        account=decision.item.account_id, draft__effect="none",
        state__in=[State.APPROVED, State.REJECTED],
        decisions__by=decision.by_id, decisions__undone_at=None,
        decisions__at__range=(decision.at - near, decision.at + near),
    )  # fmt: skip
    return list(rows.exclude(pk=decision.item_id).distinct())


def gone(user: User, *, have: list[int]) -> list[dict[str, Any]]:
    """Which of these cards this person can no longer decide, and a sentence for each."""
    still = set(waiting(user).filter(pk__in=have).values_list("pk", flat=True))
    left = [pk for pk in have if pk not in still]
    seen = ReviewItem.objects.for_user(user).filter(pk__in=left).select_related("account", "draft")
    rows = {row.pk: row for row in seen}
    return [{"id": pk, "sentence": _farewell(rows.get(pk), user)} for pk in left]


def _farewell(item: ReviewItem | None, user: User) -> str:
    if item is None:
        return "A card is no longer yours; somebody else has the account now."
    if item.assigned_to_id and item.assigned_to_id != user.pk and item.state == State.PENDING:
        return f"{item.account}: this was handed to {item.assigned_to}."
    if item.state == State.PENDING:
        return f"{item.account}: something happened there since. A new draft follows."
    return f"{item.account}: {decisions.who_was_first(item)}"


def done_today(user: User, *, now: datetime) -> list[str]:
    """What this person has decided since midnight, their time: "approved 36", "rejected 2"."""
    local = now.astimezone(zone_of(user.time_zone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Decision.objects.filter(by=user, at__gte=midnight, undone_at=None).order_by()
    counted = rows.values_list("verb").annotate(number=Count("pk")).order_by("verb")
    return [f"{Decision.Verb(verb).label} {number}" for verb, number in counted]
