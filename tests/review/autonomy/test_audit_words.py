"""A draft that was drawn for an audit says so in the history, to nobody who may still decide it.

The desk's pages look the same whether it was drawn or not.
"""

import csv
import io
import re
from datetime import timedelta

import pytest

from agents.models import Draft
from revenue import clock as time
from review import decisions, dispatch, intake
from review.autonomy import gate
from review.models import AuditDraw, Decision, OutboxMessage, ReviewItem
from tests.races import verbs
from tests.review.accounts import cast
from tests.review.autonomy import scenes, trusted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workspace", "local_outbox")]
WORDS = "This one was drawn at random and held"


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> verbs.Scene:
    """An audit that waits on the desk of somebody who may take back what they did."""
    monkeypatch.setattr(gate, "is_drawn", lambda draft_id, share: True)
    here = verbs.unrouted()
    here.rep.undo_seconds = 60
    here.rep.save()
    trusted.trust(here.draft)
    trusted.arrives(here)
    assert AuditDraw.objects.get().due
    return here


def told(here: verbs.Scene) -> list[bool]:
    """Whether the list and each page of a decision say it."""
    client, found = cast.signed_in(here.rep), []
    for row in Decision.objects.filter(item=here.item):
        page = scenes.said(client.get(f"/history/{row.pk}/"))
        assert ("Audit" in page) == (WORDS in page)
        found.append(WORDS in page)
    sheet = b"".join(client.post("/history/export/")).decode("utf-8-sig")
    marks = {row["audit"] for row in csv.DictReader(io.StringIO(sheet, newline=""))}
    is_listed = "Audit" in scenes.said(client.get("/history/"))
    assert marks == ({"yes"} if is_listed else {""})
    return [is_listed, *found]


def test_it_is_told_once_the_mail_has_left(here, clock) -> None:
    decisions.approve(here.item, by=here.rep, revision=1)
    assert told(here) == [False, False]
    clock.travel(minutes=2)
    dispatch.send_due()
    assert OutboxMessage.objects.get().state == "sent"
    assert told(here) == [True, True]


def test_who_may_still_take_it_back_is_not_told(here, clock) -> None:
    decisions.reject(here.item, by=here.rep, revision=1, reason="tone")
    assert told(here) == [False, False]
    decisions.undo(ReviewItem.objects.get(pk=here.item.pk), by=here.rep)
    assert told(here) == [False, False]
    item = ReviewItem.objects.get(pk=here.item.pk)
    decisions.reject(item, by=here.rep, revision=item.revision, reason="tone")
    clock.travel(minutes=2)
    intake.sweep()
    assert told(here) == [True, True, True]


def test_what_was_put_off_is_not_told(here) -> None:
    decisions.snooze(here.item, by=here.rep, revision=1, until=time.now() + timedelta(days=1))
    assert told(here) == [False, False]


def test_of_a_rewrite_the_first_text_was_the_audit(here) -> None:
    decisions.request_rewrite(here.item, by=here.rep, revision=1, note="Shorter")
    new = Draft.objects.get(pk=here.draft.pk)
    new.pk, new.supersedes = None, here.draft
    new.save(force_insert=True)
    ReviewItem.objects.update(draft=new, state="rejected", undo_until=None)
    assert told(here) == [True, True]


def test_others_are_no_audits(here) -> None:
    AuditDraw.objects.update(due=False)
    ReviewItem.objects.update(state="pending")
    decisions.reject(here.item, by=here.rep, revision=1, reason="tone")
    ReviewItem.objects.update(undo_until=None)
    assert told(here) == [False, False]


def test_the_desk_shows_an_audit_as_it_shows_any_other(here) -> None:
    client, item = cast.signed_in(here.rep), f"/desk/items/{here.item.pk}/"
    drawn = client.get(item)
    assert drawn.status_code == 200
    AuditDraw.objects.all().delete()
    assert _plain(client.get(item)) == _plain(drawn)


def _plain(answer) -> str:
    return re.sub(r'[\w:=-]{30,}|as-of="[^"]*"', "", answer.content.decode())
