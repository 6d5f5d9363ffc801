"""Putting a task off to another day."""

import pytest
from django.urls import reverse

from revenue.models import Event
from tests.review.accounts import cast
from tests.review.today import scenes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_thursday(clock) -> None:
    clock.at(scenes.THURSDAY)


def test_the_line_says_its_new_day(press, task) -> None:
    assert "Tomorrow" in press("postpone", to="2026-11-27").content.decode()
    task.refresh_from_db()
    assert f"{task.due_on}" == "2026-11-27"


@pytest.mark.parametrize(
    ("day", "offered"),
    [(0, ["Tomorrow", "Next week"]), (1, ["Monday"]), (2, ["Monday"]), (3, ["Tomorrow"]),
     (4, ["Tomorrow", "Next week"])],
)  # fmt: skip
def test_the_next_working_day_and_the_next_week_are_offered(account, clock, day, offered) -> None:
    task = scenes.task(account)
    clock.travel(days=day)
    page = cast.signed_in(cast.rep()).get(reverse("today"))
    [row] = [row for row in page.context["today"].due.rows if row.task == task]
    assert [later.label for later in row.later] == offered


@pytest.mark.parametrize(
    ("ahead", "offered"),
    [(1, ["Next week"]), (4, ["Tuesday", "Mon 7 Dec"]), (12, ["Wed 9 Dec", "Mon 14 Dec"])],
)  # fmt: skip
def test_what_is_due_later_can_be_put_off_from_its_day_on(account, ahead, offered) -> None:
    scenes.task(account, late=-ahead, subject="Some day")
    page = cast.signed_in(cast.rep()).get(reverse("account", args=[account.pk]))
    [row] = page.context["todo"]
    assert [later.label for later in row.later] == offered
    assert all(later.day > row.task.due_on for later in row.later)


def test_a_get_changes_nothing(task) -> None:
    url = reverse("task_postpone", args=[task.pk])
    assert cast.signed_in(cast.rep()).get(url, {"to": "2026-12-24"}).status_code == 405


@pytest.mark.parametrize("who", [cast.colleague, cast.outsider, cast.admin])
def test_somebody_elses_is_not_there(press, task, who) -> None:
    assert press("postpone", who(), to="2026-12-24").status_code == 404
    assert not Event.objects.filter(kind="task.postponed").exists()


@pytest.mark.parametrize(("to", "words"), [("", "Choose the day."), ("soon", "Write a day")])
def test_a_day_that_is_none_is_refused(press, task, to, words) -> None:
    response = press("postpone", to=to)
    assert (response.status_code, words in response.content.decode()) == (422, True)


def test_an_earlier_day_is_refused_with_the_day_it_is_due(press, task) -> None:
    response = press("postpone", to="2026-11-20")
    assert (response.status_code, "due on 26 November" in response.content.decode()) == (409, True)
    assert "due on 26 November" in press_plainly(task, to="2026-11-20")


def press_plainly(task, **data) -> str:
    url = reverse("task_postpone", args=[task.pk])
    return cast.signed_in(cast.rep()).post(url, data, follow=True).content.decode()


def test_what_somebody_did_meanwhile_is_said(press, task) -> None:
    press("done", cast.manager())
    response = press("postpone", to="2026-11-27")
    assert (response.status_code, "done already" in response.content.decode()) == (409, True)


def test_twice_is_once(press, task) -> None:
    for _ in range(2):
        assert press("postpone", to="2026-11-27").status_code == 200
    assert Event.objects.filter(kind="task.postponed").count() == 1
