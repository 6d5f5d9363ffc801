"""Splitting a class by segment, and joining it again."""

import pytest

from review.models import Lane
from review.views.lanes import VERBS
from tests.review.accounts import cast
from tests.review.autonomy import scenes
from tests.review.setup.doors import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workspace")]


def test_each_segment_begins_with_evidence_of_its_own() -> None:
    scenes.ready()
    assert scenes.press("split", reason="Large ones differ.").status_code == 302
    parts = Lane.objects.exclude(segment="")
    assert [part.segment for part in parts] == ["enterprise", "mid", "small"]
    assert {part.epoch for part in parts} == {None}
    page = scenes.page_of()
    assert "Its segments" in page
    assert "Enterprise (1,000 people or more)" in page
    assert "Small (under 100 people)" in scenes.page_of(scenes.lane(segment="small"))


def test_a_segment_is_steered_by_itself() -> None:
    scenes.press("split")
    small = scenes.ready(segment="small")
    assert scenes.press("promote", row=small).status_code == 302
    assert scenes.lane(segment="small").state == "auto"
    assert scenes.lane(segment="mid").state == "review"


def test_joining_ends_what_the_segments_had() -> None:
    scenes.press("split")
    assert "How often the class lost its trust counts for each" in VERBS["split"][1]
    scenes.automatic(segment="small")
    assert scenes.press("join", reason="Too few of each.").status_code == 302
    assert not scenes.lane().is_split
    part = scenes.lane(segment="small")
    assert (part.state, part.epoch) == ("review", None)


def test_each_is_pressed_once() -> None:
    assert scenes.press("join").status_code == 409
    scenes.press("split")
    late = scenes.press("split")
    assert late.status_code == 409
    assert "It is split already." in text(late)


def test_a_segment_of_a_class_that_is_whole_is_not_there() -> None:
    client = cast.signed_in(cast.manager())
    assert client.get(f"/autonomy/{scenes.CLASS}/small/").status_code == 404
    scenes.press("split")
    assert client.get(f"/autonomy/{scenes.CLASS}/small/").status_code == 200
    assert client.get(f"/autonomy/{scenes.CLASS}/tiny/").status_code == 404
    for name in ("outreach.nothing", "12345", "%00", "٣x"):
        assert client.get(f"/autonomy/{name}/").status_code == 404
        assert client.post(f"/autonomy/{name}/pause/", {"reason": "No"}).status_code == 404


@pytest.mark.parametrize("verb", ["split", "join"])
def test_nobody_but_a_manager_does_it(verb: str) -> None:
    assert scenes.press(verb, by=cast.rep()).status_code == 403
    assert scenes.press(verb, by=cast.admin()).status_code == 403
