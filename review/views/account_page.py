"""What the page of one account shows, section by section.

Every section is bounded, so that an account with a long history costs what a young one does.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Max, Q, Sum
from django.utils import timezone

from agents.definitions import registry
from agents.models import HUMAN, AgentRun, RoutingDecision, WakeUp
from revenue import calendars, clock, consent, stages, workspace
from revenue.models import (
    Account,
    Activity,
    Contact,
    Fact,
    Meeting,
    Opportunity,
    Signal,
    StageChange,
    Switch,
    User,
)
from revenue.titles import is_sensitive
from review import autonomy, leaving, practice
from review.models import OutboxMessage, ReviewItem, State
from review.views import account_list, holders, timeline_entries
from review.views.reply_words import read_as

DECISIONS, ITEMS, PEOPLE, FACTS, OPEN_DEALS, CLOSED_DEALS, RUNS = 6, 20, 50, 20, 25, 5, 5
MEETINGS = 5
PULLED_BACK = timedelta(days=7)  # how long a mail that did not leave is told of
HEADLINES = {
    "run": "{agent} acts.",
    "wait": "Waiting.",
    "escalate": "A person decides.",
    "none": "Nothing to do.",
}


def find(user: User, pk: int) -> Account | None:
    rows = Account.objects.for_user(user).select_related("owner__team", "parent")
    return rows.filter(pk=pk).first()


def sections(account: Account, *, viewer: User) -> dict[str, Any]:
    """Everything but the timeline, which has pages of its own."""
    holder = holders.of([account], viewer=viewer).get(account.pk)
    items = waiting(account, viewer)
    led = practice.led_to(one.item for one in items)
    return {
        "account": account,
        "stage": stages.label(account),
        "stage_tone": account_list.stage_tone(account),
        "holder": holder,
        "stopped": Switch.objects.filter(
            scope=Switch.Scope.ACCOUNT, key=str(account.pk), is_on=True
        ).first(),
        "wake_up": None if led.is_there else WakeUp.objects.filter(account=account).first(),
        "items": items,
        "mails": list(_mails_in_need(account)),
        "own_mails": own_mails(account),
        "meetings": meetings(account),
        "moment": clock.now(),
        **decided(account, led),
        **deals(account),
        "people": people(account),
        "last_reply": _last_reply(account),
        "opted_out": consent.account_block(account),
        "facts": facts(account),
        **runs(account, led),
    }


def _last_reply(account: Account) -> datetime | None:
    heard = account.activities.filter(direction=Activity.Direction.INBOUND, is_auto=False)
    return heard.order_by("-occurred_at", "-pk").values_list("occurred_at", flat=True).first()


def _mails_in_need(account: Account) -> Any:
    rows = account.outbox.filter(state__in=account_list.NEEDS_PERSON)
    return rows.select_related("draft__contact").order_by("-pk")[:5]


@dataclass(frozen=True)
class OwnMail:
    """What a person wrote to the account and is not there. `waits` says until when, if it waits."""

    message: OutboxMessage
    waits: leaving.Hold | None = None
    is_pulled_back: bool = False


def own_mails(account: Account) -> list[OwnMail]:
    """Not on their way yet; and the last, when something happened before it left."""
    rows = account.outbox.filter(draft__agent=HUMAN).order_by("-pk")
    read = rows.select_related("draft__account__owner", "draft__contact", "decision__by")
    latest = list(read[:3])
    queued = [row for row in latest if row.state == OutboxMessage.State.QUEUED]
    waits = _holds(queued) if queued else {}
    lost = [OwnMail(row, is_pulled_back=True) for row in latest[:1] if _is_pulled_back(row)]
    return [*(OwnMail(row, waits.get(row.draft_id)) for row in queued), *lost]


def _holds(queued: list[OutboxMessage]) -> dict[int, leaving.Hold]:
    drafts = [row.draft for row in queued]
    return leaving.told(drafts, company=workspace.load(), now=clock.now())


def _is_pulled_back(row: OutboxMessage) -> bool:
    if row.state != OutboxMessage.State.CANCELLED or row.detail != "outdated":
        return False
    return row.settled_at is not None and row.settled_at > clock.now() - PULLED_BACK


def meetings(account: Account) -> list[Meeting]:
    """Those that are booked, also where nobody has said yet how it went."""
    return list(account.meetings.filter(status=Meeting.Status.BOOKED)[:MEETINGS])


@dataclass(frozen=True)
class Overtaken:
    """A mail to the account that has not left: it will not, once a person speaks."""

    item: ReviewItem
    words: str


def overtaken(account: Account) -> list[Overtaken]:
    rows = ReviewItem.objects.open().outward().without_copies().filter(account=account)
    rows = rows.select_related("draft__contact").defer("draft__body")
    return [Overtaken(row, _waits(row)) for row in rows.order_by("pk")[:5]]


def _waits(item: ReviewItem) -> str:
    draft = item.draft
    whose = registry.label(draft.agent) if draft else "An agent"
    to = f" to {draft.contact}" if draft and draft.contact else ""
    if item.state == State.APPROVED:
        return f"The approved mail of {whose}{to}, which waits to leave"
    return f"The draft of {whose}{to}, which waits on the desk"


# --- what the orchestration decided --------------------------------------------------------------


@dataclass(frozen=True)
class Decided:
    """A routing decision in words: what, why, by which rule, because of which signals."""

    row: RoutingDecision
    headline: str
    signals: list[str]
    choice: str
    wanted: str


def decided(account: Account, led: practice.Led) -> dict[str, Any]:
    rows = [*account.decisions.all()[:DECISIONS], *led.decisions]
    rows = sorted(rows, key=lambda row: row.at, reverse=True)[:DECISIONS]
    words = _signal_words(rows)
    found = [_decided(row, words) for row in rows]
    return {"now": found[0] if found else None, "earlier": found[1:]}


def _decided(row: RoutingDecision, words: dict[int, str]) -> Decided:
    names = [registry.label(name) for name in row.allowed]
    asked = row.router_answer and len(names) > 1
    return Decided(
        row,
        HEADLINES[row.verdict].format(agent=registry.label(row.agent) if row.agent else "Somebody"),
        list(dict.fromkeys(words[pk] for pk in row.signals if pk in words)),
        f"The rule left {' and '.join(names)}; the router model chose." if asked else "",
        str(row.mandate.get("do", "")),
    )


def _signal_words(rows: list[RoutingDecision]) -> dict[int, str]:
    ids = {pk for row in rows for pk in row.signals[:20]}
    found = Signal.objects.filter(pk__in=ids).values_list("pk", "kind", "is_known") if ids else []
    return {pk: kind.replace("_", " ") if known else "unknown signal" for pk, kind, known in found}


# --- what waits ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    item: ReviewItem
    label: str
    is_outdated: bool


def waiting(account: Account, viewer: User) -> list[Waiting]:
    """Open items of this account, those that hold something first."""
    rows = ReviewItem.objects.for_user(viewer).open().without_copies().filter(account=account)
    rows = rows.select_related("draft__contact", "assigned_to").defer(
        "draft__body", "draft__evidence", "draft__fields"
    )
    found = list(rows.order_by("-pk")[:ITEMS])
    found.sort(key=lambda item: not (item.is_outward or item.is_escalation))
    return [_waiting(item, account) for item in found]


def _waiting(item: ReviewItem, account: Account) -> Waiting:
    draft = item.draft
    if draft is None:
        return Waiting(item, "A question for you", False)
    outdated = item.is_outward and draft.context_version != account.context_version
    return Waiting(item, autonomy.class_label(draft.output_class), outdated)


# --- people --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    """`block` says why they may not be written to."""

    contact: Contact
    block: consent.Block | None
    is_sensitive: bool
    local: str  # their time of day; as text, because a template would turn it into the reader's


def people(account: Account) -> list[Person]:
    rows = list(account.contacts.order_by("last_name", "first_name", "pk")[:PEOPLE])
    emails = [consent.normalise(row.email) for row in rows if row.email]
    blocked = consent.blocks_among(emails)
    now = clock.now()
    return [_person(row, blocked, now) for row in rows]


def _person(contact: Contact, blocked: dict[str, consent.Block], now: datetime) -> Person:
    there = calendars.zone_of(contact.time_zone) if contact.time_zone else None
    local = f"{timezone.localtime(now, there):%H:%M}" if there else ""
    email = consent.normalise(contact.email)
    return Person(contact, blocked.get(email), is_sensitive(contact), local)


# --- memory --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Remembered:
    fact: Fact
    is_over: bool
    sure: int
    link: str


def facts(account: Account) -> list[Remembered]:
    """What stands, newest first; one past its shelf life is shown as that."""
    now = clock.now()
    rows = account.facts.filter(superseded_by=None).select_related("contact")
    return [_remembered(row, now) for row in rows[:FACTS]]


def _remembered(fact: Fact, now: datetime) -> Remembered:
    is_over = fact.good_until is not None and fact.good_until <= now
    return Remembered(fact, is_over, round(fact.confidence * 100), fact.link)


# --- deals ---------------------------------------------------------------------------------------


@dataclass
class Deal:
    row: Opportunity
    stage: str
    tone: str
    history: list[dict[str, Any]] = field(default_factory=list)


def deals(account: Account) -> dict[str, Any]:
    """Open ones first, then the latest closed, each with its steps; and the account's totals."""
    rows = account.opportunities.select_related("product", "owner")
    still_open = list(rows.filter(is_closed=False).order_by("-engaged_on", "-pk")[:OPEN_DEALS])
    closed = list(
        rows.filter(is_closed=True).order_by(F("closed_on").desc(nulls_last=True), "-pk")[
            :CLOSED_DEALS
        ]
    )
    history = _history([*still_open, *closed])
    return {
        "open_deals": [_deal(row, history) for row in still_open],
        "closed_deals": [_deal(row, history) for row in closed],
        "totals": _totals(account),
    }


