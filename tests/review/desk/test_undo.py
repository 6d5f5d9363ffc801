"""Taking the last decision back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from revenue import clock as time
from revenue import switches
from review import tasks
from review.models import OutboxMessage, ReviewItem, Verdict
from tests.factories import prospect
from tests.review.desk.conftest import moved, put_on_desk

pytestmark = pytest.mark.django_db


def test_an_undone_approval_brings_the_card_back(post, item, rep) -> None:
    post("approve", item, by=rep)
    response = post("undo", item, by=rep)
    body = response.content.decode()
    assert response.status_code == 200
    assert f'id="item-{item.pk}"' in body
    assert 'data-state="pending"' in body
    assert OutboxMessage.objects.get().state == "cancelled"


def test_an_undone_rejection_brings_the_card_back(post, item, rep) -> None:
    post("reject", item, by=rep, reason="tone")
    assert post("undo", item, by=rep).status_code == 200
    item.refresh_from_db()
    assert item.state == "pending"


def test_an_undone_edit_is_kept_in_the_card(post, item, rep) -> None:
    post("edit", item, by=rep, subject="GTX Pro", body="My own words.")
    assert "My own words." in post("undo", item, by=rep).content.decode()


def test_without_htmx_it_goes_back_to_the_desk(post, item, rep) -> None:
    post("approve", item, by=rep)
    assert post("undo", item, by=rep, htmx=False).url == reverse("desk")


def test_once_it_left_undo_says_when(post, item, rep, smtp, clock) -> None:
    post("approve", item, by=rep)
    clock.travel(seconds=11)
    tasks.tick()
    response = post("undo", item, by=rep)
    assert response.status_code == 409
    assert "It left at" in response.content.decode()


def test_a_rejection_stays_once_its_time_is_over(post, get, item, rep, manager, clock) -> None:
    post("reject", item, by=rep, reason="tone")
    clock.travel(seconds=10)
    assert f'data-undo="{item.pk}"' not in get("desk", by=rep).content.decode()
    for by in (rep, manager):
        response = post("undo", item, by=by)
        assert response.status_code == 409
        assert "is over. It stays rejected." in response.content.decode()
    item.refresh_from_db()
    assert item.state == "rejected"


def test_nor_after_its_verdict_was_written(post, item, rep, clock) -> None:
    post("reject", item, by=rep, reason="tone")
    clock.travel(hours=3)
    tasks.tick()
    assert Verdict.objects.get().kind == "rejected"
    assert post("undo", item, by=rep).status_code == 409
    item.refresh_from_db()
    assert item.state == "rejected"


def test_until_then_both_the_desk_and_the_server_take_it_back(post, get, item, rep, clock) -> None:
    post("reject", item, by=rep, reason="tone")
    clock.travel(seconds=9)
    assert f'data-undo="{item.pk}"' in get("desk", by=rep).content.decode()
    assert post("undo", item, by=rep).status_code == 200


def test_a_note_stays_accepted_once_its_time_is_over(post, rep, clock) -> None:
    note = put_on_desk(rep, output_class="brief.one", effect="none", contact=None, evidence=[])
    post("approve", note, by=rep)
    clock.travel(seconds=11)
    response = post("undo", note, by=rep)
    assert response.status_code == 409
    assert "It stays approved." in response.content.decode()


def test_a_mail_is_taken_back_until_it_leaves_however_long_it_is_held(
    post, item, rep, smtp, clock
) -> None:
    post("approve", item, by=rep)
    OutboxMessage.objects.update(not_before=time.now() + timedelta(hours=5))
    clock.travel(hours=3)
    tasks.tick()
    assert post("undo", item, by=rep).status_code == 200
    assert OutboxMessage.objects.get().state == "cancelled"
    assert not Verdict.objects.exists()


def test_of_one_that_a_check_stopped_it_says_where_to_go(post, item, rep, smtp, clock) -> None:
    post("approve", item, by=rep)
    switches.stop("all", by="test", reason="A complaint")
    clock.travel(seconds=11)
    tasks.send_due()
    response = post("undo", item, by=rep)
    assert response.status_code == 409
    assert "Cancel it in the outbox" in response.content.decode()


def test_a_second_undo_finds_nothing(post, item, rep) -> None:
    post("approve", item, by=rep)
    post("undo", item, by=rep)
    response = post("undo", item, by=rep)
    assert response.status_code == 409
    assert "nothing to take back" in response.content.decode()


def test_a_rep_does_not_undo_their_managers_decision(post, item, rep, manager) -> None:
    post("approve", item, by=manager)
    response = post("undo", item, by=rep)
    assert response.status_code == 409
    assert "Max Manager decided this" in response.content.decode()


def test_an_outrun_draft_comes_back_as_settled(post, item, rep) -> None:
    post("reject", item, by=rep, reason="tone")
    moved(item)
    assert 'data-state="settled"' in post("undo", item, by=rep).content.decode()


def test_somebody_elses_decision_is_not_there(post, item, rep, outsider) -> None:
    post("approve", item, by=rep)
    assert post("undo", item, by=outsider).status_code == 404


def test_an_admin_may_not_undo(post, item, rep, admin) -> None:
    post("approve", item, by=rep)
    assert post("undo", item, by=admin).status_code == 403


def test_a_get_undoes_nothing(client, item, rep) -> None:
    client.force_login(rep)
    assert client.get(reverse("item_undo", args=[item.pk])).status_code == 405


def test_undo_survives_a_reload(post, get, item, rep) -> None:
    post("approve", item, by=rep)
    assert f'data-undo="{item.pk}"' in get("desk", by=rep).content.decode()


def test_notes_that_were_accepted_together_are_undone_together(post, rep) -> None:
    account = prospect(owner=rep)
    internal = {"effect": "none", "contact": None, "evidence": []}
    first = put_on_desk(rep, account=account, output_class="brief.one", **internal)
    second = put_on_desk(rep, account=account, output_class="brief.two", **internal)
    post("approve", first, by=rep, **{"with": [second.pk]})
    assert set(ReviewItem.objects.values_list("state", flat=True)) == {"approved"}
    post("undo", first, by=rep)
    assert set(ReviewItem.objects.values_list("state", flat=True)) == {"pending"}
