"""A blind second look: drawn when an approval counts, shown after it left, the worse one counts."""

from datetime import UTC, timedelta

import pytest

from revenue import clock
from revenue.models import Account, Activity, User
from review import autonomy, cards, decisions, dispatch, intake, practice, tasks
from review.audit import replay
from review.autonomy import doubles, units
from review.models import (
    Double,
    EvidenceUnit,
    OutboxMessage,
    ReviewItem,
    Verdict,
)  # fmt: skip
from tests.factories import UserFactory
from tests.review.desk.conftest import draft_for
from tests.review.practice import scene as scenes
from tests.review.practice.scene import Scene

pytestmark = pytest.mark.django_db
BODY = "Hi Milo,\n\nIs the GTX Pro of interest?\n\nPat"


@pytest.fixture
def always(here: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    intake.sweep()  # the mail of the scene is scored without
    monkeypatch.setattr(doubles, "SHARE", 1.0)


@pytest.fixture
def approved(here: Scene, always: None, monkeypatch: pytest.MonkeyPatch) -> ReviewItem:
    """Approved by the rep, and scored, in a team of four who decide."""
    monkeypatch.setattr(doubles, "reviewers", lambda team: _team(here))
    item = intake.route(draft_for(here.account, body=BODY))
    assert item
    decisions.approve(item, by=here.rep, revision=1, dwell_ms=60_000)
    left(item)
    return scenes.fresh(item)


def left(item: ReviewItem) -> None:
    """The mail has left, and the review counts."""
    OutboxMessage.objects.filter(item=item).update(state="sent", settled_at=clock.now())
    intake.sweep()


def _team(here: Scene) -> list[User]:
    more = UserFactory(username="fourth", team=here.rep.team)
    return sorted([here.rep, here.colleague, here.manager, more], key=lambda one: one.pk)


def shown(item: ReviewItem) -> Double:
    """Its copy lies on somebody's desk."""
    assert practice.sweep()
    return Double.objects.select_related("shadow__draft", "shadow__assigned_to").get(original=item)


def test_it_is_drawn_when_the_approval_is_scored(approved: ReviewItem, here: Scene) -> None:
    double = Double.objects.get()
    assert (double.original, double.first, double.first_by) == (approved, "unchanged", here.rep)
    assert double.shadow is None


def test_it_never_holds_the_send(here: Scene, always: None) -> None:
    item = intake.route(draft_for(here.account, body=BODY))
    decisions.approve(item, by=here.rep, revision=1, dwell_ms=60_000)
    intake.sweep()
    assert OutboxMessage.objects.get(item=item).state == "queued"
    assert not Double.objects.exists()


def test_few_reviewers_give_none(here: Scene, always: None) -> None:
    item = intake.route(draft_for(here.account, body=BODY))
    decisions.approve(item, by=here.rep, revision=1, dwell_ms=60_000)
    left(item)
    assert Verdict.objects.filter(item=item).exists()
    assert not Double.objects.exists()


def test_a_rejection_gives_none(here: Scene, always: None, monkeypatch) -> None:
    monkeypatch.setattr(doubles, "reviewers", lambda team: _team(here))
    item = intake.route(draft_for(here.account, body=BODY))
    decisions.reject(item, by=here.rep, revision=1, reason="tone")
    intake.sweep()
    assert Verdict.objects.filter(item=item, kind="rejected").exists()
    assert not Double.objects.exists()


def test_somebody_else_sees_a_copy_that_cannot_leave(approved: ReviewItem, here: Scene) -> None:
    double = shown(approved)
    copy = double.shadow.draft
    assert copy.is_planted
    assert (copy.subject, copy.body) == (approved.draft.subject, approved.draft.body)
    assert double.shadow.assigned_to not in (None, here.rep)
    assert double.shadow.lease is None
    assert not ReviewItem.objects.on_desk_of(here.rep).filter(pk=double.shadow.pk).exists()
    assert ReviewItem.objects.on_desk_of(double.shadow.assigned_to).filter(pk=double.shadow.pk)


def test_its_card_does_not_show_the_mail_that_left(approved: ReviewItem, here: Scene) -> None:
    double = shown(approved)
    Activity.objects.create(
        account=here.account, kind="email", direction="outbound", subject="sent",
        body="This very mail", occurred_at=clock.now(), user=here.rep,
    )  # fmt: skip
    card = cards.build([double.shadow.pk], reader=double.shadow.assigned_to)[0]
    assert [message.text for message in card.thread] == []


def test_its_verdict_counts_when_it_is_worse(approved: ReviewItem) -> None:
    double = shown(approved)
    second = double.shadow.assigned_to
    decisions.reject(double.shadow, by=second, revision=1, reason="wrong_fact")
    double.refresh_from_db()
    assert (double.second, double.second_by) == ("rejected", second)
    assert double.closed_at
    scores = Verdict.objects.filter(item=approved).order_by("number")
    assert [(row.is_second, row.score) for row in scores] == [(False, 1.0), (True, 0.0)]
    assert units.means(scores) == {
        (approved.account_id, approved.draft.created_at.astimezone(UTC).date()): 0.0
    }
    assert scenes.fresh(double.shadow).state == "practised"
    assert practice.feedback(double.shadow, to=second).startswith("This was a blind second look")
    assert OutboxMessage.objects.filter(draft=double.shadow.draft).count() == 0
    assert [words for words in replay.contradictions() if "outboxmessage" not in words] == []


def test_the_unit_waits_for_it_and_goes_on_without(approved: ReviewItem) -> None:
    unit = EvidenceUnit.objects.get(account=approved.account)
    assert units._busy("outreach.first_email", [unit]) == {(unit.account_id, unit.day)}
    Double.objects.update(expires_at=clock.now() - timedelta(minutes=1))
    OutboxMessage.objects.filter(item=approved).update(state="sent")
    practice.sweep()
    ReviewItem.objects.filter(pk=approved.pk).update(undo_until=None)
    assert units._busy("outreach.first_email", [unit]) == set()
    assert Double.objects.get().second == ""


def test_an_account_that_moves_ends_it(approved: ReviewItem, here: Scene) -> None:
    double = shown(approved)
    Account.objects.filter(pk=here.account.pk).update(context_version=99)
    tasks.sweep()
    double.refresh_from_db()
    assert double.closed_at
    assert double.second == ""
    assert scenes.fresh(double.shadow).state == "stale"


def test_the_first_reviewers_own_second_word_counts_for_nothing(
    approved: ReviewItem, here: Scene
) -> None:
    double = shown(approved)
    ReviewItem.objects.filter(pk=double.shadow.pk).update(assigned_to=here.rep)
    decisions.reject(double.shadow, by=here.rep, revision=1, reason="tone")
    assert not Verdict.objects.filter(item=approved, is_second=True).exists()


def test_agreement_is_counted_over_the_pairs(approved: ReviewItem, here: Scene) -> None:
    Double.objects.update(second="rejected", second_by=here.colleague, closed_at=clock.now())
    found = doubles.looks([here.rep])
    assert [(look.first, look.second) for look in found] == [("unchanged", "rejected")]
    value, pairs = doubles.agreement(found * 10)
    assert pairs == 10
    assert value == pytest.approx(-1.0)
    assert doubles.agreement([])[1] == 0


def test_who_decides_in_the_team(here: Scene) -> None:
    assert doubles.reviewers(here.rep.team_id) == [here.rep]
    assert doubles.reviewers(None) == []
    assert autonomy.chance("a") != autonomy.chance("b")
    assert dispatch.sweep() == 0
