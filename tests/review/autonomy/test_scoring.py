"""A review is scored once undo has closed, and moves the lane of its class."""

from datetime import timedelta

import pytest

from agents.models import Draft
from revenue import clock as time
from revenue import switches
from revenue.models import Account, Event, User
from review import autonomy, decisions, dispatch, evidence, intake
from review.audit import replay
from review.autonomy import epochs, gate, lanes
from review.models import EvidenceEpoch, EvidenceUnit, Lane, LaneChange, ReviewItem, Verdict
from tests.races import verbs
from tests.review.autonomy import trusted
from tests.smtp import Sink

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workspace")]
BODY = "Hi Yara,\n\nIs the GTX Pro still of interest?\n\nPat"


def decided(verb: str, here: verbs.Scene | None = None) -> Verdict | None:
    """A reviewer's verdict on the draft of a new scene, once it counts."""
    here = here or verbs.pending()
    item = ReviewItem.objects.get(pk=here.item.pk)
    if verb == "unchanged":
        decisions.approve(item, by=here.rep, revision=1, dwell_ms=60_000)
    elif verb in ("minor", "major"):
        body = BODY.replace("still", "yet") if verb == "minor" else BODY.replace("GTX", "MG")
        decisions.approve_edited(item, by=here.rep, revision=1, subject="The GTX Pro", body=body)
    elif verb == "rejected":
        decisions.reject(item, by=here.rep, revision=1, reason="tone")
    else:
        decisions.request_rewrite(item, by=here.rep, revision=1, note="Shorter")
    intake.sweep()
    dispatch.send_due()
    return Verdict.objects.filter(item=item).first()


@pytest.mark.parametrize(
    ("verb", "score"),
    [("unchanged", 1.0), ("minor", 0.9), ("major", 0.0), ("rejected", 0.0), ("rewrite", 0.0)],
)
def test_what_became_of_a_draft_is_its_score(verb, score, smtp: Sink) -> None:
    verdict = decided(verb)
    assert verdict
    assert (verdict.kind, verdict.score, verdict.number) == (verb, pytest.approx(score), 1)
    assert verdict.lane == Lane.objects.get()
    assert verdict.epoch == EvidenceEpoch.objects.get()
    assert EvidenceUnit.objects.get().account == verdict.account


def test_a_minor_edit_costs_what_the_lane_says(smtp: Sink) -> None:
    here = verbs.pending()
    lane = lanes.locked_for(here.draft)
    autonomy.settings(lane, by=here.manager, reason="Wording matters", minor_loss=0.5)
    assert decided("minor", here).score == 0.5


def test_it_counts_only_once_undo_has_closed() -> None:
    here = verbs.rejected()
    intake.sweep()
    assert not Verdict.objects.exists()
    decisions.undo(here.item, by=here.rep)
    intake.sweep()
    assert not Verdict.objects.exists()


def test_an_approval_that_was_too_fast_to_read_is_skipped(smtp: Sink) -> None:
    here = verbs.pending()
    decisions.approve(here.item, by=here.rep, revision=1, dwell_ms=300)
    dispatch.send_due()
    assert not Verdict.objects.exists()
    assert EvidenceEpoch.objects.get().skipped == 1


def test_one_that_could_be_read_counts(smtp: Sink) -> None:
    here = verbs.pending()  # 9 words: 568 ms
    decisions.approve(here.item, by=here.rep, revision=1, dwell_ms=700)
    dispatch.send_due()
    assert Verdict.objects.get().score == 1


def test_a_fast_rejection_counts() -> None:
    here = verbs.pending()
    decisions.reject(here.item, by=here.rep, revision=1, reason="tone", dwell_ms=1)
    intake.sweep()
    assert Verdict.objects.get().score == 0


UNSCORED = {
    "a bulk": lambda here, decision: setattr(decision, "bulk", "5b1f6c1e8f5a4c0f9d0e000000000000"),
    "a strategic account": lambda here, decision: setattr(
        decision.item.account, "is_strategic", True
    ),
    "words that are not on record": lambda here, decision: setattr(decision.item, "cause", "claim"),
    "what a guard stopped": lambda here, decision: setattr(decision.item, "cause", "guard"),
    "a planted one": lambda here, decision: setattr(decision.item.draft, "is_planted", True),
    "nobody's": lambda here, decision: setattr(decision, "by", None),
}


@pytest.mark.parametrize("why", UNSCORED)
def test_no_score_for(why) -> None:
    here = verbs.pending()
    decision = decisions.approve(here.item, by=here.rep, revision=1, dwell_ms=60_000)
    decision.item.draft.account = decision.item.account
    UNSCORED[why](here, decision)
    assert autonomy.score(decision.item, decision) is None
    assert not Verdict.objects.exists()


# --- an automatic lane ----------------------------------------------------------------------------


