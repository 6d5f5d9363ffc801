"""A class's target, tolerance and cost of wording: tried, refused with what is possible, saved."""

import pytest
from django.urls import reverse

from review import autonomy
from review.audit import replay
from review.autonomy import gate
from review.models import EvidenceEpoch, Lane, LaneChange
from tests.review.accounts import cast
from tests.review.autonomy import scenes
from tests.review.setup.doors import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workspace")]
RANGE = "A target for Follow-up mail is 90 % to 99.5 %."
TOLERABLE = "Possible for Follow-up mail: 0 (each is checked) to 19 (1 in 20 is checked)."


def test_what_was_tried_is_kept_as_a_new_policy_with_before_and_after() -> None:
    scenes.ready()
    answer = scenes.press("settings", target="93", tolerated="4", reason="Rejections are cheap.")
    assert answer.status_code == 302
    row, change = scenes.lane(), LaneChange.objects.get()
    assert (row.target, row.tolerated, row.policy) == (0.93, 4.0, 2)
    assert (change.before["target"], change.after["target"]) == (0.95, 0.93)
    page = scenes.page_of()
    assert "95 % → 93 %" in page
    assert "Rejections are cheap." in page


@pytest.mark.parametrize("typed", ["0", "101", "NaN", "89.9", "-5", "1e999", "high", "99.6"])
def test_a_target_that_cannot_be_is_refused_with_the_range_at_its_field(typed: str) -> None:
    scenes.ready()
    answer = scenes.press("settings", target=typed, reason="Let it go.")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert RANGE in page
    assert f'value="{typed}"' in page
    assert 'value="Let it go."' in page
    assert (scenes.lane().target, scenes.lane().policy) == (0.95, 1)


@pytest.mark.parametrize("typed", ["20", "1e308", "inf", "nan", "-1"])
def test_a_tolerance_by_which_nothing_is_checked_is_refused(typed: str) -> None:
    scenes.ready()
    answer = scenes.press("settings", tolerated=typed)
    assert answer.status_code == 422
    assert TOLERABLE in answer.content.decode()
    assert scenes.lane().tolerated == 9.0


def test_the_floor_is_the_class_s_own() -> None:
    row = scenes.lane("prospecting.contact_add")
    assert scenes.press("settings", row=row, target="80").status_code == 302
    loose = scenes.press("settings", row=row, target="79")
    assert "A target for New contact is 80 % to 99.5 %." in text(loose)


def test_another_cost_of_wording_starts_the_evidence_anew() -> None:
    scenes.ready()
    assert "starts the evidence anew" in scenes.page_of(target="95", minor_loss="0.5")
    scenes.press("settings", minor_loss="0.5", reason="Wording matters here.")
    row = scenes.lane()
    assert (row.minor_loss, row.epoch.count) == (0.5, 0)


def asked(target: str, **more: object) -> Lane:
    """The class that was promoted, after a manager asked for this target."""
    assert scenes.press("settings", target=target, **more).status_code == 302
    return scenes.lane()


def test_a_class_that_is_asked_for_more_than_it_has_proven_is_reviewed_again() -> None:
    epoch = scenes.automatic().epoch
    told = "Its reviews do not prove a target of 99 % yet: every draft is reviewed again"
    assert told in scenes.page_of(target="99")
    row = asked("99", reason="Each miss is dear here.")
    assert (row.state, row.demotions, row.epoch) == ("review", 0, epoch)
    change = LaneChange.objects.filter(kind="settings").get()
    assert (change.before["state"], change.after["state"]) == ("auto", "review")
    assert "Reviewed" in scenes.page_of()
    assert not [words for words in replay.contradictions() if words.startswith("lane")]


def test_once_it_has_proven_that_it_is_promoted_on_the_same_evidence() -> None:
    scenes.automatic()
    asked("99")
    assert scenes.press("promote").status_code == 409
    asked("95")
    assert scenes.press("promote").status_code == 302
    assert autonomy.difference(scenes.lane()) == ""


def test_a_class_that_has_proven_the_stricter_target_stays_automatic() -> None:
    scenes.proven([1.0] * 200)
    scenes.press("promote")
    assert "Its reviews do not prove" not in scenes.page_of(target="96")
    assert asked("96").state == "auto"


def test_a_looser_target_takes_nothing_away() -> None:
    row = scenes.automatic()
    EvidenceEpoch.objects.filter(pk=row.epoch_id).update(units={"1.0000": 1})
    assert asked("93").state == "auto"


def test_a_paused_class_that_is_asked_for_more_is_resumed_to_review() -> None:
    scenes.automatic()
    scenes.press("pause")
    assert asked("99").state == "paused"
    scenes.press("resume")
    assert scenes.lane().state == "review"


def test_a_class_in_review_is_not_told_what_it_does_not_lose() -> None:
    scenes.proven([1.0] * 12)
    assert "Its reviews do not prove" not in scenes.page_of(target="99")


