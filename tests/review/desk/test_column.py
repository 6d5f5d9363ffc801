"""The column beside the ring: a line for each card that waits."""

import re

import pytest
from django.urls import reverse

from tests.factories import prospect
from tests.review.desk.conftest import put_on_desk

pytestmark = pytest.mark.django_db


def lines(response) -> list[int]:
    return [int(pk) for pk in re.findall(r'data-goto="(\d+)"', response.content.decode())]


def test_it_is_fetched_again_as_the_desk_drew_it(get, rep) -> None:
    items = [put_on_desk(rep).pk for _ in range(3)]
    assert lines(get("column", by=rep)) == items == lines(get("desk", by=rep))


def test_an_empty_one_has_no_line_and_no_count(get, rep) -> None:
    page = get("column", by=rep).content.decode()
    assert "data-goto" not in page
    assert re.search(r"data-left-count hidden>0<", page)


def test_a_rep_sees_their_own_lines_alone(get, item, colleague) -> None:
    assert lines(get("column", by=colleague)) == []


def test_the_frame_of_every_page_says_the_same_number(get, rep, manager, post) -> None:
    """Notes on one account are one card, and what was given to somebody else is not counted."""
    account = prospect(owner=rep)
    for name in ("brief.one", "brief.two"):
        put_on_desk(rep, account=account, output_class=name, effect="none", contact=None,
                    evidence=[])  # fmt: skip
    post("reassign", put_on_desk(rep), by=rep, to=manager.pk)
    mail = put_on_desk(rep)
    assert len(lines(get("desk", by=rep))) == 2
    for name in ("desk", "accounts", "outbox"):
        page = get(name, by=rep).content.decode()
        assert '<span class="count" data-left-count>2</span></a>' in page, name
    post("approve", mail, by=rep)
    assert (
        '<span class="count" data-left-count>1</span></a>'
        in get("accounts", by=rep).content.decode()
    )


def test_it_costs_a_handful_of_queries(client, rep, django_assert_max_num_queries) -> None:
    for _ in range(6):
        put_on_desk(rep)
    client.force_login(rep)
    client.get(reverse("column"))
    with django_assert_max_num_queries(5):
        client.get(reverse("column"))
