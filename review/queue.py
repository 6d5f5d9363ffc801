"""What waits for a person and in which order: by what loses its worth first, never by age alone.

The order is one stored column, `ReviewItem.decide_by`, which `review.decay` explains. Read by the
desk, by Today and by what tells people that something waits. Nothing here counts a whole table:
counts stop at a cap.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value

from revenue import clock, transactions
from revenue.calendars import zone_of
from revenue.models import Meeting, User
from revenue.models.delegations import deciding_for
from revenue.rows import RowsIn
from review import decisions, filters
from review.decisions.bulk import MOST as MOST_AT_ONCE
from review.filters import NONE, Filters
from review.models import Decision, ReviewItem, State
from review.models.items import ReviewItemQuerySet

RING = 5
MOST = 300
UNDOABLE = 20
FEW = 500
# The longest that somebody can choose, with room for a slow transaction; bounds what is read.
UNDONE_WITHIN = 2 * timedelta(seconds=max(seconds for seconds, _ in User.UNDO_CHOICES))
NEAR = timedelta(hours=4)  # what has less than this left comes first


@dataclass(frozen=True)
class Capped:
    """A number up to its cap; beyond it only that there are more."""

    number: int
    cap: int

    def __str__(self) -> str:
        return f"{self.cap - 1}+" if self.number >= self.cap else f"{self.number}"


def waiting(
    user: User, asked: Filters = NONE, *, among: QuerySet[Any] | None = None
) -> QuerySet[ReviewItem]:
    """What lies on this person's desk; of it what they asked for, which may be what is put off.

    Outdated items are left out before any sweep has seen them. Notes on one account are one card,
    which stands under the oldest of them. Of the ids `among` it is, else of those that `few` gives.
    """
    rows = ReviewItem.objects.on_desk_of(user, state=asked.state)
    older = _notes(rows).filter(account=OuterRef("account"), pk__lt=OuterRef("pk"))
    follows = Q(draft__isnull=False, draft__effect="none") & Exists(older)
    rows, ids = rows.fresh().exclude(follows), few(user) if among is None else among
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    return filters.apply(asked, rows, user, now=clock.now())


def few(user: User) -> list[int] | None:
    """Which of all open items can be this rep's, if those are few: then they are looked through.
    Of many, the queue's own order has the first ones sooner, and a manager has the team's."""
    if not user.is_rep:
        return None
    found = transactions.seen((ReviewItem, user.pk), lambda: _may_be_theirs(user, [user.pk]))
    return found if len(found) <= FEW else None


def _may_be_theirs(user: User, people: list[int]) -> list[int]:
    """Asked by name, because PostgreSQL knows only then how much somebody has. Whom they cover
    comes with it, and is asked about next."""
    others = User.objects.filter(pk__in=deciding_for(user)).exclude(pk__in=people)
    items = ReviewItem.objects.waiting().by_way(user, FEW + 1, people=people)
    parts: list[Any] = [rows.values_list("pk", Value(0)) for rows in items]
    found = list(parts[0].union(*parts[1:], others.values_list("pk", Value(1)), all=True))
    covered = [pk for pk, is_person in found if is_person]
    return _may_be_theirs(user, people + covered) if covered else [pk for pk, _ in found]


def near(user: User) -> QuerySet[Any]:
    """The ids that `few` reads, inside another query: all there are, if not more than FEW."""
    read = transactions.remembered((ReviewItem, user.pk))
    if read is not None:
        return ReviewItem.objects.filter(pk__in=read).values("pk")
    seen, given = ReviewItem.objects.waiting().by_way(user, FEW + 1)
    return seen.values("pk").union(given.values("pk"), all=True)


def meeting_soon(rows: QuerySet[ReviewItem], *, now: datetime) -> QuerySet[Any]:
    """With `meets`: whether the account meets us within a day."""
    day = (now, now + timedelta(days=1))
    soon = Meeting.objects.filter(
        account=OuterRef("account"), status=Meeting.Status.BOOKED, starts_at__range=day
    )
    return rows.annotate(meets=Exists(soon))


# What somebody waits for, with `meeting_soon`: too urgent for the next mail in the morning.
URGENT = Q(state=State.ESCALATED) | Q(draft=None) | Q(draft__in_reply_to__isnull=False)
URGENT |= Q(meets=True)


def in_order(rows: QuerySet[ReviewItem]) -> QuerySet[ReviewItem]:
    return rows.order_by("decide_by", "pk")


def ring(user: User, asked: Filters = NONE, *, as_of: datetime, have: list[int]) -> list[int]:
    """The next items that are not in the page yet; what arrived after `as_of` waits its turn."""
    # "Not later" finds nothing that is not found in order; as a range, SQLite would sort by it.
    rows = waiting(user, asked).exclude(state_since__gt=as_of).exclude(pk__in=have)
    return list(in_order(rows).values_list("pk", flat=True)[:RING])


def count(user: User, asked: Filters = NONE) -> Capped:
    """In order, so that it is read from the index and ends where the cap does."""
    return Capped(in_order(waiting(user, asked))[:MOST].count(), MOST)


def moved(
    user: User, asked: Filters = NONE, *, as_of: datetime, have: list[int]
) -> tuple[Capped, int]:
    """How many wait, and how many of them came after `as_of`, up to a hundred. One query."""
    rows = waiting(user, asked)
    came = rows.filter(state_since__gt=as_of).exclude(pk__in=have).order_by("state_since")
    counted: Any = User.objects.annotate(
        number=RowsIn(in_order(rows).values("pk")[:MOST]), new=RowsIn(came.values("pk")[:100])
    ).get(pk=user.pk)
    return Capped(counted.number, MOST), counted.new


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


def undoable(user: User, *, now: datetime) -> list[int]:
    """Items whose decision this person can still take back, the oldest decision first; of those
    that one press approved, one stands for all."""
    rows = Decision.objects.filter(
        by=user, undone_at=None, verb__in=Decision.TERMINAL, item__undo_until__gt=now,
        at__gt=now - UNDONE_WITHIN,
    )  # fmt: skip
    newest = rows.order_by("-at", "-pk").values_list("item", "bulk")[: UNDOABLE * MOST_AT_ONCE]
    first = {bulk or item: item for item, bulk in newest}
    return list(first.values())[:UNDOABLE][::-1]


def decided_with(decision: Decision) -> list[ReviewItem]:
    """The notes that were approved by the same key as this one."""
    draft = decision.item.draft
    if draft is None or draft.effect != "none":
        return []
    around = timedelta(seconds=2)
    rows = ReviewItem.objects.filter(
        account=decision.item.account_id, draft__effect="none",
        state__in=[State.APPROVED, State.REJECTED],
        decisions__by=decision.by_id, decisions__undone_at=None,
        decisions__at__range=(decision.at - around, decision.at + around),
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
    rows = rows.exclude(verb=Decision.Verb.TAKE_OVER)  # of each draft, by one press
    rows = rows.exclude(item__state=State.PRACTISED)
    counted = rows.values_list("verb").annotate(number=Count("pk")).order_by("verb")
    return [f"{Decision.Verb(verb).label} {number}" for verb, number in counted]