def deal(row: Opportunity) -> Deal:
    """One of them, with its steps."""
    return _deal(row, _history([row]))


def _deal(row: Opportunity, history: dict[int | None, list[dict[str, Any]]]) -> Deal:
    meaning = stages.semantic(row)
    tone = {stages.WON: "ok", stages.HOLD: "warn"}.get(meaning, "")
    return Deal(row, stages.label(row), tone, history.get(row.pk, []))


def _history(rows: list[Opportunity]) -> dict[int | None, list[dict[str, Any]]]:
    steps: dict[int | None, list[dict[str, Any]]] = defaultdict(list)
    found = StageChange.objects.filter(opportunity__in=rows).order_by("at", "pk")
    for row in found[:500]:
        stage = stages.OPPORTUNITY.get(row.to_stage)
        label = stage.label if stage else row.to_stage
        reason = "" if row.by in timeline_entries.BROUGHT_IN else row.reason
        steps[row.opportunity_id].append({"label": label, "at": row.at, "reason": reason})
    return steps


def _totals(account: Account) -> dict[str, Any]:
    won = Q(is_won=True)
    return account.opportunities.aggregate(
        won=Count("pk", filter=won),
        value=Sum("amount", filter=won),
        open=Count("pk", filter=Q(is_closed=False)),
        lost=Count("pk", filter=Q(is_closed=True, is_won=False)),
        last=Max("closed_on", filter=won),
    )


