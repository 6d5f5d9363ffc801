"""What is looked through for somebody with few items is what the rule gives them, item by item."""

import random
from datetime import timedelta

import pytest

from revenue import clock, delegations, records, transactions
from revenue.models import Account, Delegation, User
from review import queue
from review.models import ReviewItem
from tests.factories import AccountFactory, TeamFactory, UserFactory
from tests.review.delegation.conftest import away
from tests.review.desk.conftest import put_on_desk

pytestmark = pytest.mark.django_db

STATES = ("pending", "pending", "snoozed", "rewriting", "escalated", "approved")


def people(chance: random.Random) -> list[User]:
    """Of two teams and of none; some who have left, some who decide nothing."""
    teams = [TeamFactory(name="Central"), TeamFactory(name="West"), None]
    return [
        UserFactory(
            role=chance.choice(["rep", "rep", "rep", "manager", "admin"]),
            team=chance.choice(teams), is_active=chance.random() < 0.8,
        )
        for _ in range(9)
    ]  # fmt: skip


def items(chance: random.Random, cast: list[User]) -> list[ReviewItem]:
    """Questions at accounts of anybody and nobody, some of them given to anybody."""
    now = clock.now()
    accounts = [AccountFactory(owner=chance.choice([*cast, None])) for _ in range(10)]
    return ReviewItem.objects.bulk_create(
        ReviewItem(
            account=chance.choice(accounts), state=chance.choice(STATES), reason="A question",
            assigned_to=chance.choice([*cast, None, None]), created_at=now, state_since=now,
            expires_at=now, decide_by=now + timedelta(minutes=chance.randint(0, 9)),
        )
        for _ in range(16)
    )  # fmt: skip


def absences(chance: random.Random, cast: list[User]) -> None:
    """Begun, over or still to come, with and without somebody who stands in."""
    for one in chance.sample(cast, 4):
        first = clock.now() + timedelta(days=chance.choice([-9, -1, -1, 1]))
        other = chance.choice([None, *(who for who in cast if who != one)])
        Delegation.objects.create(
            user=one, delegate=other, starts_at=first, ends_at=first + timedelta(days=5)
        )


@pytest.mark.parametrize("seed", range(4))
def test_it_is_what_the_rule_says_of_each_item(seed: int) -> None:
    chance = random.Random(seed)
    cast = people(chance)
    made = items(chance, cast)
    absences(chance, cast)
    is_open = ReviewItem.objects.waiting()
    for user in cast:
        theirs = {row.pk for row in made if is_open.for_user(user).filter(pk=row.pk).exists()}
        found = queue.few(user)
        assert found is None if not user.is_rep else set(found or []) == theirs
        assert {row["pk"] for row in queue.near(user)} == theirs
        every = ReviewItem.objects.values("pk")
        on_desk = list(queue.in_order(queue.waiting(user, among=every)))
        assert list(queue.in_order(queue.waiting(user))) == on_desk


def test_whoever_has_many_gets_the_same_page(rep, monkeypatch, get) -> None:
    ids = [put_on_desk(rep).pk for _ in range(3)]
    monkeypatch.setattr(queue, "FEW", 2)
    assert queue.few(rep) is None
    assert set(queue.waiting(rep).values_list("pk", flat=True)) == set(ids)
    monkeypatch.setattr("review.views.chrome.CAP", 9)
    assert get("today", by=rep).context["waiting_count"] == 3


def test_the_first_look_at_a_page_is_the_only_one(rep, django_assert_num_queries) -> None:
    put_on_desk(rep)
    with transactions.page(), django_assert_num_queries(1):
        assert queue.few(rep) == queue.few(rep)


def test_what_a_verb_changes_is_looked_at_again(rep, colleague, item) -> None:
    with transactions.page():
        assert queue.few(colleague) == []
        records.assign_owner(item.account, colleague, by=rep)
        assert queue.few(colleague) == [item.pk]
        delegation = away(colleague, delegate=rep)
        assert queue.few(rep) == [item.pk]
        delegations.end(delegation.user, by=colleague)
        assert queue.few(rep) == []
    assert Account.objects.for_user(colleague).count() == 1
