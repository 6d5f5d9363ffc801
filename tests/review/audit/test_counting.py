"""Evidence is counted again from the decisions, and the lanes are replayed from the log."""

from collections.abc import Callable
from typing import Any

import pytest

from revenue import events
from revenue.models import User, Workspace
from review import autonomy, decisions
from review.audit import counting
from review.autonomy import changes, epochs, gate, lanes
from review.models import Critical, Decision, Double, Lane, LaneChange, OutboxMessage, Verdict
from tests.races import verbs
from tests.review import unguarded
from tests.review.autonomy.test_scoring import decided
from tests.smtp import Sink

pytestmark = pytest.mark.django_db
KINDS = ("unchanged", "minor", "major", "rejected", "rewrite")


@pytest.fixture
def lane(workspace: Workspace, smtp: Sink, clock: Any) -> Lane:
    """Five reviews, one of each kind, and a setting that a manager changed."""
    for kind in KINDS:
        clock.travel(seconds=1)
        decided(kind)
    clock.travel(seconds=1)
    lane = Lane.objects.get()
    steered(autonomy.settings, target=0.92)
    lane.refresh_from_db()
    unguarded.lift()
    return lane


def steered(verb: Callable[..., Any], **more: Any) -> None:
    """By a manager of their own: the scenes have each another one of the same name."""
    manager, _ = User.objects.get_or_create(username="head", role="manager")
    verb(Lane.objects.get(), by=manager, reason="We looked at it.", **more)


def found() -> str:
    return "\n".join(words for law in counting.LAWS for words in law())


def test_what_was_counted_as_it_was_decided_is_not_accused(lane: Lane) -> None:
    assert sorted(Verdict.objects.values_list("kind", flat=True)) == sorted(KINDS)
    assert found() == ""


# --- verdicts -------------------------------------------------------------------------------------


def test_a_rejection_that_became_an_approval_is_found(lane: Lane) -> None:
    row = Verdict.objects.get(kind="rejected")
    Verdict.objects.filter(pk=row.pk).update(kind="unchanged", score=1)
    assert f"verdict {row.pk} of {lane} says unchanged, and the decision rejected" in found()
    assert autonomy.difference(lane) == ""  # its unit is open: nothing else sees it


def test_a_score_that_its_kind_does_not_have_is_found(lane: Lane) -> None:
    row = Verdict.objects.get(kind="minor")
    Verdict.objects.filter(pk=row.pk).update(score=0.95)
    assert found() == f"verdict {row.pk} of {lane} is minor, and counts 0.95"


def test_a_verdict_of_somebody_else_is_found(lane: Lane) -> None:
    Verdict.objects.filter(kind="major").update(by=User.objects.get(username="head"))
    assert "says major, and the decision major" in found()


def test_a_verdict_without_a_decision_is_found(lane: Lane, clock: Any) -> None:
    given = Verdict.objects.get(kind="rejected").at
    Decision.objects.filter(verb="reject").update(undone_at=given)
    assert found() == ""  # it stood until then
    Decision.objects.filter(verb="reject").delete()
    assert "no decision stands behind it" in found()


def test_a_minor_edit_counts_what_it_cost_then(lane: Lane, clock: Any) -> None:
    steered(autonomy.settings, minor_loss=0.5)
    clock.travel(seconds=1)
    later = decided("minor")
    assert later.score == 0.5
    assert found() == ""
    Verdict.objects.filter(pk=later.pk).update(score=0.9)
    assert found() == f"verdict {later.pk} of {lane} is minor, and counts 0.9"


def test_what_an_erasure_took_words_from_is_not_judged_again(lane: Lane) -> None:
    row = Verdict.objects.get(kind="major")
    Decision.objects.filter(item=row.item).update(after="", edit_kind="minor")
    assert "says major, and the decision minor" in found()
    events.append("person.erased", by="system", account=row.account)
    assert found() == ""


def test_a_verdict_that_the_log_tells_otherwise_is_found(lane: Lane) -> None:
    events.append(
        "verdict.given", by="system", chain=f"lane:{lane.pk}", subject=Verdict.objects.first(),
        kind_of="rejected",
    )  # fmt: skip
    assert found() == f"lane {lane}: its verdicts are not those that the log tells of"


def test_a_counter_that_is_no_recount_is_found(workspace: Workspace) -> None:
    lane = Lane.objects.create(output_class="outreach.first_email", verdicts=2)
    assert f"lane {lane}: 2 verdicts, and 0 are there" in found()
    assert list(counting.evidence_replays())


