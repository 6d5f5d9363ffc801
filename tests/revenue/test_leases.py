"""The voice: one holder at a time, every one expires, a stale token moves nothing."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from revenue import clock as time
from revenue import events, leases
from revenue.models import Account, Event, Lease
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(db: None) -> Account:
    return factories.AccountFactory()


def stale(lease: Lease) -> Lease:
    """The lease as its earlier holder still knows it."""
    return Lease(pk=lease.pk, account=lease.account, token=lease.token, holder=lease.holder)


def test_the_first_one_gets_the_voice(account: Account) -> None:
    lease = leases.acquire(account, holder="run:1", ttl=600)
    assert (lease.holder, lease.token, lease.state) == ("run:1", 1, "active")
    assert leases.current(account) == lease


def test_the_second_one_is_refused_and_does_not_wait(account: Account) -> None:
    leases.acquire(account, holder="run:1", ttl=600)
    assert leases.acquire(account, holder="run:2", ttl=600) is None
    assert leases.current(account).holder == "run:1"


def test_the_same_holder_gets_the_same_lease(account: Account) -> None:
    first = leases.acquire(account, holder="run:1", ttl=600)
    assert leases.acquire(account, holder="run:1", ttl=600) == first
    assert Lease.objects.count() == 1


def test_another_account_has_another_voice(account: Account) -> None:
    leases.acquire(account, holder="run:1", ttl=600)
    assert leases.acquire(factories.AccountFactory(), holder="run:2", ttl=600)


def test_the_database_keeps_one_voice_per_account(account: Account) -> None:
    leases.acquire(account, holder="run:1", ttl=600)
    now = time.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        Lease.objects.create(
            account=account, holder="run:2", token=9, acquired_at=now, expires_at=now
        )


def test_a_holder_whose_time_is_over_loses_it_to_the_next(account: Account, clock: object) -> None:
    first = leases.acquire(account, holder="run:1", ttl=600)
    clock.travel(seconds=601)
    assert leases.current(account) is None
    second = leases.acquire(account, holder="run:2", ttl=600)
    first.refresh_from_db()
    assert (first.state, second.token) == ("expired", 2)


def test_renewing_keeps_it_and_only_the_holder_can(account: Account, clock: object) -> None:
    lease = leases.acquire(account, holder="run:1", ttl=600)
    clock.travel(seconds=500)
    assert leases.renew(lease, ttl=600)
    clock.travel(seconds=500)
    assert leases.current(account) == lease
    clock.travel(seconds=200)
    assert not leases.renew(lease, ttl=600)


def test_passing_it_on_makes_the_old_token_worthless(account: Account) -> None:
    lease = leases.acquire(account, holder="run:1", ttl=600)
    old = stale(lease)
    assert leases.pass_to(lease, holder="item:1", ttl=600).token == 2
    assert leases.pass_to(old, holder="item:2", ttl=600) is None
    assert not leases.renew(old, ttl=600)
    assert not leases.release(old)
    assert leases.current(account).holder == "item:1"


def test_what_expired_cannot_be_passed_on(account: Account, clock: object) -> None:
    lease = leases.acquire(account, holder="run:1", ttl=600)
    clock.travel(seconds=601)
    assert leases.pass_to(lease, holder="item:1", ttl=600) is None


def test_releasing_frees_the_account_once(account: Account) -> None:
    lease = leases.acquire(account, holder="run:1", ttl=600)
    assert leases.release(lease, reason="done")
    assert not leases.release(lease)
    lease.refresh_from_db()
    assert (lease.state, lease.end_reason) == ("released", "done")
    assert leases.current(account) is None


@pytest.mark.parametrize("holder", ["run:1", "item:1", "outbox:1"])
def test_a_reply_ends_the_voice_of_agents_items_and_messages(account: Account, holder: str) -> None:
    lease = leases.acquire(account, holder=holder, ttl=600)
    assert leases.preempt(account, reason="a reply") == lease
    lease.refresh_from_db()
    assert lease.state == "preempted"


def test_a_persons_voice_is_not_preempted(account: Account) -> None:
    leases.acquire(account, holder=account.owner, ttl=600)
    assert leases.preempt(account, reason="a reply") is None
    assert leases.current(account).holder == f"user:{account.owner.pk}"


def test_a_send_on_its_way_is_neither_preempted_nor_expired(
    account: Account, clock: object
) -> None:
    lease = leases.acquire(account, holder="outbox:1", ttl=600)
    leases.pass_to(lease, holder="outbox:1", ttl=600, pinned=True)
    clock.travel(days=60)
    assert leases.preempt(account, reason="a reply") is None
    assert leases.sweep() == 0
    assert leases.acquire(account, holder="run:2", ttl=600) is None
    assert leases.current(account).is_pinned


def test_preempting_nobody_does_nothing(account: Account) -> None:
    assert leases.preempt(account, reason="a reply") is None
    assert not Event.objects.filter(account=account, kind__startswith="voice.").exists()


def test_the_sweep_ends_what_is_over_and_nothing_else(account: Account, clock: object) -> None:
    other = factories.AccountFactory()
    leases.acquire(account, holder="run:1", ttl=timedelta(minutes=1))
    leases.acquire(other, holder="run:2", ttl=timedelta(hours=1))
    clock.travel(minutes=2)
    assert leases.sweep() == 1
    assert leases.sweep() == 0
    assert leases.current(other).holder == "run:2"


def test_every_step_has_its_event(account: Account, clock: object) -> None:
    lease = leases.acquire(account, holder="run:1", ttl=600)
    leases.pass_to(lease, holder="item:1", ttl=600)
    leases.preempt(account, reason="a reply")
    leases.acquire(account, holder="run:2", ttl=600)
    clock.travel(hours=1)
    leases.sweep()
    told = Event.objects.filter(account=account, kind__startswith="voice.")
    assert list(told.values_list("kind", "data__token")) == [
        ("voice.acquired", 1), ("voice.passed", 2), ("voice.preempted", 2),
        ("voice.acquired", 3), ("voice.expired", 3),
    ]  # fmt: skip
    assert list(events.faults()) == []
