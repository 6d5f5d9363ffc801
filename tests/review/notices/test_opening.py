"""From a link to the item's page: in whatever state, signed in or not, theirs or not."""

import pytest
from django.test import Client
from django.urls import reverse

from revenue import clock as clocks
from revenue.models import Account
from review import decisions, intake, notices
from review.models import Notice, NoticeOpening, ReviewItem
from review.notices import opening
from tests.review.accounts import cast
from tests.review.desk.conftest import moved
from tests.review.setup.doors import text

pytestmark = pytest.mark.django_db


def show(who, item: ReviewItem, notice: int = 0) -> str:
    query = f"?notice={notice}" if notice else ""
    return text(cast.signed_in(who).get(reverse("item", args=[item.pk]) + query))


@pytest.fixture
def item(rep) -> ReviewItem:
    return cast.item_at(cast.account_of(rep, name="Acme Ltd"))


def test_one_that_waits_can_be_decided_there(rep, item) -> None:
    page = show(rep, item)
    assert f'id="item-{item.pk}"' in page
    assert reverse("item_approve", args=[item.pk]) in page


def test_one_that_was_decided_says_by_whom_and_when(rep, item) -> None:
    decisions.reject(item, by=cast.manager(), revision=1, reason="tone")
    page = show(rep, item)
    assert "Acme Ltd: Dustin Brinkmann rejected this at " in page
    assert reverse("item_approve", args=[item.pk]) not in page


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("stale", "The conversation moved on; this draft is out of date."),
        ("withdrawn", "A colleague took the account over"),
        ("superseded", "Nobody decided in time; this draft was let go."),
        ("rewriting", "This is being rewritten."),
        ("snoozed", "This is snoozed."),
        ("escalated", "This waited too long and is with the manager now."),
    ],
)
def test_one_that_moved_on_says_how(rep, item, state, words) -> None:
    ReviewItem.objects.update(state=state, state_since=clocks.now())
    assert words in show(rep, item)


def test_one_whose_conversation_moved_says_so_before_the_sweep(rep, item) -> None:
    moved(item)
    assert "something happened there since. A new draft follows." in show(rep, item)
    intake.sweep()
    assert "this draft is out of date" in show(rep, item)


def test_who_is_signed_out_signs_in_and_is_back(rep, item) -> None:
    client, path = Client(), f"{reverse('item', args=[item.pk])}?notice=5"
    asked = client.get(path)
    assert asked.status_code == 302
    page = client.get(asked["Location"])
    signed = client.post(
        asked["Location"],
        {
            "login": rep.username,
            "password": "countersign",
            "next": page.context["redirect_field_value"],
        },
    )
    assert signed["Location"] == path


def test_whose_it_is_not_reads_what_to_do(rep, item) -> None:
    foreign = cast.signed_in(cast.colleague()).get(reverse("item", args=[item.pk]))
    missing = cast.signed_in(cast.colleague()).get(reverse("item", args=[999_999]))
    for answer in (foreign, missing):
        assert answer.status_code == 404
        assert "ask your manager who has it now" in text(answer)
        assert "Acme" not in text(answer)


def test_one_whose_account_changed_hands_is_not_there(rep, item) -> None:
    Account.objects.update(owner=cast.outsider())
    assert cast.signed_in(rep).get(reverse("item", args=[item.pk])).status_code == 404


# --- the figure -----------------------------------------------------------------------------------


@pytest.fixture
def notice(rep, item, early, smtp) -> Notice:
    early.travel(minutes=31)
    notices.work()
    return Notice.objects.get()


def follow(who, notice: Notice, item: ReviewItem) -> int:
    form = {"notice": notice.pk, "item": item.pk}
    return cast.signed_in(who).post(reverse("notices_opened"), form).status_code


def test_the_page_tells_by_a_post_that_a_link_led_there(rep, item, notice) -> None:
    assert f'hx-post="{reverse("notices_opened")}" hx-trigger="load"' in show(rep, item, notice.pk)
    assert "notices/opened" not in show(rep, item)
    assert not NoticeOpening.objects.exists()
    assert follow(rep, notice, item) == 204
    assert opening.share(rep) == opening.Share(opened=1, open=1)
    assert "Of the 1 link that you followed" in text(cast.signed_in(rep).get(reverse("notices")))


def test_the_first_time_counts(rep, item, notice) -> None:
    decisions.reject(item, by=rep, revision=1, reason="tone")
    assert follow(rep, notice, item) == 204
    assert follow(rep, notice, item) == 204
    assert opening.share(rep) == opening.Share(opened=1, open=0)


def test_only_links_of_ones_own_notices_count(rep, item, notice) -> None:
    other = cast.item_at(cast.account_of(rep))
    assert follow(cast.colleague(), notice, item) == 204
    assert follow(rep, notice, other) == 204
    client = cast.signed_in(rep)
    for odd in ({}, {"notice": "x", "item": "1"}, {"notice": 10**30, "item": 1}):
        assert client.post(reverse("notices_opened"), odd).status_code == 204
    assert not NoticeOpening.objects.exists()


def test_of_the_links_of_a_mail_that_came_late_95_of_100_still_decide(
    rep, item, early, smtp
) -> None:
    """The mail server is away for half an hour, in which every second one is settled."""
    waiting = [item, *(cast.item_at(cast.account_of(rep)) for _ in range(9))]
    smtp.answer = "451 Try later"
    early.travel(minutes=31)
    notices.work()
    for number, one in enumerate(waiting[::2]):
        if number % 2:
            moved(one)
        else:
            decisions.reject(one, by=rep, revision=1, reason="tone")
    smtp.answer = "250 OK"
    early.travel(minutes=36)
    notices.work()
    row = Notice.objects.get()
    for pk in row.items:
        follow(rep, row, ReviewItem.objects.get(pk=pk))
    found = opening.share(rep)
    assert (row.state, found.opened) == ("sent", 5)
    assert found.open / found.opened >= 0.95
