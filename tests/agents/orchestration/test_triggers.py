"""What wakes an account, and what never gets a fourth try."""

from datetime import timedelta

import pytest

from agents.models import AgentRun, WakeUp
from agents.orchestration import triggers
from revenue import clock as time
from revenue import ingest, leases
from revenue.models import Account, Event, Signal
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(db: None) -> Account:
    return factories.AccountFactory()


def signal(account: Account) -> Signal:
    return ingest.record_signal(
        account=account, kind="intent", source="web", occurred_at=time.now(),
        payload={"topic": "x"}, dedupe_key=f"s{account.pk}",
    )  # fmt: skip


def test_an_account_without_news_sleeps(account: Account) -> None:
    assert triggers.due() == []


def test_an_unhandled_signal_wakes(account: Account) -> None:
    signal(account)
    assert triggers.due() == [account.pk]
    Signal.objects.update(handled_at=time.now())
    assert triggers.due() == []


def test_an_alarm_wakes_when_it_is_due(account: Account, clock: object) -> None:
    triggers.ring(account.pk, at=clock.now() + timedelta(hours=1))
    assert triggers.due() == []
    clock.travel(hours=1, seconds=1)
    assert triggers.due() == [account.pk]


def test_the_earlier_alarm_stays(account: Account, clock: object) -> None:
    soon, late = clock.now() + timedelta(hours=1), clock.now() + timedelta(days=1)
    for when in (late, soon, late):
        triggers.ring(account.pk, at=when)
    assert WakeUp.objects.get().due_at == soon


def test_an_account_at_work_is_left_alone(account: Account) -> None:
    triggers.ring(account.pk)
    now = time.now()
    AgentRun.objects.create(account=account, agent="x", started_at=now, alive_until=now)
    assert triggers.due() == []


def test_what_waits_for_the_voice_wakes_when_it_is_free(account: Account, clock: object) -> None:
    lease = leases.acquire(account, holder="item:1", ttl=3600)
    triggers.claim([account.pk])
    triggers.put_off(account.pk, until=None, signals=[7], waits_for="voice")
    assert triggers.due() == []
    leases.release(lease)
    assert triggers.due() == [account.pk]
    assert WakeUp.objects.get().signals == [7]


def test_a_voice_whose_time_is_over_wakes_too(account: Account, clock: object) -> None:
    leases.acquire(account, holder="item:1", ttl=60)
    triggers.claim([account.pk])
    triggers.put_off(account.pk, until=None, signals=[], waits_for="voice")
    clock.travel(seconds=61)
    assert triggers.due() == [account.pk]


def test_an_attempt_is_counted_before_the_work(account: Account) -> None:
    assert triggers.claim([account.pk])[account.pk].attempts == 1
    triggers.settled([account.pk])
    assert WakeUp.objects.get().attempts == 0


def test_looks_at_the_same_moment_are_one_attempt(account: Account, clock: object) -> None:
    triggers.ring(account.pk)
    assert triggers.claim([account.pk])
    for _ in range(5):
        assert triggers.claim([account.pk]) == {}
    assert WakeUp.objects.get().attempts == 1
    clock.travel(seconds=11)  # whoever looked is gone
    assert triggers.claim([account.pk])[account.pk].attempts == 2


def test_a_look_that_came_to_an_end_holds_up_nobody(account: Account) -> None:
    for end in (triggers.settled, failed, put_off):
        assert triggers.claim([account.pk])
        end([account.pk])


def test_an_alarm_that_lies_ahead_outlives_a_look(account: Account, clock: object) -> None:
    """Else whatever came in between would make everybody forget to follow up a mail."""
    ahead = clock.now() + timedelta(days=14)
    triggers.ring(account.pk, at=ahead)
    triggers.claim([account.pk])
    triggers.settled([account.pk])
    assert WakeUp.objects.get().due_at == ahead
    clock.at(ahead)
    triggers.claim([account.pk])
    triggers.settled([account.pk])
    assert WakeUp.objects.get().due_at is None


def failed(account_ids: list[int]) -> None:
    triggers.failed(account_ids[0], "No answer.")


def put_off(account_ids: list[int]) -> None:
    triggers.put_off(account_ids[0], until=None, signals=[])


def test_work_that_never_ends_gets_no_fourth_try(account: Account, clock: object) -> None:
    triggers.ring(account.pk)
    for attempt in (1, 2, 3):
        assert triggers.claim([account.pk])[account.pk].attempts == attempt
        clock.travel(seconds=11)
    assert triggers.claim([account.pk]) == {}
    assert WakeUp.objects.get().quarantined_at
    assert triggers.due() == []
    assert Event.objects.filter(kind="account.quarantined").count() == 1


def test_a_failure_pauses_longer_and_the_third_quarantines(account: Account, clock: object) -> None:
    signal(account)
    pauses = []
    for _ in range(2):
        triggers.claim([account.pk])
        before = clock.now()
        assert not triggers.failed(account.pk, "No answer.")
        pauses.append(round((WakeUp.objects.get().retry_at - before).total_seconds()))
        assert triggers.due() == []
        clock.travel(minutes=6)
        assert triggers.due() == [account.pk]
    assert pauses == [30, 300]
    triggers.claim([account.pk])
    assert triggers.failed(account.pk, "No answer.")
    clock.travel(days=30)
    assert triggers.due() == []


def test_a_quarantine_that_is_lifted_starts_anew(account: Account, clock: object) -> None:
    for _ in range(4):
        triggers.claim([account.pk])
        clock.travel(seconds=11)
    triggers.lift(WakeUp.objects.get(), by=account.owner)
    assert triggers.due() == [account.pk]
    assert triggers.claim([account.pk])[account.pk].attempts == 1


def test_one_bad_account_does_not_hold_up_the_others(account: Account, clock: object) -> None:
    other = factories.AccountFactory()
    for _ in range(4):
        triggers.claim([account.pk])
        clock.travel(seconds=11)
    assert set(triggers.claim([account.pk, other.pk])) == {other.pk}
