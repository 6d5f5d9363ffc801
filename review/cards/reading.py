"""What one ring of cards is read from: each kind of row by one query, for all cards at once."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from agents.models import Draft
from revenue import calendars, clock, snapshots, workspace
from revenue.models import Signal, User, Workspace
from review import leaving, queue
from review.cards import around, evidence, wishes
from review.cards.around import Around
from review.grounding import Known, sources
from review.models import Decision, ReviewItem


@dataclass
class Rows:
    """What one ring was read from."""

    reader: User
    company: Workspace
    now: datetime
    zone: ZoneInfo
    around: Around
    sources: evidence.Rows
    grounds: dict[Draft, Known]
    decisions: dict[int, list[Decision]]
    texts: dict[str, str]
    signals: dict[int, Signal]
    notes: dict[int, list[ReviewItem]]
    wishes: dict[int, list[str]]  # by run
    known: set[int]  # items whose recipient we have spoken with
    waits: dict[int, leaving.Hold]  # by draft
    deciders: dict[int, tuple[int | None, datetime | None]] = field(default_factory=dict)


def read(items: list[ReviewItem], reader: User, *, known: set[int]) -> Rows:
    now = clock.now()
    drafts = [item.draft for item in items if item.draft]
    mails = [draft for draft in drafts if draft.effect == "buyer"]
    company = workspace.load()
    made: dict[int, list[Decision]] = defaultdict(list)
    for row in Decision.objects.filter(item__in=items).select_related("by"):
        made[row.item_id].append(row)
    asked = [pk for item in items if item.routing for pk in item.routing.signals]
    return Rows(
        reader=reader,
        company=company,
        now=now,
        zone=calendars.zone_of(reader.time_zone),
        around=around.read([item.account_id for item in items], now=now),
        sources=evidence.read(drafts),
        grounds=sources.of_each(mails),
        decisions=made,
        texts=snapshots.get_many([row.after for rows in made.values() for row in rows]),
        signals=Signal.objects.in_bulk(asked) if asked else {},
        notes=_notes(items, reader),
        wishes=wishes.read(drafts, reader=reader),
        known=known,
        waits=leaving.told(mails, company=company, now=now),
    )


def _notes(items: list[ReviewItem], reader: User) -> dict[int, list[ReviewItem]]:
    accounts = [item.account_id for item in items if item.draft and item.draft.effect == "none"]
    if not accounts:
        return {}
    rows = queue.notes(reader).filter(account__in=accounts)
    found: dict[int, list[ReviewItem]] = defaultdict(list)
    for row in rows.select_related("draft").order_by("pk"):
        found[row.account_id].append(row)
    return found
