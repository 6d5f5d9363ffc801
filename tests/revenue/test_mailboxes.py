"""A rep's mailbox as a row: connected, changed, paused, taken away; how much it may send."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from revenue import clock, deliveries, ingest, mailboxes, transactions
from revenue.inbound import receive_email
from revenue.models import Event, Mailbox, MailboxDay, User
from tests.conftest import Clock
from tests.factories import AccountFactory, ContactFactory, TeamFactory, UserFactory
from tests.mailboxes import ADDRESS, PASSWORD, connected
from tests.revenue.inbound.test_reports import complaint

pytestmark = pytest.mark.django_db


@pytest.fixture
def rep() -> User:
    return UserFactory(username="rep")


def kinds() -> list[str]:
    rows = Event.objects.filter(kind__startswith="mailbox.").order_by("pk")
    return list(rows.values_list("kind", flat=True))


def test_the_password_is_kept_sealed_and_told_to_nobody(rep: User) -> None:
    row = connected(rep)
    assert PASSWORD not in f"{row.secret} {vars(row)} {mailboxes.sends(row)!r}"
    assert mailboxes.sends(row).password == PASSWORD
    assert PASSWORD not in str(list(Event.objects.values()))
    assert kinds() == ["mailbox.connected", "mailbox.tested"]


def test_an_address_is_spelled_as_elsewhere(rep: User) -> None:
    assert connected(rep, address="Rep@Seller.EXAMPLE.").address == ADDRESS


def test_without_a_password_nothing_is_connected(rep: User) -> None:
    with pytest.raises(mailboxes.MailboxError, match="password"):
        mailboxes.connect(rep, by=rep, address=ADDRESS, username=ADDRESS, smtp_host="x.example")


def test_an_address_is_one_persons(rep: User) -> None:
    connected(rep, address="team@seller.example")
    with pytest.raises(mailboxes.MailboxError, match="somebody else"):
        connected(UserFactory(), address="team@seller.example")
    assert Mailbox.objects.count() == 1


def test_a_colleagues_address_is_not_connected(rep: User) -> None:
    """Else their mails, copied to us, would be the other's to read."""
    UserFactory(username="colleague", email="Colleague@Seller.example")
    with pytest.raises(mailboxes.MailboxError, match="signs in"):
        connected(rep, address="colleague@seller.example")
    row = connected(rep)
    values = {name: getattr(row, name) for name in mailboxes.FIELDS}
    with pytest.raises(mailboxes.MailboxError, match="signs in"):
        mailboxes.connect(rep, by=rep, **(values | {"address": "colleague@seller.example"}))


def test_the_address_of_somebody_who_left_may_be_connected(rep: User) -> None:
    UserFactory(email="gone@seller.example", is_active=False)
    assert connected(rep, address="gone@seller.example").user == rep


@pytest.mark.parametrize("field", ["smtp_host", "smtp_port", "imap_host", "username"])
def test_the_kept_password_is_not_sent_to_another_place(rep: User, field: str) -> None:
    """Else a borrowed session could have it sent to a server of its own."""
    row = connected(rep)
    values = {name: getattr(row, name) for name in mailboxes.FIELDS}
    values[field] = 2525 if field.endswith("port") else "elsewhere.example"
    with pytest.raises(mailboxes.MailboxError, match="write the password again"):
        mailboxes.connect(rep, by=rep, **values)


def test_a_change_that_touches_neither_server_nor_login_keeps_the_test(rep: User) -> None:
    row = connected(rep)
    values = {name: getattr(row, name) for name in mailboxes.FIELDS}
    again = mailboxes.connect(rep, by=rep, **(values | {"daily_cap": 30}))
    assert (again.pk, again.daily_cap, again.tested_at) == (row.pk, 30, row.tested_at)
    assert mailboxes.sends(again).password == PASSWORD


def test_another_server_has_to_be_tested(rep: User) -> None:
    connected(rep)
    again = connected(rep, smtp_host="smtp.else.example", tested=False)
    assert again.tested_at is None


def test_another_address_begins_cold(rep: User, clock: Clock) -> None:
    row = connected(rep)
    for _ in range(5):
        mailboxes.count_sent(ADDRESS, at=clock.now())
        clock.travel(days=1)
    warm = mailboxes.capacity(row, at=clock.now())
    other = connected(rep, address="new@seller.example")
    assert warm > mailboxes.capacity(other, at=clock.now()) == mailboxes.FIRST_DAY
    assert other.days.count() == 0


def test_disconnected_nothing_of_it_is_left(rep: User) -> None:
    mailboxes.disconnect(connected(rep), by=rep)
    assert not Mailbox.objects.exists()
    assert kinds()[-1] == "mailbox.disconnected"


