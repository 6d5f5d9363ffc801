"""What a delegate sees and decides, for how long, and when it is the manager's instead."""

import pytest

from revenue import records
from revenue.models import Account, Delegation, User
from review import decisions
from review.models import Decision, ReviewItem
from tests.factories import UserFactory, prospect
from tests.review.delegation.conftest import away
from tests.review.desk.conftest import put_on_desk
from tests.review.setup.doors import text

pytestmark = pytest.mark.django_db


def lies_on(user: User, item: ReviewItem) -> bool:
    return ReviewItem.objects.on_desk_of(user).filter(pk=item.pk).exists()


def asks(user: User, item: ReviewItem) -> bool:
    return ReviewItem.objects.asked_of(user).filter(pk=item.pk).exists()


def test_it_lies_on_both_desks_and_says_for_whom(get, item, rep, colleague) -> None:
    assert not lies_on(colleague, item)
    away(rep, delegate=colleague)
    page = text(get("desk", by=colleague))
    assert f'id="item-{item.pk}"' in page
    assert "For Ada, away until" in page
    assert f'id="item-{item.pk}"' in text(get("desk", by=rep))


def test_the_delegate_decides_and_is_on_record(post, item, rep, colleague) -> None:
    away(rep, delegate=colleague)
    assert post("approve", item, by=colleague).status_code == 204
    assert Decision.objects.get().by == colleague
    assert item.messages.get().sender == rep.email


def test_the_accounts_page_opens_too_and_closes_again(get, item, rep, colleague, clock) -> None:
    assert get("account", item.account_id, by=colleague).status_code == 404
    away(rep, delegate=colleague)
    assert get("account", item.account_id, by=colleague).status_code == 200
    clock.travel(days=8)
    assert get("account", item.account_id, by=colleague).status_code == 404


def test_it_ends_by_itself(post, item, rep, colleague, clock) -> None:
    away(rep, delegate=colleague, days=1)
    clock.travel(days=1, seconds=1)
    assert not lies_on(colleague, item)
    assert post("approve", item, by=colleague).status_code == 404


def test_it_does_not_begin_before_its_time(item, rep, colleague, clock) -> None:
    away(rep, delegate=colleague, first=1)
    assert not lies_on(colleague, item)
    clock.travel(days=1, seconds=1)
    assert lies_on(colleague, item)


def test_what_was_given_to_the_absent_is_there_too(post, item, rep, colleague, manager) -> None:
    third = UserFactory(team=rep.team)
    post("reassign", item, by=rep, to=colleague.pk)
    away(colleague, delegate=third)
    assert lies_on(third, item)
    assert post("approve", item, by=third).status_code == 204


def test_what_the_absent_gave_away_is_not(post, item, rep, colleague) -> None:
    third = UserFactory(team=rep.team)
    post("reassign", item, by=rep, to=colleague.pk)
    away(rep, delegate=third)
    assert lies_on(colleague, item)
    assert not lies_on(third, item)


def test_nobody_else_sees_it(item, rep, colleague, outsider) -> None:
    third = UserFactory(team=rep.team)
    away(rep, delegate=colleague)
    for person in (third, outsider):
        assert not ReviewItem.objects.for_user(person).exists()


def test_it_stays_in_the_team(item, rep, colleague, outsider) -> None:
    away(rep, delegate=colleague)
    User.objects.filter(pk=colleague.pk).update(team=outsider.team)
    colleague.refresh_from_db()
    assert not ReviewItem.objects.for_user(colleague).exists()
    assert not Account.objects.for_user(colleague).exists()


def test_it_goes_with_the_account(item, rep, colleague, outsider) -> None:
    away(rep, delegate=colleague)
    records.assign_owner(item.account, outsider, by="test")
    assert not ReviewItem.objects.for_user(colleague).exists()


@pytest.mark.parametrize("fate", ["deactivated", "admin", "away", "other team", "nobody"])
def test_without_a_delegate_who_can_it_is_the_managers(
    rep, colleague, manager, outsider, fate
) -> None:
    third = UserFactory(team=rep.team)
    item = put_on_desk(rep)
    decisions.reassign(item, by=rep, revision=1, to=third)
    away(third, delegate=colleague)
    assert not lies_on(manager, item)
    changes = {"deactivated": {"is_active": False}, "admin": {"role": "admin"},
               "other team": {"team": outsider.team}}  # fmt: skip
    if fate == "away":
        away(colleague)
    elif fate == "nobody":
        Delegation.objects.update(delegate=None)
    else:
        User.objects.filter(pk=colleague.pk).update(**changes[fate])
    colleague.refresh_from_db()
    assert lies_on(manager, item)
    assert asks(manager, item)
    assert not lies_on(colleague, item)


def test_what_a_delegate_decides_is_not_asked_of_the_manager(rep, item, colleague, manager) -> None:
    assert not asks(manager, item)
    away(rep)
    assert asks(manager, item)
    away(rep, delegate=colleague)
    assert not asks(manager, item)


def test_nothing_runs_in_a_circle(rep, colleague, manager) -> None:
    """Two rows that name each other, as no verb writes them: both are the manager's."""
    mine, hers = put_on_desk(rep), put_on_desk(colleague)
    row = away(rep, delegate=colleague)
    Delegation.objects.create(
        user=colleague, delegate=rep, starts_at=row.starts_at, ends_at=row.ends_at
    )
    assert not lies_on(colleague, mine)
    assert not lies_on(rep, hers)
    assert asks(manager, mine)
    assert asks(manager, hers)


def test_a_delegate_does_not_cover_whom_the_absent_covers(rep, colleague, item, manager) -> None:
    third = UserFactory(team=rep.team)
    away(rep, delegate=colleague)
    away(colleague, delegate=third)
    assert not lies_on(third, item)
    assert asks(manager, item)


def test_a_managers_delegate_gets_what_was_given_to_the_manager_and_no_more(
    post, rep, colleague, item, manager
) -> None:
    other = put_on_desk(rep)
    post("reassign", item, by=rep, to=manager.pk)
    away(manager, delegate=colleague)
    assert lies_on(colleague, item)
    assert not ReviewItem.objects.for_user(colleague).filter(pk=other.pk).exists()


def test_notes_at_the_absents_accounts_are_one_card(get, rep, colleague) -> None:
    account = prospect(owner=rep)
    more = {"account": account, "effect": "none", "body": "Known."}
    first = put_on_desk(rep, output_class="account.brief", subject="A brief", **more)
    second = put_on_desk(rep, output_class="account.plan", subject="A plan", **more)
    away(rep, delegate=colleague)
    page = text(get("desk", by=colleague))
    assert f'id="item-{first.pk}"' in page
    assert f'id="item-{second.pk}"' not in page
    assert "A plan" in page
