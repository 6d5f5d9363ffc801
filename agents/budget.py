"""What models may cost: reserved before the call, settled after it, in US dollars.

A reservation takes the rows of the day for the installation, the agent and the account, in this
order; when one of the limits would be passed, nothing is reserved.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import F

from agents.models import Spend
from revenue import clock


@dataclass(frozen=True)
class Refusal:
    reason: str
    until: datetime


def scopes(agent: str, account_id: int) -> dict[str, Decimal | None]:
    """Each scope with its limit for a day; an agent's spend is counted, not limited."""
    return {
        "all": Decimal(str(settings.MODEL_BUDGET_PER_DAY)),
        f"agent:{agent}": None,
        f"account:{account_id}": Decimal(str(settings.MODEL_BUDGET_PER_ACCOUNT_DAY)),
    }


def reserve(agent: str, account_id: int, amount: Decimal) -> Refusal | None:
    """Set `amount` aside, inside the caller's transaction, or say which limit is reached."""
    if not amount:
        return None
    now = clock.now()
    wanted = scopes(agent, account_id)
    _ensure(wanted, now)
    for scope, limit in wanted.items():
        row = Spend.objects.select_for_update().get(scope=scope, day=now.date())
        if limit is not None and row.reserved + row.settled + amount > limit:
            whose = "Today's model budget" if scope == "all" else "Today's budget for this account"
            tomorrow = datetime.combine(now.date() + timedelta(days=1), time(), UTC)
            return Refusal(f"{whose} is spent ({limit:.2f} US dollars).", tomorrow)
    _add(wanted, now, reserved=amount)
    return None


def settle(agent: str, account_id: int, *, reserved: Decimal, spent: Decimal, at: datetime) -> None:
    """Give the reservation of `at` back and book what it really cost."""
    if reserved or spent:
        wanted = scopes(agent, account_id)
        _ensure(wanted, at)
        _add(wanted, at, reserved=-reserved, settled=spent)


def _ensure(wanted: dict[str, Decimal | None], at: datetime) -> None:
    rows = [Spend(scope=scope, day=at.date()) for scope in wanted]
    Spend.objects.bulk_create(rows, ignore_conflicts=True)


def _add(
    wanted: dict[str, Decimal | None],
    at: datetime,
    *,
    reserved: Decimal = Decimal(0),
    settled: Decimal = Decimal(0),
) -> None:
    Spend.objects.filter(scope__in=wanted, day=at.date()).update(
        reserved=F("reserved") + reserved, settled=F("settled") + settled
    )
