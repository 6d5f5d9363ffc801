"""Rejecting a draft with a reason."""

import pytest
from django.urls import reverse

from review.models import Decision, OutboxMessage
from tests.review.desk.conftest import moved

pytestmark = pytest.mark.django_db


def test_a_rejection_keeps_its_reason_and_note(post, item, rep) -> None:
    response = post("reject", item, by=rep, reason="bad_timing", note="They move house.")
    assert response.status_code == 204
    item.refresh_from_db()
    decision = Decision.objects.get()
    assert item.state == "rejected"
    assert (decision.reason, decision.note) == ("bad_timing", "They move house.")
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("", "Choose a reason."),
        ("because", "Choose one of the nine reasons."),
        ("other", "Say in a few words why"),
    ],
)
def test_a_rejection_without_a_proper_reason_is_refused(post, item, rep, reason, words) -> None:
    response = post("reject", item, by=rep, reason=reason)
    assert response.status_code == 422
    assert words in response.content.decode()


def test_without_htmx_it_goes_back_to_the_desk(post, item, rep) -> None:
    assert post("reject", item, by=rep, htmx=False, reason="tone").url == reverse("desk")


def test_a_second_rejection_names_who_was_first(post, item, rep, manager) -> None:
    post("reject", item, by=manager, reason="tone")
    response = post("reject", item, by=rep, reason="tone")
    assert response.status_code == 409
    assert "Max Manager rejected this" in response.content.decode()


def test_an_outrun_draft_needs_no_rejection(post, item, rep) -> None:
    moved(item)
    assert post("reject", item, by=rep, reason="tone").status_code == 409


def test_somebody_elses_draft_is_not_there(post, item, outsider) -> None:
    assert post("reject", item, by=outsider, reason="tone").status_code == 404


def test_an_admin_may_not_reject(post, item, admin) -> None:
    assert post("reject", item, by=admin, reason="tone").status_code == 403


def test_a_get_rejects_nothing(client, item, rep) -> None:
    client.force_login(rep)
    assert client.get(reverse("item_reject", args=[item.pk])).status_code == 405
