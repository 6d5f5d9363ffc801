"""What the frame of every page says."""

import pytest
from django.test import RequestFactory

from revenue import switches, workspace
from review.models import ReviewItem
from review.views import chrome
from tests.factories import prospect
from tests.review.accounts import cast

pytestmark = pytest.mark.django_db


def frame(user, *, htmx: bool = False) -> dict:
    request = RequestFactory().get("/")
    request.user, request.htmx = user, htmx
    return chrome.chrome(request)


def test_it_counts_what_waits_for_this_person(workspace) -> None:
    cast.item_at(prospect(owner=cast.rep()))
    cast.item_at(prospect(owner=cast.outsider()))
    assert frame(cast.rep())["waiting_count"] == 1
    assert frame(cast.manager())["waiting_count"] == 1
    assert frame(cast.admin())["waiting_count"] == 0


def test_a_count_ends_at_its_cap(workspace, monkeypatch) -> None:
    monkeypatch.setattr(chrome, "CAP", 1)
    for _ in range(2):
        cast.item_at(prospect(owner=cast.rep()))
    assert ReviewItem.objects.count() == 2
    assert frame(cast.rep())["waiting_count"] == "1+"


def test_it_is_one_query_and_two_while_everything_is_stopped(
    workspace, django_assert_num_queries
) -> None:
    cast.item_at(prospect(owner=cast.rep()))
    rep = cast.rep()
    with django_assert_num_queries(1):
        frame(rep)
    switches.stop("all", by="system", reason="Wrong price list")
    with django_assert_num_queries(2):
        frame(rep)


def test_a_fragment_and_a_stranger_ask_nothing(django_assert_num_queries) -> None:
    rep = cast.rep()
    with django_assert_num_queries(0):
        assert frame(rep, htmx=True) == {}


def test_who_stopped_everything_and_why_is_said() -> None:
    switches.stop("all", by=cast.manager(), reason="Wrong price list.")
    said = frame(cast.rep())["sending_paused"]
    assert said.startswith("Stopped by Dustin Brinkmann on ")
    assert said.endswith(": Wrong price list.")


def test_one_stopped_agent_does_not_pause_everything(local_outbox) -> None:
    switches.stop("agent", "outreach", by="system", reason="x")
    assert frame(cast.rep())["sending_paused"] == ""


def test_an_unfinished_set_up_pauses_sending(smtp) -> None:
    assert "a postal address" in frame(cast.rep())["sending_paused"]
    workspace.change(by="test", company="Harbour", postal_address="1 Quay Street")
    assert "mailbox has not been tested" in frame(cast.rep())["sending_paused"]


def test_demo_data_is_said() -> None:
    assert frame(cast.rep())["demo_data"] is False
    workspace.change(by="test", has_demo=True)
    assert frame(cast.rep())["demo_data"] is True
