"""What models may cost: reserved before the call, settled after it, in US dollars.

A reservation takes the rows of the day for the installation, the agent and the account; when one
of the limits would be passed, nothing is reserved. The rows of many calls are locked in one order.
The limits of the installation and of an account are settings, that of an agent is its version's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.conf import settings

from agents import configs
from agents.definitions import registry
from agents.models import Spend
from revenue import clock, locks
from revenue.rows import update_each

Key = tuple[str, date]


@dataclass(frozen=True)
class Refusal:
    reason: str
    until: datetime


@dataclass(frozen=True)
class Wish:
    """What a call by an agent on an account may cost."""

    agent: str
    account_id: int
    amount: Decimal


@dataclass(frozen=True)
class Bill:
    """What was reserved for a call at `at`, and what it really cost."""

    agent: str
    account_id: int
    reserved: Decimal
    spent: Decimal
    at: datetime


def scopes(agent: str, account_id: int) -> dict[str, Decimal | None]:
    """Each scope with its limit for a day; None where what is spent is counted and not limited."""
    config = configs.active(agent)
    return {
        "all": Decimal(str(settings.MODEL_BUDGET_PER_DAY)),
        f"agent:{agent}": config.budget if config else None,
        f"account:{account_id}": Decimal(str(settings.MODEL_BUDGET_PER_ACCOUNT_DAY)),
    }


def reserve(agent: str, account_id: int, amount: Decimal) -> Refusal | None:
    """Set `amount` aside, inside the caller's transaction, or say which limit is reached."""
    return reserve_all([Wish(agent, account_id, amount)])[0]


def reserve_all(wishes: list[Wish]) -> list[Refusal | None]:
    """An answer for each wish, in their order: a later one finds what the earlier ones left."""
    locks.required()
    now = clock.now()
    rows = _locked(
        (scope, now.date())
        for wish in wishes
        if wish.amount
        for scope in scopes(wish.agent, wish.account_id)
    )
    answers = [_reserved(wish, rows, now) if wish.amount else None for wish in wishes]
    update_each(rows.values(), "reserved")
    return answers


def _reserved(wish: Wish, rows: dict[Key, Spend], now: datetime) -> Refusal | None:
    limits = scopes(wish.agent, wish.account_id)
    for scope, limit in limits.items():
        row = rows[scope, now.date()]
        if limit is not None and row.reserved + row.settled + wish.amount > limit:
            whose = _whose(scope, wish.agent)
            tomorrow = datetime.combine(now.date() + timedelta(days=1), time(), UTC)
            return Refusal(f"{whose} is spent ({limit:.2f} US dollars).", tomorrow)
    for scope in limits:
        rows[scope, now.date()].reserved += wish.amount
    return None


def _whose(scope: str, agent: str) -> str:
    if scope == "all":
        return "Today's model budget"
    of_agent = scope.startswith("agent:")
    return f"Today's budget for {registry.label(agent) if of_agent else 'this account'}"


def spent_today() -> dict[str, Decimal]:
    """What each agent has cost today, with what is set aside for calls that are on their way."""
    rows = Spend.objects.filter(scope__startswith="agent:", day=clock.now().date())
    return {row.scope.partition(":")[2]: row.settled + row.reserved for row in rows}


def settle(agent: str, account_id: int, *, reserved: Decimal, spent: Decimal, at: datetime) -> None:
    """Give the reservation of `at` back and book what it really cost."""
    settle_all([Bill(agent, account_id, reserved, spent, at)])


def settle_all(bills: Iterable[Bill]) -> None:
    locks.required()
    places = [
        (bill, (scope, bill.at.date()))
        for bill in bills
        if bill.reserved or bill.spent
        for scope in scopes(bill.agent, bill.account_id)
    ]
    rows = _locked(key for _, key in places)
    for bill, key in places:
        rows[key].reserved -= bill.reserved
        rows[key].settled += bill.spent
    update_each(rows.values(), "reserved", "settled")


def _locked(keys: Iterable[Key]) -> dict[Key, Spend]:
    """The rows of these scopes and days, made on first sight, locked in the order of their ids."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    Spend.objects.bulk_create(
        [Spend(scope=scope, day=day) for scope, day in wanted], ignore_conflicts=True
    )
    rows = Spend.objects.select_for_update().filter(
        scope__in={scope for scope, _ in wanted}, day__in={day for _, day in wanted}
    )
    found = {(row.scope, row.day): row for row in rows.order_by("pk")}
    return {key: found[key] for key in wanted}
