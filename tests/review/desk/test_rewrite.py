"""Asking the agent for another draft."""

import pytest
from django.urls import reverse
from django_q.models import OrmQ

from tests.review.desk.conftest import moved

pytestmark = pytest.mark.django_db


def test_the_draft_leaves_the_queue_with_its_note(post, get, item, rep) -> None:
    assert post("rewrite", item, by=rep, note="Shorter.").status_code == 204
    item.refresh_from_db()
    assert (item.state, item.rewrite_note) == ("rewriting", "Shorter.")
    assert f"item-{item.pk}" not in get("desk", by=rep).content.decode()


def test_a_worker_is_woken_for_it(post, item, rep) -> None:
    post("rewrite", item, by=rep, note="Shorter.")
    assert OrmQ.objects.count() == 1


def test_without_a_note_it_is_refused(post, item, rep) -> None:
    response = post("rewrite", item, by=rep, note=" ")
    assert response.status_code == 422
    assert "Say what should be different." in response.content.decode()
    assert not OrmQ.objects.exists()


def test_a_second_request_says_that_it_is_being_rewritten(post, item, rep) -> None:
    post("rewrite", item, by=rep, note="Shorter.")
    response = post("rewrite", item, by=rep, note="Longer.")
    assert response.status_code == 409
    assert "being rewritten" in response.content.decode()


def test_after_somebodys_approval_it_names_them(post, item, rep, manager) -> None:
    post("approve", item, by=manager)
    response = post("rewrite", item, by=rep, note="Shorter.")
    assert "Max Manager approved this" in response.content.decode()


def test_an_outrun_draft_is_not_rewritten(post, item, rep) -> None:
    moved(item)
    assert post("rewrite", item, by=rep, note="Shorter.").status_code == 409


def test_somebody_elses_draft_is_not_there(post, item, outsider) -> None:
    assert post("rewrite", item, by=outsider, note="Shorter.").status_code == 404


def test_an_admin_may_not_ask(post, item, admin) -> None:
    assert post("rewrite", item, by=admin, note="Shorter.").status_code == 403


def test_a_get_asks_for_nothing(client, item, rep) -> None:
    client.force_login(rep)
    assert client.get(reverse("item_rewrite", args=[item.pk])).status_code == 405
