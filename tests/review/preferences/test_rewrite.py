"""Asking for a rewrite of the drafts that wait without a preference."""

import pytest
from django.urls import reverse
from django_q.models import OrmQ

from agents import preferences
from review import decisions, tasks
from review.decisions.preferences import NOTE
from review.grounding import sources
from review.models import Decision, Verdict
from tests import scripts
from tests.fakes import ScriptedModel
from tests.review.autonomy import trusted
from tests.review.desk.conftest import moved, put_on_desk
from tests.review.preferences.conftest import saved

pytestmark = pytest.mark.django_db


def states(*items) -> list[str]:
    for item in items:
        item.refresh_from_db()
    return [item.state for item in items]


def test_each_goes_back_by_a_request_of_its_own(press, wish, rep) -> None:
    items = [put_on_desk(rep), put_on_desk(rep)]
    other = put_on_desk(rep, output_class="outreach.follow_up")
    page = press("rewrite", wish, by=rep).content.decode()
    assert "2 drafts were sent back and will return as new revisions." in page
    assert states(*items, other) == ["rewriting", "rewriting", "pending"]
    assert Decision.objects.filter(verb="request_rewrite", by=rep).count() == 2
    assert OrmQ.objects.count() == 1


def test_it_returns_written_with_the_preference_and_is_not_offered_again(
    press, get, wish, rep, scripted_model: ScriptedModel
) -> None:
    scripted_model.on("OutreachOutput", scripts.outreach)
    item = put_on_desk(rep)
    press("rewrite", wish, by=rep)
    tasks.rewrite_due()
    assert states(item) == ["pending"]
    [asked] = scripted_model.packets("OutreachOutput")
    assert [row["do"] for row in asked["task"]["preferences"]] == [wish.text]
    page = get("preferences", by=rep).content.decode()
    assert "1 draft received it." in page
    assert "Ask for a rewrite" not in page
    assert "with your preference “Shorter”" in get("desk", by=rep).content.decode()


def test_nobody_read_them_so_that_it_is_no_verdict_on_their_class(
    press, wish, rep, manager
) -> None:
    items = [put_on_desk(rep) for _ in range(4)]
    lane = trusted.trust(items[0].draft)
    press("rewrite", wish, by=rep)
    assert states(*items) == ["rewriting"] * 4
    assert not Verdict.objects.exists()
    lane.refresh_from_db()
    assert (lane.state, lane.meter) == ("auto", 1.0)
    assert len(set(Decision.objects.values_list("bulk", flat=True))) == 1
    assert press("rewrite", wish, by=rep).status_code == 409
    assert Decision.objects.count() == 4


def test_one_that_somebody_read_and_sent_back_is_a_verdict(rep) -> None:
    item = put_on_desk(rep)
    decisions.request_rewrite(item, by=rep, revision=1, note="Shorter")
    assert [(row.kind, row.score) for row in Verdict.objects.all()] == [("rewrite", 0.0)]
    assert Decision.objects.get().bulk is None


def test_the_history_says_with_how_many_others_each_went_back(press, wish, rep, client) -> None:
    items = [put_on_desk(rep) for _ in range(3)]
    press("rewrite", wish, by=rep)
    page = client.get(reverse("history")).content.decode()
    assert page.count("<strong>You</strong> asked for a rewrite of this and 2 others") == len(items)
    one = Decision.objects.first()
    story = client.get(reverse("decision", args=[one.pk])).content.decode()
    assert "asked for a rewrite of this and 2 others, " in story


def test_its_words_are_no_evidence_for_what_the_mail_says(press, rep) -> None:
    row = saved(rep, name="Say 40 %", text="Say that Northwind Traders saved 40 %.")
    item = put_on_desk(rep)
    press("rewrite", row, by=rep)
    item.refresh_from_db()
    assert item.rewrite_note == NOTE
    [known] = sources.of_each([item.draft]).values()
    assert "40 %" not in str(known)
    assert "Northwind" not in str(known)


def test_one_that_the_account_outran_stays(rep, wish) -> None:
    first, second = put_on_desk(rep), put_on_desk(rep)
    found = decisions.similar([wish], by=rep)[wish.pk]
    assert found == [first, second]
    moved(second)
    assert decisions.request_rewrites(wish, by=rep) == 1
    assert states(first, second) == ["rewriting", "pending"]


def test_without_any_that_waits_it_says_so(press, wish, rep) -> None:
    response = press("rewrite", wish, by=rep)
    assert response.status_code == 409
    assert "No draft waits that was written without it." in response.content.decode()


def test_one_that_is_off_asks_for_nothing(press, wish, rep) -> None:
    item = put_on_desk(rep)
    preferences.turn(wish, is_on=False, by=rep)
    response = press("rewrite", wish, by=rep)
    assert response.status_code == 422
    assert "This preference is off. Turn it on first." in response.content.decode()
    assert states(item) == ["pending"]


def test_an_outside_agents_draft_and_one_that_a_colleague_has_stay(rep, wish, colleague) -> None:
    put_on_desk(rep, agent="outside:scout")
    given = put_on_desk(rep)
    decisions.reassign(given, by=rep, revision=1, to=colleague)
    assert decisions.similar([wish], by=rep)[wish.pk] == []


def test_the_teams_concerns_whatever_the_manager_may_decide(rep, manager, colleague) -> None:
    row = saved(manager, for_team=True)
    items = [put_on_desk(rep), put_on_desk(colleague)]
    assert decisions.request_rewrites(row, by=manager) == 2
    assert states(*items) == ["rewriting", "rewriting"]
