"""Handing a draft to a colleague or to the manager."""

import pytest
from django.urls import reverse

from tests.review.desk.conftest import moved

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
    assert 'data-key="shift+o">Ask Max' in page


@pytest.mark.parametrize("who", ["outsider", "admin", "rep"])
def test_only_somebody_else_of_the_team_can_take_it(request, post, item, rep, who) -> None:
    person = request.getfixturevalue(who)
    response = post("reassign", item, by=rep, to=person.pk)
    assert response.status_code == 422
    assert "Choose somebody of your team." in response.content.decode()


def test_a_colleague_who_left_cannot_take_it(post, item, rep, colleague) -> None:
    type(colleague).objects.filter(pk=colleague.pk).update(is_active=False)
    assert post("reassign", item, by=rep, to=colleague.pk).status_code == 422


def test_after_somebodys_approval_it_names_them(post, item, rep, manager, colleague) -> None:
    post("approve", item, by=manager)
    response = post("reassign", item, by=rep, to=colleague.pk)
    assert response.status_code == 409
    assert "Max Manager approved this" in response.content.decode()


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
