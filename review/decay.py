"""When a decision loses its worth: what the queue is ordered by.

`decide_by` of an item, computed once where the item is made, is the earliest of
1. the time that its kind has (a manager's, else the usual one) since the item was made, in the
   buyer's working hours or round the clock;
2. an hour before the account's next booked meeting starts;
3. its expiry.

A snooze, a rewrite, a hand-over and an undo leave it as it is: the buyer's clock does not stop
because we wait. What expired and went to the manager keeps it too and so stands in front. A mail
is stale once a meeting is booked; notes and questions are brought forward by intake's sweep, and
stay there when that meeting is called off. A manager's new time, and new working hours, are counted
again for what is open.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, Min, OuterRef, Q, QuerySet, prefetch_related_objects

from agents.definitions import registry
from agents.models import Draft, Effect
from revenue import calendars, clock, events, locks, transactions, workspace
from revenue.models import Account, Meeting, User, Workspace
from revenue.rows import update_each
from review.models import ReviewItem, ServiceLevel

BEFORE_MEETING = timedelta(hours=1)
QUESTION, ANSWER = "question", "outreach.reply"
BATCH = 500


@dataclass(frozen=True)
class Level:
    hours: int
    in_working_hours: bool = True


# A kind is a class of ours, or what speaks for all that belong to none.
LABELS: dict[str, str] = {
    QUESTION: "Question",
    **{row.name: row.label for row in registry.output_classes()},
    Effect.BUYER: "Other mail",
    Effect.RECORD: "Other change of a record",
    Effect.NONE: "Note on an account",
}
USUAL: dict[str, Level] = {
    QUESTION: Level(4),
    ANSWER: Level(4),
    "outreach.follow_up": Level(8),
    "outreach.first_email": Level(16),
    Effect.BUYER: Level(16),
    Effect.NONE: Level(32),
}
ELSE = Level(24)


def kind_of(draft: Draft | None) -> str:
    """An answer to a live message is one, whichever class it was written in."""
    if draft is None:
        return QUESTION
    if draft.in_reply_to_id:
        return ANSWER
    return draft.output_class if draft.output_class in LABELS else draft.effect


def of_kind(kind: str) -> Q:
    """The condition for items of this kind."""
    if kind == QUESTION:
        return Q(draft__isnull=True)
    if kind in Effect.values:
        rows = Q(draft__effect=kind) & ~Q(draft__output_class__in=LABELS)
    else:
        rows = Q(draft__output_class=kind)
    answers = Q(draft__in_reply_to__isnull=False)
    return rows | answers if kind == ANSWER else rows & Q(draft__in_reply_to__isnull=True)


def levels() -> dict[str, Level]:
    """The time that each kind has."""
    rows = transactions.once(ServiceLevel, lambda: list(ServiceLevel.objects.all()))
    usual = {kind: USUAL.get(kind, ELSE) for kind in LABELS}
    return usual | {row.kind: Level(row.hours, row.in_working_hours) for row in rows}


def reckon(items: Iterable[ReviewItem]) -> None:
    """Fill in `decide_by`. Their accounts come with their owners, their drafts with contacts."""
    items = list(items)
    known, company = levels(), workspace.load()
    meetings = _next_meetings({item.account_id for item in items})
    for item in items:
        ends = _level_ends(item, known[kind_of(item.draft)], company)
        meeting = meetings.get(item.account_id)
        soonest = min(ends, item.expires_at, *([meeting - BEFORE_MEETING] if meeting else []))
        item.decide_by = max(soonest, item.created_at)


def _level_ends(item: ReviewItem, level: Level, company: Workspace) -> datetime:
    time = timedelta(hours=level.hours)
    if not level.in_working_hours:
        return item.created_at + time
    contact = item.draft.contact if item.draft else None
    return calendars.of(contact, item.account, company).after(item.created_at, time)


def _next_meetings(accounts: Iterable[int]) -> dict[int, datetime]:
    rows = _booked().filter(account__in=accounts).order_by().values_list("account")
    return dict(rows.annotate(first=Min("starts_at")))


def _booked() -> QuerySet[Meeting]:
    return Meeting.objects.filter(status=Meeting.Status.BOOKED, starts_at__gt=clock.now())


def met_sooner() -> QuerySet[ReviewItem]:
    """Open notes and questions whose account meets us before they are due."""
    sooner = _booked().filter(account=OuterRef("account"), starts_at__lt=OuterRef("decide_by"))
    inward = Q(draft__isnull=True) | ~Q(draft__effect=Effect.BUYER)
    return ReviewItem.objects.waiting().filter(inward, Exists(sooner))


def bring_forward(item: ReviewItem) -> bool:
    """The caller holds the account's lock."""
    before = item.decide_by
    reckon([item])
    item.save(update_fields=["decide_by"])
    return item.decide_by != before


# --- the manager's times --------------------------------------------------------------------------


def change(wanted: Mapping[str, Level], *, by: User) -> list[str]:
    """Set the time of each kind that differs, and give which ones. The first few hundred open items
    have it at once, the sweep sees to the others."""
    changed = _set(wanted, by=by)
    recount()
    return changed


@transactions.atomic
def _set(wanted: Mapping[str, Level], *, by: User) -> list[str]:
    now = levels()
    changed = [kind for kind, level in wanted.items() if level != now[kind]]
    for kind in changed:
        level = wanted[kind]
        row, _ = ServiceLevel.objects.update_or_create(kind=kind, defaults={
            "hours": level.hours, "in_working_hours": level.in_working_hours, "counted_to": 0,
        })  # fmt: skip
        events.append("service_level.changed", by=by, subject=row, kind_of=kind,
                      hours=level.hours, in_working_hours=level.in_working_hours)  # fmt: skip
    transactions.forget(ServiceLevel)
    return changed


@transactions.atomic
def hours_moved() -> None:
    """What is counted in working hours is to be counted again; `recount` does it afterwards."""
    for kind, level in levels().items():
        if level.in_working_hours:
            again = {"counted_to": 0}
            ServiceLevel.objects.update_or_create(
                kind=kind, defaults=again, create_defaults={"hours": level.hours, **again}
            )
    transactions.forget(ServiceLevel)


def recount(*, limit: int = BATCH) -> int:
    """Give some more open items the time that was set for their kind. How many. Not within a
    transaction: each kind locks its accounts from the lowest on."""
    waits = ServiceLevel.objects.filter(counted_to__isnull=False).order_by("pk")
    done = 0
    while done < limit and (found := waits.values_list("pk", flat=True).first()):
        done += _recount(found, limit - done)
    return done


@transactions.atomic
def _recount(pk: int, limit: int) -> int:
    level = locks.row(ServiceLevel, pk)
    if level.counted_to is None:
        return 0
    rows = ReviewItem.objects.waiting().filter(of_kind(level.kind), pk__gt=level.counted_to)
    items = list(rows.select_related("draft__contact").order_by("pk")[:limit])
    accounts = {row.pk: row for row in _with_owners({item.account_id for item in items})}
    for item in items:
        item.account = accounts[item.account_id]
    reckon(items)
    update_each(items, "decide_by")
    level.counted_to = items[-1].pk if len(items) == limit else None
    level.save(update_fields=["counted_to"])
    return len(items)


def _with_owners(ids: set[int]) -> list[Account]:
    rows = locks.accounts(ids)
    prefetch_related_objects(rows, "owner")
    return rows
