"""An import that waits is done by one process at a time, from where the last one stopped."""

import threading
from collections import Counter

import pytest
from django.db import connection

from revenue import events, importing
from revenue.importing import Plan, claims, units
from revenue.models import (
    Account,
    Contact,
    Event,
    ImportBatch,
    ImportIssue,
    Opportunity,
    Signal,
    StageChange,
)

from .conftest import ACCOUNTS, CONTACTS, DEALS, PEOPLE, PRODUCTS, plan_of

pytestmark = pytest.mark.django_db
COUNTED = (Account, Contact, Event, ImportIssue, Opportunity, Signal, StageChange)


def plan() -> Plan:
    return plan_of(
        accounts=ACCOUNTS, contacts=CONTACTS, deals=DEALS, people=PEOPLE, products=PRODUCTS
    )


@pytest.fixture
def batch(clock) -> ImportBatch:
    made = ImportBatch.objects.create(
        name="crm", state="preview", started_at=clock.now(),
        options={"files": [], "mappings": {}, "shift_to": ""},
    )  # fmt: skip
    assert importing.queue(made)
    made.refresh_from_db()
    return made


@pytest.fixture
def small_units(monkeypatch) -> None:
    """Every account is a unit, and one with more than two rows is several."""
    monkeypatch.setattr(units, "ROWS", 1)
    monkeypatch.setattr(units, "ROWS_AT_MOST", 2)


def finish(run: importing.Run) -> None:
    for _ in run.steps():
        pass
    run.finish()


def go_on() -> ImportBatch:
    claim = importing.take()
    assert claim
    finish(importing.resume(plan(), claim))
    claim.batch.refresh_from_db()
    return claim.batch


def rows() -> dict[type, int]:
    return {model: model.objects.count() for model in COUNTED}


def interrupted(steps: int) -> importing.Run:
    """A run that stopped after so many steps, as a slice does at its end."""
    claim = importing.take()
    run = importing.resume(plan(), claim)
    for _, _ in zip(range(steps), run.steps(), strict=False):
        pass
    claim.release()
    return run


# --- whose it is ----------------------------------------------------------------------------------


def test_only_one_has_it(batch: ImportBatch) -> None:
    assert importing.take().batch == batch
    assert importing.take() is None


def test_one_that_shows_no_life_is_followed_by_another_and_writes_nothing_more(batch, clock):
    first = importing.take()
    clock.travel(seconds=46)
    second = importing.take()
    assert second.batch == batch
    with pytest.raises(importing.Lost):
        first.progress(1)
    with pytest.raises(importing.Lost):
        finish(importing.resume(plan(), first))
    first.give_up("too late")
    batch.refresh_from_db()
    assert (batch.state, batch.trouble, batch.claim) == ("queued", "", second.batch.claim)
    assert not Opportunity.objects.exists()


def test_a_sign_of_life_keeps_it(batch: ImportBatch, clock) -> None:
    claim = importing.take()
    for _ in range(3):
        clock.travel(seconds=40)
        claim.progress(1)
        assert importing.take() is None


def test_a_preview_and_an_import_that_is_done_wait_for_nobody(batch: ImportBatch) -> None:
    for state in ("preview", "done", "running"):
        ImportBatch.objects.update(state=state)
        assert importing.take() is None


