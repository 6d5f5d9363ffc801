"""Asking the agent for another draft, and what comes back."""

import pytest
from django.urls import reverse
from django_q.models import OrmQ

from agents import configs
from agents.models import AgentConfig
from revenue import transactions
from review import cards, decisions, tasks
from review.intake import NO_REWRITE
from tests import scripts
from tests.fakes import Reply, ScriptedModel
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


# --- what comes back ------------------------------------------------------------------------------

ASKED = "Name the GTX Pro in the first line."


def come_back(post, item, rep) -> cards.Card:
    """The note is sent, the agent has its turn, and this is the card."""
    assert post("rewrite", item, by=rep, note=ASKED).status_code == 204
    assert tasks.rewrite_due() == 1
    item.refresh_from_db()
    [card] = cards.build([item.pk], reader=rep)
    return card


def test_another_draft_comes_back_as_a_new_revision_beside_the_old(
    post, get, item, rep, scripted_model: ScriptedModel
) -> None:
    scripted_model.on("OutreachOutput", scripts.outreach)
    old = item.draft
    card = come_back(post, item, rep)
    assert (item.state, item.revision) == ("pending", 2)
    assert item.draft.supersedes == old
    assert card.letter.body == "Hi Yara,\n\nIs the GTX Pro still of interest?\n\nPat"
    assert (card.rewrite.note, card.rewrite.asker) == (ASKED, "Ada Rep")
    assert card.rewrite.before == old
    page = get("desk", by=rep).content.decode()
    assert f"“{ASKED}”" in page
    assert "The draft before" in page
    assert "You ordered GTX Basic in March." in page
    assert scripted_model.packets("OutreachOutput")[0]["rewrite"]["note"] == ASKED


def test_what_the_rewrite_changed_is_shown_word_by_word(
    post, item, rep, scripted_model: ScriptedModel
) -> None:
    scripted_model.on("OutreachOutput", scripts.outreach)
    come_back(post, item, rep)
    body = post("diff", item, by=rep).content.decode()
    assert "<del>You ordered GTX Basic in March. </del>" in body
    assert "still" in body


def test_once_it_is_edited_the_difference_is_that_of_the_edit(
    post, item, rep, scripted_model: ScriptedModel
) -> None:
    scripted_model.on("OutreachOutput", scripts.outreach)
    come_back(post, item, rep)
    body = item.draft.body.replace("interest", "use")
    shown = post("diff", item, by=rep, subject=item.draft.subject, body=body).content.decode()
    assert "<del>interest</del><ins>use</ins>" in shown
    assert "GTX Basic" not in shown


def test_the_rewrite_is_what_is_approved(post, item, rep, scripted_model: ScriptedModel) -> None:
    scripted_model.on("OutreachOutput", scripts.outreach)
    come_back(post, item, rep)
    assert post("approve", item, by=rep, revision=1).status_code == 409
    assert post("approve", item, by=rep).status_code == 204
    assert decisions.text_of(item)[1].startswith("Hi Yara,\n\nIs the GTX Pro still")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Reply(status=500, body="down"), "HTTP 500"),
        (lambda packet: scripts.outreach(packet, decision="skip"), "There is an open deal."),
        ("no JSON", "could not be used"),
    ],
)
def test_when_no_rewrite_comes_the_draft_is_back_with_the_reason(
    post, get, item, rep, scripted_model: ScriptedModel, answer, why
) -> None:
    scripted_model.on("OutreachOutput", answer)
    old = item.draft
    card = come_back(post, item, rep)
    assert (item.state, item.revision, item.draft) == ("pending", 1, old)
    assert card.why[0] == "It could not be rewritten:"
    assert why in card.why[1]
    assert (card.rewrite.note, card.rewrite.before) == (ASKED, None)
    assert "This is the draft as it was." in get("desk", by=rep).content.decode()
    assert post("approve", item, by=rep).status_code == 204


def test_when_the_agent_was_switched_off_meanwhile_it_comes_back_too(post, item, rep) -> None:
    AgentConfig.objects.filter(agent="outreach").update(is_active=False)
    assert configs.active("outreach") is None
    card = come_back(post, item, rep)
    assert card.why == ("It could not be rewritten:", "Outreach is switched off.")


def test_when_nothing_comes_in_time_it_says_so(post, item, rep, clock) -> None:
    post("rewrite", item, by=rep, note=ASKED)
    clock.travel(minutes=16)
    with transactions.atomic():
        tasks.sweep()
    item.refresh_from_db()
    assert (item.state, item.reason) == ("pending", NO_REWRITE)