# --- lanes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["target", "tolerated", "minor_loss", "demotions", "policy"])
def test_a_setting_that_nobody_changed_is_found(lane: Lane, field: str) -> None:
    Lane.objects.update(**{field: 0.5 if field in ("target", "minor_loss") else 7})
    assert f"lane {lane}: " in found()


def test_a_change_that_does_not_follow_is_found(lane: Lane) -> None:
    steered(autonomy.settings, target=0.93)
    assert found() == ""
    first, last = LaneChange.objects.order_by("pk")
    LaneChange.objects.filter(pk=first.pk).update(after=first.after | {"target": 0.94})
    assert found() == f"lane {lane}: change {last.pk} does not follow from {first.pk}"


def test_what_a_split_gives_to_its_parts_is_not_accused(lane: Lane) -> None:
    Lane.objects.update(demotions=2)
    change = LaneChange.objects.get()
    LaneChange.objects.update(
        before=change.before | {"demotions": 2}, after=change.after | {"demotions": 2}
    )
    steered(autonomy.split)
    assert set(Lane.objects.values_list("demotions", flat=True)) == {2}
    assert found() == ""


def promoted(here: verbs.Scene) -> Lane:
    """By the rows that a promotion writes; what earns one is asked elsewhere."""
    lane = lanes.locked_for(here.draft)
    epochs.of(lane, here.draft)
    before = changes.picture(lane)
    changes.enter(lane, Lane.State.AUTO)
    lane.save()
    changes.note(
        lane, LaneChange.Kind.PROMOTED, by=here.manager, reason="It is good.", before=before,
        evidence=changes.evidence(lane),
    )  # fmt: skip
    return lane


@pytest.fixture
def watched(workspace: Workspace, smtp: Sink, clock: Any, monkeypatch: Any) -> Lane:
    """Promoted, with an audit that was missed, then two that were clean."""
    monkeypatch.setattr(gate, "is_drawn", lambda draft, share: True)
    promoted(verbs.unrouted())
    for kind in ("rejected", "unchanged", "minor"):
        clock.travel(seconds=1)
        decided(kind)
    lane = Lane.objects.get()
    assert (lane.state, lane.clean_run, lane.audits) == ("tightened", 2, 1)
    return lane


def test_the_clean_run_and_the_audits_are_replayed(watched: Lane, clock: Any) -> None:
    assert found() == ""
    steered(autonomy.pause)
    steered(autonomy.resume)
    clock.travel(seconds=1)
    decided("unchanged")
    assert Lane.objects.get().clean_run == 3
    assert found() == ""


def test_a_miss_during_a_pause_begins_the_clean_run_anew(watched: Lane, clock: Any) -> None:
    steered(autonomy.pause)
    clock.travel(seconds=1)
    decided("rejected")
    steered(autonomy.resume)
    assert Lane.objects.get().clean_run == 0
    assert found() == ""


@pytest.mark.parametrize("field", ["clean_run", "audits"])
def test_a_count_that_nothing_tells_of_is_found(watched: Lane, field: str) -> None:
    Lane.objects.update(**{field: 19})
    assert f"lane {watched}: 19 " in found()


def test_a_harm_that_nobody_recorded_or_settled_is_found(watched: Lane) -> None:
    item = OutboxMessage.objects.filter(state="sent").last().item
    assert autonomy.harmed(item, kind="price", by="system")
    assert found() == ""
    head = User.objects.create(username="other", role="manager")
    Critical.objects.update(settled_at=item.created_at, settled_by=head)
    assert found() == f"lane {watched}: its recorded harms are not those that the log tells of"
    Critical.objects.all().delete()
    assert "its recorded harms are not" in found()


# --- second looks ---------------------------------------------------------------------------------


def test_a_second_look_counts_what_its_own_decision_says(lane: Lane, clock: Any) -> None:
    first = Verdict.objects.get(kind="unchanged")
    shadow = verbs.pending()
    Double.objects.create(
        original=first.item, shadow=shadow.item, first="unchanged", first_by=first.by,
        made_at=clock.now(), expires_at=clock.now(),
    )  # fmt: skip
    decision = decisions.reject(shadow.item, by=shadow.rep, revision=1, reason="tone")
    second = autonomy.score_second(first.item, "rejected", by=decision.by)
    assert found() == ""
    Verdict.objects.filter(pk=second.pk).update(kind="unchanged", score=1)
    assert "says unchanged, and the decision rejected" in found()
