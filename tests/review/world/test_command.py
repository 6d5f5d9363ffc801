"""`manage.py simulate`: plain words, JSON, and a clear sentence for what cannot be."""

import json

import pytest
from django.core.management import CommandError, call_command

from revenue import events
from revenue.models import Account, Event
from review import tasks
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db
TINY = {"seed": 5, "days": 2, "accounts": 3}


def test_it_tells_what_happened(capsys) -> None:
    call_command("simulate", **TINY, json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["seed"], told["days"], told["accounts"]) == (5, 2, 3)
    assert told["broken"] == []
    assert 20 < told["events"] <= Event.objects.count()
    assert Account.objects.count() == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [("--days", "0"), ("--days", "-3"), ("--accounts", "-1"), ("--accounts", "many"),
     ("--days", "99999"), ("--start", "soon"), ("--seed", "x")],
)  # fmt: skip
def test_what_cannot_be_is_refused_before_anything_is_written(name: str, value: str) -> None:
    with pytest.raises(CommandError, match=name):
        call_command("simulate", f"{name}={value}")
    assert not Account.objects.exists()


def test_a_database_in_use_is_refused_by_name() -> None:
    AccountFactory()
    with pytest.raises(CommandError, match="1 account, 1 person that no simulation made"):
        call_command("simulate", **TINY)
    assert Account.objects.count() == 1


def test_beside_a_desk_that_is_served_nothing_is_simulated() -> None:
    tasks.request_heartbeat()
    tasks.beat()
    with pytest.raises(CommandError, match="Stop it first"):
        call_command("simulate", **TINY)
    assert not Account.objects.exists()


def test_a_broken_invariant_is_named_and_ends_with_an_error(capsys) -> None:
    account = AccountFactory(is_demo=True, owner=None)
    Account.objects.filter(pk=account.pk).update(stage="engaged")
    assert list(events.faults()) == []
    with pytest.raises(CommandError, match=f"account {account.pk}: nobody will ever look"):
        call_command("simulate", **TINY)
    assert f"account {account.pk} is engaged" in capsys.readouterr().out
