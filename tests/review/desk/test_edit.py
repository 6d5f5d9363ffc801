"""Editing a draft and approving the edit."""

import pytest
from django.test import Client
from django.urls import reverse

from revenue.models import Product
from review import decisions, rewording
from review.models import Decision, OutboxMessage
from tests.review.desk.conftest import moved

pytestmark = pytest.mark.django_db

TEXT = {"subject": "GTX Pro", "body": "Hi Yara,\n\nIs GTX Pro of use to you?\n\nAda"}


def test_the_reps_own_words_are_queued(post, item, rep) -> None:
    assert post("edit", item, by=rep, **TEXT).status_code == 204
    item.refresh_from_db()
    assert (item.state, item.revision) == ("approved", 2)
    assert decisions.text_of(item) == (TEXT["subject"], TEXT["body"])
    assert OutboxMessage.objects.get().subject == "GTX Pro"


def test_a_browsers_line_ends_are_no_edit(post, item, rep) -> None:
    body = item.draft.body.replace("\n", "\r\n")
    post("edit", item, by=rep, subject=item.draft.subject, body=body)
    assert Decision.objects.get().verb == "approve"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"body": "  "}, "Write a message before you approve it.", id="64 no body"),
        *[
            pytest.param({"subject": f"one{end}two"}, "has to be one line", id=f"65 {end!r}")
            for end in ("\n", "\r\nBcc: all@seller.example", "\r", "\x0b", "\x85", "\u2028")
        ],
        ({"subject": ""}, "Write a subject."),
        ({"subject": "x" * 301}, "301 characters"),
        ({"body": "x" * 20_001}, "20001 characters"),
    ],
)
def test_a_text_that_cannot_leave_is_refused_in_words(post, item, rep, change, words) -> None:
    response = post("edit", item, by=rep, **{**TEXT, **change})
    assert response.status_code == 422
    assert words in response.content.decode()
    item.refresh_from_db()
    assert item.state == "pending"


def test_a_change_of_wording_alone_is_called_minor(post, item, rep) -> None:
    body = item.draft.body.replace("of use", "useful")
    response = post("diff", item, by=rep, subject=item.draft.subject, body=body)
    assert "Minor change: the wording alone." in response.content.decode()


def test_a_product_of_ours_is_a_fact_however_it_is_written(item) -> None:
    Product.objects.create(name="relay")
    assert rewording.judge("We ship the relay.", "We ship the basic.").kind == "major"


def test_without_htmx_a_refused_edit_keeps_what_was_typed(post, item, rep) -> None:
    response = post("edit", item, by=rep, htmx=False, **{**TEXT, "subject": ""})
    body = response.content.decode()
    assert response.status_code == 422
    assert "Is GTX Pro of use to you?" in body
    assert "Write a subject." in body


def test_the_loser_of_a_conflict_still_sees_what_they_typed(post, item, rep, manager) -> None:
    post("approve", item, by=manager)
    response = post("edit", item, by=rep, htmx=False, **{**TEXT, "body": "My own words."})
    assert response.status_code == 409
    assert "My own words." in response.content.decode()


def test_a_second_edit_names_who_was_first(post, item, rep, manager) -> None:
    post("edit", item, by=manager, **TEXT)
    response = post("edit", item, by=rep, **TEXT)
    assert response.status_code == 409
    assert "Max Manager edited and approved this" in response.content.decode()


def test_62_a_settled_edit_shows_what_changed(post, item, rep, manager) -> None:
    post("edit", item, by=manager, **TEXT)
    body = post("approve", item, by=rep).content.decode()
    assert "<del>" in body
    assert "edited" in body


def test_66_a_form_without_its_token_is_refused_in_words(item, rep) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(rep)
    url = reverse("item_edit", args=[item.pk])
    response = browser.post(url, {**TEXT, "revision": 1}, headers={"HX-Request": "true"})
    assert response.status_code == 403
    assert "Please do that again" in response.content.decode()
    item.refresh_from_db()
    assert item.state == "pending"


def test_an_edit_of_an_outrun_draft_is_refused(post, item, rep) -> None:
    moved(item)
    assert post("edit", item, by=rep, **TEXT).status_code == 409


def test_somebody_elses_draft_is_not_there(post, item, outsider) -> None:
    assert post("edit", item, by=outsider, **TEXT).status_code == 404


def test_an_admin_may_not_edit(post, item, admin) -> None:
    assert post("edit", item, by=admin, **TEXT).status_code == 403


def test_a_get_edits_nothing(client, item, rep) -> None:
    client.force_login(rep)
    assert client.get(reverse("item_edit", args=[item.pk])).status_code == 405


def test_what_the_edit_changes_is_shown_word_by_word(post, item, rep) -> None:
    response = post("diff", item, by=rep, subject=item.draft.subject,
                    body=item.draft.body.replace("March", "May"))  # fmt: skip
    body = response.content.decode()
    assert "<del>March</del><ins>May</ins>" in body
    assert "Major change: " in body
    item.refresh_from_db()
    assert item.state == "pending"


def test_the_difference_of_somebody_elses_draft_is_not_there(post, item, outsider) -> None:
    assert post("diff", item, by=outsider, **TEXT).status_code == 404
