"""Taking a tick back."""

import pytest
from django.urls import reverse

from revenue.models import Event
from tests.review.accounts import cast

pytestmark = pytest.mark.django_db


def test_it_is_open_again(press, task) -> None:
    press("done")
    words = press("reopen").content.decode()
    assert 'aria-checked="false"' in words
    assert reverse("task_done", args=[task.pk]) in words
    task.refresh_from_db()
    assert task.done_at is None


def test_a_get_changes_nothing(press, task) -> None:
    press("done")
    url = reverse("task_reopen", args=[task.pk])
    assert cast.signed_in(cast.rep()).get(url).status_code == 405
    task.refresh_from_db()
    assert task.done_at is not None


@pytest.mark.parametrize("who", [cast.colleague, cast.outsider, cast.admin])
def test_somebody_elses_is_not_there(press, task, who) -> None:
    press("done")
    assert press("reopen", who()).status_code == 404
    task.refresh_from_db()
    assert task.done_at is not None


def test_twice_is_once(press, task) -> None:
    press("done")
    assert [press("reopen").status_code for _ in range(2)] == [200, 200]
    assert Event.objects.filter(kind="task.reopened").count() == 1
