"""What a page asks every few seconds: how many wait, how many came, what is gone."""

import pytest

from revenue import clock
from tests.review.desk.conftest import moved, put_on_desk

pytestmark = pytest.mark.django_db


def said(get, rep, *have, as_of: str = "") -> dict:
    query = {"have": ",".join(map(str, have)), "as_of": as_of}
    return get("pulse", by=rep, query=query).json()


def test_it_counts_what_waits_and_what_came(get, rep) -> None:
    first = put_on_desk(rep)
    as_of = clock.now().isoformat()
    put_on_desk(rep)
    answer = said(get, rep, first.pk, as_of=as_of)
    assert (answer["pending"], answer["new"], answer["gone"]) == (2, 1, [])


def test_a_page_may_hold_three_hundred_cards(get, rep, item, manager, post) -> None:
    """The column's cards pile up in a page that is open all day; the last one is asked for too."""
    post("approve", item, by=manager)
    others = range(10_000, 10_299)
    assert item.pk in [one["id"] for one in said(get, rep, *others, item.pk)["gone"]]


def test_a_card_that_somebody_decided_is_gone_with_their_name(
    post, get, item, rep, manager
) -> None:
    post("approve", item, by=manager)
    [gone] = said(get, rep, item.pk)["gone"]
    assert gone["id"] == item.pk
    assert f"{item.account}: Max Manager approved this" in gone["sentence"]


def test_a_card_that_the_account_has_outrun_is_gone_at_once(get, item, rep) -> None:
    moved(item)
    [gone] = said(get, rep, item.pk)["gone"]
    assert "something happened there" in gone["sentence"]


def test_a_card_that_was_handed_over_says_to_whom(post, get, item, rep, colleague, manager) -> None:
    post("reassign", item, by=manager, to=colleague.pk)
    [gone] = said(get, rep, item.pk)["gone"]
    assert "handed to Cleo League" in gone["sentence"]


def test_a_card_of_an_account_that_changed_hands_tells_nothing(get, item, rep, outsider) -> None:
    type(item.account).objects.filter(pk=item.account_id).update(owner=outsider)
    [gone] = said(get, rep, item.pk)["gone"]
    assert gone["sentence"] == "A card is no longer yours; somebody else has the account now."


def test_an_unchanged_answer_is_a_304(get, item, rep) -> None:
    query = {"have": item.pk, "as_of": clock.now().isoformat()}
    first = get("pulse", by=rep, query=query)
    headers = {"If-None-Match": first["ETag"]}
    second = get("pulse", by=rep, query=query, headers=headers)
    assert (second.status_code, second.content) == (304, b"")
    put_on_desk(rep)
    assert get("pulse", by=rep, query=query, headers=headers).status_code == 200


def test_the_browser_may_keep_the_answer_and_nobody_else(get, item, rep) -> None:
    assert get("pulse", by=rep)["Cache-Control"] == "private, no-cache"


def test_one_person_never_gets_anothers_answer(get, item, rep, manager) -> None:
    token = get("pulse", by=rep)["ETag"]
    assert get("pulse", by=manager, headers={"If-None-Match": token}).status_code == 200


def test_it_costs_a_handful_of_queries(client, get, rep, django_assert_max_num_queries) -> None:
    items = [put_on_desk(rep).pk for _ in range(6)]
    get("pulse", by=rep)
    with django_assert_max_num_queries(5):
        client.get("/desk/pulse/", {"have": ",".join(map(str, items))})


def test_who_is_signed_out_is_told_in_words(client, item) -> None:
    response = client.get("/desk/pulse/", headers={"Accept": "application/json"})
    assert response.status_code == 401
    assert "signed out" in response.content.decode()
