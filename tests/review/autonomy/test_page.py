"""The page of all classes, and of one: what is said, to whom, and in how many queries."""

import math

import pytest
from django.test import Client

from agents.definitions import registry
from revenue import switches
from review import autonomy, evidence
from review.autonomy import changes, machine
from review.models import EvidenceUnit, Lane, LaneChange
from review.views import history_filters
from tests.review.accounts import cast
from tests.review.autonomy import scenes
from tests.review.setup.doors import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workspace")]
EVERY = ("First mail", "Follow-up mail", "Closing mail")


def overview(by=None) -> str:
    found = cast.signed_in(by or cast.manager()).get("/autonomy/")
    assert found.status_code == 200
    return scenes.said(found)


def test_a_new_desk_reads_what_will_happen_and_how_long_it_takes() -> None:
    page = overview()
    assert all(label in page for label in EVERY)
    assert "Nothing has been reviewed yet, so every draft is." in page
    assert "the slowest class then takes 21 weeks at 25 a week, and 3 weeks at 200" in page
    assert "About 501 account days more; none reviewed so far." in page
    assert not Lane.objects.exists()


def test_what_no_agent_writes_is_neither_listed_nor_a_choice() -> None:
    agent = registry.get("prospecting")
    assert agent.classes
    assert not agent.writes
    shown = [lane.output_class for lane in autonomy.every()], list(dict(history_filters.classes()))
    assert shown == ([row.name for row in registry.get("outreach").classes],) * 2
    assert "New contact" not in overview()


def test_what_is_always_reviewed_stands_apart() -> None:
    assert "Answer to a reply. No evidence lifts this: a person reads each." in overview()
    page = scenes.page_of(scenes.lane("outreach.reply"))
    assert "A person reads each of these before it leaves." in page
    assert "Promote" not in page


def test_the_way_is_shown_in_account_days_and_weeks() -> None:
    scenes.proven([1.0] * 100)
    page = overview()
    assert "Nothing has been reviewed yet" not in page
    assert "About 20 account days more, less than a week at this volume." in page
    assert "of 20" in page


def test_what_cannot_come_says_so() -> None:
    scenes.proven([1.0, 0.0] * 20)
    assert "It cannot come at this rate." in overview()
    page = scenes.page_of()
    assert "Cannot come" in page
    assert "Its reviews score 50 % so far and have to be clearly above 96 %." in page


@pytest.mark.parametrize("units", [0, 5])
def test_no_target_is_out_of_reach_before_anything_is_known(units: int) -> None:
    scenes.proven([1.0] * units) if units else None
    page = scenes.page_of(target="98")
    assert "At 98 %" in page
    assert "cannot come" not in page.lower()
    assert "Its reviews score" not in page
    assert "as if 98 of 100 were good, until 10 are there" in page
    strict = scenes.standing_at(0.995)
    assert (strict.expected, math.isinf(strict.remaining)) == (pytest.approx(0.998), False)


def test_a_rate_just_above_the_target_is_not_said_to_lie_below_it() -> None:
    scenes.proven([1.0] * 25 + [0.0])
    page = scenes.page_of()
    assert "Its reviews score 96.2 % so far and have to be clearly above 96 %." in page


@pytest.mark.parametrize("clean", [10, 60])
def test_as_many_are_still_needed_as_clean_ones_take(clean: int) -> None:
    """The 120th is the first that proves more than 96 %."""
    assert evidence.reaches(evidence.log_evidence([(1.0, 120)], 0.96))
    assert not evidence.reaches(evidence.log_evidence([(1.0, 119)], 0.96))
    assert autonomy.standing(scenes.proven([1.0] * clean)).remaining == 120 - clean


def test_what_is_still_needed_counts_the_last_twenty() -> None:
    row = scenes.proven([1.0] * 200 + [0.0] + [1.0] * 4)
    found = autonomy.standing(row)
    assert machine.lacking(row.epoch.counts, row.epoch.last, found.adjusted, 0) == ["run"]
    assert found.remaining == 16
    page = scenes.page_of()
    assert "The last 20 account days are not all clean yet." in page
    assert "Still needed 16" in page
    assert "Enough has been reviewed" not in page


