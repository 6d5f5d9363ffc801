"""Deals by hand: opened, moved, won, lost, taken up again."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from revenue import clock as clocks
from revenue import stages
from revenue.models import Account, Opportunity, Signal, StageChange, User
from review import decisions, intake, selling
from review.audit import replay
from review.models import ReviewItem
from tests.factories import OpportunityFactory, ProductFactory, prospect
from tests.review.accounts import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(workspace):
    return prospect(owner=cast.rep(), name="Condax")


@pytest.fixture
def deal(account) -> Opportunity:
    return account.opportunities.get(is_closed=False)


def press(name: str, row: Opportunity, by=None, **data):
    said = {"seen": "prospecting", **data}
    return cast.signed_in(by or cast.rep()).post(reverse(name, args=[row.pk]), said)


def today(**back) -> str:
    return f"{clocks.now().date() - timedelta(**back):%Y-%m-%d}"


def win(row: Opportunity, by=None, **more):
    return press("deal_won", row, by, **{"amount": "4800", "on": today(), **more})


def lose(row: Opportunity, by=None, **more):
    said = {"reason": "price", "note": "Too dear for them.", "on": today(), **more}
    return press("deal_lost", row, by, **said)


def version(account) -> int:
    return Account.objects.get(pk=account.pk).context_version


# --- a new one ------------------------------------------------------------------------------------


def open_one(account, by=None, **more):
    said = {"name": "Second line", "product": "", "amount": "9600", "stage": "engaging", **more}
    return cast.signed_in(by or cast.rep()).post(reverse("deal_open", args=[account.pk]), said)


def test_a_deal_is_opened_and_wakes_the_account(account) -> None:
    before = version(account)
    assert open_one(account).status_code == 302
    row = Opportunity.objects.get(name="Second line")
    assert (row.stage, row.amount, row.owner) == ("engaging", Decimal(9600), cast.rep())
    assert row.engaged_on == clocks.now().date()
    assert version(account) == before + 1
    assert Signal.objects.get().kind == "stage_changed"
    page = cast.signed_in(cast.rep()).get(reverse("account", args=[account.pk])).content.decode()
    assert "Second line opened Engaging" in page
    assert replay.contradictions() == []


@pytest.mark.parametrize(
    ("zone", "hour", "day"), [("Asia/Tokyo", 22, 4), ("America/New_York", 2, 2)]
)
def test_the_days_of_a_deal_are_those_of_whoever_decides(account, clock, zone, hour, day) -> None:
    clock.at(datetime(2027, 2, 3, hour, tzinfo=UTC))
    User.objects.update(time_zone=zone)
    open_one(account)
    row = Opportunity.objects.get(name="Second line")
    assert row.engaged_on == date(2027, 2, day)
    press("deal_won", row, seen="engaging", amount="4800", on=f"2027-02-0{day}")
    row.refresh_from_db()
    assert (row.is_won, row.closed_on) == (True, date(2027, 2, day))


def test_the_same_form_twice_is_one_deal(account) -> None:
    for _ in range(2):
        open_one(account)
    assert Opportunity.objects.filter(name="Second line").count() == 1


def test_a_deal_needs_a_name_or_a_product(account) -> None:
    response = open_one(account, name="")
    assert response.status_code == 422
    assert "Name the deal, or choose the product." in response.content.decode()
    assert open_one(account, name="", product=ProductFactory().pk).status_code == 302


@pytest.mark.parametrize("stage", ["won", "lost", "sold"])
def test_a_deal_is_not_opened_as_closed(account, stage) -> None:
    assert open_one(account, stage=stage).status_code == 422
    with pytest.raises(decisions.DecisionError):
        selling.open_deal(account, name="x", product=None, amount=None, stage=stage, by=cast.rep())


# --- steps ----------------------------------------------------------------------------------------


def test_a_deal_moves_with_its_history_and_a_signal(account, deal) -> None:
    before = version(account)
    response = press("deal_move", deal, to="proposal")
    assert response.status_code == 302
    deal.refresh_from_db()
    assert deal.stage == "proposal"
    change = StageChange.objects.get(opportunity=deal)
    assert (change.from_stage, change.to_stage, change.by) == (
        "prospecting", "proposal", f"user:{cast.rep().pk}",
    )  # fmt: skip
    assert version(account) == before + 1
    assert Signal.objects.get().payload == {"opportunity": deal.pk, "to": "proposal"}
    assert replay.contradictions() == []


def test_drafts_are_out_of_date(account, deal) -> None:
    item = cast.item_at(account)
    press("deal_move", deal, to="proposal")
    intake.sweep()
    assert ReviewItem.objects.get(pk=item.pk).state == "stale"


def test_a_deal_that_somebody_moved_meanwhile_is_told_by_name(deal) -> None:
    press("deal_move", deal, cast.manager(), to="engaging")
    response = press("deal_move", deal, to="proposal")
    assert response.status_code == 409
    words = response.content.decode()
    assert "Dustin Brinkmann moved this deal" in words
    assert "to Engaging." in words
    assert 'name="seen" value="engaging"' in words


def test_twice_is_once(deal) -> None:
    press("deal_move", deal, to="engaging")
    assert press("deal_move", deal, to="engaging").status_code == 409
    assert StageChange.objects.filter(opportunity=deal).count() == 1


@pytest.mark.parametrize("to", ["won", "lost", "sold", ""])
def test_a_deal_is_not_closed_by_a_move(deal, to) -> None:
    assert press("deal_move", deal, to=to).status_code == 422
    with pytest.raises(decisions.DecisionError):
        selling.move_deal(deal, to, by=cast.rep(), seen="prospecting")


def test_a_step_that_does_not_exist_is_refused_in_words(deal) -> None:
    stages.advance(deal, "proposal", by=cast.rep(), reason="x")
    with pytest.raises(decisions.DecisionError, match="From Proposal it does not become"):
        selling.move_deal(deal, "prospecting", by=cast.rep(), seen="proposal")


# --- won, lost ------------------------------------------------------------------------------------


def test_a_won_deal_has_its_amount_and_day_and_makes_a_customer(account, deal) -> None:
    assert win(deal, on=today(days=3)).status_code == 302
    deal.refresh_from_db()
    assert (deal.is_won, deal.amount) == (True, Decimal(4800))
    assert deal.closed_on == clocks.now().date() - timedelta(days=3)
    account.refresh_from_db()
    assert account.stage == "customer"
    assert replay.contradictions() == []


@pytest.mark.parametrize("stage", ["hold", "lost", "customer"])
def test_an_account_that_is_not_open_stays_what_it_is(account, deal, stage) -> None:
    stages.advance(account, stage, by=cast.manager(), reason="x")
    win(deal)
    account.refresh_from_db()
    assert account.stage == stage


def test_a_lost_deal_has_its_reason(account, deal) -> None:
    assert lose(deal).status_code == 302
    deal.refresh_from_db()
    assert (deal.stage, deal.is_closed, deal.is_won) == ("lost", True, False)
    assert StageChange.objects.get(opportunity=deal).reason == "Price: Too dear for them."
    page = cast.signed_in(cast.rep()).get(reverse("account", args=[account.pk])).content.decode()
    assert "Too dear for them" in page
    account.refresh_from_db()
    assert account.stage == "prospect"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"reason": ""}, "Choose why it was lost."),
        ({"reason": "other", "note": ""}, "Say in a few words why."),
        ({"on": ""}, "Say on which day."),
        ({"on": "2999-01-01"}, "The day lies ahead."),
    ],
)
def test_a_loss_without_its_reason_is_refused(deal, more, words) -> None:
    response = lose(deal, **more)
    assert response.status_code == 422
    assert words in response.content.decode()
    deal.refresh_from_db()
    assert not deal.is_closed


@pytest.mark.parametrize(
    ("zone", "now", "day", "ahead"),
    [
        ("Asia/Tokyo", "2031-06-03 23:00", "2031-06-04", "2031-06-05"),
        ("America/New_York", "2031-06-04 01:00", "2031-06-03", "2031-06-04"),
    ],
)
def test_the_last_day_is_the_one_that_it_is_where_the_reader_is(
    deal, clock, zone, now, day, ahead
) -> None:
    User.objects.filter(pk=cast.rep().pk).update(time_zone=zone)
    clock.at(datetime.fromisoformat(now).replace(tzinfo=UTC))
    page = cast.signed_in(cast.rep()).get(reverse("deal", args=[deal.pk])).content.decode()
    assert page.count(f'value="{day}"') == 2
    assert "The day lies ahead." in win(deal, on=ahead).content.decode()
    assert win(deal, on=day).status_code == 302


@pytest.mark.parametrize("amount", ["", "-5", "much"])
def test_a_win_without_its_amount_is_refused(deal, amount) -> None:
    assert win(deal, amount=amount).status_code == 422
    with pytest.raises(decisions.DecisionError, match="worth"):
        selling.close_deal(deal, won=True, by=cast.rep(), seen="prospecting")


@pytest.mark.parametrize("close", [win, lose])
def test_closing_it_twice_tells_who_was_first(account, deal, close) -> None:
    close(deal, cast.manager())
    moved = version(account)
    response = close(deal)
    assert response.status_code == 409
    assert "Dustin Brinkmann" in response.content.decode()
    assert version(account) == moved
    assert StageChange.objects.filter(opportunity=deal).exclude(from_stage="").count() == 1


def test_of_won_and_lost_the_second_reads_who_was_first(deal) -> None:
    win(deal, cast.manager())
    response = lose(deal)
    assert response.status_code == 409
    assert "to Won." in response.content.decode()


@pytest.mark.parametrize(("close", "to"), [(win, "engaging"), (lose, "prospecting")])
def test_a_closed_deal_is_taken_up_again(account, deal, close, to) -> None:
    close(deal)
    deal.refresh_from_db()
    assert press("deal_move", deal, to=to, seen=deal.stage).status_code == 302
    deal.refresh_from_db()
    assert (deal.stage, deal.is_closed, deal.is_won, deal.closed_on) == (to, False, False, None)
    assert replay.contradictions() == []


# --- who ------------------------------------------------------------------------------------------

VERBS = {"deal_move": {"to": "proposal"}, "deal_won": {"amount": "1", "on": "2026-01-01"},
         "deal_lost": {"reason": "price", "on": "2026-01-01"}}  # fmt: skip


@pytest.mark.parametrize("name", VERBS)
def test_a_get_changes_nothing(deal, name) -> None:
    assert cast.signed_in(cast.rep()).get(reverse(name, args=[deal.pk])).status_code == 405


@pytest.mark.parametrize("name", VERBS)
@pytest.mark.parametrize("who", [cast.colleague, cast.outsider, cast.admin])
def test_somebody_elses_deal_is_not_there(deal, name, who) -> None:
    assert press(name, deal, who(), **VERBS[name]).status_code == 404
    deal.refresh_from_db()
    assert deal.stage == "prospecting"


def test_the_verbs_ask_for_the_right_again(account, deal) -> None:
    with pytest.raises(decisions.NotYours):
        selling.move_deal(deal, "proposal", by=cast.colleague(), seen="prospecting")
    with pytest.raises(decisions.NotYours):
        selling.open_deal(
            account, name="x", product=None, amount=None, stage="engaging", by=cast.colleague()
        )


def test_a_deal_of_no_account_is_not_there(workspace) -> None:
    stray = Opportunity.objects.create(name="Stray")
    assert press("deal_move", stray, to="engaging").status_code == 404
    with pytest.raises(decisions.NotYours):
        selling.move_deal(stray, "engaging", by=cast.rep(), seen="prospecting")


def test_the_manager_moves_a_deal_of_the_team(account) -> None:
    row = OpportunityFactory(account=account)
    assert press("deal_move", row, cast.manager(), to="engaging").status_code == 302
