"""How long somebody can have looked is the server's word; a browser may only say less."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from revenue import clock as time
from revenue.models import User
from review import autonomy, dwell, intake, tasks
from review.models import Decision, ReviewItem, Verdict
from tests.review.desk.conftest import HTMX, put_on_desk

pytestmark = pytest.mark.django_db

SECONDS = 1000


def stamp(item: ReviewItem, *, to: User, ago: float) -> str:
    return dwell.stamp(item, to=to, at=time.now() - timedelta(seconds=ago))


def dwelt(item: ReviewItem) -> int | None:
    return Decision.objects.get(item=item).dwell_ms


def near(seconds: float) -> object:
    return pytest.approx(seconds * SECONDS, abs=3 * SECONDS)


def test_what_a_browser_counts_holds_up_to_the_time_since_the_card_came(post, item, rep) -> None:
    served = stamp(item, to=rep, ago=60)
    assert post("approve", item, by=rep, served=served, dwell_ms=4200).status_code == 204
    assert dwelt(item) == 4200


def test_more_than_that_is_cut(post, item, rep) -> None:
    post("approve", item, by=rep, served=stamp(item, to=rep, ago=60), dwell_ms=3_600_000)
    assert dwelt(item) == near(60)


def test_less_than_nothing_is_nothing(post, item, rep) -> None:
    post("approve", item, by=rep, served=stamp(item, to=rep, ago=60), dwell_ms=-5)
    assert dwelt(item) == 0


def test_without_a_script_the_time_since_the_card_came_counts(client, item, rep) -> None:
    """As a page without one sends it: the fields as they stand."""
    client.force_login(rep)
    page = client.get(reverse("desk")).content.decode()
    form = re.search(rf'action="{reverse("item_approve", args=[item.pk])}.*?</form>', page, re.S)
    fields = dict(re.findall(r'name="(\w+)" autocomplete="off" value="([^"]*)"', form[0]))
    assert set(fields) == {"revision", "context_hash", "served", "dwell_ms"}
    assert client.post(reverse("item_approve", args=[item.pk]), fields).status_code == 302
    assert dwelt(item) == near(0)


def test_the_decision_before_ends_the_time_that_one_may_claim(post, rep, clock) -> None:
    """Five cards come at once; whoever approves all of them has not read each since then."""
    first, second = put_on_desk(rep), put_on_desk(rep)
    served = [stamp(item, to=rep, ago=600) for item in (first, second)]
    post("approve", first, by=rep, served=served[0], dwell_ms=400_000)
    clock.travel(seconds=5)
    post("approve", second, by=rep, served=served[1], dwell_ms=400_000)
    assert (dwelt(first), dwelt(second)) == (400_000, near(5))


def test_a_colleagues_decision_ends_nothing(post, rep, manager) -> None:
    first, second = put_on_desk(rep), put_on_desk(rep)
    post("approve", first, by=manager, served=stamp(first, to=manager, ago=5))
    post("approve", second, by=rep, served=stamp(second, to=rep, ago=600))
    assert dwelt(second) == near(600)


def test_no_more_than_a_day_is_kept(post, item, rep) -> None:
    post("approve", item, by=rep, served=stamp(item, to=rep, ago=900_000))
    assert dwelt(item) == 24 * 3600 * SECONDS


def forged(item: ReviewItem, rep: User, manager: User) -> dict[str, str]:
    return {
        "none": "",
        "no signature": "abc",
        "a colleague's": stamp(item, to=manager, ago=60),
        "another card's": stamp(put_on_desk(rep), to=rep, ago=60),
        "changed": f"x{stamp(item, to=rep, ago=60)}",
        "NUL": "\x00",
        "long": "x" * 5000,
    }


@pytest.mark.parametrize(
    "how", ["none", "no signature", "a colleague's", "another card's", "changed", "NUL", "long"]
)
def test_what_we_did_not_sign_for_them_and_this_says_nothing(post, item, rep, manager, how) -> None:
    served = forged(item, rep, manager)[how]
    response = post("approve", item, by=rep, served=served, dwell_ms=60_000)
    assert response.status_code == (422 if how == "NUL" else 204)
    if how != "NUL":
        assert dwelt(item) is None


@pytest.mark.parametrize(("ago", "counts"), [(60, True), (0, False), (None, False)])
def test_evidence_is_what_somebody_had_the_time_to_read(
    post, smtp, clock, rep, ago, counts
) -> None:
    item = put_on_desk(rep)
    served = "" if ago is None else stamp(item, to=rep, ago=ago)
    assert post("approve", item, by=rep, served=served).status_code == 204
    clock.travel(seconds=11)
    tasks.tick()
    assert len(smtp.mails) == 1
    assert Verdict.objects.filter(item=item).exists() is counts
    lane = autonomy.find(item.draft.output_class)
    assert lane.epoch is None or lane.epoch.skipped == (not counts)


@pytest.mark.parametrize("verb", ["edit", "reject"])
def test_an_edit_and_a_rejection_count_however_fast(post, smtp, clock, rep, verb) -> None:
    item = put_on_desk(rep)
    form = {"reason": "tone", "subject": "GTX Pro", "body": f"{item.draft.body}\n\nSoon?"}
    assert post(verb, item, by=rep, dwell_ms=1, **form).status_code == 204
    clock.travel(seconds=11)
    tasks.tick()
    intake.sweep()
    assert Verdict.objects.filter(item=item).exists()


def test_a_page_of_many_cards_signs_each_and_asks_nothing_more(client, rep) -> None:
    items = [put_on_desk(rep), put_on_desk(rep)]
    client.force_login(rep)
    page = client.get(reverse("ring"), headers=HTMX).content.decode()
    signed = set(re.findall(r'name="served" autocomplete="off" value="([^"]+)"', page))
    assert len(signed) == len(items)
    known = [dwell.known(items[0], by=rep, served=one, counted=None) is not None for one in signed]
    assert sorted(known) == [False, True]