# --- runs ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    row: AgentRun
    label: str
    words: str
    tone: str
    note: str = ""


RESULTS = {
    "draft": "wrote a draft",
    "handoff": "handed over",
    "skip": "saw nothing to do",
    "escalate": "asked a person",
    "moved": "dropped, the account moved on",
    "late": "came too late",
    "unusable": "gave no usable answer",
    "run": "chose who acts",
    "wait": "chose to wait",
    "none": "chose nobody",
    "read": "read an answer",
}


def runs(account: Account, led: practice.Led) -> dict[str, Any]:
    rows = [*account.runs.order_by("-started_at", "-pk")[:RUNS], *led.runs]
    rows.sort(key=lambda row: row.started_at, reverse=True)
    spent = account.runs.aggregate(cost=Sum("cost"), runs=Count("pk"))
    return {
        "runs": [_run(row) for row in rows[:RUNS]],
        "spent": (spent["cost"] or 0) + sum((row.cost for row in led.runs), Decimal(0)),
        "run_count": spent["runs"] + len(led.runs),
    }


def _run(row: AgentRun) -> Run:
    words = RESULTS.get(row.result) or row.get_state_display().lower()
    tones: dict[str, str] = {AgentRun.State.FAILED: "danger", AgentRun.State.RUNNING: "accent"}
    note = read_as(row.note).capitalize() if row.result == "read" else row.note
    return Run(row, registry.label(row.agent), words, tones.get(row.state, ""), note)
