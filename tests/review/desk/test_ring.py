"""The desk's page, its order, and the refill of the ring."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from revenue import clock as time
from revenue import ingest
from review.models import ReviewItem
from tests.factories import ContactFactory, UserFactory, prospect
from tests.review.desk.conftest import moved, put_on_desk
from tests.review.guards import office

pytestmark = pytest.mark.django_db


def shown(response) -> list[int]:
    """The cards of a page or a fragment, in their order."""
    return [int(number) for number in re.findall(r'<li class="card review" id="item-(\d+)"',
            response.content.decode())]  # fmt: skip


def test_a_page_holds_five_cards_of_which_one_is_seen(get, rep) -> None:
    for _ in range(7):
        put_on_desk(rep)
    response = get("desk", by=rep)
    assert len(shown(response)) == 5
    assert len(re.findall(r'class="card review"[^>]* hidden>', response.content.decode())) == 4


def test_the_refill_brings_what_the_page_does_not_have(get, rep) -> None:
    items = [put_on_desk(rep).pk for _ in range(7)]
    have = ",".join(map(str, items[:5]))
    response = get("ring", by=rep, query={"have": have})
    assert shown(response) == items[5:]


def test_what_came_after_the_page_was_made_waits(get, rep) -> None:
    first = put_on_desk(rep)
    as_of = time.now().isoformat()
    put_on_desk(rep)
    assert shown(get("ring", by=rep, query={"as_of": as_of})) == [first.pk]


@pytest.mark.parametrize("query", [
    {"have": "x,,-1,99999999999999999999999"}, {"as_of": "yesterday"},
    {"as_of": "2026-99-99T00:00"},
    {"as_of": "2026-11-23"},
])  # fmt: skip
def test_a_refill_with_odd_questions_is_answered(get, item, rep, query) -> None:
    assert shown(get("ring", by=rep, query=query)) == [item.pk]


def test_a_named_item_stands_first(get, rep) -> None:
    items = [put_on_desk(rep).pk for _ in range(7)]
    assert shown(get("desk", by=rep, query={"item": items[6]}))[:2] == [items[6], items[0]]


@pytest.mark.parametrize("value", ["x", "-1", "99999999999999999999999", "0"])
def test_a_name_that_is_no_item_is_ignored(get, item, rep, value) -> None:
    assert shown(get("desk", by=rep, query={"item": value})) == [item.pk]


def test_an_item_has_its_own_address_in_every_state(post, get, item, rep) -> None:
    post("approve", item, by=rep)
    response = get("item", item.pk, by=rep)
    assert shown(response) == [item.pk]
    assert "Countersigned" in response.content.decode()


def test_somebody_elses_item_is_not_there(get, item, outsider) -> None:
    assert get("item", item.pk, by=outsider).status_code == 404


def test_a_rep_sees_their_own_accounts_alone(get, item, colleague) -> None:
    assert shown(get("desk", by=colleague)) == []


def test_a_manager_sees_the_teams(get, item, manager) -> None:
    assert shown(get("desk", by=manager)) == [item.pk]


def test_an_admin_reads_that_the_desk_is_not_theirs(get, item, admin) -> None:
    response = get("desk", by=admin)
    assert response.status_code == 403
    assert "The desk is for reps and managers" in response.content.decode()
    assert item.draft.subject not in response.content.decode()


@pytest.mark.parametrize("name", ["ring", "pulse"])
def test_an_admin_gets_no_card_and_no_count(get, item, admin, name) -> None:
    assert get(name, by=admin).status_code == 403


@pytest.mark.parametrize("name", ["desk", "ring", "pulse"])
def test_a_page_of_the_desk_is_only_read(client, rep, name) -> None:
    client.force_login(rep)
    assert client.post(reverse(name)).status_code == 405


def test_who_is_signed_out_is_led_to_the_sign_in(client, db) -> None:
    response = client.get(reverse("desk"))
    assert response.status_code == 302
    assert "login" in response.url


def test_an_outrun_draft_is_left_out_before_any_sweep(get, item, rep) -> None:
    moved(item)
    assert shown(get("desk", by=rep)) == []


def test_an_empty_desk_says_so(get, rep) -> None:
    prospect(owner=rep)
    assert "Nothing waits for you" in get("desk", by=rep).content.decode()


def test_a_rep_without_accounts_reads_where_they_come_from(get, rep) -> None:
    assert "You own no account." in get("desk", by=rep).content.decode()


def test_what_waited_too_long_is_the_managers(post, get, item, rep, manager) -> None:
    ReviewItem.objects.filter(pk=item.pk).update(
        state="escalated", due_at=time.now() + timedelta(hours=20)
    )
    assert shown(get("desk", by=rep)) == []
    assert shown(get("desk", by=manager)) == [item.pk]
    assert post("approve", item, by=rep).status_code == 409
    assert post("approve", item, by=manager).status_code == 204


def test_an_answer_to_a_buyer_stands_before_a_first_mail(get, rep) -> None:
    first = put_on_desk(rep)
    account = prospect(owner=rep)
    said = ingest.record_message(
        account=account, direction="inbound", body="How long does it take?",
        occurred_at=time.now(), contact=account.contacts.get(), by="system", subject="Time",
    )  # fmt: skip
    answer = put_on_desk(rep, account=account, output_class="outreach.reply", in_reply_to=said)
    assert shown(get("desk", by=rep)) == [answer.pk, first.pk]


def test_a_buyer_who_is_at_work_stands_before_one_whose_week_is_over(get, rep, clock) -> None:
    """What is due within four working hours of theirs is due today, or on Monday."""
    office.opens()
    clock.at(office.utc("2026-12-04 17:00"))  # Friday, 11:00 in Chicago, 18:00 in Berlin
    items = []
    for zone in ("Europe/Berlin", "America/Chicago"):
        account = prospect(owner=rep)
        account.contacts.update(time_zone=zone)
        items.append(put_on_desk(rep, account=account, output_class="outreach.reply").pk)
    assert shown(get("desk", by=rep)) == items[::-1]


def test_notes_on_one_account_are_one_card(get, post, rep) -> None:
    account = prospect(owner=rep)
    internal = {"account": account, "effect": "none", "contact": None, "evidence": []}
    first = put_on_desk(rep, output_class="brief.one", body="They grow.", **internal)
    second = put_on_desk(rep, output_class="brief.two", body="They move.", **internal)
    response = get("desk", by=rep)
    assert shown(response) == [first.pk]
    assert "They move." in response.content.decode()
    assert post("approve", first, by=rep, **{"with": [second.pk]}).status_code == 204
    assert shown(get("desk", by=rep)) == []


def test_a_note_that_the_reader_had_not_seen_is_not_approved_with_the_others(post, rep) -> None:
    account = prospect(owner=rep)
    internal = {"account": account, "effect": "none", "contact": None, "evidence": []}
    first = put_on_desk(rep, output_class="brief.one", **internal)
    unseen = put_on_desk(rep, output_class="brief.two", **internal)
    post("approve", first, by=rep)
    unseen.refresh_from_db()
    assert unseen.state == "pending"


def test_the_queries_do_not_grow_with_the_queue(
    client, rep, manager, django_assert_max_num_queries
) -> None:
    for _ in range(8):
        put_on_desk(rep)
    client.force_login(rep)
    client.get(reverse("desk"))
    with django_assert_max_num_queries(28):
        client.get(reverse("desk"))
    with django_assert_max_num_queries(25):
        client.get(reverse("ring"))


def test_the_queries_do_not_grow_with_the_cards(client, rep, django_assert_num_queries) -> None:
    put_on_desk(rep)
    client.force_login(rep)
    client.get(reverse("ring"))
    with CaptureQueriesContext(connection) as alone:
        client.get(reverse("ring"))
    for _ in range(4):
        put_on_desk(rep)
    with django_assert_num_queries(len(alone)):
        assert len(shown(client.get(reverse("ring")))) == 5


def test_a_rep_of_another_team_does_not_help_out(get, item) -> None:
    stranger = UserFactory(team__name="North")
    ContactFactory(account=prospect(owner=stranger))
    assert shown(get("desk", by=stranger)) == []
