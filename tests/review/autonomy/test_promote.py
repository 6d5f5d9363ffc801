"""Promoting a class: its drafts leave by themselves from the click on."""

import pytest

from revenue.models import User
from review import autonomy, decisions
from review.models import Critical, EvidenceEpoch, EvidenceUnit, Lane, LaneChange
from tests.factories import UserFactory, prospect
from tests.review.accounts import cast
from tests.review.autonomy import scenes
from tests.review.setup.doors import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workspace")]


def test_a_class_that_has_proven_its_target_is_promoted_with_its_evidence() -> None:
    scenes.ready()
    assert "It may be promoted." in scenes.page_of()
    overview = scenes.said(cast.signed_in(cast.manager()).get("/autonomy/"))
    assert "May be promoted" in overview
    answer = scenes.press("promote", reason="Two months without a miss.")
    assert answer.status_code == 302
    row, change = scenes.lane(), LaneChange.objects.get()
    assert (row.state, row.meter, row.audits) == ("auto", 1.0, 0)
    assert (change.kind, change.by, change.reason) == (
        "promoted", cast.manager(), "Two months without a miss.",
    )  # fmt: skip
    assert change.evidence["units"] == 130
    assert sorted(change.evidence["reviewers"].values()) == [65, 65]
    page = scenes.page_of()
    assert "It rested on 130 account days" in page
    assert "1 in 5 is checked at random before it leaves" in page


def test_the_click_decides_and_not_the_page() -> None:
    row = scenes.ready()
    assert "It may be promoted." in scenes.page_of()
    row.epoch.last = [0.0] * 20
    row.epoch.save()
    answer = scenes.press("promote")
    assert answer.status_code == 409
    assert "The last 20 account days are not all clean yet." in text(answer)
    assert scenes.lane().state == "review"


def test_the_second_of_two_managers_is_told_what_it_is_now() -> None:
    scenes.ready()
    assert scenes.press("promote").status_code == 302
    late = scenes.press("promote", reason="I had this page open.")
    assert late.status_code == 409
    assert "It is automatic already." in text(late)
    assert "Demote" in text(late)
    assert LaneChange.objects.count() == 1


def test_it_asks_why() -> None:
    scenes.ready()
    answer = scenes.press("promote", reason="  ")
    assert answer.status_code == 422
    assert "Say why, in a few words." in text(answer)
    long = scenes.press("promote", reason="x" * 301)
    assert long.status_code == 422
    assert "x" * 301 in text(long)
    assert scenes.lane().state == "review"


def test_what_is_missing_is_said_in_sentences_and_there_is_no_button() -> None:
    scenes.proven([1.0] * 12)
    page = scenes.page_of()
    assert "12 of at least 30 reviewed account days are there." in page
    assert "The reviews do not prove more than 96 % at odds of 20 to 1 yet." in page
    assert "Promote" not in page
    assert scenes.press("promote").status_code == 409


def test_what_does_not_count_yet_is_said_beside_the_button() -> None:
    scenes.ready()
    assert "not counted yet" not in scenes.page_of()
    scenes.reviewed(prospect(owner=cast.rep(), name="Condax"))
    page = scenes.page_of()
    assert "1 review not counted yet, none of them bad." in page
    scenes.reviewed(prospect(owner=cast.rep(), name="Isdom"), "rejected")
    page = scenes.page_of()
    assert "2 reviews not counted yet, 1 of them bad. They count once their day is over" in page
    assert "It may be promoted." in page
    EvidenceUnit.objects.filter(closed_at=None).delete()
    assert "not counted yet" not in scenes.page_of()


def test_who_gave_every_verdict_does_not_promote_it() -> None:
    cast.rep()
    scenes.ready(reviewers=[cast.manager()])
    overview = scenes.said(cast.signed_in(cast.manager()).get("/autonomy/"))
    assert "May be promoted" not in overview
    assert "Somebody else has to promote it." in scenes.page_of()
    answer = scenes.press("promote")
    assert answer.status_code == 409
    assert "You gave more than 90 % of the verdicts behind this." in text(answer)
    assert scenes.lane().state == "review"


def given(first: int, rest: User) -> Lane:
    """The manager gave the `first` of 130 verdicts, somebody else the others."""
    return scenes.ready(reviewers=[cast.manager()] * first + [rest] * (130 - first))


def test_who_gave_nearly_every_verdict_does_not_promote_it_when_the_other_has_left() -> None:
    left = cast.rep()
    given(120, left)
    left.is_active = False
    left.save()
    answer = scenes.press("promote")
    assert answer.status_code == 409
    assert "You gave more than 90 % of the verdicts behind this." in text(answer)
    other = UserFactory(username="other", role="manager", team=left.team)
    assert scenes.press("promote", by=other).status_code == 302
    assert LaneChange.objects.get().sole_reviewer == cast.manager()


def test_who_gave_nine_in_ten_shares_it_with_another() -> None:
    given(117, cast.rep())
    assert scenes.press("promote").status_code == 302
    assert LaneChange.objects.get().sole_reviewer is None


def test_one_who_dominates_while_others_decide_stands_in_the_way() -> None:
    given(120, cast.rep())
    assert "let others review" not in scenes.page_of()
    item = cast.item_at(cast.account_of(cast.rep()))
    decisions.reject(item, by=cast.rep(), revision=1, reason="tone")
    assert "One person gave more than 90 % of the verdicts; let others review." in scenes.page_of()


@pytest.mark.parametrize(("many", "is_told"), [(14, False), (15, True)])
def test_too_many_drafts_that_nobody_decided_stand_in_the_way(many: int, is_told: bool) -> None:
    row = scenes.ready()
    EvidenceEpoch.objects.filter(pk=row.epoch_id).update(unscored=many)
    words = (
        f"{many} of {130 + many} drafts ended without a decision: they expired, were taken over or "
        "taken back. At most 10 % may."
    )
    assert (words in scenes.page_of()) == is_told
    assert scenes.press("promote").status_code == (409 if is_told else 302)


def test_a_harm_that_nobody_settled_stands_in_the_way() -> None:
    row = scenes.ready()
    item = row.scored.first().item
    Critical.objects.create(lane=row, item=item, kind="price", at=item.created_at)
    assert "A harm is recorded that nobody has settled." in scenes.page_of()
    assert scenes.press("promote").status_code == 409


@pytest.mark.parametrize("who", ["rep", "admin"])
def test_nobody_but_a_manager_promotes(who: str) -> None:
    scenes.ready()
    assert scenes.press("promote", by=getattr(cast, who)()).status_code == 403
    with pytest.raises(autonomy.Refused, match="Only a manager"):
        autonomy.promote(scenes.lane(), by=getattr(cast, who)(), reason="I want to.")
    assert scenes.lane().state == "review"


def test_a_class_that_is_always_reviewed_is_never_promoted() -> None:
    answer = scenes.press("promote", row=scenes.lane("outreach.reply"))
    assert answer.status_code == 409
    assert "This class is always reviewed by a person." in text(answer)