def test_a_test_of_what_was_changed_meanwhile_counts_for_nothing(rep: User) -> None:
    old = connected(rep, tested=False)
    connected(rep, tested=False)
    mailboxes.note_test(old, by=rep, sends=True, reads=True)
    assert Mailbox.objects.get().tested_at is None


def test_twice_paused_or_resumed_is_once(rep: User) -> None:
    row = connected(rep)
    assert [mailboxes.pause(row, by=rep, reason="Holiday.") for _ in range(2)] == [True, False]
    assert [mailboxes.resume(row, by=rep) for _ in range(2)] == [True, False]
    assert kinds()[-2:] == ["mailbox.paused", "mailbox.resumed"]


# --- who sees it ----------------------------------------------------------------------------------


def test_everybody_sees_their_own_a_manager_the_teams_an_admin_all() -> None:
    team = TeamFactory(name="East")
    rep, other = UserFactory(team=team), UserFactory(team=TeamFactory(name="West"))
    mine, foreign = connected(rep), connected(other, address="other@seller.example")
    manager = UserFactory(role="manager", team=team)
    homeless = UserFactory(role="manager", team=None)
    seen = [set(mailboxes.seen_by(one)) for one in (rep, manager, homeless, other)]
    assert seen == [{mine}, {mine}, set(), {foreign}]
    assert set(mailboxes.seen_by(UserFactory(role="admin", team=None))) == {mine, foreign}


# --- how much -------------------------------------------------------------------------------------


def test_it_begins_with_ten_and_gets_warmer_by_the_days_on_which_it_sends(
    rep: User, clock: Clock
) -> None:
    row, found = connected(rep), []
    for day in range(25):
        found.append(mailboxes.capacity(row, at=clock.now()))
        if day != 2:  # nothing left on that day, which warms nothing
            mailboxes.count_sent(ADDRESS, at=clock.now())
        clock.travel(days=1)
    assert found[:6] == [10, 12, 14, 14, 16, 18]
    assert found[-1] == 50
    assert max(found) == row.daily_cap


def test_a_low_cap_is_never_exceeded(rep: User) -> None:
    assert mailboxes.capacity(connected(rep, daily_cap=3), at=clock.now()) == 3


def test_what_left_today_makes_today_no_warmer(rep: User) -> None:
    row = connected(rep)
    for _ in range(4):
        mailboxes.count_sent(ADDRESS, at=clock.now())
    assert mailboxes.capacity(row, at=clock.now()) == 10
    assert mailboxes.sent_on(row, at=clock.now()) == 4
    assert mailboxes.capacity(row, at=clock.now() + timedelta(days=1)) == 12


def test_a_paused_one_sends_nothing(rep: User) -> None:
    row = connected(rep)
    mailboxes.pause(row, by=rep, reason="")
    row.refresh_from_db()
    assert mailboxes.capacity(row, at=clock.now()) == 0


def test_mail_of_no_mailbox_is_counted_nowhere(rep: User) -> None:
    mailboxes.count_sent("nobody@seller.example", at=clock.now())
    assert not MailboxDay.objects.exists()


# --- what comes back ------------------------------------------------------------------------------


def sent(number: int, *, sender: str = ADDRESS) -> list[str]:
    account = AccountFactory()
    contact = ContactFactory(account=account)
    ids = [f"<{sender}.{account.pk}.{one}@seller.example>" for one in range(number)]
    for one in ids:
        ingest.record_message(
            account=account, contact=contact, direction="outbound", body="x", sender=sender,
            message_id=one, occurred_at=clock.now(),
        )  # fmt: skip
        mailboxes.count_sent(sender, at=clock.now())
    return ids


def paused(row: Mailbox) -> str:
    row.refresh_from_db()
    return row.pause_reason if row.is_paused else ""


def test_bounces_at_five_percent_pause_it(rep: User) -> None:
    row, ids = connected(rep), sent(60)
    assert [mailboxes.note_bounce(one) for one in ids[:3]] == [False, False, True]
    assert "3 of 60 mails of the last 7 days came back (5.0 %; limit 5 %)." in paused(row)
    event = Event.objects.get(kind="mailbox.paused")
    assert (event.actor, event.subject_id) == ("system:rates", row.pk)
    assert mailboxes.in_trouble(Mailbox.objects.all()).get() == row


def test_fewer_than_five_percent_do_not(rep: User) -> None:
    row, ids = connected(rep), sent(61)
    for one in ids[:3]:
        mailboxes.note_bounce(one)
    assert paused(row) == ""


def test_one_bounce_of_few_mails_says_nothing(rep: User) -> None:
    row, ids = connected(rep), sent(2)
    for one in ids:
        mailboxes.note_bounce(one)
    assert paused(row) == ""


