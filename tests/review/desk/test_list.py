"""All that waits as a list: keyset pages, what is put off, and the way to the desk."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from revenue import clock as time
from review import decisions
from review.views import queue_list
from tests.factories import prospect
from tests.review.desk.conftest import moved, put_on_desk

pytestmark = pytest.mark.django_db


def rows(response) -> list[int]:
    text = response.content.decode()
    return [int(pk) for pk in re.findall(r'href="/desk/(?:\?item=|items/)(\d+)', text)]


def way(response, rel: str) -> str:
    return re.search(f'href="([^"]+)" rel="{rel}"', response.content.decode())[1].replace(
        "&amp;", "&"
    )


@pytest.fixture
def five(rep, monkeypatch) -> list[int]:
    monkeypatch.setattr(queue_list, "SIZE", 2)
    return [put_on_desk(rep).pk for _ in range(5)]


def test_pages_go_on_and_back_by_key(get, client, rep, five) -> None:
    first = get("queue", by=rep)
    second = client.get(reverse("queue") + way(first, "next"))
    third = client.get(reverse("queue") + way(second, "next"))
    assert [rows(page) for page in (first, second, third)] == [five[:2], five[2:4], five[4:]]
    assert 'rel="next"' not in third.content.decode()
    assert rows(client.get(reverse("queue") + way(third, "prev"))) == five[2:4]
    assert 'rel="prev"' not in first.content.decode()


def test_a_key_whose_item_was_decided_since_still_leads_on(get, client, post, rep, five) -> None:
    after = way(get("queue", by=rep), "next")
    last = queue_list.ReviewItem.objects.get(pk=five[1])
    post("reject", last, by=rep, reason="tone")
    assert rows(client.get(reverse("queue") + after)) == five[2:4]


def test_a_further_page_that_was_cleared_says_so(get, rep, five, post) -> None:
    for pk in five[4:]:
        post("reject", queue_list.ReviewItem.objects.get(pk=pk), by=rep, reason="tone")
    page = get("queue", by=rep, query={"after": five[3]})
    assert rows(page) == []
    assert "What stood here has been decided." in page.content.decode()


def test_items_of_one_moment_are_each_shown_once(get, client, rep, five) -> None:
    queue_list.ReviewItem.objects.update(decide_by=time.now())
    seen, address = [], reverse("queue")
    get("queue", by=rep)
    for _ in range(3):
        page = client.get(address)
        seen += rows(page)
        address = reverse("queue") + (way(page, "next") if len(seen) < 5 else "")
    assert seen == five


def test_a_page_keeps_its_filters(get, rep, five) -> None:
    page = get("queue", by=rep, query={"q": "GTX"})
    assert "q=GTX" in way(page, "next")
    assert f'href="/desk/?item={five[0]}&amp;q=GTX"' in page.content.decode()


def test_a_row_says_what_it_is_and_how_long_it_has(get, rep) -> None:
    item = put_on_desk(rep, account=prospect(owner=rep, name="Northwind"))
    queue_list.ReviewItem.objects.update(decide_by=time.now() - timedelta(hours=1, minutes=5))
    text = get("queue", by=rep).content.decode()
    for words in ("Northwind", "Yara Zhou, GTX Pro beside your GTX Basic", "First mail",
                  "Class not trusted yet", "1 h over"):  # fmt: skip
        assert words in text, words
    assert rows(get("queue", by=rep)) == [item.pk]


def test_what_is_snoozed_stands_in_its_own_list_until_it_is_back(get, rep, item) -> None:
    waits = put_on_desk(rep)
    until = time.now() + timedelta(days=2)
    decisions.snooze(item, by=rep, revision=1, until=until)
    assert rows(get("queue", by=rep)) == [waits.pk]
    page = get("queue", by=rep, query={"state": "snoozed"})
    assert rows(page) == [item.pk]
    assert f'href="{reverse("item", args=[item.pk])}"' in page.content.decode()
    assert 'data-label="Back"' in page.content.decode()


def test_the_desk_is_of_what_waits_whatever_state_is_asked_for(get, rep, item) -> None:
    page = get("desk", by=rep, query={"state": "snoozed"}).content.decode()
    assert f'data-item="{item.pk}"' in page
    assert "filters-on" not in page


def test_what_is_being_rewritten_is_found(get, post, rep, item) -> None:
    put_on_desk(rep)
    post("rewrite", item, by=rep, note="Shorter.")
    assert rows(get("queue", by=rep, query={"state": "rewriting"})) == [item.pk]


def test_what_is_outdated_is_not_listed(get, rep, item) -> None:
    moved(item)
    assert rows(get("queue", by=rep)) == []


def test_a_manager_sees_whose_each_is(get, rep, manager, colleague, item, post) -> None:
    text = get("queue", by=manager).content.decode()
    assert '<td data-label="Owner" class="wide-only">Ada Rep</td>' in text
    assert 'data-label="Owner"' not in get("queue", by=rep).content.decode()


def test_nobody_sees_anothers(get, item, colleague, outsider) -> None:
    assert rows(get("queue", by=colleague)) == rows(get("queue", by=outsider)) == []


def test_an_admin_has_no_list(get, item, admin) -> None:
    assert get("queue", by=admin).status_code == 403


def test_it_is_only_read(client, rep) -> None:
    client.force_login(rep)
    assert client.post(reverse("queue")).status_code == 405


@pytest.mark.parametrize("query", [{}, {"q": "nobody"}])
def test_nothing_to_show_is_said(get, rep, query) -> None:
    words = "Nothing matches" if query else "Nothing waits for you"
    assert words in get("queue", by=rep, query=query).content.decode()


def test_the_queries_do_not_grow_with_the_rows(client, rep, django_assert_num_queries) -> None:
    put_on_desk(rep)
    client.force_login(rep)
    client.get(reverse("queue"))
    with CaptureQueriesContext(connection) as alone:
        client.get(reverse("queue"))
    for _ in range(4):
        put_on_desk(rep)
    with django_assert_num_queries(len(alone)):
        assert len(rows(client.get(reverse("queue")))) == 5


def test_the_search_has_its_key_there_too(get, rep) -> None:
    assert 'data-key="/"' in get("queue", by=rep).content.decode()
