"""The event log: only added to, and any later change shows, with the first row that is wrong."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from revenue import events, log_guard
from revenue.models import Account, ChainHead, Event
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(db: None) -> Account:
    """Five rows in its chain, and some in two others."""
    row = Account.objects.create(name="Brookfield")
    for number in range(1, 6):
        events.append("note.taken", by="system", account=row, subject=row, number=number)
    events.append("workspace.changed", by="system")
    events.append("verdict.given", by="system", chain="lane:1")
    return row


def verified(**options: object) -> str:
    """What `verify_log` says; when rows are wrong, that of its error output."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("verify_log", stdout=out, stderr=err, **options)
    except CommandError as error:
        return f"{err.getvalue()}{error}"
    return out.getvalue()


def by_raw_sql(statement: str, *values: object) -> None:
    """As somebody would who owns the database: without the triggers."""
    log_guard.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
    log_guard.install(connection)


def refused(act: Callable[[], object]) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        act()


def empty_the_table() -> None:
    verb = "TRUNCATE" if connection.vendor == "postgresql" else "DELETE FROM"
    with connection.cursor() as cursor:
        cursor.execute(f"{verb} revenue_event")


# --- only added to --------------------------------------------------------------------------------


def test_a_row_cannot_be_changed(account: Account) -> None:
    refused(lambda: Event.objects.filter(seq=3).update(actor="user:1"))
    refused(lambda: Event.objects.first().save())
    assert list(events.faults()) == []


def test_a_row_cannot_be_removed(account: Account) -> None:
    refused(lambda: Event.objects.filter(seq=3).delete())
    refused(lambda: Event.objects.all().delete())
    refused(empty_the_table)
    assert Event.objects.filter(account=account).count() == 5


def test_the_log_outlives_the_account_that_it_tells_of(account: Account) -> None:
    chain = events.chain_of(account)
    account.delete()
    assert Event.objects.filter(chain=chain).count() == 5
    assert list(events.faults()) == []


def test_a_row_holds_who_what_and_when(account: Account) -> None:
    person = factories.UserFactory()
    row = events.append("note.taken", by=person, account=account, subject=account, number=6)
    assert (row.chain, row.seq, row.actor) == (f"account:{account.pk}", 6, f"user:{person.pk}")
    assert (row.subject_kind, row.subject_id, row.data) == ("account", account.pk, {"number": 6})
    assert row.previous == Event.objects.get(chain=row.chain, seq=5).hash


def test_many_rows_are_one_chain_in_their_order(account: Account) -> None:
    many = [events.Entry("note.taken", account, {"number": number}) for number in range(6, 1206)]
    events.append_many(many, by="system", account=account)
    rows = Event.objects.filter(account=account).values_list("data__number", flat=True)
    assert list(rows) == list(range(1, 1206))
    assert list(events.faults()) == []


def test_what_is_rolled_back_leaves_no_row(account: Account) -> None:
    def act() -> None:
        with transaction.atomic():
            events.append("note.taken", by="system", account=account)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act()
    events.append("note.taken", by="system", account=account)
    assert Event.objects.filter(account=account).count() == 6
    assert list(events.faults()) == []


# --- any later change shows -----------------------------------------------------------------------


def test_a_log_that_holds_says_how_much_it_holds(account: Account) -> None:
    rows, chains = Event.objects.count(), ChainHead.objects.count()
    assert (rows > 6, chains) == (True, 3)
    assert verified() == f"The log holds: {rows} rows in {chains} chains.\n"


@pytest.mark.parametrize(
    "change",
    ["actor = 'user:9'", "kind = 'other'", "data = '{\"number\": 9}'", "subject_id = 99",
     "at = '2020-01-01 00:00:00+00:00'", "account_id = NULL", "hash = 'x'"],
)  # fmt: skip
def test_an_edited_row_is_named(account: Account, change: str) -> None:
    by_raw_sql(f"UPDATE revenue_event SET {change} WHERE chain = %s AND seq = 3", chain(account))
    assert verified() == (
        f"account:{account.pk}, row 3: was changed after it was written\n"
        "1 of the chains do not hold. First bad rows above."
    )


def test_an_edit_that_mends_its_own_hash_shows_in_the_next_row(account: Account) -> None:
    row = Event.objects.get(account=account, seq=3)
    row.actor = "user:9"
    by_raw_sql(
        "UPDATE revenue_event SET actor = 'user:9', hash = %s WHERE id = %s",
        events.content_hash(row), row.pk,
    )  # fmt: skip
    assert f"account:{account.pk}, row 4: does not follow from the row before it" in verified()


