"""A process that sends a digest is killed at any statement, and around the mail itself: nobody gets
two, and whoever may have got none reads so."""

import os
from datetime import timedelta

import pytest

from revenue import clock as clocks
from revenue.models import Workspace
from review import notices
from review.models import Notice, NoticeChoice
from tests.conftest import Clock
from tests.kills import forks
from tests.review.accounts import cast
from tests.review.notices import scene
from tests.smtp import Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]
KILLS = int(os.environ.get("KILLS_PER_STEP", "12"))


def next_morning(clock: Clock) -> None:
    due = NoticeChoice.objects.get().next_at
    assert due is not None
    clock.at(due + timedelta(minutes=1))


def test_a_sender_killed_anywhere_sends_one_or_says_that_nobody_knows(
    workspace: Workspace, clock: Clock, smtp: Sink
) -> None:
    clock.at(scene.MORNING)
    cast.item_at(cast.account_of(scene.reader(cast.rep())))
    next_morning(clock)
    total = forks.run(notices.work)
    assert (total > 12, len(smtp.mails)) == (True, 1)
    seen = set()
    for number in range(1, KILLS + 1):
        next_morning(clock)
        before = len(smtp.mails)
        assert forks.run(notices.work, fatal=(number * total) // (KILLS + 1) + 1) == 0
        for _ in range(3):
            notices.work()
            clock.travel(minutes=20)
        row = Notice.objects.get(period__gt=clocks.now() - timedelta(hours=2))
        seen.add((row.state, len(smtp.mails) - before))
    assert seen <= {("sent", 1), ("unknown", 0), ("unknown", 1)}
    assert ("sent", 1) in seen
    assert {state for state, _ in seen} == {"sent", "unknown"}