def test_two_complaints_pause_it_and_one_does_not(rep: User) -> None:
    row, ids = connected(rep), sent(40)
    assert not mailboxes.note_complaint(ids[0])
    assert mailboxes.note_complaint(ids[1])
    assert "2 of 40 mails of the last 7 days were complained of (5.0 %" in paused(row)


def by_report(message_id: str) -> None:
    raw = complaint().replace(b"<out-9@seller.example>", message_id.encode())
    receive_email(raw.replace(b"<r@mx.example>", b"<report." + message_id[1:].encode()))


def by_provider(message_id: str, kind: str = "complained", reason: str = "") -> None:
    deliveries.record(
        kind=kind, key=f"{kind} {message_id}", recipient="bob@larkfield.example",
        occurred_at=clock.now(), message_id=message_id, reason=reason,
    )  # fmt: skip


@pytest.mark.parametrize("told", [by_report, by_provider])
def test_complaints_pause_it_whoever_brings_them(rep: User, told: Callable[[str], None]) -> None:
    row, ids = connected(rep), sent(40)
    for one in ids[:2]:
        told(one)
    assert "2 of 40 mails of the last 7 days were complained of" in paused(row)


def test_bounces_that_a_provider_tells_pause_it(rep: User) -> None:
    row, ids = connected(rep), sent(60)
    for one in ids[:3]:
        by_provider(one, "bounced", "bounced")
    assert "3 of 60 mails of the last 7 days came back" in paused(row)


def test_mail_that_is_only_late_pauses_nothing(rep: User) -> None:
    row, ids = connected(rep), sent(60)
    for one in ids[:9]:
        by_provider(one, "deferred")
        by_provider(one, "opened")
    assert paused(row) == ""


def test_two_complaints_of_a_thousand_mails_are_under_the_limit(rep: User) -> None:
    row, ids = connected(rep), sent(2)
    row.days.update(sent=1000)
    for one in ids:
        mailboxes.note_complaint(one)
    assert paused(row) == ""


def test_the_same_report_twice_is_one(rep: User) -> None:
    row, ids = connected(rep), sent(10)
    assert not any(mailboxes.note_bounce(ids[0]) for _ in range(5))
    assert row.reports.count() == 1


def test_a_report_of_a_mail_that_we_did_not_send_is_nothing(rep: User) -> None:
    connected(rep)
    for one in ("", "<x@y.example>", *sent(1, sender="other@seller.example")):
        assert not mailboxes.note_bounce(one)
        assert not mailboxes.note_complaint(one)


def test_what_is_older_than_a_week_is_forgotten(rep: User, clock: Clock) -> None:
    row, ids = connected(rep), sent(5)
    mailboxes.note_bounce(ids[0])
    mailboxes.note_bounce(ids[1])
    clock.travel(days=8)
    mailboxes.note_bounce(sent(1)[0])
    assert paused(row) == ""


def test_who_resumes_it_begins_the_rates_anew(rep: User, clock: Clock) -> None:
    row, ids = connected(rep), sent(20)
    for one in ids[:3]:
        mailboxes.note_bounce(one)
    mailboxes.resume(row, by=rep)
    clock.travel(minutes=1)
    assert not mailboxes.note_bounce(ids[4])
    assert paused(row) == ""


# --- races ----------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_pause_waits_for_a_send_that_has_begun_and_stops_the_next() -> None:
    rep = UserFactory()
    row = connected(rep)
    began, may_end, order = threading.Event(), threading.Event(), []

    def sends() -> None:
        with transactions.atomic():
            held = mailboxes.held(rep.pk)
            began.set()
            may_end.wait(5)
            order.append(("sent", held.state))
        connection.close()

    def pauses() -> None:
        began.wait(5)
        mailboxes.pause(row, by="system", reason="Stop.")
        order.append(("paused", ""))
        connection.close()

    threads = [threading.Thread(target=work) for work in (sends, pauses)]
    for thread in threads:
        thread.start()
    began.wait(5)
    threads[1].join(0.3)
    may_end.set()
    for thread in threads:
        thread.join(5)
    assert order == [("sent", "active"), ("paused", "")]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_connect_at_once_make_one() -> None:
    rep, faults = UserFactory(), []
    barrier = threading.Barrier(4)

    def connects(number: int) -> None:
        barrier.wait()
        try:
            connected(rep, daily_cap=number + 1, tested=False)
        except Exception as error:
            faults.append(error)
        connection.close()

    threads = [threading.Thread(target=connects, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert faults == []
    assert Mailbox.objects.count() == 1


def test_how_a_line_is_shown_holds_no_password() -> None:
    line: Any = mailboxes.Line("h", 1, "tls", "u", "a-secret-word")
    assert "a-secret-word" not in repr(line)
