"""Approving a draft from the desk."""

import pytest
from django.urls import reverse

from review import tasks
from review.models import OutboxMessage
from tests.review import citing
from tests.review.desk.conftest import moved

pytestmark = pytest.mark.django_db


def test_an_approved_draft_is_queued_as_it_was_shown(post, item, rep) -> None:
    response = post("approve", item, by=rep, context_hash=item.draft.context_hash)
    assert response.status_code == 204
    message = OutboxMessage.objects.get()
    assert (message.state, message.recipient) == ("queued", item.draft.contact.email)


def test_without_htmx_it_goes_back_to_the_desk_and_says_so(post, item, rep) -> None:
    response = post("approve", item, by=rep, htmx=False)
    assert (response.status_code, response.url) == (302, reverse("desk"))


def test_a_get_decides_nothing(client, item, rep) -> None:
    client.force_login(rep)
    assert client.get(reverse("item_approve", args=[item.pk])).status_code == 405
    item.refresh_from_db()
    assert item.state == "pending"


def test_somebody_elses_draft_is_not_there(post, item, outsider) -> None:
    assert post("approve", item, by=outsider).status_code == 404
    assert not OutboxMessage.objects.exists()


def test_an_admin_may_not_approve(post, item, admin) -> None:
    assert post("approve", item, by=admin).status_code == 403


def test_66_who_is_signed_out_is_told_in_words(post, item) -> None:
    response = post("approve", item, by=None)
    assert response.status_code == 401
    assert "signed out" in response.content.decode()


def test_62_a_second_approval_names_who_was_first(post, item, rep, manager) -> None:
    post("approve", item, by=manager)
    response = post("approve", item, by=rep)
    body = response.content.decode()
    assert response.status_code == 409
    assert "<p data-sentence>Max Manager approved this" in body
    assert 'data-state="settled"' in body
    assert "<form" not in body.partition("<aside")[0]
    assert OutboxMessage.objects.count() == 1


def test_a_draft_that_the_account_has_outrun_is_refused(post, item, rep) -> None:
    moved(item)
    response = post("approve", item, by=rep)
    assert response.status_code == 409
    assert "Something happened at" in response.content.decode()
    assert not OutboxMessage.objects.exists()


def test_62_a_draft_that_was_changed_meanwhile_is_shown_anew(post, item, rep) -> None:
    type(item).objects.filter(pk=item.pk).update(revision=2)
    response = post("approve", item, by=rep)
    assert response.status_code == 409
    assert 'data-state="pending"' in response.content.decode()


def test_a_refusal_without_htmx_is_the_whole_desk_with_the_sentence(
    post, item, rep, manager
) -> None:
    post("approve", item, by=manager)
    response = post("approve", item, by=rep, htmx=False)
    assert response.status_code == 409
    assert "Max Manager approved this" in response.content.decode()
    assert 'id="ring"' in response.content.decode()


@pytest.mark.parametrize("revision", ["", "0", "x", "99999999999999999999"])
def test_a_revision_that_is_none_is_refused_in_words(post, item, rep, revision) -> None:
    response = post("approve", item, by=rep, revision=revision)
    assert response.status_code in (409, 422)
    assert "data-sentence" in response.content.decode()
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("dwell", ["-5", "99999999999999", ""])
def test_an_impossible_dwell_time_does_not_stop_a_decision(post, item, rep, dwell) -> None:
    assert post("approve", item, by=rep, dwell_ms=dwell).status_code == 204


def test_nothing_leaves_before_the_undo_time_is_over(post, item, rep, smtp, clock) -> None:
    post("approve", item, by=rep)
    tasks.tick()
    assert smtp.mails == []
    clock.travel(seconds=11)
    tasks.tick()
    assert len(smtp.mails) == 1


def test_one_that_rests_on_what_was_superseded_is_refused_and_says_on_what(post, item, rep) -> None:
    citing.of_fact(item)
    citing.supersede(item)
    for verb, more in [("approve", {}), ("edit", {"subject": "GTX Pro", "body": "My own words."})]:
        response = post(verb, item, by=rep, **more)
        assert response.status_code == 422
        page = response.content.decode()
        assert "It rests on “You plan to grow your fleet”, which does not hold any more." in page
    assert not OutboxMessage.objects.exists()
