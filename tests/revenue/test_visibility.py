"""Characters that nobody sees do not come in; those that a script needs stay."""

from datetime import UTC, datetime

import pytest

from revenue import clock, ingest, records
from revenue.inbound import receive_email
from revenue.models import Account
from revenue.visibility import uncovered, visible
from tests.factories import AccountFactory
from tests.revenue.importing.conftest import plan_of, told

HIDDEN = "Ya\u200bra\u202e \u2066Zhou\u00ad\ufeff\U000e0041\U000e0100\x07"


@pytest.fixture
def account(db: None) -> Account:
    return AccountFactory()


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        pytest.param(HIDDEN, "Yara Zhou", id="44 each kind"),
        pytest.param("pa\u200cy", "pay", id="44 a joiner between Latin letters"),
        pytest.param("\u200dx", "x", id="44 a joiner of nothing"),
        pytest.param("a\ufe0f\ufe0f", "a", id="44 selectors after a letter"),
        pytest.param("one\x0btwo\x85three", "one\ntwo\nthree", id="44 odd ends of a line"),
        pytest.param("کتاب\u200cها", "کتاب\u200cها", id="a joiner in Persian"),
        pytest.param("क्\u200dष", "क्\u200dष", id="a joiner in Hindi"),
        pytest.param("👩\u200d💻 ❤\ufe0f", "👩\u200d💻 ❤\ufe0f", id="joined emoji"),
        pytest.param(
            "Zoë\tÅs\r\n2 × 3 = 6\u00a0€", "Zoë\tÅs\r\n2 × 3 = 6\u00a0€", id="what is seen"
        ),
    ],
)
def test_what_nobody_sees_is_left_out(dirty: str, clean: str) -> None:
    assert visible(dirty) == clean


def test_tag_characters_are_read_as_what_they_spell() -> None:
    assert uncovered("Hi\U000e0049\U000e0067") == "HiIg"


def test_44_a_mail_is_kept_without_them(account: Account) -> None:
    raw = f"From: a@buyer.example\nSubject: A{HIDDEN}\nMessage-ID: <1@b.example>\n\nB{HIDDEN}"
    kept = receive_email(raw.encode())
    assert "Yara Zhou" in kept.body
    assert visible(kept.body + kept.subject) == kept.body + kept.subject


def test_44_a_signal_and_a_fact_and_a_contact_are_kept_without_them(account: Account) -> None:
    now = clock.now()
    signal = ingest.record_signal(
        account=account, kind="form", source="web", occurred_at=now, dedupe_key="1",
        payload={"fields": {"name": HIDDEN}},
    )  # fmt: skip
    fact = ingest.record_fact(account=account, text=HIDDEN, source="a call", as_of=now, by="test")
    contact = records.add_contact(account, name=HIDDEN, email="y@b.example", by="test")
    assert [signal.payload["fields"]["name"], fact.text, contact.name] == ["Yara Zhou"] * 3


def test_44_a_meeting_too(account: Account) -> None:
    start = datetime(2030, 1, 1, tzinfo=UTC)
    row = ingest.record_meeting(
        account=account, uid="1", starts_at=start, ends_at=start, subject=HIDDEN
    )
    assert row.subject == "Yara Zhou"


def test_44_a_cell_is_imported_without_them_and_its_row_is_told(db: None) -> None:
    text = f"account,first_name,last_name,email\nIsdom,{HIDDEN[:-1]},Zhou,y@isdom.example\n"
    plan = plan_of(accounts="account\nIs\u200bdom\n", contacts=text)
    lines = [line for line in told(plan) if "nobody sees" in line]
    assert len(lines) == 2
    assert any("Yara Zhou" in line for line in lines)
