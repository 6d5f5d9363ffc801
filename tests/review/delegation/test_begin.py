"""Saying from when until when one is away, and who decides meanwhile."""

import pytest
from django.urls import reverse

from revenue import clock as times
from revenue.models import Delegation, Event, User
from tests.factories import UserFactory
from tests.review.delegation.conftest import away, moment
from tests.review.setup.doors import text

pytestmark = pytest.mark.django_db


def test_a_rep_names_a_colleague(client, say, rep, colleague) -> None:
    answer = say("begin", rep, by=rep, ends_at=moment(7), delegate=colleague.pk)
    assert answer.status_code == 302
    row = Delegation.objects.get()
    assert (row.user, row.delegate) == (rep, colleague)
    assert row.starts_at <= times.now()
    page = text(client.get(answer["Location"]))
    assert "You are away until" in page
    assert "Cleo League decides meanwhile." in page
    told = Event.objects.get(kind="delegation.begun")
    assert (told.actor, told.data["delegate"]) == (f"user:{rep.pk}", colleague.pk)


def test_without_a_colleague_it_is_the_manager(say, rep, manager) -> None:
    assert say("begin", rep, by=rep, ends_at=moment(7)).status_code == 302
    assert Delegation.objects.get().delegate is None


def test_the_times_are_those_of_whoever_writes_them(say, rep, manager) -> None:
    say("begin", rep, by=rep, starts_at="2100-01-01T09:00", ends_at="2100-01-02T09:00")
    assert Delegation.objects.get().starts_at.isoformat() == "2100-01-01T08:00:00+00:00"


def test_a_manager_says_it_for_somebody_of_the_team(client, say, rep, colleague, manager) -> None:
    answer = say("begin", rep, by=manager, ends_at=moment(7), delegate=colleague.pk)
    assert "Ada Rep is away until" in text(client.get(answer["Location"]))
    assert Event.objects.get(kind="delegation.begun").actor == f"user:{manager.pk}"


def test_a_second_one_takes_the_place_of_the_first(say, rep, colleague, manager) -> None:
    first = away(rep, delegate=colleague)
    planned = say("begin", rep, by=rep, ends_at=moment(3))
    assert planned.status_code == 302
    first.refresh_from_db()
    assert first.ends_at <= times.now()
    assert Delegation.objects.unended(times.now()).get().delegate is None


def test_what_was_planned_and_replaced_never_was(client, say, rep, colleague, manager) -> None:
    first = away(rep, delegate=colleague, first=10)
    answer = say("begin", rep, by=rep, ends_at=moment(3))
    first.refresh_from_db()
    assert first.ends_at == first.starts_at
    assert "Earlier" not in text(client.get(answer["Location"]))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"ends_at": ""}, "Choose a day."),
        ({"ends_at": "soon"}, "Choose a day and a time."),
        ({"ends_at": "2020-01-01T09:00"}, "This has to be later than now."),
        ({"starts_at": "2101-01-01T09:00", "ends_at": "2100-01-01T09:00"}, "after the first"),
        ({"ends_at": "2100-01-01T09:00"}, "A year is the most."),
        ({"ends_at": "9999-12-31T23:59"}, "A year is the most."),
    ],
)
def test_odd_times_are_refused_in_words(say, rep, manager, data, words) -> None:
    answer = say("begin", rep, by=rep, **data)
    assert answer.status_code == 422
    assert words in text(answer)
    assert not Delegation.objects.exists()


@pytest.mark.parametrize("who", ["outsider", "admin", "rep"])
def test_only_somebody_else_of_the_team_decides(request, say, rep, manager, who) -> None:
    person = request.getfixturevalue(who)
    answer = say("begin", rep, by=rep, ends_at=moment(7), delegate=person.pk)
    assert answer.status_code == 422
    assert "Choose somebody of the team." in text(answer)


def test_nobody_who_left_decides(say, rep, manager, colleague) -> None:
    User.objects.filter(pk=colleague.pk).update(is_active=False)
    assert say("begin", rep, by=rep, ends_at=moment(7), delegate=colleague.pk).status_code == 422


def test_nobody_who_is_away_then_decides(say, rep, manager, colleague) -> None:
    away(colleague, first=5)
    answer = say("begin", rep, by=rep, ends_at=moment(7), delegate=colleague.pk)
    assert answer.status_code == 422
    assert "Cleo League is away until" in text(answer)
    before = say("begin", rep, by=rep, ends_at=moment(4), delegate=colleague.pk)
    assert before.status_code == 302


def test_two_do_not_name_each_other(say, rep, manager, colleague) -> None:
    away(rep, delegate=colleague)
    answer = say("begin", colleague, by=colleague, ends_at=moment(3), delegate=rep.pk)
    assert answer.status_code == 422
    assert "Ada Rep is away until" in text(answer)


def test_without_a_manager_somebody_has_to_be_named(say, rep) -> None:
    answer = say("begin", rep, by=rep, ends_at=moment(7))
    assert answer.status_code == 422
    assert "Choose who of the team decides." in text(answer)


def test_a_manager_who_is_away_is_no_default(say, rep, colleague, manager) -> None:
    away(manager, delegate=colleague)
    answer = say("begin", rep, by=rep, ends_at=moment(3))
    assert answer.status_code == 422
    assert "Max Manager is away until" in text(answer)


def test_one_of_two_managers_is_enough(say, rep, colleague, manager) -> None:
    UserFactory(role="manager", team=rep.team)
    away(manager, delegate=colleague)
    assert say("begin", rep, by=rep, ends_at=moment(3)).status_code == 302


def test_a_manager_names_somebody(say, manager, colleague) -> None:
    assert say("begin", manager, by=manager, ends_at=moment(7)).status_code == 422
    named = say("begin", manager, by=manager, ends_at=moment(7), delegate=colleague.pk)
    assert named.status_code == 302


def test_who_counted_on_them_is_named(client, say, rep, colleague, manager) -> None:
    away(rep, delegate=colleague)
    answer = say("begin", colleague, by=colleague, ends_at=moment(3))
    assert "Ada Rep counted on Cleo League then. The manager decides" in text(
        client.get(answer["Location"])
    )


def test_whom_a_manager_leaves_without_anybody_is_named(
    client, say, rep, colleague, manager
) -> None:
    away(rep)
    answer = say("begin", manager, by=manager, ends_at=moment(3), delegate=colleague.pk)
    assert "Choose somebody else for them." in text(client.get(answer["Location"]))


def test_somebody_in_no_team_reads_why_not(say, rep) -> None:
    User.objects.filter(pk=rep.pk).update(team=None)
    answer = say("begin", rep, by=User.objects.get(pk=rep.pk), ends_at=moment(7))
    assert answer.status_code == 422
    assert "is in no team" in text(answer)


def test_a_colleagues_time_is_not_there(say, rep, colleague, outsider, manager) -> None:
    for by in (colleague, outsider):
        assert say("begin", rep, by=by, ends_at=moment(7)).status_code == 404
    assert say("begin", outsider, by=manager, ends_at=moment(7)).status_code == 404
    assert not Delegation.objects.exists()


def test_an_admin_decides_nothing_and_is_never_away(say, rep, admin) -> None:
    assert say("begin", admin, by=admin, ends_at=moment(7)).status_code == 403


def test_a_get_says_nothing(client, rep) -> None:
    client.force_login(rep)
    assert client.get(reverse("delegation_begin", args=[rep.pk])).status_code == 405
