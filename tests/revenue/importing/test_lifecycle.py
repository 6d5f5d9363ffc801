"""What the deals of a file say about the account itself: who bought is a customer."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from revenue import context, stages
from revenue.models import Account, Event, Opportunity
from tests.factories import AccountFactory

from .conftest import ACCOUNTS

pytestmark = pytest.mark.django_db
Run = Callable[..., str]
HEAD = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
WON = "A1,Moses Frase,GTX Pro,Isdom,Won,10/20/2016,3/21/2017,1054\n"


def isdom() -> Account:
    return Account.objects.get(name="Isdom")


def steps(account: Account) -> list[tuple[str, str, datetime]]:
    rows = account.stage_changes.filter(opportunity=None)
    return list(rows.values_list("from_stage", "to_stage", "at"))


def deals(folder: Path, *rows: str) -> None:
    (folder / "deals.csv").write_text(HEAD + "".join(rows), encoding="utf-8")


def test_an_account_with_a_won_deal_is_a_customer_from_that_day(folder: Path, run: Run) -> None:
    run(folder)
    assert isdom().stage == "customer"
    assert steps(isdom()) == [("prospect", "customer", datetime(2017, 3, 21, 12, tzinfo=UTC))]


def test_the_first_won_deal_counts(folder: Path, run: Run) -> None:
    earlier = "A9,Moses Frase,GTX Pro,Isdom,Won,1/2/2016,2/14/2016,10\n"
    deals(folder, WON, earlier)
    run(folder)
    assert steps(isdom()) == [("prospect", "customer", datetime(2016, 2, 14, 12, tzinfo=UTC))]


@pytest.mark.parametrize("stage", ["Lost", "Engaging", "Prospecting"])
def test_other_deals_leave_a_prospect(stage: str, folder: Path, run: Run) -> None:
    closed = "3/25/2017" if stage == "Lost" else ""
    deals(folder, f"A3,Moses Frase,GTX Pro,Isdom,{stage},11/20/2016,{closed},\n")
    run(folder)
    assert isdom().stage == "prospect"
    assert steps(isdom()) == []


def test_a_won_deal_without_a_date_counts_from_now(folder: Path, run: Run, clock) -> None:
    deals(folder, "A1,Moses Frase,GTX Pro,Isdom,Won,10/20/2016,,1054\n")
    before = clock.now()
    run(folder)
    [(_, to, at)] = steps(isdom())
    assert to == "customer"
    assert before <= at <= clock.now()


def test_the_step_has_its_event_and_moves_the_version(folder: Path, run: Run) -> None:
    account = AccountFactory(name="Isdom")
    before = context.account_context(account)
    run(folder)
    told = Event.objects.get(kind="stage.changed", subject_kind="account")
    assert (told.account_id, told.data) == (account.pk, {"before": "prospect", "after": "customer"})
    after = context.account_context(account)
    assert (after.version, after.hash == before.hash) == (before.version + 1, False)


def test_a_deal_that_is_won_later_makes_a_customer(folder: Path, run: Run) -> None:
    deals(folder, "A1,Moses Frase,GTX Pro,Isdom,Engaging,10/20/2016,,\n")
    run(folder)
    deals(folder, WON)
    run(folder)
    assert steps(isdom()) == [("prospect", "customer", datetime(2017, 3, 21, 12, tzinfo=UTC))]


def test_the_day_follows_a_corrected_date(folder: Path, run: Run) -> None:
    run(folder)
    deals(folder, WON.replace("3/21/2017", "3/28/2017"))
    run(folder)
    assert steps(isdom()) == [("prospect", "customer", datetime(2017, 3, 28, 12, tzinfo=UTC))]


@pytest.mark.parametrize("stage", ["hold", "lost"])
def test_what_a_person_put_aside_stays_aside(stage: str, folder: Path, run: Run) -> None:
    (folder / "accounts.csv").write_text(ACCOUNTS, encoding="utf-8")
    account = AccountFactory(name="Isdom")
    stages.advance(account, stage, by="user:1", reason="They asked us to wait.")
    run(folder)
    assert isdom().stage == stage


def test_a_customer_who_became_something_else_is_not_called_back(folder: Path, run: Run) -> None:
    run(folder)
    stages.advance(isdom(), "engaged", by="user:1", reason="A new project.")
    deals(folder, WON, "A8,Moses Frase,GTX Pro,Isdom,Won,10/20/2017,11/21/2017,99\n")
    run(folder)
    assert isdom().stage == "engaged"
    assert Opportunity.objects.filter(account=isdom(), is_won=True).count() == 2


def test_the_same_files_again_add_no_step(folder: Path, run: Run) -> None:
    run(folder)
    before = steps(isdom()), isdom().context_version
    run(folder)
    run(folder / "deals.csv")
    assert (steps(isdom()), isdom().context_version) == before