def test_a_class_of_which_nothing_comes_in_any_more_says_so() -> None:
    scenes.proven([1.0] * 50)
    EvidenceUnit.objects.all().delete()
    assert "none came in four weeks, so it cannot come at this rate" in overview()


def test_an_automatic_class_shows_its_meter_and_what_is_checked() -> None:
    row = scenes.automatic()
    Lane.objects.filter(pk=row.pk).update(meter=7.25)
    page = scenes.page_of()
    assert "7.2 of 20" in page
    assert "1 in 5 is checked at random before it leaves" in page
    assert "then 1 in 10 (1 in 5 until 100 were checked) is still checked at random" in page
    Lane.objects.filter(pk=row.pk).update(audits=100)
    page = scenes.page_of()
    assert "1 in 10 is checked at random before it leaves" in page
    assert "Audits due 0 1 in 10 is checked" in page
    Lane.objects.filter(pk=row.pk).update(state="tightened", clean_run=4)
    page = scenes.page_of()
    assert "4 in a row were clean; at 20 it is automatic again." in page
    assert "Audits due 0 each draft is held for now" in page


def test_the_list_explains_its_numbers_and_shows_the_average_beside_what_is_proven() -> None:
    scenes.proven([1.0] * 5)
    page = overview()
    assert "What these say" in page
    assert "100 % on average" in page


def test_a_score_below_the_picture_is_not_drawn_as_its_lowest_line() -> None:
    scenes.proven([1.0] * 5)
    assert "≤ 50%" in scenes.page_of()


def test_the_picture_has_a_table_that_says_the_same() -> None:
    scenes.ready()
    client = cast.signed_in(cast.manager())
    page = client.get(f"/autonomy/{scenes.CLASS}/").content.decode()
    assert '<polyline class="proven" points="' in page
    assert '<polyline class="bar" points="' in page
    assert "style=" not in page
    assert "The same as a table" in page
    proven = autonomy.percent(scenes.lane().epoch.pieces.order_by("number").last().proven)
    assert f'data-label="Proven">{proven}</td>' in page


def test_what_is_stopped_is_marked() -> None:
    assert "Sending is stopped" not in overview()
    switches.stop("class", scenes.CLASS, by=cast.manager(), reason="No")
    assert "Sending is stopped" in overview()
    assert "Sending is stopped" in scenes.page_of()


def test_every_change_is_listed_in_pages() -> None:
    row = scenes.automatic()
    for number in range(14):
        changes.note(row, "settings", by=cast.manager(), reason=f"Reason {number}.",
                     before=changes.picture(row) | {"target": 0.9})  # fmt: skip
    page = scenes.page_of()
    assert "Reason 13." in page
    assert "90 % → 95 %" in page
    assert "Reason 0." not in page
    oldest = LaneChange.objects.order_by("-pk")[11]
    assert "Reason 0." in scenes.page_of(after=oldest.pk)


def test_a_rep_sees_none_of_it() -> None:
    client = cast.signed_in(cast.rep())
    assert client.get("/autonomy/").status_code == 403
    assert client.get(f"/autonomy/{scenes.CLASS}/").status_code == 403
    assert "Autonomy" not in text(client.get("/"))


def test_an_admin_reads_and_changes_nothing() -> None:
    scenes.ready()
    page = scenes.page_of(by=cast.admin())
    assert "It may be promoted." in page
    assert "Split by segment" not in page
    assert all(label in overview(cast.admin()) for label in EVERY)


def test_the_pages_ask_no_more_than_they_need(django_assert_max_num_queries) -> None:
    manager: Client = cast.signed_in(cast.manager())
    scenes.automatic()
    scenes.proven([1.0] * 30, output_class="outreach.first_email")
    manager.get("/autonomy/")
    with django_assert_max_num_queries(45):
        manager.get("/autonomy/")
    with django_assert_max_num_queries(39):
        manager.get(f"/autonomy/{scenes.CLASS}/")
