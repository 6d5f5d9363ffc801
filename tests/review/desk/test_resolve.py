"""Settling a question that came without a draft."""

import pytest
from django.urls import reverse

from agents.models import RoutingDecision
from revenue import clock, ingest
from revenue.models import Event
from review import intake
from review.models import Decision, ReviewItem
from tests.factories import prospect

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(rep) -> ReviewItem:
    account = prospect(owner=rep)
    contact = account.contacts.get()
    ingest.record_message(
        account=account, direction="inbound", body="What is your best price for five sites?",
        occurred_at=clock.now(), contact=contact, by="system", subject="Price",
    )  # fmt: skip
    return intake.ask(
        RoutingDecision.objects.create(
            account=account, verdict="escalate", needs_item=True, rule="an objection",
            reason="The reply says: objection. Agents do not answer this; a person does.",
            mandate={"do": "Thank her and offer a call."}, at=clock.now(),
        )
    )  # fmt: skip


def test_the_card_says_the_rule_what_is_known_and_what_an_agent_would_do(
    get, question, rep
) -> None:
    page = get("desk", by=rep).content.decode()
    for words in (
        "The reply says:",
        "Agents do not answer this; a person does.",
        "What is your best price for five sites?",
        "Thank her and offer a call.",
        "An objection",
    ):
        assert words in page


def test_a_settled_question_keeps_the_answer_and_the_note(post, question, rep) -> None:
    response = post("resolve", question, by=rep, verdict="rightly_mine", note="Called her.")
    assert response.status_code == 204
    question.refresh_from_db()
    decision = Decision.objects.get()
    assert question.state == "resolved"
    assert (decision.escalation_verdict, decision.note) == ("rightly_mine", "Called her.")


def test_the_verdict_stands_in_the_event(post, question, rep) -> None:
    post("resolve", question, by=rep, verdict="not_needed")
    event = Event.objects.get(kind="item.resolve")
    assert event.data["verdict"] == "not_needed"


def test_what_needed_the_manager_is_handed_to_them_and_waits_on(
    post, get, question, rep, manager
) -> None:
    words = "They want 30 % off."
    response = post("resolve", question, by=rep, verdict="for_manager", note=words)
    assert response.status_code == 204
    question.refresh_from_db()
    assert (question.state, question.assigned_to) == ("pending", manager)
    decision = Decision.objects.get()
    assert (decision.verb, decision.escalation_verdict) == ("reassign", "for_manager")
    assert words not in get("desk", by=rep).content.decode()
    page = get("desk", by=manager).content.decode()
    assert "Needed you" in page
    assert f"Ada Rep: {words}" in page
    more = {"verdict": "rightly_mine", "note": "Offered ten."}
    assert post("resolve", question, by=manager, **more).status_code == 204
    question.refresh_from_db()
    assert question.state == "resolved"
    settled = get("item", question.pk, by=manager).content.decode()
    assert "Max Manager: Offered ten." not in settled


def test_handing_it_up_twice_says_that_the_manager_has_it(post, question, rep, manager) -> None:
    post("resolve", question, by=rep, verdict="for_manager")
    response = post("resolve", question, by=rep, verdict="for_manager")
    assert response.status_code == 409
    assert "Max Manager has this already." in response.content.decode()


def test_without_a_manager_there_is_nobody_to_hand_it_to(post, question, rep) -> None:
    response = post("resolve", question, by=rep, verdict="for_manager")
    assert response.status_code == 422
    assert "Your team has no manager." in response.content.decode()
    assert not Decision.objects.exists()


def test_a_manager_settles_what_needed_somebody_above_them(post, question, manager) -> None:
    assert post("resolve", question, by=manager, verdict="for_manager").status_code == 204
    question.refresh_from_db()
    assert question.state == "resolved"
    assert Decision.objects.get().escalation_verdict == "for_manager"


@pytest.mark.parametrize("verdict", ["", "maybe"])
def test_an_answer_that_is_none_is_refused(post, question, rep, verdict) -> None:
    response = post("resolve", question, by=rep, verdict=verdict)
    assert response.status_code == 422
    assert "Choose one of the three answers." in response.content.decode()


def test_a_draft_cannot_be_settled_like_a_question(post, item, rep) -> None:
    assert post("resolve", item, by=rep, verdict="rightly_mine").status_code == 422


def test_a_question_cannot_be_approved_like_a_draft(post, question, rep) -> None:
    response = post("approve", question, by=rep)
    assert response.status_code == 422
    assert "There is no draft to approve." in response.content.decode()


def test_a_second_answer_names_who_was_first(post, question, rep, manager) -> None:
    post("resolve", question, by=manager, verdict="rightly_mine")
    response = post("resolve", question, by=rep, verdict="rightly_mine")
    assert response.status_code == 409
    assert "Max Manager settled this" in response.content.decode()


def test_a_question_does_not_outdate_when_the_account_moves_on(post, question, rep) -> None:
    type(question.account).objects.filter(pk=question.account_id).update(context_version=99)
    assert post("resolve", question, by=rep, verdict="rightly_mine").status_code == 204


def test_somebody_elses_question_is_not_there(post, question, outsider) -> None:
    assert post("resolve", question, by=outsider, verdict="rightly_mine").status_code == 404


def test_an_admin_may_not_answer(post, question, admin) -> None:
    assert post("resolve", question, by=admin, verdict="rightly_mine").status_code == 403


def test_a_get_answers_nothing(client, question, rep) -> None:
    client.force_login(rep)
    assert client.get(reverse("item_resolve", args=[question.pk])).status_code == 405
