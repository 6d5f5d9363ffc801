"""Two requests at the same moment: one wins, the other is told, nothing is done twice."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse

from agents.models import Draft
from revenue import clock
from revenue.models import MailEvent, Signal
from review import signing
from review.models import ReviewItem
from tests.races import verbs
from tests.review.doors import programs, test_provider
from tests.review.doors.programs import a_draft, error

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 8


def at_once(*requests: Callable[[], HttpResponse]) -> list[HttpResponse]:
    barrier, found = threading.Barrier(len(requests)), {}

    def ask(number: int) -> None:
        barrier.wait(10)
        try:
            found[number] = requests[number]()
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(requests))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return [found[number] for number in range(len(requests))]


def test_the_same_key_twice_is_one_draft(workspace: Any) -> None:
    scout = programs.writer()
    for number in range(ROUNDS):
        here = verbs.scene()
        body = a_draft(here.account)
        both = at_once(*[lambda: scout.draft(body, key=f"k{number}")] * 2)  # noqa: B023
        assert [one.status_code for one in both] == [201, 201]
        assert both[0].json() == both[1].json()
        assert sorted("Idempotent-Replayed" in one for one in both) == [False, True]
        assert Draft.objects.filter(account=here.account).count() == 1


def test_of_two_agents_one_speaks(workspace: Any) -> None:
    agents = [programs.writer(agent=name) for name in ("one", "two")]
    for number in range(ROUNDS):
        here = verbs.scene()
        body = a_draft(here.account)
        both = at_once(*[lambda one=one: one.draft(body, key=f"k{number}") for one in agents])  # noqa: B023
        assert sorted(one.status_code for one in both) == [201, 409]
        [refused] = [one for one in both if one.status_code == 409]
        assert error(refused)["code"] == "voice_held"
        assert ReviewItem.objects.filter(account=here.account).count() == 1


def test_a_draft_and_a_reply_leave_nothing_outdated_on_the_desk(workspace: Any) -> None:
    scout = programs.writer()
    for number in range(ROUNDS):
        here = verbs.scene()
        body = a_draft(here.account)
        both = at_once(
            lambda: scout.draft(body, key=f"k{number}"),  # noqa: B023
            lambda: verbs.reply(here),  # noqa: B023
        )
        assert both[0].status_code in (201, 409)
        assert not ReviewItem.objects.filter(account=here.account).pending().fresh().exists()


def test_the_same_delivery_twice_is_one_signal(workspace: Any) -> None:
    source = programs.source()
    for number in range(ROUNDS):
        account = verbs.scene().account
        raw = f'{{"account": {account.pk}, "kind": "intent", "payload": {{"topic": "a"}}}}'.encode()
        made = signing.headers(source.secret, webhook_id=f"m{number}", at=clock.now(), body=raw)
        both = at_once(*[lambda: programs.deliver(source.row.slug, raw, made)] * 2)  # noqa: B023
        assert sorted(one.json()["status"] for one in both) == ["known", "taken"]
        assert Signal.objects.filter(account=account, kind="intent").count() == 1


def test_the_same_event_twice_is_one(workspace: Any, settings: Any) -> None:
    settings.MAIL_PROVIDER = "postmark"
    settings.ANYMAIL = {"WEBHOOK_SECRET": [test_provider.SECRET]}
    for _ in range(ROUNDS):
        here = verbs.queued()
        body = test_provider.bounce(here.message)
        both = at_once(*[lambda: test_provider.post(body)] * 2)  # noqa: B023
        assert [one.status_code for one in both] == [200, 200]
        assert MailEvent.objects.filter(account=here.account).count() == 1
        assert Signal.objects.filter(account=here.account, kind="bounce").count() == 1
