"""Decisions are told to the agent whose draft it was: signed, in rows, until it is heard."""

import json
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from agents.models import Draft
from review import callbacks, decisions, dispatch, intake, tasks, telling
from review.doors import tokens
from review.models import ApiToken, Callback, ReviewItem, Submission
from tests.races import verbs
from tests.review.doors import programs
from tests.review.doors.programs import a_draft

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def here(workspace):
    return verbs.scene()


@pytest.fixture
def scout(here, ear):
    return programs.writer(here.rep.team, callback_url=ear.url)


def written(scout, here, **more: object) -> ReviewItem:
    response = scout.draft(a_draft(here.account, **more))
    return ReviewItem.objects.get(draft=response.json()["id"])


def kinds(ear) -> list[str]:
    return [json.loads(body)["type"] for _, body in ear.heard]


def test_an_approval_and_the_send_are_told_signed(here, scout, ear, smtp) -> None:
    item = written(scout, here)
    decisions.approve(item, by=here.rep, revision=1)
    tasks.tick()
    tasks.tick()
    assert kinds(ear) == ["draft.approved", "draft.sent"]
    for headers, body in ear.heard:
        assert Webhook(scout.secret).verify(body, headers)["data"]["draft"] == item.draft_id
    headers, body = ear.heard[0]
    said = json.loads(body)
    assert said["data"] == {"draft": item.draft_id, "account": here.account.pk, "agent": "scout",
                            "state": "approved"}  # fmt: skip
    assert datetime.fromisoformat(said["timestamp"]).tzinfo == UTC
    assert headers["host"].startswith("127.0.0.1:")
    assert not Submission.objects.get().is_open
    assert not callbacks.work()


def test_an_edit_is_told_with_the_final_text(here, scout, ear) -> None:
    decisions.approve_edited(
        written(scout, here), by=here.rep, revision=1, subject="Bays", body="Hi Yara,\n\nNo.\n\nPat"
    )
    callbacks.work()
    said = json.loads(ear.heard[0][1])
    assert (said["type"], said["data"]["subject"]) == ("draft.edited", "Bays")
    assert said["data"]["body"] == "Hi Yara,\n\nNo.\n\nPat"


def test_a_rejection_and_its_undo_are_told(here, scout, ear) -> None:
    here.rep.undo_seconds = 60
    here.rep.save()
    item = written(scout, here)
    decisions.reject(item, by=here.rep, revision=1, reason="tone", note="Too stiff")
    callbacks.work()
    assert Submission.objects.get().is_open
    item.refresh_from_db()
    decisions.undo(item, by=here.rep)
    callbacks.work()
    assert kinds(ear) == ["draft.rejected", "draft.undone"]
    assert json.loads(ear.heard[0][1])["data"]["note"] == "Too stiff"


def test_a_draft_that_went_stale_is_told(here, scout, ear) -> None:
    written(scout, here)
    verbs.reply(here)
    intake.sweep()
    callbacks.work()
    assert kinds(ear) == ["draft.stale"]


def test_a_block_is_told(here, scout, ear) -> None:
    item = written(scout, here, body="Hi Yara,\n\n{{offer}}")
    decisions.approve(item, by=here.rep, revision=1)
    dispatch.send_due()
    callbacks.work()
    assert kinds(ear) == ["draft.approved"]
    callbacks.work()
    assert kinds(ear) == ["draft.approved", "draft.blocked"]
    assert "offer" in json.loads(ear.heard[1][1])["data"]["reason"]


def test_what_was_not_heard_is_said_again_later_and_later(here, scout, ear, clock) -> None:
    ear.statuses = [500, 503, 200]
    decisions.reject(written(scout, here), by=here.rep, revision=1, reason="tone")
    assert callbacks.work() == 2  # the row, and its first attempt
    assert callbacks.work() == 0
    for seconds in telling.PAUSES[:2]:
        clock.travel(seconds=seconds + 1)
        assert callbacks.deliver_due() == 1
    ids = {headers["webhook-id"] for headers, _ in ear.heard}
    row = Callback.objects.get()
    assert (len(ear.heard), len(ids), row.state, row.attempts) == (3, 1, "delivered", 3)
    clock.travel(days=2)
    assert callbacks.deliver_due() == 0


def test_what_comes_later_waits_for_what_comes_before(here, scout, ear, clock) -> None:
    ear.statuses = [500, 200]
    item = written(scout, here, body="Hi Yara,\n\n{{offer}}")
    decisions.approve(item, by=here.rep, revision=1)
    dispatch.send_due()
    for _ in range(3):
        callbacks.work()
    assert kinds(ear) == ["draft.approved"]
    clock.travel(minutes=1)
    for _ in range(3):
        callbacks.work()
    assert kinds(ear) == ["draft.approved", "draft.approved", "draft.blocked"]


def test_it_gives_up_after_the_last_attempt_and_says_so(here, scout, ear, clock) -> None:
    ear.statuses = [500]
    decisions.reject(written(scout, here), by=here.rep, revision=1, reason="tone")
    callbacks.work()
    for _ in range(20):
        clock.travel(days=1)
        callbacks.deliver_due()
    row = Callback.objects.get()
    assert (len(ear.heard), row.state, row.answer) == (8, "given_up", "500: refused")


def test_a_redirect_is_not_followed(here, scout, ear) -> None:
    ear.statuses, ear.headers = [302], {"Location": ear.url}
    decisions.reject(written(scout, here), by=here.rep, revision=1, reason="tone")
    callbacks.work()
    assert len(ear.heard) == 1
    assert Callback.objects.get().answer == "302: it sent us elsewhere, which is not followed"


def test_nothing_goes_to_a_private_network(here, scout, ear, settings) -> None:
    settings.TRUSTED_HOSTS = []
    decisions.reject(written(scout, here), by=here.rep, revision=1, reason="tone")
    callbacks.work()
    assert ear.heard == []
    assert Callback.objects.get().answer.startswith("address not allowed")


def test_an_attempt_whose_process_died_is_made_again(here, scout, ear, clock) -> None:
    decisions.reject(written(scout, here), by=here.rep, revision=1, reason="tone")
    callbacks.notice()
    row = Callback.objects.select_related("token").get()
    assert telling.claim(row)
    assert callbacks.deliver_due() == 0
    clock.travel(minutes=10)
    assert callbacks.deliver_due() == 1
    assert kinds(ear) == ["draft.rejected"]


def test_nobody_tells_a_token_that_was_revoked(here, scout, ear) -> None:
    item = written(scout, here)
    decisions.reject(item, by=here.rep, revision=1, reason="tone")
    callbacks.notice()
    tokens.revoke(scout.row, by=here.manager)
    callbacks.deliver_due()
    assert (ear.heard, Callback.objects.get().answer) == ([], callbacks.REVOKED)


def test_a_secret_that_cannot_be_read_is_no_endless_loop(here, scout, ear) -> None:
    decisions.reject(written(scout, here), by=here.rep, revision=1, reason="tone")
    ApiToken.objects.update(callback_key_id="of a lost key")
    callbacks.work()
    assert (ear.heard, Callback.objects.get().answer) == ([], callbacks.UNREADABLE)


def test_without_an_address_nothing_is_kept(here) -> None:
    mute = programs.writer(here.rep.team)
    decisions.reject(written(mute, here), by=here.rep, revision=1, reason="tone")
    assert callbacks.work() == 0
    assert Draft.objects.count() == 1
    assert not Callback.objects.exists()
