"""Balancing: a preview of who gives how much to whom, and doing just that."""

import re

import pytest

from revenue import people
from review import decisions, workload
from review.workload import Gift
from tests.factories import UserFactory
from tests.review.delegation.conftest import away
from tests.review.desk.conftest import put_on_desk
from tests.review.setup.doors import text
from tests.review.workload.conftest import drafts, held

pytestmark = pytest.mark.django_db


def gifts(manager) -> list[Gift]:
    return workload.balanced(workload.of_team(manager).loads)


def previewed(page: str) -> dict[str, list[str]]:
    """What the page's form would send."""
    return {
        name: re.findall(rf'type="hidden" name="{name}" value="(\d+)"', page)
        for name in ("of", "number", "to")
    }


def test_it_shows_who_would_get_what_and_moves_nothing(get, rep, colleague, manager) -> None:
    drafts(rep, 4)
    page = text(get("workload", by=manager, query={"balance": "1"}))
    assert "Ada Rep to Cleo League" in page
    assert "2 drafts" in page
    assert (held(rep, manager), held(colleague, manager)) == (4, 0)


def test_pressing_does_what_was_shown(client, get, send, rep, colleague, manager) -> None:
    third = UserFactory(team=rep.team, first_name="Ben", last_name="Rep")
    drafts(rep, 6)
    shown = previewed(text(get("workload", by=manager, query={"balance": "1"})))
    answer = send("share", by=manager, **shown)
    assert [held(one, manager) for one in (rep, colleague, third)] == [2, 2, 2]
    page = text(client.get(answer["Location"]))
    assert "4 drafts are handed over" in page
    assert "2 to Ben Rep" in page
    assert "2 to Cleo League" in page


def test_once_more_finds_nothing_to_do(get, send, rep, colleague, manager) -> None:
    drafts(rep, 3)
    send("share", by=manager, **previewed(text(get("workload", by=manager, query={"balance": ""}))))
    assert "There is nothing to share out" in text(
        get("workload", by=manager, query={"balance": "1"})
    )


def test_nobody_who_is_away_gives_to_or_gets_from_it_while_a_colleague_decides(
    rep, colleague, manager
) -> None:
    third = UserFactory(team=rep.team)
    drafts(rep, 4)
    away(rep, delegate=colleague)
    assert gifts(manager) == []
    drafts(colleague, 2)
    assert gifts(manager) == [Gift(colleague, third, 2)]


def test_what_waits_for_nobody_goes_whole(rep, colleague, manager, admin) -> None:
    third = UserFactory(team=rep.team)
    drafts(rep, 3)
    away(rep)
    assert sum(one.number for one in gifts(manager)) == 3
    people.deactivate(rep, by=admin)
    assert {one.to for one in gifts(manager)} == {colleague, third}


def test_managers_neither_give_nor_get(rep, manager) -> None:
    drafts(manager, 4)
    assert gifts(manager) == []


def test_what_may_not_be_moved_counts_and_stays(rep, colleague, manager) -> None:
    for _ in range(4):
        put_on_desk(rep, effect="none", output_class="account.brief", body="Known.")
    drafts(rep, 1)
    assert gifts(manager) == [Gift(rep, colleague, 1)]


def test_without_a_rep_who_is_here_there_is_nothing_to_do(rep, manager) -> None:
    drafts(rep, 2)
    away(rep)
    assert gifts(manager) == []


def test_what_was_decided_since_the_preview_is_said(
    client, get, send, rep, colleague, manager
) -> None:
    made = drafts(rep, 4)
    shown = previewed(text(get("workload", by=manager, query={"balance": "1"})))
    for item in made[1:]:
        decisions.reject(item, by=rep, revision=1, reason="tone")
    page = text(client.get(send("share", by=manager, **shown)["Location"]))
    assert "1 draft is handed over: 1 to Cleo League. 1 did not wait there" in page