def test_what_somebody_else_saved_meanwhile_is_shown_and_kept() -> None:
    scenes.ready()
    scenes.press("settings", target="97", seen="1")
    late = scenes.press("settings", target="93", seen="1", reason="I was slower.")
    assert late.status_code == 409
    assert "Somebody else changed these settings meanwhile, so yours are not saved." in text(late)
    assert 'value="I was slower."' in late.content.decode()
    assert "Now 97 %" in text(late)
    assert scenes.lane().target == 0.97


def test_nothing_changed_is_said() -> None:
    scenes.ready()
    answer = scenes.press("settings", target="95")
    assert answer.status_code == 422
    assert "Nothing was changed." in text(answer)


@pytest.mark.parametrize("who", ["rep", "admin"])
def test_nobody_but_a_manager_sets_them(who: str) -> None:
    scenes.ready()
    assert scenes.press("settings", by=getattr(cast, who)(), target="93").status_code == 403


def test_an_admin_may_try_but_has_nothing_to_press() -> None:
    scenes.ready()
    page = scenes.page_of(by=cast.admin(), target="97")
    assert "At 97 %" in page
    assert "Save" not in page
    assert "Pause" not in page


def test_a_target_is_tried_on_the_reviews_on_record() -> None:
    scenes.ready()
    page = scenes.page_of(target="91")
    assert "At 91 %" in page
    assert "It would have unlocked on" in page
    assert "would have been sent unseen, 0 of them judged bad by their reviewer" in page
    assert "By now each of its drafts" not in page
    assert scenes.lane().target == 0.95


def test_those_that_would_have_slipped_through_are_counted() -> None:
    scenes.proven([1.0] * 130 + [0.0] * 6)
    found = autonomy.backtest(scenes.lane(), target=0.95, tolerated=9.0)
    assert found.unlocked_at
    assert found.unseen + found.checked >= 6
    assert found.bad + found.demoted > 0 or found.checked == 6


@pytest.mark.parametrize("drawn", [False, True])
def test_what_a_second_look_found_bad_was_bad(monkeypatch, drawn: bool) -> None:
    monkeypatch.setattr(gate, "is_drawn", lambda draft_id, share: drawn)
    row = scenes.proven([1.0] * 150)
    before = autonomy.backtest(row, target=0.95, tolerated=9.0)
    for verdict in row.scored.order_by("-number")[:9]:
        autonomy.score_second(verdict.item, "rejected", by=cast.manager())
    after = autonomy.backtest(scenes.lane(), target=0.95, tolerated=9.0)
    assert (before.bad, before.demoted) == (0, 0)
    assert (after.bad, after.demoted) == ((0, 1) if drawn else (9, 0))
    if not drawn:
        assert (after.unseen, after.checked) == (before.unseen, before.checked)


def test_what_another_cost_of_wording_takes_is_reckoned_from_its_own_evidence() -> None:
    scenes.automatic()
    page = scenes.page_of(target="95", minor_loss="0.5")
    assert "It unlocks at 40 then." in page
    assert "About 617 account days more, " in page
    assert "What that would have done is not known" in page
    assert "It would have unlocked on" not in page
    assert "Nothing that was collected is lost" not in scenes.page_of(target="99", minor_loss="0.5")
    assert (scenes.lane().state, EvidenceEpoch.objects.count()) == ("auto", 1)


def test_a_cost_that_is_set_back_goes_on_with_what_it_had() -> None:
    scenes.proven([1.0] * 100)
    scenes.press("settings", minor_loss="0.5")
    page = scenes.page_of(target="95", minor_loss="0.1")
    assert "goes on where it stood, at 100 account days." in page
    assert "About 20 account days more" in page


def test_a_slider_answers_with_the_sentences_alone() -> None:
    scenes.ready()
    client = cast.signed_in(cast.manager())
    here = reverse("lane", args=[scenes.CLASS])
    more = {"HX-Request": "true"}
    moved = {"slide": "97.5", "was": "95", "target": "95", "tolerated": "9"}
    answer = client.get(here, moved, headers=more)
    assert answer.status_code == 200
    assert "At 97.5 %" in text(answer)
    assert "<html" not in answer.content.decode()
    wrong = client.get(here, {"target": "12"}, headers=more)
    assert wrong.status_code == 422
    assert RANGE in text(wrong)


def test_without_a_script_the_one_that_was_moved_counts() -> None:
    scenes.ready()
    assert "At 96 %" in scenes.page_of(slide="96", was="95", target="95")
    assert "At 92 %" in scenes.page_of(slide="95", was="95", target="92")


def test_the_target_that_pays_is_worked_out_from_the_costs() -> None:
    scenes.ready()
    page = scenes.page_of(review_cost="2", error_cost="60")
    assert "From 95.8 % good drafts on, reading each one costs more" in page
    assert "Try 95.8 %" in page
    low = scenes.page_of(review_cost="30", error_cost="60")
    assert RANGE in low
    assert "Reading each costs more" in scenes.page_of(review_cost="99", error_cost="60")
    assert "Write a number above 0" in scenes.page_of(review_cost="0", error_cost="NaN")
