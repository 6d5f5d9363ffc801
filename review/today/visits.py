"""Today's meetings: when, with whom, what time it is there, and what one needs to know."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Max, Model, QuerySet

from agents.models import Draft, Handoff
from revenue import calendars, stages
from revenue.models import Contact, Fact, Meeting, Opportunity, User
from review.cards import brief
from review.cards.brief import Brief, Line
from review.cards.wording import day as day_in_words
from review.today.day import Day

MOST = 20
READ, DEALS = 100, 2
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Visit:
    """`there` is the time of day where they sit, when that is another one than the reader's.

    `state` is over, now, next, later, or how it ended; `asks` whether it was held at all.
    """

    meeting: Meeting
    people: list[str]
    there: str
    brief: Brief | None
    state: str

    @property
    def asks(self) -> bool:
        return self.state == "over"


def of(user: User, day: Day) -> list[Visit]:
    rows = Meeting.objects.filter(
        account__owner=user, starts_at__lt=day.ends, ends_at__gt=day.begins
    )
    found = list(
        rows.for_user(user).select_related("account").prefetch_related("attendees")
        .order_by("starts_at", "pk")[:MOST]
    )  # fmt: skip
    briefs = _briefs({row.account_id for row in found}, day.now)
    coming = next((row for row in found if _is_coming(row, day)), None)
    return [_visit(row, day, briefs.get(row.account_id), row is coming) for row in found]


def _is_coming(meeting: Meeting, day: Day) -> bool:
    return meeting.status == Meeting.Status.BOOKED and meeting.starts_at > day.now


def _visit(meeting: Meeting, day: Day, known: Brief | None, is_next: bool) -> Visit:
    people = [row for row in meeting.attendees.all() if not row.erased_at]
    return Visit(
        meeting, [row.name for row in people], _there(meeting, people, day), known,
        _state(meeting, day, is_next),
    )  # fmt: skip


def _state(meeting: Meeting, day: Day, is_next: bool) -> str:
    if meeting.status != Meeting.Status.BOOKED:
        return meeting.status
    if meeting.ends_at <= day.now:
        return "over"
    if meeting.starts_at <= day.now:
        return "now"
    return "next" if is_next else "later"


def _there(meeting: Meeting, people: list[Contact], day: Day) -> str:
    """ "09:00 in Chicago", for each place whose clocks differ from the reader's."""
    places = {calendars.Place(calendars.zone_of(row.time_zone)) for row in people if row.time_zone}
    here = day.local(meeting.starts_at)
    times = sorted((meeting.starts_at.astimezone(one.zone), one.name) for one in places)
    return ", ".join(
        f"{local:%H:%M} in {name}" for local, name in times
        if local.utcoffset() != here.utcoffset()
    )  # fmt: skip


def _briefs(accounts: set[int], now: datetime) -> dict[int, Brief]:
    """The last handoff of each account, else what its last draft rests on, else what is known."""
    handed = _newest(Handoff.objects.all(), accounts)
    written = _newest(
        Draft.objects.select_related("handoff", "run__decision").defer("body", "evidence"),
        accounts,
    )
    briefs: dict[int, Brief | None] = {**_records(accounts, now)}
    briefs |= {row.account_id: brief.of_draft(row) for row in written}
    briefs |= {row.account_id: brief.of_handoff(row) for row in handed}
    return {account: found for account, found in briefs.items() if found}


def _records(accounts: set[int], now: datetime) -> dict[int, Brief]:
    """Open deals and the newest facts of each account, for one that no agent has written about."""
    lines: dict[int, list[Line]] = defaultdict(list)
    deals = Opportunity.objects.open().filter(account__in=accounts).select_related("product")
    for deal in deals.order_by("-pk")[:READ]:
        if deal.account_id and len(lines[deal.account_id]) < DEALS:
            lines[deal.account_id].append(("Open deal", f"{deal}, {stages.label(deal)}"))
    for fact in Fact.objects.current(now).filter(account__in=accounts)[:READ]:
        if len(lines[fact.account_id]) < brief.LINES:
            lines[fact.account_id].append((day_in_words(fact.as_of), fact.text))
    return {account: Brief("What is known", found, []) for account, found in lines.items()}


def _newest(rows: QuerySet[Row], accounts: Iterable[int]) -> QuerySet[Row]:
    of_each = rows.model._default_manager.filter(account__in=list(accounts)).order_by()
    last = of_each.values("account").annotate(last=Max("pk")).values("last")
    return rows.filter(pk__in=last)
