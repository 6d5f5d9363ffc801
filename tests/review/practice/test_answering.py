"""A verdict on a practice draft: whoever gives it is told at once, and nothing else happens."""

import pytest
from django.test import Client
from django.urls import reverse

from revenue import leases
from revenue.models import Account
from review import decisions, practice, tasks
from review.audit import replay
from review.decisions import DecisionError
from review.models import ApprovedSentence, Decision, OutboxMessage, Plant, ReviewItem, Verdict
from tests.review.practice import scene as scenes
from tests.review.practice.scene import Scene

pytestmark = pytest.mark.django_db


def repaired(plant: Plant) -> str:
    return plant.item.draft.body.replace(plant.after, plant.before, 1)


VERDICTS = {
    "approved": ("approve", lambda plant: {}, False),
    "rejected": ("reject", lambda plant: {"reason": "wrong_fact"}, True),
    "sent back": ("rewrite", lambda plant: {"note": "Wrong product."}, True),
    "another word changed": (
        "edit",
        lambda plant: {"subject": plant.item.draft.subject,
                       "body": plant.item.draft.body.replace("of use", "of interest")},
        False,
    ),
    "another fact changed": (
        "edit",
        lambda plant: {"subject": plant.item.draft.subject,
                       "body": plant.item.draft.body + "\n\nWe have 50 of them."},
        False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", VERDICTS)
def test_any_verdict_is_practice(here: Scene, plant: Plant, post, what: str) -> None:
    verb, form, caught = VERDICTS[what]
    sent = OutboxMessage.objects.count()
    answer = post(here.rep, verb, **form(plant))
    assert answer.status_code == 200
    assert b"This was a practice draft" in answer.content
    assert (b"You caught it." in answer.content) is caught
    plant.refresh_from_db()
    assert (plant.caught, plant.reviewer) == (caught, here.rep)
    item = scenes.fresh(plant.item)
    assert (item.state, item.undo_until, item.due_at) == ("practised", None, None)
    assert OutboxMessage.objects.count() == sent
    assert leases.current(here.account) is None
    assert replay.contradictions() == []


def test_an_edit_that_repairs_the_fact_caught_it(here: Scene, plant: Plant, post) -> None:
    answer = post(here.rep, "edit", subject=plant.item.draft.subject, body=repaired(plant))
    assert b"You caught it." in answer.content
    plant.refresh_from_db()
    assert plant.caught


def test_the_sentence_says_what_was_wrong(here: Scene, plant: Plant, post) -> None:
    Plant.objects.update(kind="product", before="GTX Basic", after="GTX Pro")
    answer = post(here.rep, "reject", reason="wrong_fact").content.decode()
    assert "the product was changed from GTX Basic to GTX Pro. You caught it." in answer


def test_it_is_neither_scored_nor_remembered_as_said(here: Scene, plant: Plant, post) -> None:
    tasks.sweep()
    scored, said = Verdict.objects.count(), ApprovedSentence.objects.count()
    post(here.rep, "approve")
    tasks.sweep()
    assert Verdict.objects.count() == scored
    assert ApprovedSentence.objects.count() == said


def test_it_cannot_be_taken_back(here: Scene, plant: Plant, post) -> None:
    post(here.rep, "reject", reason="wrong_fact")
    with pytest.raises(DecisionError, match="nothing to take back"):
        decisions.undo(plant.item, by=here.rep)


def test_a_second_verdict_is_refused(here: Scene, plant: Plant, post) -> None:
    post(here.rep, "reject", reason="wrong_fact")
    answer = post(here.rep, "approve")
    assert answer.status_code == 409
    assert b"practice draft. It is answered" in answer.content
    plant.refresh_from_db()
    assert plant.caught


def test_what_the_account_has_outrun_is_refused(here: Scene, plant: Plant, post) -> None:
    Account.objects.filter(pk=here.account.pk).update(context_version=99)
    assert post(here.rep, "approve").status_code == 409
    plant.refresh_from_db()
    assert plant.caught is None


def test_somebody_elses_is_not_there(here: Scene, plant: Plant, post) -> None:
    assert post(here.colleague, "approve").status_code == 404
    assert post(here.outsider, "approve").status_code == 404


def test_looking_decides_nothing(here: Scene, plant: Plant) -> None:
    client = Client()
    client.force_login(here.rep)
    assert client.get(reverse("item_approve", args=[plant.item.pk])).status_code == 405


def test_whoever_answers_is_measured(here: Scene, plant: Plant) -> None:
    decisions.reassign(plant.item, by=here.rep, revision=1, to=here.colleague)
    item = ReviewItem.objects.get(pk=plant.item.pk)
    assert item.state == "pending"
    decisions.approve(item, by=here.colleague, revision=1)
    plant.refresh_from_db()
    assert (plant.reviewer, plant.caught) == (here.colleague, False)
    assert practice.feedback(item, to=here.colleague).startswith("This was a practice draft")


def test_snoozing_is_no_verdict(here: Scene, plant: Plant, post) -> None:
    assert post(here.rep, "snooze", preset="later").status_code in (204, 422)
    plant.refresh_from_db()
    assert plant.caught is None


def test_without_script_the_desk_says_it(here: Scene, plant: Plant) -> None:
    client = Client()
    client.force_login(here.rep)
    answer = client.post(
        reverse("item_reject", args=[plant.item.pk]),
        {"revision": 1, "reason": "wrong_fact"}, follow=True,
    )  # fmt: skip
    assert b"This was a practice draft" in answer.content


def test_the_decision_is_on_record_as_practice(here: Scene, plant: Plant, post) -> None:
    post(here.rep, "approve")
    client = Client()
    client.force_login(here.rep)
    page = client.get(reverse("history")).content.decode()
    assert page.count(">Practice</span>") == 1
    page = client.get(reverse("decision", args=[scenes.decided(plant).pk])).content.decode()
    assert ">Practice</span>" in page


def test_an_export_leaves_it_out(here: Scene, plant: Plant, post) -> None:
    post(here.rep, "approve")
    client = Client()
    client.force_login(here.rep)
    answer = client.post(reverse("history_export"))
    lines = b"".join(answer.streaming_content).decode().strip().splitlines()
    assert Decision.objects.count() == 2
    assert len(lines) == 2
