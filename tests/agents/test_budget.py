"""What models may cost: reserved before, settled after, never above a limit."""

from datetime import timedelta
from decimal import Decimal

import pytest

from agents import budget, configs
from agents.models import Spend

pytestmark = pytest.mark.django_db

CENT = Decimal("0.01")


@pytest.fixture(autouse=True)
def _limits(settings: object) -> None:
    settings.MODEL_BUDGET_PER_DAY, settings.MODEL_BUDGET_PER_ACCOUNT_DAY = 0.05, 0.03


def rows(field: str) -> dict[str, Decimal]:
    return dict(Spend.objects.values_list("scope", field))


def test_a_reservation_counts_everywhere(clock: object) -> None:
    assert budget.reserve("outreach", 1, CENT) is None
    assert rows("reserved") == {"all": CENT, "agent:outreach": CENT, "account:1": CENT}


def test_settling_gives_back_what_was_not_spent(clock: object) -> None:
    budget.reserve("outreach", 1, 2 * CENT)
    budget.settle("outreach", 1, reserved=2 * CENT, spent=CENT, at=clock.now())
    assert set(rows("reserved").values()) == {Decimal(0)}
    assert set(rows("settled").values()) == {CENT}


def test_an_account_does_not_pass_its_limit(clock: object) -> None:
    assert [budget.reserve("outreach", 1, CENT) for _ in range(3)] == [None] * 3
    refusal = budget.reserve("outreach", 1, CENT)
    assert refusal.reason == "Today's budget for this account is spent (0.03 US dollars)."
    assert rows("reserved")["account:1"] == 3 * CENT
    assert rows("reserved")["all"] == 3 * CENT


def test_the_installation_does_not_pass_its_limit(clock: object) -> None:
    taken = [budget.reserve("outreach", number, CENT) for number in range(7)]
    assert [bool(refusal) for refusal in taken] == [False] * 5 + [True] * 2
    assert "Today's model budget" in taken[-1].reason


def test_an_agent_does_not_pass_the_limit_of_its_version(clock: object) -> None:
    configs.publish("outreach", prompt="Write.", by="system", budget=2 * CENT)
    assert [budget.reserve("outreach", number, CENT) for number in range(2)] == [None] * 2
    refusal = budget.reserve("outreach", 2, CENT)
    assert refusal.reason == "Today's budget for Outreach is spent (0.02 US dollars)."
    assert budget.reserve("prospecting", 2, CENT) is None
    assert budget.spent_today() == {"outreach": 2 * CENT, "prospecting": CENT}


def test_an_agent_with_a_budget_of_nothing_waits(clock: object) -> None:
    configs.publish("outreach", prompt="Write.", by="system", budget=Decimal(0))
    assert budget.reserve("outreach", 1, CENT)


def test_what_was_spent_counts_like_what_is_reserved(clock: object) -> None:
    budget.reserve("outreach", 1, 3 * CENT)
    budget.settle("outreach", 1, reserved=3 * CENT, spent=3 * CENT, at=clock.now())
    assert budget.reserve("outreach", 1, CENT)


def test_tomorrow_is_a_new_budget(clock: object) -> None:
    budget.reserve("outreach", 1, 3 * CENT)
    refusal = budget.reserve("outreach", 1, CENT)
    assert timedelta() < refusal.until - clock.now() <= timedelta(days=1)
    clock.travel(days=1)
    assert budget.reserve("outreach", 1, CENT) is None


def test_a_run_over_midnight_is_settled_on_the_day_it_began(clock: object) -> None:
    began = clock.now()
    budget.reserve("outreach", 1, CENT)
    clock.travel(days=1)
    budget.settle("outreach", 1, reserved=CENT, spent=CENT, at=began)
    assert set(Spend.objects.values_list("day", "reserved")) == {(began.date(), Decimal(0))}


def test_what_costs_nothing_leaves_no_row(clock: object) -> None:
    assert budget.reserve("outreach", 1, Decimal(0)) is None
    budget.settle("outreach", 1, reserved=Decimal(0), spent=Decimal(0), at=clock.now())
    assert not Spend.objects.exists()
