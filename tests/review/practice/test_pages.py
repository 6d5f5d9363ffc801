"""How people review: a page of one's own, and the manager's."""

import pytest
from django.test import Client
from django.urls import reverse

from revenue import clock
from revenue.models import User
from review import decisions, reviewing
from review.models import Decision, Double, Plant
from tests.review.practice.scene import Scene
from tests.review.practice.test_missed import answered

pytestmark = pytest.mark.django_db


def seen(who: User, name: str) -> str:
    client = Client()
    client.force_login(who)
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_it_is_announced(here: Scene) -> None:
    assert "Some drafts are practice." in seen(here.rep, "own_reviewing")


def test_what_was_wrong_stands_on_ones_own_page(here: Scene, plant: Plant) -> None:
    assert "You have met none yet." in seen(here.rep, "own_reviewing")
    decisions.approve(plant.item, by=here.rep, revision=1)
    page = seen(here.rep, "own_reviewing")
    assert "You caught 0 of 1" in page
    assert f"was changed from {plant.before} to {plant.after}" in page
    assert plant.before not in seen(here.colleague, "own_reviewing")


def test_a_flagged_reviewer_is_told(here: Scene, plant: Plant) -> None:
    words = "You let through more practice errors than one in five."
    assert words not in seen(here.rep, "own_reviewing")
    answered(plant, caught=2, missed=8)
    assert words in seen(here.rep, "own_reviewing")
    assert "Misses too many" in seen(here.manager, "reviewers")


@pytest.mark.parametrize(("met", "few"), [(29, True), (30, False)])
def test_a_bound_over_few_practice_errors_says_so(
    here: Scene, plant: Plant, met: int, few: bool
) -> None:
    answered(plant, caught=met, missed=0)
    assert ("few met so far" in seen(here.manager, "reviewers")) is few


@pytest.mark.parametrize(("ms", "fast"), [(100, 1), (60_000, 0)])
def test_too_fast_approvals_are_told(here: Scene, ms: int, fast: int) -> None:
    Decision.objects.filter(item__draft=here.source).update(dwell_ms=ms)
    record = reviewing.of([here.rep])[0]
    assert (record.approvals, record.too_fast) == (1, fast)
    assert ("came faster than anyone reads, or" in seen(here.rep, "own_reviewing")) is bool(fast)


def test_the_line_is_drawn_where_scoring_draws_it(here: Scene) -> None:
    words = len(here.source.body.split())
    limit = words * 60_000 / 950
    for ms, fast in ((int(limit), 1), (int(limit) + 1, 0)):
        Decision.objects.filter(item__draft=here.source).update(dwell_ms=ms)
        assert reviewing.of([here.rep])[0].too_fast == fast


def test_practice_is_no_decision_of_theirs(here: Scene, plant: Plant) -> None:
    decisions.approve(plant.item, by=here.rep, revision=1, dwell_ms=1)
    record = reviewing.of([here.rep])[0]
    assert (record.decisions, record.too_fast) == (1, 0)


def test_the_manager_sees_the_team_and_no_drafts(here: Scene, plant: Plant) -> None:
    decisions.approve(plant.item, by=here.rep, revision=1)
    page = seen(here.manager, "reviewers")
    assert "0 caught, 1 missed" in page
    assert str(here.outsider) not in page
    assert "Oakmont" not in page
    assert page.count("none met") == 2


def test_a_team_that_disagrees_is_told_to_calibrate(here: Scene, plant: Plant, monkeypatch) -> None:
    Double.objects.create(
        original=plant.item, first="unchanged", first_by=here.rep, second="rejected",
        second_by=here.colleague, made_at=clock.now(), expires_at=clock.now(),
    )  # fmt: skip
    assert "Calibration" not in seen(here.manager, "reviewers")
    monkeypatch.setattr(reviewing, "ENOUGH", 1)
    assert "Calibration: over 1 second looks" in seen(here.manager, "reviewers")


@pytest.mark.parametrize("who", ["rep", "colleague", "outsider"])
def test_only_a_manager_sees_the_team(here: Scene, who: str) -> None:
    client = Client()
    client.force_login(getattr(here, who))
    assert client.get(reverse("reviewers")).status_code == 403


@pytest.mark.parametrize("name", ["own_reviewing", "reviewers"])
def test_nothing_is_posted_there(here: Scene, name: str) -> None:
    client = Client()
    client.force_login(here.manager)
    assert client.post(reverse(name)).status_code == 405


@pytest.mark.parametrize("name", ["own_reviewing", "reviewers"])
def test_the_queries_do_not_grow(here: Scene, name: str, django_assert_max_num_queries) -> None:
    client = Client()
    client.force_login(here.manager)
    client.get(reverse(name))
    with django_assert_max_num_queries(16):
        client.get(reverse(name))


@pytest.mark.parametrize("name", ["desk", "today", "queue"])
def test_no_reviewing_screen_says_how_a_class_does(here: Scene, plant: Plant, name: str) -> None:
    plant.item.draft.fields = {"confidence": 0.73}
    plant.item.draft.save(update_fields=["fields"])
    page = seen(here.rep, name).casefold()
    for word in ("confidence", "0.73", "73 %", "accuracy", "proven", "meter", "audit", "score"):
        assert word not in page, word
