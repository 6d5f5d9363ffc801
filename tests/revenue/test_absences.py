"""Who is away and until when: one answer for the routing and for the guard."""

from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest

from revenue import absences, clock, ingest
from revenue.absences import Absence
from revenue.calendars import Calendar, Hours, Place
from revenue.inbound import receive_email
from revenue.models import Account, Contact
from tests import factories

CHICAGO = Calendar(Place(ZoneInfo("America/Chicago"), "US"), Hours(time(9), time(17)))
SAID = datetime(2026, 6, 1, 15, tzinfo=UTC)


def over(back: date | None) -> datetime:
    return Absence(SAID, back).over(CHICAGO)


@pytest.mark.parametrize(
    ("back", "moment"),
    [
        pytest.param(date(2026, 6, 10), "2026-06-11 14:00", id="the next day at nine"),
        pytest.param(date(2026, 6, 12), "2026-06-15 14:00", id="back on a Friday"),
        pytest.param(date(2026, 6, 13), "2026-06-15 14:00", id="back on a Saturday"),
        pytest.param(date(2026, 7, 2), "2026-07-06 14:00", id="before a holiday and a weekend"),
        pytest.param(date(2028, 2, 28), "2028-02-29 15:00", id="before a leap day"),
        pytest.param(date(2028, 2, 29), "2028-03-01 15:00", id="on a leap day"),
        pytest.param(date(2026, 3, 6), "2026-03-09 14:00", id="over the switch to summer time"),
        pytest.param(None, "2026-06-15 15:00", id="unknown: 14 days"),
    ],
)
def test_it_is_over_on_the_business_day_after_the_return(back: date | None, moment: str) -> None:
    assert over(back) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


# --- read from mail -------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact(workspace: object) -> Contact:
    return factories.ContactFactory()


def answer(contact: Contact, text: str, *, is_auto: bool = True) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = contact.email, "rep@seller.example"
    mail["Subject"] = "Automatic reply: The GTX Pro" if is_auto else "Re: The GTX Pro"
    mail["Message-ID"] = f"<{clock.now().timestamp()}@brookfield.example>"
    if is_auto:
        mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(text)
    receive_email(mail.as_bytes())


def found(contact: Contact) -> Absence | None:
    return absences.of([contact.pk], now=clock.now()).get(contact.pk)


def test_an_out_of_office_answer_names_the_day(contact: Contact, clock: object) -> None:
    clock.at(SAID)
    answer(contact, "I am out of the office until 12 June 2026.")
    assert found(contact).back == date(2026, 6, 12)


def test_one_that_names_no_day_counts_too(contact: Contact, clock: object) -> None:
    clock.at(SAID)
    answer(contact, "I am out of the office with limited access to mail.")
    assert found(contact) == Absence(found(contact).said_at, None)


def test_the_last_word_counts(contact: Contact, clock: object) -> None:
    clock.at(SAID)
    answer(contact, "I am out of the office until 12 June 2026.")
    clock.travel(days=1)
    answer(contact, "I am out of the office until 19 June 2026.")
    assert found(contact).back == date(2026, 6, 19)


def test_who_writes_again_is_back(contact: Contact, clock: object) -> None:
    clock.at(SAID)
    answer(contact, "I am out of the office until 12 June 2026.")
    clock.travel(hours=2)
    answer(contact, "I looked into my mail after all. How long is delivery?", is_auto=False)
    assert found(contact) is None


def test_a_colleague_who_writes_brings_nobody_back(contact: Contact, clock: object) -> None:
    clock.at(SAID)
    answer(contact, "I am out of the office until 12 June 2026.")
    clock.travel(hours=2)
    colleague = factories.ContactFactory(account=contact.account, email="max@brookfield.example")
    answer(colleague, "I answer for Yara.", is_auto=False)
    assert found(contact).back == date(2026, 6, 12)
    assert found(colleague) is None


def test_our_own_mail_brings_nobody_back(contact: Contact, clock: object) -> None:
    clock.at(SAID)
    answer(contact, "I am out of the office until 12 June 2026.")
    clock.travel(hours=2)
    account = Account.objects.get()
    ingest.record_message(account=account, direction="outbound", body="Enjoy!", contact=contact,
                          occurred_at=clock.now(), by="agent:outreach")  # fmt: skip
    assert found(contact) is not None


def test_many_are_read_in_one_query(
    contact: Contact, clock: object, django_assert_num_queries: object
) -> None:
    clock.at(SAID)
    people = [factories.ContactFactory() for _ in range(5)]
    for person in people:
        answer(person, "I am out of the office until 12 June 2026.")
        clock.travel(minutes=1)
    now = clock.now() + timedelta(minutes=1)
    with django_assert_num_queries(1):
        assert len(absences.of([person.pk for person in people], now=now)) == 5
