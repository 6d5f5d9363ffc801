"""A draft that nobody decided in time is the manager's; with the decision they may say whether it
needed them."""

import pytest

from review import intake
from review.models import Decision, ReviewItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def escalated(item, clock) -> ReviewItem:
    ReviewItem.objects.filter(pk=item.pk).update(expires_at=clock.now())
    clock.travel(seconds=1)
    intake.sweep()
    item.refresh_from_db()
    assert item.state == "escalated"
    return item


def verdicts() -> list[str]:
    return list(Decision.objects.order_by("pk").values_list("escalation_verdict", flat=True))


def test_its_card_asks_and_that_of_a_waiting_draft_does_not(get, escalated, manager, rep) -> None:
    assert "Did this need you?" in get("desk", by=manager).content.decode()
    ReviewItem.objects.update(state="pending")
    assert "Did this need you?" not in get("desk", by=rep).content.decode()


@pytest.mark.parametrize(
    ("verb", "more"),
    [
        ("approve", {}),
        ("edit", {"subject": "GTX Pro", "body": "Hi Yara,\n\nStill of use?\n\nPat"}),
        ("reject", {"reason": "tone"}),
    ],
)
def test_the_verdict_goes_with_the_decision(post, escalated, manager, verb, more) -> None:
    response = post(verb, escalated, by=manager, verdict="rightly_mine", **more)
    assert response.status_code == 204
    assert verdicts() == ["rightly_mine"]


def test_nobody_has_to_say_so(post, escalated, manager) -> None:
    assert post("approve", escalated, by=manager).status_code == 204
    assert verdicts() == [""]


def test_an_answer_that_is_none_is_refused(post, escalated, manager) -> None:
    response = post("approve", escalated, by=manager, verdict="maybe")
    assert response.status_code == 422
    assert "Choose one of the three answers." in response.content.decode()


def test_it_is_undone_like_any_other(post, escalated, manager) -> None:
    post("approve", escalated, by=manager, verdict="not_needed")
    assert post("undo", escalated, by=manager).status_code == 200
    escalated.refresh_from_db()
    assert escalated.state == "pending"


def test_of_a_draft_that_was_no_escalation_nothing_is_said(post, item, rep) -> None:
    post("approve", item, by=rep, verdict="rightly_mine")
    assert verdicts() == [""]


def test_a_rep_does_not_decide_it_any_more(post, escalated, rep) -> None:
    assert post("approve", escalated, by=rep, verdict="not_needed").status_code == 409
