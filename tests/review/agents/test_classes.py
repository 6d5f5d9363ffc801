"""The classes of a version: an admin takes one out and puts it back, a manager lets it go again."""

import pytest
from django.urls import reverse

from agents import configs
from agents.definitions import registry
from agents.models import RoutingRule
from review import autonomy
from review.models import Lane
from review.setup import agents
from tests.factories import prospect
from tests.review.accounts import cast
from tests.review.agents.pages import AGENT, lane, latest, looked_at, press, typed
from tests.review.setup.doors import client, text

pytestmark = pytest.mark.django_db
FIRST, FOLLOW_UP, BREAKUP = "outreach.first_email", "outreach.follow_up", "outreach.breakup"
ALL = [row.name for row in registry.get(AGENT).classes]


def without(*gone: str, **more: object) -> dict[str, object]:
    """The version that runs, with its words and without these classes."""
    left = [name for name in ALL if name not in gone]
    return typed(prompt=latest().prompt, classes=left, **more)


def publish(form: dict[str, object]) -> None:
    assert press("publish", looked_at(form)).status_code == 302


def state(row: Lane) -> tuple[str, str]:
    row.refresh_from_db()
    return row.state, row.paused_from


def test_a_class_is_taken_out_and_everything_else_goes_on() -> None:
    before = latest()
    row, other = lane(FIRST, state=Lane.State.AUTO), lane(FOLLOW_UP, state=Lane.State.AUTO)
    publish(without(FIRST))
    now = latest()
    assert (now.left_out, now.change, now.fingerprint) == ([FIRST], "scope", before.fingerprint)
    assert state(row) == ("paused", "auto")
    assert row.epoch is not None
    assert state(other) == ("auto", "")


def test_the_pause_names_who_and_why() -> None:
    row = lane(FIRST, state=Lane.State.TIGHTENED)
    publish(without(FIRST, note="Too many first mails."))
    told = row.changes.get()
    assert (told.kind, told.by) == ("paused", cast.admin())
    assert told.reason == "Outreach version 2: Too many first mails."


def test_what_is_reviewed_anyway_is_not_paused() -> None:
    row = lane(FIRST)
    publish(without(FIRST))
    assert state(row) == ("review", "")
    assert not row.changes.exists()


def test_put_back_it_waits_for_a_manager_to_resume_it() -> None:
    row = lane(FIRST, state=Lane.State.AUTO)
    publish(without(FIRST))
    said = text(press("preview", without()))
    assert "Written again. Every draft is reviewed until a manager resumes it." in said
    publish(without())
    assert state(row) == ("paused", "auto")
    autonomy.resume(row, by=cast.manager(), reason="We want them again.")
    assert state(row) == ("auto", "")


def test_the_preview_says_what_it_does_to_each_lane() -> None:
    lane(FIRST, state=Lane.State.AUTO, units=41)
    lane(FOLLOW_UP)
    lane(BREAKUP)
    said = text(press("preview", without(FIRST, BREAKUP)))
    assert "It may write other classes, in the same way: the evidence goes on." in said
    assert "Not written any more. Paused until a manager resumes it. Its evidence stays." in said
    assert "Not written any more. Its evidence stays." in said
    assert "Stays as it is." in said
    assert "<ins>Follow-up mail, Answer to a reply</ins>" in said


def test_other_words_besides_begin_the_evidence_anew() -> None:
    row = lane(FIRST, state=Lane.State.AUTO, units=41)
    form = without(FIRST) | {"prompt": "Other words."}
    assert "Not written any more. 41 reviewed account days no longer count." in text(
        press("preview", form)
    )
    publish(form)
    assert latest().change == "minor"
    assert state(row) == ("review", "")


def test_going_back_brings_the_class_back() -> None:
    first = latest()
    publish(without(FIRST))
    shown = agents.preview(AGENT, configs.content_of(first))
    agents.roll_back(first, note="", by=cast.admin(), seen=2, seal=shown.seal)
    assert (latest().left_out, latest().restores) == ([], 1)


def test_the_pages_say_what_is_left_out() -> None:
    publish(without(BREAKUP))
    page = text(client("admin").get(reverse("agent", args=[AGENT])))
    assert "Left out" in page
    assert "This version does not write it." in page
    assert "left out" in text(client("manager").get(reverse("agents")))


def test_a_manager_sees_it_on_the_page_of_the_class() -> None:
    path = reverse("lane", args=[FIRST])
    assert "Not written just now" not in text(client("manager").get(path))
    publish(without(FIRST))
    assert "Not written just now" in text(client("manager").get(path))


def test_a_form_that_was_not_looked_at_with_these_classes_is_refused() -> None:
    assert press("publish", looked_at(without(FIRST)) | {"classes": ALL}).status_code == 422
    assert latest().version == 1


def test_who_writes_keeps_one_class_at_least() -> None:
    answer = press("preview", without(*ALL))
    assert answer.status_code == 422
    assert "Leave one class at least." in text(answer)
    assert "Look at what you typed at “Classes it may write”." in text(answer)


def test_who_only_chooses_has_no_classes_to_choose_from() -> None:
    page = client("admin").get(reverse("agent", args=["prospecting"]))
    everybody = client("admin").get(reverse("agents"))
    for shown in (page, everybody):
        assert "New contact" not in text(shown)
    assert "Classes" not in text(page)
    form = typed(prompt=agents.latest("prospecting").prompt + "\nBe brief.", classes=[])
    assert press("preview", form, agent="prospecting").status_code == 200


@pytest.mark.parametrize("name", ["prospecting.account_add", "outreach.nothing", ""])
def test_a_class_of_nobody_is_refused(name: str) -> None:
    answer = press("preview", typed(classes=[*ALL, name]))
    assert answer.status_code == 422
    assert "Choose among the classes of this agent." in text(answer)


def test_what_a_version_leaves_out_is_not_tried(workspace) -> None:
    prospect(owner=cast.rep(), name="Brookfield")
    rule = RoutingRule.objects.get(name="open deal gone silent").pk
    answer = press("try", without(FOLLOW_UP, account="Brookfield", rule=rule))
    assert answer.status_code == 422
    assert "This version leaves that class out." in text(answer)
