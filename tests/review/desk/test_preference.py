"""Saving an edit as a preference, in the editor."""

import pytest
from django.urls import reverse

from agents.models import AgentRun, Preference, ReceivedPreference
from revenue import clock
from review.models import Decision
from tests.review.desk.conftest import moved, put_on_desk

pytestmark = pytest.mark.django_db

TEXT = {"subject": "GTX Pro", "body": "Hi Yara,\n\nIs GTX Pro of use to you?\n\nPat"}
WISH = {"preference_name": "No history", "preference_text": "Leave out earlier orders."}


def test_it_is_saved_with_the_approval_for_the_class_and_the_rep(post, item, rep) -> None:
    assert post("edit", item, by=rep, **TEXT, **WISH).status_code == 204
    row = Preference.objects.get()
    assert (row.name, row.text) == ("No history", "Leave out earlier orders.")
    assert (row.output_class, row.rep, row.team, row.is_on) == (
        "outreach.first_email", rep, None, True,
    )  # fmt: skip
    assert Decision.objects.get().verb == "approve_edited"


def test_an_edit_without_a_name_saves_none(post, item, rep) -> None:
    wish = {**WISH, "preference_name": " "}
    assert post("edit", item, by=rep, **TEXT, **wish).status_code == 204
    assert not Preference.objects.exists()


def test_a_name_without_words_is_refused_and_nothing_is_approved(post, item, rep) -> None:
    response = post("edit", item, by=rep, **TEXT, **{**WISH, "preference_text": ""})
    assert response.status_code == 422
    assert "Say what the agent should do instead." in response.content.decode()
    assert not Decision.objects.exists()


def test_a_manager_saves_it_for_the_team(post, item, manager) -> None:
    post("edit", item, by=manager, **TEXT, **WISH, preference_team="on")
    row = Preference.objects.get()
    assert (row.rep, row.team) == (None, manager.team)


def test_a_rep_does_not_save_for_the_team(post, item, rep) -> None:
    response = post("edit", item, by=rep, **TEXT, **WISH, preference_team="on")
    assert response.status_code == 422
    assert "Only a manager" in response.content.decode()
    assert not Preference.objects.exists()


def test_an_outside_agents_draft_makes_none(post, get, rep) -> None:
    item = put_on_desk(rep, agent="outside:scout")
    assert post("edit", item, by=rep, **TEXT, **WISH).status_code == 422
    assert "Save this as a preference" not in get("desk", by=rep).content.decode()


def test_when_somebody_was_first_none_is_saved(post, item, rep, manager) -> None:
    post("approve", item, by=manager)
    assert post("edit", item, by=rep, **TEXT, **WISH).status_code == 409
    assert not Preference.objects.exists()


def test_when_the_account_moved_on_none_is_saved(post, item, rep) -> None:
    moved(item)
    assert post("edit", item, by=rep, **TEXT, **WISH).status_code == 409
    assert not Preference.objects.exists()


def test_somebody_elses_draft_is_not_there(post, item, outsider) -> None:
    assert post("edit", item, by=outsider, **TEXT, **WISH).status_code == 404
    assert not Preference.objects.exists()


# --- the drafts that wait -------------------------------------------------------------------------

AGAIN = {**TEXT, **WISH, "preference_rewrite": "on"}


def test_the_others_that_wait_go_back_with_it_when_the_rep_says_so(post, item, rep) -> None:
    others = [put_on_desk(rep), put_on_desk(rep)]
    page = post("preference", item, by=rep, **TEXT).content.decode()
    assert "the 2 other drafts of this class that wait for you" in page
    assert post("edit", item, by=rep, **AGAIN).status_code == 204
    for other in others:
        other.refresh_from_db()
    assert [other.state for other in others] == ["rewriting", "rewriting"]
    item.refresh_from_db()
    assert item.state == "approved"


def test_without_a_word_they_stay(post, item, rep) -> None:
    other = put_on_desk(rep)
    post("edit", item, by=rep, **TEXT, **WISH)
    other.refresh_from_db()
    assert other.state == "pending"


def test_when_the_edit_is_refused_they_stay(post, item, rep, manager) -> None:
    other = put_on_desk(rep)
    post("approve", item, by=manager)
    assert post("edit", item, by=rep, **AGAIN).status_code == 409
    other.refresh_from_db()
    assert other.state == "pending"


# --- what is proposed -----------------------------------------------------------------------------


def test_the_edit_is_proposed_in_plain_words(post, item, rep) -> None:
    body = item.draft.body.replace("Is GTX Pro of use to you?", "Is GTX Pro worth a call?")
    page = post("preference", item, by=rep, subject=item.draft.subject, body=body).content.decode()
    assert "Write “worth a call” instead of “of use to you”." in page
    assert not Preference.objects.exists()


def test_what_may_be_words_from_outside_is_not_proposed(post, rep) -> None:
    item = put_on_desk(rep, is_tainted=True)
    page = post("preference", item, by=rep, subject="x", body="Call me.").content.decode()
    assert "instead of" not in page
    assert "at most" not in page


def test_the_proposal_for_somebody_elses_draft_is_not_there(post, item, outsider) -> None:
    assert post("preference", item, by=outsider, **TEXT).status_code == 404


def test_an_admin_gets_no_proposal(post, item, admin) -> None:
    assert post("preference", item, by=admin, **TEXT).status_code == 403


def test_a_get_proposes_nothing(client, item, rep) -> None:
    client.force_login(rep)
    assert client.get(reverse("item_preference", args=[item.pk])).status_code == 405


# --- what the card says ---------------------------------------------------------------------------


def written_with(row: Preference, rep) -> None:
    item = put_on_desk(rep)
    now = clock.now()
    run = AgentRun.objects.create(
        account=item.account, agent="outreach", state="done", started_at=now, alive_until=now,
        manifest=[f"preference:{row.pk}"],
    )  # fmt: skip
    ReceivedPreference.objects.create(run=run, preference=row)
    type(item.draft).objects.filter(pk=item.draft_id).update(run=run)


def test_a_later_card_says_with_which_preference_it_was_written(post, get, item, rep) -> None:
    post("edit", item, by=rep, **TEXT, **WISH)
    written_with(Preference.objects.get(), rep)
    assert "with your preference “No history”" in get("desk", by=rep).content.decode()


def test_to_others_it_says_whose_it_is(post, get, item, rep, manager) -> None:
    post("edit", item, by=rep, **TEXT, **WISH)
    written_with(Preference.objects.get(), rep)
    assert "with Ada Rep’s preference “No history”" in get("desk", by=manager).content.decode()
