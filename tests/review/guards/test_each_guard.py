"""All fourteen matter: each alone stops a mail, and without it that mail is not stopped by it."""

import pytest

from review import dispatch, guards
from review.models import GuardBlock
from tests.races import verbs
from tests.review.guards.scenes import FOURTEEN, SCENES
from tests.smtp import Sink

pytestmark = pytest.mark.django_db


def name_of(guard: object) -> str:
    return guard.__name__.rpartition(".")[2]


STANDING = [name_of(guard) for guard in guards.IN_ORDER]


def stopped_by(here: verbs.Scene, sink: Sink) -> str:
    """Which guard left its word about the mail that did not leave; "" when none did."""
    dispatch.send_due()
    here.message.refresh_from_db()
    words = GuardBlock.objects.filter(message=here.message)
    assert words.count() == len(set(words.values_list("guard", flat=True))) <= 1
    return words.first().guard if words and not sink.raw else ""


def test_they_stand_in_the_order_of_the_written_list() -> None:
    assert list(FOURTEEN) == STANDING


def test_each_of_the_fourteen_has_a_scene_and_a_name_for_people() -> None:
    assert list(SCENES) == list(FOURTEEN) == list(guards.LABELS)


@pytest.mark.parametrize("name", STANDING)
def test_it_alone_stops_a_mail(workspace: object, smtp: Sink, name: str) -> None:
    assert stopped_by(SCENES[name](), smtp) == name
    assert smtp.raw == []


@pytest.mark.parametrize("name", STANDING)
def test_without_it_that_mail_is_not_stopped(
    workspace: object, smtp: Sink, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """What turns red when a guard is taken away: the mail leaves."""
    here = SCENES[name]()
    others = tuple(guard for guard in guards.IN_ORDER if name_of(guard) != name)
    monkeypatch.setattr(guards, "IN_ORDER", others)
    assert stopped_by(here, smtp) == ""
    # The voice is passed on as well as looked at: without its guard nobody says why it stays.
    assert len(smtp.raw) == (0 if name == "voice" else 1)


@pytest.mark.parametrize("name", STANDING)
def test_it_says_what_it_saw_and_what_lifts_it(workspace: object, smtp: Sink, name: str) -> None:
    stopped_by(SCENES[name](), smtp)
    block = GuardBlock.objects.get()
    assert block.detail
    assert block.lifts.endswith(".")


def test_a_guard_that_cannot_be_asked_stops_the_mail(
    here: verbs.Scene, smtp: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fail closed, whichever it is."""
    for guard in guards.IN_ORDER:
        monkeypatch.setattr(guard, "look", lambda sight: 1 / 0)
    assert [finding.guard for finding in guards.findings(here.draft)] == STANDING
    assert stopped_by(here, smtp) == STANDING[0]
    assert here.message.state == "blocked"
