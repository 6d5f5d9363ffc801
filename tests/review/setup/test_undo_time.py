"""How long a decision can be taken back: a manager's, for their team."""

import pytest
from django.urls import reverse

from revenue import people
from revenue.models import Event, User
from tests.review.accounts import cast
from tests.review.setup.doors import client, refuses, text

pytestmark = pytest.mark.django_db
URL = "/setup/hours/undo/"


def seconds() -> dict[str, int]:
    return dict(User.objects.exclude(role="admin").values_list("username", "undo_seconds"))


def test_a_manager_sets_it_for_their_team(workspace) -> None:
    for who in (cast.rep, cast.manager, cast.outsider):
        who()
    answer = client("manager").post(URL, {"seconds": "30"}, follow=True)
    assert "It counts from the next decision on." in text(answer)
    assert '<option value="30" selected>' in text(answer)
    assert seconds() == {"moses": 30, "dustin": 30, "kary": 10}
    event = Event.objects.latest("pk")
    assert (event.kind, event.data) == ("people.undo_set", {"seconds": 30, "people": 2})


def test_an_admin_sets_it_for_all(workspace) -> None:
    for who in (cast.rep, cast.outsider):
        who()
    client("admin").post(URL, {"seconds": "0"})
    assert set(seconds().values()) == {0}


def test_where_they_differ_none_is_shown_as_chosen(workspace) -> None:
    cast.rep()
    User.objects.update(undo_seconds=60)
    assert people.undo_choice(cast.manager()) is None


def test_a_manager_without_a_team_sets_their_own_alone(workspace) -> None:
    cast.rep()
    User.objects.filter(pk=cast.manager().pk).update(team=None)
    client("manager").post(URL, {"seconds": "5"})
    assert seconds() == {"moses": 10, "dustin": 5}


@pytest.mark.parametrize("given", ["", "7", "x", "-1"])
def test_another_time_is_refused(workspace, given) -> None:
    answer = client("manager").post(URL, {"seconds": given})
    assert answer.status_code == 422
    assert set(seconds().values()) == {10}


def test_twice_is_once_and_a_rep_may_not(workspace) -> None:
    for _ in range(2):
        assert client("manager").post(URL, {"seconds": "60"}).status_code == 302
    refuses(reverse("setup_undo_save"), "rep")