@pytest.mark.parametrize("seq", [1, 3])
def test_a_removed_row_is_named(account: Account, seq: int) -> None:
    by_raw_sql("DELETE FROM revenue_event WHERE chain = %s AND seq = %s", chain(account), seq)
    assert f"account:{account.pk}, row {seq + 1}: row {seq} is missing" in verified()


def test_a_tail_that_was_cut_is_named(account: Account) -> None:
    by_raw_sql("DELETE FROM revenue_event WHERE chain = %s AND seq > 3", chain(account))
    assert f"account:{account.pk}, row 4: rows up to 5 are missing" in verified()


def test_a_chain_that_is_gone_is_named(account: Account) -> None:
    by_raw_sql("DELETE FROM revenue_event WHERE chain = %s", chain(account))
    assert f"account:{account.pk}, row 1: rows up to 5 are missing" in verified()


def test_a_head_that_is_gone_is_named(account: Account) -> None:
    ChainHead.objects.filter(key=chain(account)).delete()
    assert f"account:{account.pk}, row 5: the head of this chain is missing" in verified()


def test_two_rows_that_changed_places_are_found(account: Account) -> None:
    for before, after in ((3, 99), (4, 3), (99, 4)):
        by_raw_sql("UPDATE revenue_event SET seq = %s WHERE chain = %s AND seq = %s",
                   after, chain(account), before)  # fmt: skip
    assert f"account:{account.pk}, row 3" in verified()


def test_every_chain_with_a_fault_is_named_once(account: Account) -> None:
    by_raw_sql("UPDATE revenue_event SET kind = 'other'")
    assert verified().count("was changed after it was written") == 3
    assert [fault.seq for fault in events.faults(chain=chain(account))] == [1]


def chain(account: Account) -> str:
    return events.chain_of(account)


# --- against an anchor outside the database -------------------------------------------------------


@pytest.fixture
def anchor(account: Account, tmp_path: Path) -> Path:
    path = tmp_path / "anchor"
    assert "The log holds" in verified(anchor=path)
    return path


def test_a_log_that_grew_holds_against_its_anchor(account: Account, anchor: Path) -> None:
    before = anchor.read_text()
    events.append("note.taken", by="system", account=account)
    assert "The log holds" in verified(anchor=anchor)
    assert anchor.read_text() != before
    assert "The log holds" in verified(anchor=anchor)


def test_a_chain_that_is_gone_with_its_head_is_named(account: Account, anchor: Path) -> None:
    by_raw_sql("DELETE FROM revenue_event WHERE chain = %s", chain(account))
    ChainHead.objects.filter(key=chain(account)).delete()
    assert f"account:{account.pk}, row 5: is in the anchor and not in the log" in verified(
        anchor=anchor
    )


def test_a_tail_that_was_cut_with_its_head_is_named(account: Account, anchor: Path) -> None:
    last = Event.objects.get(account=account, seq=3)
    by_raw_sql("DELETE FROM revenue_event WHERE chain = %s AND seq > 3", chain(account))
    ChainHead.objects.filter(key=chain(account)).update(seq=3, hash=last.hash)
    assert "row 5: is in the anchor" in verified(anchor=anchor)
    before = anchor.read_text()
    assert "row 5: is in the anchor" in verified(anchor=anchor)
    assert anchor.read_text() == before


def test_a_chain_that_was_written_anew_is_named(account: Account, anchor: Path) -> None:
    rows = list(Event.objects.filter(account=account))
    by_raw_sql("DELETE FROM revenue_event WHERE chain = %s", chain(account))
    ChainHead.objects.filter(key=chain(account)).delete()
    for row in rows:
        events.append(row.kind, by="user:9", account=account, subject=account, **row.data)
    assert f"account:{account.pk}, row 5: is not the row of the anchor" in verified(anchor=anchor)


@pytest.mark.parametrize("text", ["nonsense", "account:1 x y\n", "a b"])
def test_a_file_that_is_no_anchor_is_left_alone(
    account: Account, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "letter"
    path.write_text(text)
    assert "is not an anchor" in verified(anchor=path)
    assert path.read_text() == text


# --- emptying everything --------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_flush_empties_the_log_and_guards_it_again() -> None:
    account = factories.AccountFactory()
    events.append("note.taken", by="system", account=account)
    call_command("flush", interactive=False, verbosity=0)
    assert not Event.objects.filter(kind="note.taken").exists()
    events.append("note.taken", by="system")
    refused(lambda: Event.objects.update(actor="user:1"))
