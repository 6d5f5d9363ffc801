"""Undo on the desk: the last decisions one by one, while nothing has left."""

import re

import pytest
from playwright.sync_api import expect

from revenue.models import User

pytestmark = pytest.mark.django_db(transaction=True)

UNDO, PULSE = re.compile("/undo/"), re.compile("/desk/pulse/")


def test_undo_brings_the_card_back_to_the_front(desk) -> None:
    ring = desk.open(3)
    ring.press("a", "z")
    ring.wait_for(lambda: ring.shown() == 1)
    assert desk.decided() == []
    ring.wait_for(lambda: ring.announced().startswith("Undone, Account 1,"))
    assert ring.column() == [1, 2, 3]
    assert ring.left() == 3
    ring.awake()
    ring.press("r", "1")
    ring.wait_for(lambda: desk.decided() == [(1, "reject")])


def test_undo_goes_twenty_deep_and_no_further(desk) -> None:
    User.objects.filter(pk=desk.rep.pk).update(undo_seconds=60)
    ring = desk.open(22)
    ring.approve(*range(1, 22))
    ring.wait_for(lambda: len(desk.decided()) == 21)
    ring.press(*"z" * 20)
    ring.wait_for(lambda: desk.decided() == [(1, "approve")], seconds=20)
    ring.wait_for(lambda: ring.announced().startswith("Undone, Account 2,"))
    ring.press("z")
    assert ring.announced() == "Nothing left to undo."
    ring.wait_for(lambda: ring.left() == 21)


def test_undo_survives_a_reload(desk) -> None:
    ring = desk.open(3)
    ring.press("a")
    ring.wait_for(lambda: desk.decided() == [(1, "approve")])
    ring.page.reload()
    assert ring.column() == [2, 3]
    ring.press("z")
    ring.wait_for(lambda: ring.shown() == 1)
    ring.wait_for(lambda: ring.column() == [1, 2, 3])


def test_undo_passes_over_what_cannot_be_undone(desk) -> None:
    ring = desk.open(4)
    ring.press("a", "s", "2")
    ring.wait_for(lambda: len(desk.decided()) == 2)
    ring.press("z")
    ring.wait_for(lambda: ring.shown() == 1)
    assert desk.decided() == [(2, "snooze")]


def test_undo_of_a_decision_on_its_way_waits_for_it(desk) -> None:
    ring = desk.open(3)
    held = ring.hold()
    ring.press("a", "z")
    ring.wait_for(lambda: len(held) == 1)
    assert ring.shown() == 2
    held[0].continue_()
    ring.wait_for(lambda: ring.shown() == 1)
    assert desk.decided() == []


def test_undo_after_it_left_says_when_it_left(desk) -> None:
    ring = desk.open(2)
    ring.press("a")
    ring.wait_for(lambda: desk.decided() == [(1, "approve")])
    desk.dispatched(1)
    ring.press("z")
    expect(ring.page.locator("#ring-note")).to_contain_text("left at 14:02")
    assert ring.shown() == 2


def test_whoever_switched_undo_off_is_not_offered_it(desk) -> None:
    User.objects.filter(pk=desk.rep.pk).update(undo_seconds=0)
    ring = desk.open(3)
    ring.press("a")
    assert ring.announced() == "Approved, Account 1, Yara Zhou. 2 left."
    ring.press("z")
    assert ring.announced() == "Nothing left to undo."


def test_a_count_that_the_server_said_during_an_undo_is_not_added_to(desk) -> None:
    ring = desk.open(3)
    ring.press("a")
    ring.wait_for(lambda: desk.decided() == [(1, "approve")])
    done = []
    ring.page.route(UNDO, lambda route: done.append((route, route.fetch())))
    ring.press("z")
    ring.wait_for(lambda: bool(done))
    with ring.page.expect_response(PULSE):
        ring.look_again()
    route, response = done[0]
    route.fulfill(response=response)
    ring.wait_for(lambda: ring.shown() == 1)
    assert ring.left() == 3


def test_a_count_that_was_asked_for_before_an_undo_is_not_believed_after_it(desk) -> None:
    ring = desk.open(3)
    ring.press("a")
    ring.wait_for(lambda: desk.decided() == [(1, "approve")])
    ring.settled()
    old = []
    ring.page.route(PULSE, lambda route: old.append((route, route.fetch())), times=1)
    ring.look_again()
    ring.wait_for(lambda: bool(old))
    ring.press("z")
    ring.wait_for(lambda: ring.shown() == 1)
    route, response = old[0]
    with ring.page.expect_response(PULSE):
        route.fulfill(response=response)
    ring.page.wait_for_timeout(100)
    assert ring.left() == 3


def test_what_comes_back_and_waits_no_more_is_not_counted(desk) -> None:
    ring = desk.open(3)
    ring.press("r", "1")
    ring.wait_for(lambda: desk.decided() == [(1, "reject")])
    desk.outrun(1)
    ring.press("z")
    ring.wait_for(lambda: ring.shown() == 1)
    assert ring.left() == 2
    assert ring.column() == [2, 3]
