"""Handing a draft to a colleague or to the manager."""

from datetime import timedelta

import pytest
from django.urls import reverse

from revenue import clock as times
from revenue import delegations, records
from review.models import Decision
from tests.factories import UserFactory, prospect
from tests.review.desk.conftest import moved, put_on_desk

pytestmark = pytest.mark.django_db


def test_it_leaves_one_desk_and_lies_on_the_other(post, get, item, rep, colleague) -> None:
    assert post("reassign", item, by=rep, to=colleague.pk).status_code == 204
    assert f"item-{item.pk}" not in get("desk", by=rep).content.decode()
    page = get("desk", by=colleague).content.decode()
    assert f'id="item-{item.pk}"' in page
    assert "Given to you" in page


def test_the_colleague_may_approve_it(post, item, rep, colleague) -> None:
    post("reassign", item, by=rep, to=colleague.pk)
    assert post("approve", item, by=colleague).status_code == 204


def test_a_rep_has_a_key_for_their_manager(get, item, rep, manager) -> None:
    page = get("desk", by=rep).content.decode()
    assert 'data-key="shift+o" aria-keyshortcuts="Shift+O">Ask Max' in page


@pytest.mark.parametrize("who", ["outsider", "admin", "rep"])
def test_only_somebody_else_of_the_team_can_take_it(request, post, item, rep, who) -> None:
    person = request.getfixturevalue(who)
    response = post("reassign", item, by=rep, to=person.pk)
    assert response.status_code == 422
    assert "Choose somebody of your team." in response.content.decode()


def test_a_colleague_who_left_cannot_take_it(post, item, rep, colleague) -> None:
    type(colleague).objects.filter(pk=colleague.pk).update(is_active=False)
    assert post("reassign", item, by=rep, to=colleague.pk).status_code == 422


def away(person, *, delegate=None) -> None:
    delegations.begin(
        person, starts_at=None, ends_at=times.now() + timedelta(days=7), delegate=delegate,
        by=person,
    )  # fmt: skip


def test_who_is_away_is_not_offered_and_cannot_take_it(
    get, post, item, rep, colleague, manager
) -> None:
    assert "Cleo League" in get("desk", by=rep).content.decode()
    away(colleague)
    assert "Cleo League" not in get("desk", by=rep).content.decode()
    response = post("reassign", item, by=rep, to=colleague.pk)
    assert response.status_code == 422
    assert "Cleo League is away until" in response.content.decode()


def test_a_manager_who_is_away_is_not_asked(get, post, item, rep, colleague, manager) -> None:
    away(manager, delegate=colleague)
    assert "Ask Max" not in get("desk", by=rep).content.decode()
    assert post("reassign", item, by=rep, to=manager.pk).status_code == 422


def test_a_delegate_hands_on_what_lies_there_for_the_absent(
    post, item, rep, colleague, manager
) -> None:
    away(rep, delegate=colleague)
    assert post("reassign", item, by=colleague, to=manager.pk).status_code == 204
    item.refresh_from_db()
    assert (item.assigned_to, item.decisions.get().by) == (manager, colleague)


def test_what_waited_too_long_goes_to_a_manager_only(
    get, post, item, rep, colleague, manager
) -> None:
    other = UserFactory(role="manager", team=rep.team, first_name="Mia", last_name="Manager")
    type(item).objects.filter(pk=item.pk).update(state="escalated")
    page = get("desk", by=manager).content.decode()
    assert "Cleo League</button>" not in page
    refused = post("reassign", item, by=manager, to=colleague.pk)
    assert refused.status_code == 422
    assert "only a manager may decide it now" in refused.content.decode()
    assert post("reassign", item, by=manager, to=other.pk).status_code == 204


def test_after_somebodys_approval_it_names_them(post, item, rep, manager, colleague) -> None:
    post("approve", item, by=manager)
    response = post("reassign", item, by=rep, to=colleague.pk)
    assert response.status_code == 409
    assert "Max Manager approved this" in response.content.decode()


def test_a_second_time_to_the_same_person_says_that_they_have_it(
    post, item, rep, colleague
) -> None:
    post("reassign", item, by=rep, to=colleague.pk)
    response = post("reassign", item, by=rep, to=colleague.pk)
    assert response.status_code == 409
    assert "Cleo League has this already." in response.content.decode()
    assert Decision.objects.filter(item=item, verb="reassign").count() == 1


def test_an_outrun_draft_is_not_handed_over(post, item, rep, colleague) -> None:
    moved(item)
    assert post("reassign", item, by=rep, to=colleague.pk).status_code == 409


def test_somebody_elses_draft_is_not_there(post, item, outsider) -> None:
    assert post("reassign", item, by=outsider, to=outsider.pk).status_code == 404


def test_an_admin_may_not_hand_over(post, item, admin, colleague) -> None:
    assert post("reassign", item, by=admin, to=colleague.pk).status_code == 403


def test_a_get_hands_nothing_over(client, item, rep) -> None:
    client.force_login(rep)
    assert client.get(reverse("item_reassign", args=[item.pk])).status_code == 405


@pytest.fixture
def note(rep, colleague, post):
    """An internal output that a colleague of the team was asked to look at."""
    account = prospect(owner=rep)
    item = put_on_desk(
        rep, account=account, effect="none", output_class="account.brief", subject="A brief",
        body="The budget is open.",
    )  # fmt: skip
    assert post("reassign", item, by=rep, to=colleague.pk).status_code == 204
    return item


def test_it_comes_back_when_the_account_goes_to_another_team(
    get, post, note, colleague, outsider
) -> None:
    assert get("item", note.pk, by=colleague).status_code == 200
    records.assign_owner(note.account, outsider, by="test")
    assert get("item", note.pk, by=colleague).status_code == 404
    assert post("approve", note, by=colleague).status_code == 404
    assert note.account.name not in get("desk", by=colleague).content.decode()


def test_it_comes_back_when_the_colleague_goes_to_another_team(
    get, post, note, colleague, outsider
) -> None:
    type(colleague).objects.filter(pk=colleague.pk).update(team=outsider.team)
    colleague.refresh_from_db()
    assert get("item", note.pk, by=colleague).status_code == 404
    assert post("approve", note, by=colleague).status_code == 404


def test_only_what_was_handed_over_is_shown_and_decided(get, post, note, rep, colleague) -> None:
    other = put_on_desk(
        rep, account=note.account, effect="none", output_class="account.plan", subject="A plan",
        body="Not for Cleo.",
    )  # fmt: skip
    page = get("desk", by=colleague).content.decode()
    assert "The budget is open." in page
    assert "Not for Cleo." not in page
    with_both = {"with": [note.pk, other.pk]}
    assert post("approve", note, by=colleague, **with_both).status_code == 204
    note.refresh_from_db()
    other.refresh_from_db()
    assert (note.state, other.state) == ("approved", "pending")


def test_what_was_handed_over_hides_no_note_of_either(get, note, rep, colleague) -> None:
    other = put_on_desk(
        rep, account=note.account, effect="none", output_class="account.plan", subject="A plan",
        body="The rest of it.",
    )  # fmt: skip
    assert f'id="item-{other.pk}"' in get("desk", by=rep).content.decode()
    assert f'id="item-{note.pk}"' in get("desk", by=colleague).content.decode()
    type(note).objects.filter(pk=other.pk).update(assigned_to=colleague)
    type(note).objects.filter(pk=note.pk).update(assigned_to=None)
    assert f'id="item-{note.pk}"' in get("desk", by=rep).content.decode()
    assert f'id="item-{other.pk}"' in get("desk", by=colleague).content.decode()
