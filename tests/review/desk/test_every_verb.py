"""What every verb of the desk answers to whoever looks at something that is not there any more."""

import pytest
from django.db.models import Model

from agents.models import RoutingDecision
from revenue import clock as times
from revenue.models import User
from review import intake
from review.models import Decision, OutboxMessage, ReviewItem
from tests.factories import prospect

pytestmark = pytest.mark.django_db

VERBS: dict[str, dict[str, str]] = {
    "approve": {},
    "edit": {"subject": "Another", "body": "Hi Yara,\n\nStill?\n\nPat"},
    "reject": {"reason": "tone"},
    "rewrite": {"note": "Shorter."},
    "snooze": {"preset": "tomorrow"},
    "reassign": {},
}
ENDED = ("rejected", "rewriting", "snoozed", "stale", "superseded", "withdrawn")


def said(verb: str, manager: User) -> dict[str, object]:
    return VERBS[verb] | ({"to": manager.pk} if verb == "reassign" else {})


def question(rep: User) -> ReviewItem:
    return intake.ask(RoutingDecision.objects.create(
        account=prospect(owner=rep), verdict="escalate", reason="Who?", needs_item=True,
        at=times.now(),
    ))  # fmt: skip


def nothing_is_recorded() -> bool:
    tables: tuple[type[Model], ...] = (Decision, OutboxMessage)
    return not any(table.objects.exists() for table in tables)


@pytest.mark.parametrize("verb", VERBS)
def test_another_version_than_was_looked_at_is_not_decided(post, item, rep, manager, verb) -> None:
    ReviewItem.objects.update(revision=2)
    response = post(verb, item, by=rep, **said(verb, manager))
    assert response.status_code == 409
    assert "This draft was changed while you looked at it." in response.content.decode()
    assert nothing_is_recorded()
    assert ReviewItem.objects.get().assigned_to is None


def test_a_question_that_changed_meanwhile_is_not_settled(post, rep) -> None:
    asked = question(rep)
    ReviewItem.objects.update(revision=2)
    assert post("resolve", asked, by=rep, verdict="rightly_mine").status_code == 409
    assert nothing_is_recorded()


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", ENDED)
def test_what_ended_is_not_decided_and_says_how(post, item, rep, manager, verb, state) -> None:
    ReviewItem.objects.update(state=state, state_since=times.now())
    response = post(verb, item, by=rep, **said(verb, manager))
    assert response.status_code == 409
    assert "data-sentence" in response.content.decode()
    assert nothing_is_recorded()
    assert ReviewItem.objects.get().state == state


@pytest.mark.parametrize("verb", VERBS)
def test_what_waited_too_long_is_the_managers(post, item, rep, manager, verb) -> None:
    ReviewItem.objects.update(state="escalated", state_since=times.now())
    response = post(verb, item, by=rep, **said(verb, manager))
    assert response.status_code == 409
    assert "with your manager now" in response.content.decode()
    assert nothing_is_recorded()


@pytest.mark.parametrize("verb", VERBS)
def test_whose_account_went_to_another_team_meanwhile_decides_nothing(
    post, item, rep, manager, outsider, verb
) -> None:
    item.account.owner = outsider
    item.account.save(update_fields=["owner"])
    assert post(verb, item, by=rep, **said(verb, manager)).status_code == 404
    assert nothing_is_recorded()


@pytest.mark.parametrize("verb", VERBS)
def test_whoever_left_the_company_meanwhile_decides_nothing(post, item, rep, manager, verb) -> None:
    values = said(verb, manager)
    rep.is_active = False
    rep.save(update_fields=["is_active"])
    assert post(verb, item, by=rep, **values).status_code == 401
    assert nothing_is_recorded()
