"""What surrounds a draft: the last messages, what else is live at the account, who holds it.

Read for all accounts of a ring at once, each kind by one query.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

from agents.definitions import registry
from agents.models import AgentRun, Draft
from revenue.models import Activity, Lease, Meeting, Opportunity, User
from review import autonomy
from review.cards.wording import shortened, when
from review.models import WAITING, OutboxMessage, ReviewItem

MESSAGES = 4
LIVE = 8
AFTER = timedelta(days=2)  # for so long after an item expires it keeps the voice


@dataclass(frozen=True)
class Message:
    who: str
    when: str
    text: str
    is_theirs: bool
    warning: str = ""


@dataclass(frozen=True)
class Live:
    what: str
    when: str


@dataclass(frozen=True)
class Holder:
    """Who may speak to the buyer now; `is_agents` means a person may take the account over."""

    who: str
    how: str
    is_agents: bool = True


@dataclass
class Around:
    """Rows by account; `people` by id, for those who took an account over."""

    activities: dict[int, list[Activity]] = field(default_factory=lambda: defaultdict(list))
    items: dict[int, list[ReviewItem]] = field(default_factory=lambda: defaultdict(list))
    messages: dict[int, list[OutboxMessage]] = field(default_factory=lambda: defaultdict(list))
    runs: dict[int, list[AgentRun]] = field(default_factory=lambda: defaultdict(list))
    meetings: dict[int, list[Meeting]] = field(default_factory=lambda: defaultdict(list))
    deals: dict[int, int] = field(default_factory=dict)
    leases: dict[int, Lease] = field(default_factory=dict)
    people: dict[int, User] = field(default_factory=dict)


def read(accounts: list[int], *, now: datetime) -> Around:
    found = Around()
    _sort(found.activities, _latest_activities(accounts))
    items = ReviewItem.objects.waiting().without_copies().filter(account__in=accounts)
    _sort(found.items, items.select_related("draft__contact").order_by("-pk")[: 20 * len(accounts)])
    unsent = OutboxMessage.objects.unsent().filter(account__in=accounts)
    _sort(found.messages, unsent.select_related("draft"))
    _sort(found.runs, AgentRun.objects.filter(account__in=accounts, state="running"))
    _sort(found.meetings, Meeting.objects.filter(
        account__in=accounts, status="booked", ends_at__gt=now))  # fmt: skip
    found.deals = _open_deals(accounts)
    held = Lease.objects.active().filter(account__in=accounts)
    found.leases = {row.account_id: row for row in held if row.is_pinned or row.expires_at > now}
    found.people = _people(found.leases.values())
    return found


def _sort(place: dict[int, list[Any]], rows: Iterable[Any]) -> None:
    for row in rows:
        place[row.account_id].append(row)


def _latest_activities(accounts: list[int]) -> Iterable[Activity]:
    order = [F("occurred_at").desc(), F("pk").desc()]
    number = Window(RowNumber(), partition_by=F("account"), order_by=order)
    rows = Activity.objects.filter(account__in=accounts).select_related("contact", "user")
    return rows.annotate(number=number).filter(number__lte=MESSAGES)


def _open_deals(accounts: list[int]) -> dict[int, int]:
    rows = Opportunity.objects.open().filter(account__in=accounts).values("account")
    return {row["account"]: row["number"] for row in rows.annotate(number=Count("pk")).order_by()}


def _agent(found: Around, item: ReviewItem, kind: str, number: int) -> str:
    """Whose run, draft or mail it is that holds the voice."""
    account = item.account_id
    rows: dict[str, list[Any]] = {"item": [item, *found.items[account]], "run": found.runs[account],
            "outbox": found.messages[account]}  # fmt: skip
    row = next((one for one in rows.get(kind, []) if one.pk == number), None)
    name = getattr(row, "agent", "") or getattr(getattr(row, "draft", None), "agent", "")
    return registry.label(name) if name else "An agent"


def _people(held: Iterable[Lease]) -> dict[int, User]:
    ids = [int(number) for kind, number in map(_parts, held) if kind == "user"]
    return User.objects.in_bulk(ids) if ids else {}


def _parts(lease: Lease) -> tuple[str, str]:
    kind, _, number = lease.holder.partition(":")
    return kind, number


def thread(
    found: Around, item: ReviewItem, *, reader: User, now: datetime, zone: ZoneInfo
) -> list[Message]:
    """The latest first; beside a copy only what was there when it was written."""
    return [
        Message(
            who=_speaker(row, reader),
            when=when(row.occurred_at, now, zone),
            text=shortened(row.body or row.subject, 420),
            is_theirs=row.is_untrusted,
            warning=row.warning,
        )
        for row in found.activities[item.account_id]
        if _was_there(row, item)
    ]


def _was_there(row: Activity, item: ReviewItem) -> bool:
    draft = item.draft
    return draft is None or not draft.is_planted or row.occurred_at <= draft.created_at


def _speaker(row: Activity, reader: User) -> str:
    if row.is_untrusted:
        return str(row.contact or row.sender or "Somebody there")
    if row.user_id == reader.pk:
        return "You"
    return str(row.user or "We")


def live(found: Around, item: ReviewItem, *, now: datetime, zone: ZoneInfo) -> list[Live]:
    """What else is pending, on its way, at work or agreed, whoever it is from."""
    account = item.account
    lines = [
        *[Live(_waiting(row, beside=item), row.get_state_display().lower())
          for row in found.items[account.pk] if row.pk != item.pk],
        *[Live(f"Mail to {row.recipient}: {row.subject}", _on_its_way(row, now, zone))
          for row in found.messages[account.pk] if row.item_id != item.pk],
        *[Live(f"{registry.label(row.agent)} is at work here", "now")
          for row in found.runs[account.pk]],
        *[Live(f"Meeting: {row}", when(row.starts_at, now, zone))
          for row in found.meetings[account.pk]],
    ]  # fmt: skip
    alarm = getattr(account, "wake_up", None)
    is_real = item.draft is None or not item.draft.is_planted  # an agent's draft ends the wait
    if is_real and alarm and alarm.due_at and alarm.due_at > now:
        lines.append(Live("The agents look again", when(alarm.due_at, now, zone)))
    deals = found.deals.get(account.pk, 0)
    if deals:
        lines.append(Live(f"{deals} open deal{'s' if deals > 1 else ''}", ""))
    return lines[:LIVE]


def _waiting(item: ReviewItem, *, beside: ReviewItem) -> str:
    """What it is, and whose, where another agent wrote it."""
    draft = item.draft
    if draft is None:
        return shortened(item.reason, 60)
    whom = f" to {draft.contact}" if draft.contact else ""
    same = beside.draft is not None and beside.draft.agent == draft.agent
    writer = "" if same else f", by {registry.label(draft.agent)}"
    return f"{autonomy.class_label(draft.output_class)}{whom}{writer}"


def _on_its_way(message: OutboxMessage, now: datetime, zone: ZoneInfo) -> str:
    if message.state == OutboxMessage.State.QUEUED and message.not_before > now:
        return f"leaves {when(message.not_before, now, zone)}"
    return message.get_state_display().lower()


def _as_any_other(item: ReviewItem, draft: Draft, *, now: datetime, zone: ZoneInfo) -> Holder:
    """What is practice holds no voice, and its card does not tell by that."""
    until = when(item.expires_at + AFTER, now, zone)
    return Holder(registry.label(draft.agent), f"through this draft, until {until}.")


def holder(
    found: Around, item: ReviewItem, *, reader: User, now: datetime, zone: ZoneInfo
) -> Holder:
    lease = found.leases.get(item.account_id)
    if lease is None and item.draft and item.draft.is_planted and item.state in WAITING:
        return _as_any_other(item, item.draft, now=now, zone=zone)
    if lease is None:
        asked = "Agents are silent until you decide." if item.is_escalation else ""
        return Holder("Nobody.", asked or "The next agent or person who needs it may speak.")
    kind, number = _parts(lease)
    until = f"until {when(lease.expires_at, now, zone)}"
    if kind == "user":
        mine = number == str(reader.pk)
        person = "You" if mine else str(found.people.get(int(number), "A colleague"))
        since = when(lease.acquired_at, now, zone)
        return Holder(person, f"took the account over, {since}.", is_agents=False)
    agent = _agent(found, item, kind, int(number))
    hows = {
        "item": f"through this draft, {until}." if number == str(item.pk)
        else f"through another draft, {until}.",
        "outbox": f"through a mail that is on its way, {until}.",
        "run": "is writing now.",
    }  # fmt: skip
    return Holder(agent, hows.get(kind, until))