def lane_after(verb: str, **more: object) -> Lane:
    """An automatic lane, after this verdict on a draft that waited when it was promoted."""
    here = verbs.pending()
    trusted.trust(here.draft, **more)
    decided(verb, here)
    return Lane.objects.get()


def test_a_serious_miss_brings_full_review_back(smtp: Sink) -> None:
    lane = lane_after("rejected")
    assert (lane.state, lane.clean_run) == ("tightened", 0)
    assert lane.meter == pytest.approx(evidence.alarm_step(1.0, 0.0, 0.95)) == 2.9
    change = LaneChange.objects.first()
    assert (change.kind, change.by) == ("tightened", None)
    assert replay.contradictions() == []


def test_twenty_clean_ones_end_it(smtp: Sink) -> None:
    lane = lane_after("unchanged", state="tightened", clean_run=19, meter=1.5)
    assert (lane.state, lane.clean_run) == ("auto", 0)
    assert lane.meter == pytest.approx(1.35)


def test_a_change_of_wording_is_clean(smtp: Sink) -> None:
    assert lane_after("minor", state="tightened", clean_run=3).clean_run == 4


def test_the_meter_runs_over_and_the_lane_is_reviewed_again(smtp: Sink) -> None:
    lane = lane_after("rejected", state="tightened", meter=7.5)
    assert (lane.state, lane.demotions, lane.meter, lane.epoch) == ("review", 1, 1.0, None)
    change = LaneChange.objects.first()
    assert (change.kind, change.before["state"]) == ("demoted", "tightened")
    assert change.evidence["meter"] >= 20
    assert EvidenceEpoch.objects.get().closed_at
    assert Verdict.objects.get().meter >= 20


def test_a_lane_in_review_has_no_meter(smtp: Sink) -> None:
    assert lane_after("rejected", state="review").meter == 1.0


def test_a_verdict_on_an_older_version_moves_nothing(smtp: Sink) -> None:
    here = verbs.pending()
    lane = trusted.trust(here.draft)
    EvidenceEpoch.objects.update(fingerprint="another", opened_at=time.now() + timedelta(seconds=1))
    verdict = decided("rejected", here)
    assert verdict
    assert (verdict.epoch, verdict.target) == (None, None)
    lane.refresh_from_db()
    assert (lane.state, lane.meter) == ("auto", 1.0)


# --- versions -------------------------------------------------------------------------------------


def test_a_new_version_starts_anew(smtp: Sink) -> None:
    here = verbs.pending()
    lane = trusted.trust(here.draft, demotions=2)
    Draft.objects.filter(pk=here.draft.pk).update(
        model="dearer-1", created_at=time.now() + timedelta(seconds=1)
    )
    decided("unchanged", here)
    lane.refresh_from_db()
    assert (lane.state, lane.demotions) == ("review", 2)
    old, new = EvidenceEpoch.objects.order_by("attempt")
    assert (old.reason, new.attempt, new.demotions) == (epochs.NEW_VERSION, 2, 2)
    assert lane.epoch == new


def test_every_epoch_and_verdict_is_told(smtp: Sink) -> None:
    decided("unchanged")
    lane = Lane.objects.get()
    told = Event.objects.filter(chain=f"lane:{lane.pk}").order_by("seq")
    assert [event.kind for event in told] == ["epoch.opened", "verdict.given"]


# --- a second look --------------------------------------------------------------------------------


def test_of_two_looks_the_worse_counts(smtp: Sink) -> None:
    here = verbs.pending()
    decided("unchanged", here)
    item = ReviewItem.objects.get(pk=here.item.pk)
    autonomy.score_second(item, "major", by=here.manager)
    assert [row.score for row in item.verdicts.order_by("number")] == [1.0, 0.0]


def test_a_second_look_that_finds_nothing_does_not_run_the_meter(smtp: Sink) -> None:
    here = verbs.pending()
    trusted.trust(here.draft)
    decided("unchanged", here)
    before = Lane.objects.get().meter
    autonomy.score_second(ReviewItem.objects.get(pk=here.item.pk), "unchanged", by=here.manager)
    assert Lane.objects.get().meter == before


def test_a_second_look_that_finds_a_miss_brings_full_review_back(smtp: Sink) -> None:
    here = verbs.pending()
    trusted.trust(here.draft)
    decided("unchanged", here)
    autonomy.score_second(ReviewItem.objects.get(pk=here.item.pk), "rejected", by=here.manager)
    assert Lane.objects.get().state == "tightened"


def test_what_was_too_fast_is_counted_once_whoever_closes_undo(smtp: Sink) -> None:
    here = verbs.pending()
    decisions.approve(here.item, by=here.rep, revision=1, dwell_ms=300)
    intake.sweep()
    dispatch.send_due()
    assert EvidenceEpoch.objects.get().skipped == 1


