"""Real processes are killed while accounts go their way: the tick, with everything it drives.

A rep approves meanwhile. In the end every account has had its one mail, nobody two, and what a
dead process left behind was taken up again within a minute.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agents.models import AgentRun
from revenue.models import Account, Workspace
from review import decisions, dispatch
from review.models import OutboxMessage, ReviewItem
from tests.kills.test_fork_kills import imported
from tests.races import laws
from tests.smtp import Sink

ROOT = Path(__file__).parent.parent.parent
ACCOUNTS, KILLS, PATIENCE = 8, 10, 180

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]


class Tick:
    """`manage.py tick` as its own process."""

    def __init__(self, database_url: str, sink: Sink) -> None:
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": database_url,
            "TEST_EMAIL": f"smtp://{sink.host}:{sink.port}",
        }
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        code = (
            "import os, sys\n"
            "from tests import settings\n"
            "host, _, port = os.environ['TEST_EMAIL'].removeprefix('smtp://').partition(':')\n"
            "settings.EMAIL_BACKEND = 'django.core.mail.backends.smtp.EmailBackend'\n"
            "settings.EMAIL_HOST, settings.EMAIL_PORT = host, int(port)\n"
            "from django.core.management import execute_from_command_line\n"
            "execute_from_command_line(['manage.py', 'tick'])\n"
        )
        self.process = subprocess.Popen(
            [sys.executable, "-c", code], cwd=ROOT, env=self.environment
        )

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        assert self.process.wait() == -signal.SIGKILL


def a_rep_approves() -> None:
    for item in ReviewItem.objects.filter(state="pending").select_related("account__owner"):
        decisions.approve(item, by=item.account.owner, revision=item.revision)


def a_rep_settles(sink: Sink) -> None:
    for message in OutboxMessage.objects.filter(state="unknown").select_related("account__owner"):
        left = message.message_id in [mail["Message-ID"] for mail in sink.mails]
        outcome = "sent" if left else "queued"
        dispatch.settle(message, by=message.account.owner, outcome=outcome)


def test_killing_the_tick_again_and_again_loses_nothing_and_sends_nothing_twice(
    database_url: str, smtp: Sink, workspace: Workspace, seed: int
) -> None:
    chance = random.Random(seed)
    accounts = [imported() for _ in range(ACCOUNTS)]
    tick = Tick(database_url, smtp)
    for _ in range(KILLS):
        tick.start()
        time.sleep(chance.uniform(0.8, 3))
        a_rep_approves()
        tick.kill()
    left_running = AgentRun.objects.filter(state="running").count()
    tick.start()
    try:
        waited = _until_every_mail_left(smtp)
    finally:
        tick.kill()
    ids = [mail["Message-ID"] for mail in smtp.mails]
    assert len(ids) == len(set(ids)) == ACCOUNTS, f"after {waited:.0f} s, {left_running} runs left"
    assert [words for account in accounts for words in laws.always_broken(account)] == []
    assert Account.objects.filter(stage="contacted").count() == ACCOUNTS


def _until_every_mail_left(sink: Sink) -> float:
    """Seconds until all have left: runs of the dead are taken up, unknown sends are settled."""
    started = time.monotonic()
    while time.monotonic() - started < PATIENCE:
        a_rep_approves()
        a_rep_settles(sink)
        if OutboxMessage.objects.filter(state="sent").count() == ACCOUNTS:
            break
        time.sleep(0.5)
    return time.monotonic() - started