def test_the_oldest_is_first(batch: ImportBatch, clock) -> None:
    clock.travel(seconds=1)
    younger = ImportBatch.objects.create(name="b", state="queued", started_at=clock.now())
    assert importing.take().batch == batch
    assert importing.take().batch == younger


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_it_at_once_one_has_it(batch: ImportBatch) -> None:
    for _ in range(30):
        ImportBatch.objects.update(claim="", claimed_until=None, attempts=0)
        barrier, taken = threading.Barrier(2), []

        def take(barrier=barrier, taken=taken) -> None:
            connection.ensure_connection()
            barrier.wait()
            taken.append(importing.take())
            connection.close()

        threads = [threading.Thread(target=take) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert sorted(one is None for one in taken) == [False, True]


# --- from where it stopped ------------------------------------------------------------------------


def test_in_one_go_it_does_what_the_command_does(batch: ImportBatch, folder, run) -> None:
    done = go_on()
    assert (done.state, done.rows, done.rows_done) == ("done", 11, 11)
    there = rows()
    assert (there[Account], there[Contact], there[Opportunity]) == (2, 1, 4)
    assert "Nothing changed" in run(folder)  # the command finds all of it as it would have made it
    assert rows() == there


@pytest.mark.parametrize("steps", range(1, 10))
def test_wherever_it_stops_everything_is_there_once_and_told_once(
    batch: ImportBatch, small_units: None, steps: int
) -> None:
    interrupted(steps)
    done = go_on()
    assert done.state == "done"
    found = rows()
    tallies = {kind: Counter(told) for kind, told in done.counts.items()}
    totals = {kind: told["new"] + told["same"] + told["changed"] for kind, told in tallies.items()}
    wanted = {"opportunities": 4, "contacts": 1, "accounts": 2, "products": 2}
    assert {kind: totals[kind] for kind in wanted} == wanted
    # The deal without an account is the one row with something to tell.
    assert (found[ImportIssue], found[Opportunity], found[Signal]) == (1, 4, 2)
    kinds = Counter(Event.objects.values_list("kind", flat=True))
    assert (kinds["import.started"], kinds["import.done"]) == (1, 1)
    assert kinds["opportunity.imported"] == 4
    assert kinds["stage.changed"] == found[StageChange] == 6
    assert list(events.faults()) == []


def test_what_is_behind_the_cursor_is_not_looked_at_again(batch, small_units, monkeypatch) -> None:
    interrupted(8)
    seen = []
    original = units.Unit.drop
    monkeypatch.setattr(
        units.Unit, "drop", lambda unit, pks: seen.append(unit) or original(unit, pks)
    )
    go_on()
    assert sum(unit.size for unit in seen) < 5


def test_it_goes_on_where_the_rows_are_and_not_where_it_stopped_counting(batch, small_units):
    """A process that dies after its unit and before anything else has lost nothing."""
    run = interrupted(7)
    batch.refresh_from_db()
    assert batch.cursor == run.cursor
    assert batch.rows_done == run.cursor["rows"]


# --- trouble --------------------------------------------------------------------------------------


def test_a_failure_pauses_and_is_tried_again(batch: ImportBatch, clock) -> None:
    importing.take().failed("The disk is full.")
    assert importing.take() is None
    clock.travel(seconds=6)
    assert importing.take().batch.trouble == "The disk is full."


def test_the_third_failure_gives_it_back_with_the_reason(batch: ImportBatch, clock) -> None:
    for _ in range(3):
        importing.take().failed("The disk is full.")
        clock.travel(seconds=6)
    batch.refresh_from_db()
    assert (batch.state, batch.trouble, batch.attempts) == ("preview", "The disk is full.", 0)
    assert Event.objects.filter(kind="import.stopped").count() == 1


def test_whatever_kills_its_process_gets_no_fourth(batch: ImportBatch, clock) -> None:
    for _ in range(claims.MOST_ATTEMPTS):
        assert importing.take()
        clock.travel(seconds=46)
    assert importing.take() is None
    batch.refresh_from_db()
    assert batch.state == "preview"
    assert "without a result three times" in batch.trouble


def test_as_long_as_it_gets_on_nothing_is_counted(batch: ImportBatch, small_units: None) -> None:
    for _ in range(claims.MOST_ATTEMPTS):
        claim = importing.take()
        run = importing.resume(plan(), claim)
        for _ in run.steps():
            if run.may_pause:
                break
        claim.release()
    batch.refresh_from_db()
    assert (batch.state, batch.attempts) == ("queued", 0)


def test_one_that_was_given_back_starts_anew_and_makes_nothing_twice(
    batch: ImportBatch, small_units: None
) -> None:
    interrupted(8)
    importing.take().give_up("The files are odd.")
    batch.refresh_from_db()
    assert (batch.state, batch.digest, batch.cursor, batch.rows_done) == ("preview", "", {}, 0)
    assert not batch.issues.exists()
    assert importing.queue(batch)
    assert go_on().state == "done"
    assert (Opportunity.objects.count(), Signal.objects.count()) == (4, 2)
    assert ImportIssue.objects.count() == 1


def test_a_person_says_yes_once(batch: ImportBatch) -> None:
    assert not importing.queue(batch)


def test_one_that_is_finished_by_another_is_not_finished_twice(batch, clock) -> None:
    first = importing.take()
    run = importing.resume(plan(), first)
    for _ in run.steps():
        pass
    clock.travel(seconds=46)
    go_on()
    run.finish()
    assert Event.objects.filter(kind="import.done").count() == 1
