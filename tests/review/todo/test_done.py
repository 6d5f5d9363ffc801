"""Ticking a task off where it stands."""

import pytest
from django.urls import reverse

from revenue.models import Event
from tests.review.accounts import cast

pytestmark = pytest.mark.django_db


def test_the_line_says_so_and_offers_to_take_it_back(press, task) -> None:
    response = press("done")
    words = response.content.decode()
    assert 'aria-checked="true"' in words
    assert reverse("task_reopen", args=[task.pk]) in words
    assert "Undo" in words
    assert "<html" not in words
    task.refresh_from_db()
    assert task.done_at is not None


def test_it_is_not_on_the_page_of_the_next_load(press, task) -> None:
    press("done")
    assert task.subject not in cast.signed_in(cast.rep()).get("/").content.decode()


@pytest.mark.parametrize("back", ["today", "account"])
def test_without_script_the_page_it_stood_on_comes_again(press, task, back) -> None:
    place = {"today": reverse("today"), "account": reverse("account", args=[task.account_id])}
    assert press("done", htmx=False, back=back).url == place[back]


def test_a_get_ticks_nothing(task) -> None:
    url = reverse("task_done", args=[task.pk])
    assert cast.signed_in(cast.rep()).get(url).status_code == 405
    task.refresh_from_db()
    assert task.done_at is None


@pytest.mark.parametrize("who", [cast.colleague, cast.outsider, cast.admin])
def test_somebody_elses_is_not_there(press, task, who) -> None:
    assert press("done", who()).status_code == 404
    task.refresh_from_db()
    assert task.done_at is None


def test_a_manager_ticks_off_for_their_team(press, task) -> None:
    assert press("done", cast.manager()).status_code == 200


def test_twice_is_once(press, task) -> None:
    assert [press("done").status_code for _ in range(2)] == [200, 200]
    assert Event.objects.filter(kind="task.done").count() == 1


def test_it_goes_with_the_account(press, task) -> None:
    task.account.owner = cast.colleague()
    task.account.save(update_fields=["owner"])
    assert press("done").status_code == 404
