"""Guard 8: up to 15 % off a rep, up to 25 % a manager, more nobody here; and what counts as off."""

from decimal import Decimal

import pytest

from revenue.models import User, Workspace
from review import decisions, dispatch, guards
from review.grounding.discounts import discounts
from review.guards import price
from review.models import GuardBlock, ReviewItem
from tests.factories import UserFactory
from tests.review.desk.conftest import put_on_desk
from tests.review.grounding.conftest import known
from tests.smtp import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def rep(workspace: Workspace) -> User:
    return UserFactory(username="rep", first_name="Ada", last_name="Rep", undo_seconds=0)


@pytest.fixture
def manager(rep: User) -> User:
    return UserFactory(username="manager", role="manager", team=rep.team, undo_seconds=0)


def approve(item: ReviewItem, by: User, words: str) -> object:
    body = f"Hi Yara,\n\n{words}\n\nAda"
    return decisions.approve_edited(item, by=by, revision=1, subject="The GTX Pro", body=body)


@pytest.mark.parametrize("words", ["I can give you 15 % off.", "GTX Pro for $4,097.85 then?"])
def test_a_rep_gives_fifteen_percent(rep: User, smtp: Sink, words: str) -> None:
    approve(put_on_desk(rep), rep, words)
    assert dispatch.send_due() == 1


@pytest.mark.parametrize("words", ["I can give you 16 % off.", "GTX Pro for $3,900 then?"])
def test_more_needs_a_manager(rep: User, manager: User, smtp: Sink, words: str) -> None:
    item = put_on_desk(rep)
    with pytest.raises(decisions.DecisionError, match="needs a manager's approval"):
        approve(item, rep, words)
    approve(item, manager, words)
    assert dispatch.send_due() == 1


@pytest.mark.parametrize("words", ["I can give you 26 % off.", "Half price, just for you."])
def test_still_more_is_for_the_deal_desk(rep: User, manager: User, words: str) -> None:
    with pytest.raises(decisions.DecisionError, match="is for the deal desk"):
        approve(put_on_desk(rep), manager, words)


def test_who_is_no_manager_any_more_when_it_leaves_does_not_count(
    rep: User, manager: User, smtp: Sink
) -> None:
    approve(put_on_desk(rep), manager, "I can give you 20 % off.")
    User.objects.filter(pk=manager.pk).update(role="rep")
    assert dispatch.send_due() == 0
    assert smtp.mails == []
    block = GuardBlock.objects.get()
    assert (block.guard, "Hand it over to your manager" in block.lifts) == ("price", True)


def test_the_gate_says_it_of_an_agents_draft(rep: User) -> None:
    item = put_on_desk(rep, body="Hi Yara,\n\nWe take 20 % off the GTX Pro.\n\nAda")
    assert "price" in [found.guard for found in guards.findings(item.draft)]


def test_nobodys_approval_gives_nothing() -> None:
    found = discounts("You get 5 % off.", known())
    assert price.judge(found, by=None) is None
    assert price.judge(found, by=None, is_decided=True).lifts == "Approve it yourself."


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("20 % off", "20"),
        ("twenty percent off your order", "20"),
        ("a discount of 12.5 percent", "12.5"),
        ("a 30% rebate", "30"),
        ("we reduce the price by 18 %", "18"),
        ("at 70% of list", "30"),
        ("half price", "50"),
        ("save 22% on the list price", "22"),
        ("Ferrow Desk at $3,920", "20.0"),
        ("Ferrow Desk for 3,920 instead of 4,900", "20.0"),
        ("5 % now, and 26 % off the Ferrow Desk later", "26"),
    ],
)
def test_what_is_off_the_list(text: str, percent: str) -> None:
    assert discounts(text, known())[0].percent == Decimal(percent)


@pytest.mark.parametrize(
    "text",
    [
        "Brightwater Smiles cut no-shows by 41 percent.",
        "They took 63 % off their lab bill.",
        "It takes 30 % off your water use.",
        "Ferrow Desk is $4,900, Ferrow Recall $1,800.",
        "Three Ferrow Desk for $14,700.",
        "A 41 percent reduction in no-shows.",
        "Ferrow Desk is live in 12 days.",
    ],
)
def test_what_is_not(text: str) -> None:
    assert discounts(text, known()) == []


def test_an_approved_claim_may_grant_one() -> None:
    claims = ("Who pays for a year gets 20 % off.",)
    assert discounts("Pay for a year and get 20 % off.", known(claims=claims)) == []
