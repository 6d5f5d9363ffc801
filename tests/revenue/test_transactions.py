"""One transaction: what is read once, what is written last, and what a failure takes with it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from revenue import context, events, locks, transactions
from revenue.models import Account, Event
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db


def kinds(account: Account) -> list[str]:
    """Of the account's events, but for the one of its own beginning."""
    told = Event.objects.filter(account=account).exclude(kind="account.imported")
    return list(told.values_list("kind", flat=True))


def note(account: Account, kind: str) -> None:
    events.append(kind, by="system", account=account)


def test_events_are_written_together_in_their_order() -> None:
    account = AccountFactory()
    note(account, "first")  # makes the chain's head
    with CaptureQueriesContext(connection) as three, transactions.atomic():
        for kind in ("a", "b", "c"):
            note(account, kind)
    with CaptureQueriesContext(connection) as one, transactions.atomic():
        note(account, "d")
    assert kinds(account) == ["first", "a", "b", "c", "d"]
    assert len(three) == len(one)
    assert list(events.faults()) == []


def test_chains_of_several_accounts_stay_whole() -> None:
    first, second = AccountFactory(), AccountFactory()
    with transactions.atomic():
        for account in (first, second, first):
            note(account, f"of {account.pk}")
    assert kinds(first) == [f"of {first.pk}"] * 2
    assert kinds(second) == [f"of {second.pk}"]
    assert list(events.faults()) == []


def test_what_fails_writes_no_event() -> None:
    account = AccountFactory()

    @transactions.atomic
    def failing() -> None:
        note(account, "lost")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    with transactions.atomic():
        note(account, "kept")
    assert kinds(account) == ["kept"]


def test_a_part_that_fails_takes_only_its_own_events_with_it() -> None:
    account = AccountFactory()

    def failing() -> None:
        with transactions.atomic(savepoint=True):
            note(account, "lost")
            raise ZeroDivisionError

    with transactions.atomic():
        note(account, "before")
        with pytest.raises(ZeroDivisionError):
            failing()
        note(account, "after")
    assert kinds(account) == ["before", "after"]


def test_a_part_is_a_part() -> None:
    """Its end is no commit: the whole may still fail."""
    account = AccountFactory()

    @transactions.atomic
    def failing() -> None:
        with transactions.atomic():
            note(account, "part")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert kinds(account) == []


def test_an_account_is_locked_once_and_stays_true() -> None:
    account = AccountFactory()
    with transactions.atomic():
        locked = locks.account(account.pk)
        context.moved(account.pk)
        with CaptureQueriesContext(connection) as queries:
            again = locks.account(account.pk)
        assert again is locked
        assert len(queries) == 0
        assert again.context_version == Account.objects.get(pk=account.pk).context_version


def test_a_part_that_failed_is_read_again() -> None:
    account = AccountFactory()

    def failing() -> None:
        with transactions.atomic(savepoint=True):
            locks.account(account.pk)
            context.moved(account.pk)
            raise ZeroDivisionError

    with transactions.atomic():
        with pytest.raises(ZeroDivisionError):
            failing()
        assert locks.account(account.pk).context_version == account.context_version


def test_the_next_transaction_reads_again() -> None:
    account = AccountFactory()
    with transactions.atomic():
        first = locks.account(account.pk)
    with transactions.atomic():
        assert locks.account(account.pk) is not first


def test_outside_a_transaction_an_event_is_written_at_once() -> None:
    account = AccountFactory()
    note(account, "alone")
    assert kinds(account) == ["alone"]


def test_a_page_remembers_until_a_transaction_has_ended() -> None:
    asked: list[int] = []

    def read() -> int:
        asked.append(1)
        return len(asked)

    assert [transactions.seen("key", read), transactions.once("key", read)] == [1, 2]
    with transactions.page():
        assert [transactions.seen("key", read), transactions.once("key", read)] == [3, 3]
        assert transactions.remembered("key") == 3
        with transactions.atomic():
            assert [transactions.seen("key", read), transactions.seen("key", read)] == [4, 5]
        assert transactions.remembered("key") is None
        assert transactions.seen("key", read) == 6
    assert transactions.remembered("key") is None
