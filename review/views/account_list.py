"""The list of accounts: which ones are asked for, and what each row says.

Every row says who holds the voice and what comes next, from a constant number of queries.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Lower
from django.http import QueryDict
from django.urls import reverse

from agents.definitions import registry
from agents.models import AgentRun, WakeUp
from revenue import clock, stages, workspace
from revenue.models import Account, Activity, User
from review import autonomy, leaving
from review.models import OutboxMessage, ReviewItem, State
from review.today import day_of, doings
from review.views import holders, keyset

SIZE = 30
FILTERS = {
    "": "All",
    "waiting": "For me",
    "held": "Held",
    "stopped": "Quarantined",
}
NEEDS_PERSON = ("unknown", "blocked", "failed")


@dataclass(frozen=True)
class Next:
    """What comes next on an account: a sentence, its tone, and where to go for it."""

    words: str
    tone: str = ""
    link: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Row:
    account: Account
    stage: str
    tone: str
    holder: holders.Holder | None
    next: Next


def page(user: User, query: QueryDict) -> keyset.Page:
    """One page of rows, and the keys of the pages around it."""
    rows = asked_for(user, query).annotate(low=Lower("name")).select_related("owner")
    found = keyset.named(rows, query, field="low", size=SIZE)
    return keyset.Page(_rows(found.rows, user), found.next, found.previous)


def asked_for(user: User, query: QueryDict) -> QuerySet[Account]:
    rows = Account.objects.for_user(user).annotate(last_touch=_last_touch())
    text = query.get("q", "").replace("\x00", "").strip()[:200]
    if text:
        rows = rows.filter(name__icontains=text)
    owner = query.get("owner", "")
    if owner == "nobody":
        rows = rows.filter(owner=None)
    elif keyset.number(owner) is not None:
        rows = rows.filter(owner=keyset.number(owner))
    return _shown(rows, query.get("show", ""), user)


def _shown(rows: QuerySet[Account], show: str, user: User) -> QuerySet[Account]:
    here = OuterRef("pk")
    if show == "waiting":
        return rows.filter(Exists(ReviewItem.objects.asked_of(user).fresh().filter(account=here)))
    if show == "held":
        return rows.filter(Exists(holders.by_people().filter(account=here)))
    if show == "stopped":
        return rows.filter(wake_up__quarantined_at__isnull=False)
    if show in doings.LISTS:
        lately = doings.rows(show, user, since=day_of(user).since)
        return rows.filter(Exists(lately.filter(account=here)))
    return rows


def filters(show: str) -> dict[str, str]:
    """What can be chosen; what only the Today page leads to, while one is there."""
    lately = {show: doings.LISTS[show]} if show in doings.LISTS else {}
    return FILTERS | lately


def _last_touch() -> Subquery:
    """When somebody last spoke to somebody there."""
    spoken = Activity.objects.spoken().filter(account=OuterRef("pk")).order_by("-occurred_at")
    return Subquery(spoken.values("occurred_at")[:1])


def _rows(accounts: list[Account], user: User) -> list[Row]:
    held = holders.of(accounts, viewer=user)
    coming = next_steps(accounts, held)
    return [
        Row(row, stages.label(row), stage_tone(row), held.get(row.pk), coming[row.pk])
        for row in accounts
    ]


def stage_tone(account: Account) -> str:
    meaning = stages.semantic(account)
    tones = {stages.HOLD: "warn", stages.WON: "ok", stages.LOST: ""}
    return tones.get(meaning, "accent" if account.stage in ("engaged", "qualified") else "")


def next_steps(accounts: Iterable[Account], held: dict[int, holders.Holder]) -> dict[int, Next]:
    """What comes next on each: a failure first, then what a person owes, then what is planned."""
    ids = [account.pk for account in accounts]
    quarantined, alarms = _alarms(ids)
    sources = [quarantined, _mails(ids, needs_person=True), _items(ids), _mails(ids),
               _running(ids), alarms]  # fmt: skip
    silent = {pk: Next("Agents wait until it is handed back") for pk in held if held[pk].person}
    sources.insert(-2, silent)
    nothing = Next("Nothing planned")
    return {pk: next((rows[pk] for rows in sources if pk in rows), nothing) for pk in ids}


def _alarms(ids: list[int]) -> tuple[dict[int, Next], dict[int, Next]]:
    quarantined, planned = {}, {}
    for row in WakeUp.objects.filter(account__in=ids).defer("signals", "error"):
        if row.quarantined_at:
            quarantined[row.account_id] = Next("Stopped after three failures", "danger")
        elif row.waits_for == "voice":
            planned[row.account_id] = Next("Goes on when the account is free")
        elif row.due_at:
            planned[row.account_id] = Next("Next look", at=row.due_at)
    return quarantined, planned


def _mails(ids: list[int], *, needs_person: bool = False) -> dict[int, Next]:
    states = NEEDS_PERSON if needs_person else ("queued", "sending")
    rows = OutboxMessage.objects.filter(account__in=ids, state__in=states).order_by("-pk")
    if needs_person:
        return {
            row.account_id: Next("A mail needs you", "danger", _message(row.pk))
            for row in rows.only("account_id")
        }
    rows = rows.select_related("draft__account__owner", "draft__contact")
    found = list(rows.defer("draft__body", "draft__evidence", "draft__fields"))
    holds = leaving.told([row.draft for row in found], company=workspace.load(), now=clock.now())
    return {row.account_id: _leaves(row, holds.get(row.draft_id)) for row in found}


def _leaves(message: OutboxMessage, hold: leaving.Hold | None) -> Next:
    """Not before whoever gets it is at work, as the outbox says it."""
    at = max(message.not_before, hold.until) if hold else message.not_before
    return Next("A mail leaves", at=at, link=_message(message.pk))


def _message(pk: int) -> str:
    return reverse("outbox_message", args=[pk])


def _items(ids: list[int]) -> dict[int, Next]:
    """Drafts and questions that a person is to decide, and what is put off."""
    rows = ReviewItem.objects.waiting().fresh().without_copies()
    rows = rows.filter(account__in=ids).order_by()
    groups = defaultdict(list)
    fields = ("account_id", "state", "draft__output_class")
    for row in rows.values(*fields).annotate(count=Count("pk"), pk=Min("pk"), due=Min("due_at")):
        groups[row["account_id"]].append(row)
    return {pk: _of_items(found) for pk, found in groups.items()}


def _of_items(groups: list[dict[str, Any]]) -> Next:
    order = {State.ESCALATED: 0, State.PENDING: 1, State.REWRITING: 2, State.SNOOZED: 3}
    first = min(groups, key=lambda row: (order[row["state"]], row["draft__output_class"] or ""))
    link = reverse("item", args=[first["pk"]])
    count = sum(row["count"] for row in groups if row["state"] == first["state"])
    name = first["draft__output_class"]
    what = autonomy.class_label(name) if name else "A question"
    if first["state"] == State.SNOOZED:
        return Next(f"{what}, snoozed until", at=first["due"], link=link)
    if first["state"] == State.REWRITING:
        return Next(f"{what} is being rewritten", link=link)
    if first["state"] == State.ESCALATED:
        return Next(f"{what} waits for the manager", "warn", link)
    if count > 1:
        return Next(f"{count} wait for a decision", "accent", link)
    return Next(f"{what} waits for a decision", "accent", link)


def _running(ids: list[int]) -> dict[int, Next]:
    rows = AgentRun.objects.filter(account__in=ids, state="running", parent=None)
    found = rows.values_list("account_id", "agent")
    return {pk: Next(f"{registry.label(agent)} is at work") for pk, agent in found}


def owners(user: User) -> list[User]:
    """Whose accounts a manager may choose; nobody else chooses."""
    if not user.is_manager or not user.team_id:
        return []
    team = User.objects.filter(team=user.team_id)
    owning = team.filter(Exists(Account.objects.filter(owner=OuterRef("pk"))))
    return list(owning.order_by("first_name", "last_name"))
