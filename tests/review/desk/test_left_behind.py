"""What waited for somebody who left: it is the manager's, until the account has another owner."""

import pytest

from revenue import people, records
from revenue.models import User
from review.models import ReviewItem
from tests.factories import prospect
from tests.review.accounts.cast import account_of
from tests.review.desk.conftest import put_on_desk
from tests.review.setup.doors import text

pytestmark = pytest.mark.django_db


def on_desk(user: User) -> set[int]:
    return set(ReviewItem.objects.on_desk_of(user).values_list("pk", flat=True))


def asked(user: User) -> set[int]:
    return set(ReviewItem.objects.asked_of(user).values_list("pk", flat=True))


def test_at_the_accounts_of_who_left(get, item, rep, manager, admin) -> None:
    people.deactivate(rep, by=admin)
    assert item.pk in on_desk(manager)
    assert item.pk in asked(manager)
    assert "Ada Rep is deactivated" in text(get("desk", by=manager))


def test_what_was_given_to_who_left_is_the_owners_again(
    get, post, item, rep, colleague, manager, admin
) -> None:
    post("reassign", item, by=rep, to=colleague.pk)
    assert item.pk not in on_desk(rep)
    people.deactivate(colleague, by=admin)
    assert item.pk in on_desk(rep)
    assert item.pk in on_desk(manager)
    assert post("approve", item, by=rep).status_code == 204


def test_where_both_left_it_is_the_managers(post, item, rep, colleague, manager, admin) -> None:
    post("reassign", item, by=rep, to=colleague.pk)
    people.deactivate(colleague, by=admin)
    people.deactivate(rep, by=admin)
    assert item.pk in asked(manager)


def test_what_was_given_to_the_manager_who_left_is_the_owners(
    post, item, rep, manager, admin
) -> None:
    post("reassign", item, by=rep, to=manager.pk)
    people.deactivate(manager, by=admin)
    assert item.pk in on_desk(rep)


def test_given_to_somebody_of_another_team_since_it_is_the_owners(
    post, item, rep, colleague, outsider
) -> None:
    post("reassign", item, by=rep, to=colleague.pk)
    User.objects.filter(pk=colleague.pk).update(team=outsider.team)
    assert item.pk in on_desk(rep)


def test_the_note_of_an_account_that_changed_hands_lies_on_the_new_owners_desk(
    post, rep, colleague, outsider
) -> None:
    note = put_on_desk(
        rep, account=prospect(owner=rep), effect="none", output_class="account.brief",
        subject="A brief", body="The budget is open.",
    )  # fmt: skip
    post("reassign", note, by=rep, to=colleague.pk)
    records.assign_owner(note.account, outsider, by="test")
    assert note.pk in on_desk(outsider)


def test_who_is_away_and_left_leaves_nothing_to_their_delegate(
    item, rep, colleague, manager, admin
) -> None:
    from_now = {"starts_at": item.created_at, "ends_at": item.expires_at}
    rep.delegations.create(delegate=colleague, **from_now)
    assert item.pk in on_desk(colleague)
    people.deactivate(rep, by=admin)
    assert item.pk not in on_desk(colleague)
    assert item.pk in asked(manager)


def test_a_new_owner_has_it(rep, colleague, manager, admin) -> None:
    note = put_on_desk(
        rep, account=prospect(owner=rep), effect="none", output_class="account.brief",
        subject="A brief", body="The budget is open.",
    )  # fmt: skip
    people.deactivate(rep, by=admin, successor=colleague)
    assert note.pk in on_desk(colleague)
    assert note.pk not in asked(manager)


def test_of_who_left_without_a_team_the_managers_see_the_accounts(get, rep, manager) -> None:
    account = account_of(rep)
    User.objects.filter(pk=rep.pk).update(team=None)
    assert get("account", account.pk, by=manager).status_code == 404
    User.objects.filter(pk=rep.pk).update(is_active=False)
    assert get("account", account.pk, by=manager).status_code == 200