def test_a_stop_that_a_miss_led_to_does_not_undo_the_miss(smtp: Sink) -> None:
    here = verbs.pending()
    trusted.trust(here.draft)
    User.objects.filter(pk=here.rep.pk).update(undo_seconds=0)
    decisions.reject(
        ReviewItem.objects.get(pk=here.item.pk), by=here.rep, revision=1, reason="tone"
    )
    switches.stop("class", "outreach.first_email", by=here.manager, reason="A wrong date")
    intake.sweep()
    assert Lane.objects.get().state == "tightened"


def test_words_that_an_undone_edit_left_are_not_the_agent_s(smtp: Sink) -> None:
    here = verbs.pending()
    body = BODY.replace("GTX", "MG")
    text = {"subject": "The GTX Pro", "body": body}
    decisions.approve_edited(here.item, by=here.rep, revision=1, **text)
    decisions.undo(here.item, by=here.rep)
    decisions.approve(
        ReviewItem.objects.get(pk=here.item.pk), by=here.rep, revision=2, dwell_ms=60_000
    )
    intake.sweep()
    dispatch.send_due()
    assert (Verdict.objects.get().kind, Verdict.objects.get().score) == ("major", 0.0)


def test_what_still_lies_in_the_outbox_is_not_scored(smtp: Sink) -> None:
    here = verbs.queued()
    intake.sweep()
    assert not Verdict.objects.exists()
    decisions.undo(here.item, by=here.rep)
    decisions.reject(
        ReviewItem.objects.get(pk=here.item.pk), by=here.rep, revision=1, reason="tone"
    )
    intake.sweep()
    assert Verdict.objects.get().kind == "rejected"


# --- no decision at all ---------------------------------------------------------------------------


def undecided() -> list[int]:
    return list(EvidenceEpoch.objects.values_list("unscored", flat=True))


def test_what_nobody_decides_in_time_is_counted(clock) -> None:
    verbs.pending()
    for days in (8, 2):
        clock.travel(days=days)
        intake.sweep()
    assert ReviewItem.objects.get().state == "superseded"
    assert undecided() == [1]
    assert not Verdict.objects.exists()


def test_what_is_taken_over_is_counted() -> None:
    here = verbs.pending()
    decisions.take_over(here.account, by=here.rep)
    assert undecided() == [1]
    assert replay.contradictions() == []


def test_what_is_taken_back_out_of_the_outbox_is_counted() -> None:
    here = verbs.queued()
    dispatch.cancel(here.message, by=here.rep)
    assert undecided() == [1]


def test_what_the_account_outran_is_nobody_s_choice() -> None:
    verbs.pending()
    Account.objects.update(context_version=99)
    intake.sweep()
    assert ReviewItem.objects.get().state == "stale"
    assert undecided() == []


@pytest.mark.parametrize("why", ["guard", "claim", "always"])
def test_what_says_nothing_of_its_class_is_not_counted(why) -> None:
    here = verbs.pending()
    ReviewItem.objects.update(cause=why)
    decisions.take_over(here.account, by=here.rep)
    assert undecided() == []


def test_what_was_sent_back_has_its_verdict(smtp: Sink) -> None:
    here = verbs.pending()
    decided("rewrite", here)
    ReviewItem.objects.update(state="pending")
    decisions.take_over(here.account, by=here.rep)
    assert undecided() == [0]


# --- what is no sample ----------------------------------------------------------------------------


def test_a_rewrite_speaks_for_nothing(smtp: Sink) -> None:
    here = verbs.pending()
    decision = decisions.approve(here.item, by=here.rep, revision=1, dwell_ms=60_000)
    decision.item.draft.supersedes_id = here.draft.pk
    assert autonomy.score(decision.item, decision) is None


def test_what_was_to_leave_unseen_and_was_pulled_out_is_no_sample(smtp: Sink, monkeypatch) -> None:
    monkeypatch.setattr(gate, "is_drawn", lambda draft_id, share: False)
    here = verbs.unrouted()
    trusted.trust(here.draft)
    item = trusted.arrives(here)
    decisions.undo(item, by=here.rep)
    decisions.approve(ReviewItem.objects.get(pk=item.pk), by=here.rep, revision=1, dwell_ms=60_000)
    dispatch.send_due()
    assert not Verdict.objects.exists()


def test_a_miss_counts_against_the_lane_that_drew_it(smtp: Sink, monkeypatch) -> None:
    """The account has grown into another segment since."""
    monkeypatch.setattr(gate, "is_drawn", lambda draft_id, share: True)
    here = verbs.unrouted()
    whole = trusted.trust(here.draft)
    trusted.arrives(here)
    Lane.objects.filter(pk=whole.pk).update(output_class="outreach.breakup")
    assert decided("rejected", here).lane == whole


def test_a_second_look_belongs_where_the_first_does(smtp: Sink) -> None:
    here = verbs.pending()
    first = decided("unchanged", here)
    autonomy.restarted(first.lane, by=here.manager, reason="Another version")
    second = autonomy.score_second(first.item, "rejected", by=here.manager)
    assert (second.epoch, second.lane) == (first.epoch, first.lane)
