"""Which part of the queue somebody asked for: read from an address, applied to rows, written back.

What an address asks for and does not exist, or is not this person's to see, is left out, and a
sentence says so. Filters only narrow what `queue.waiting` gives.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from agents.definitions import registry
from agents.models import OUTSIDE
from revenue.models import Role, User
from review import decay
from review.models import Cause, ReviewItem, State

Choices = Mapping[str, str]

MOST = 200  # characters
WORDS = 6
ANY = "Any"
OWN, TEAM = "mine", "team"
SCOPES: Choices = {"": "Everything", OWN: "Mine", TEAM: "My team"}
AGENTS: Choices = {name: registry.label(name) for name in registry.names()} | {
    "outside": "Outside agents"
}
AGES: Choices = {
    "over": "Over its time", "new": "Came within a day", "day": "Waits a day or more",
    "days": "Waits three days or more",
}  # fmt: skip
REASONS: Choices = {str(cause): cause.label for cause in Cause} | {
    "rewritten": "Rewritten", "expired": "Nobody decided in time",
}  # fmt: skip
STATES: Choices = {"": "Waiting", State.SNOOZED: "Snoozed", State.REWRITING: "Being rewritten"}
CHOICES: dict[str, Choices] = {
    "scope": SCOPES, "state": STATES, "class": decay.LABELS, "reason": REASONS, "agent": AGENTS,
    "age": AGES,
}  # fmt: skip
LABELS: Choices = {
    "scope": "Scope", "state": "State", "class": "Class", "reason": "Reason", "agent": "Agent",
    "age": "Age", "account": "Account", "q": "Search",
}  # fmt: skip
TEXTS = ("account", "q")
FIELDS = ("account__name", "draft__subject", "draft__contact__first_name",
          "draft__contact__last_name", "draft__contact__email")  # fmt: skip


@dataclass(frozen=True)
class Chip:
    """One filter that is on, and the query of the address without it."""

    label: str
    words: str
    without: str


@dataclass(frozen=True)
class Filters:
    """`asked` has what is on, by its name in the address; `faults` what was left out of it."""

    asked: tuple[tuple[str, str], ...] = ()
    faults: tuple[str, ...] = ()

    @cached_property
    def values(self) -> dict[str, str]:
        return dict(self.asked)

    @property
    def is_on(self) -> bool:
        return bool(self.asked)

    @property
    def query(self) -> str:
        return urlencode(self.asked)

    @property
    def chips(self) -> list[Chip]:
        return [
            Chip(LABELS[name], CHOICES.get(name, {}).get(value, value), self.without(name).query)
            for name, value in self.asked
        ]

    @property
    def state(self) -> str:
        return self.values.get("state", State.PENDING)

    def without(self, name: str) -> "Filters":
        return replace(self, asked=tuple(one for one in self.asked if one[0] != name))


NONE = Filters()
MINE = Filters((("scope", OWN),))


def read(query: Mapping[str, str], user: User) -> Filters:
    asked, faults = [], []
    for name in LABELS:
        value = query.get(name, "").replace("\x00", "").strip()[:MOST]
        fault = _fault(name, value, user) if value else ""
        faults += [fault] if fault else []
        asked += [(name, value)] if value and not fault else []
    return Filters(tuple(asked), tuple(faults))


def _fault(name: str, value: str, user: User) -> str:
    if name in TEXTS:
        return ""
    if value not in CHOICES[name]:
        return f"{LABELS[name]}: there is no such choice, so it was left out."
    if name == "scope" and value not in scopes(user):
        return "You see your own accounts alone; here is what waits on all of them."
    return ""


def scopes(user: User) -> Choices:
    """Between which this person may choose: a rep has only their own."""
    if user.role != Role.MANAGER:
        return {}
    return {name: label for name, label in SCOPES.items() if name != TEAM or user.team_id}


def apply(
    filters: Filters, rows: QuerySet[ReviewItem], user: User, *, now: datetime
) -> QuerySet[ReviewItem]:
    """`rows` are those that this person may see."""
    on = filters.values
    found = {
        "scope": lambda value: _in_scope(value, user),
        "class": decay.of_kind,
        "reason": _for_reason,
        "agent": _by_agent,
        "age": lambda value: _of_age(value, now),
        "account": lambda value: Q(account__name__icontains=value),
        "q": _with_words,
    }
    for name, condition in found.items():
        if name in on:
            rows = rows.filter(condition(on[name]))
    return rows


def _in_scope(scope: str, user: User) -> Q:
    if scope == TEAM:
        return Q(account__owner__team=user.team_id)
    nobodys = Q(state=State.ESCALATED) | Q(account__owner=None)
    return Q(account__owner=user) | Q(assigned_to=user) | nobodys


def _for_reason(reason: str) -> Q:
    if reason == "rewritten":
        return Q(draft__supersedes__isnull=False)
    return Q(state=State.ESCALATED) if reason == "expired" else Q(cause=reason)


def _by_agent(agent: str) -> Q:
    return Q(draft__agent__startswith=OUTSIDE) if agent == "outside" else Q(draft__agent=agent)


def _of_age(age: str, now: datetime) -> Q:
    a_day_ago = now - timedelta(days=1)
    return {
        "over": Q(decide_by__lt=now),
        "new": Q(created_at__gt=a_day_ago),
        "day": Q(created_at__lte=a_day_ago),
        "days": Q(created_at__lte=now - timedelta(days=3)),
    }[age]


def _with_words(text: str) -> Q:
    """Every word stands in the account's name, the person's, their address or the subject."""
    found = Q()
    for word in text.split()[:WORDS]:
        one = Q()
        for field in FIELDS:
            one |= Q(**{f"{field}__icontains": word})
        found &= one
    return found
