"""A mailbox is read by IMAP: what concerns us is kept once, the rest stays the person's own."""

import imaplib
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from revenue import clock, context, ingest, leases, vault, workspace
from revenue import imap as room
from revenue.imap import folders, reading
from revenue.inbound import outgoing
from revenue.models import Account, Activity, Event, Mailbox, MailboxDay, Signal, Snapshot
from tests.conftest import Clock
from tests.factories import AccountFactory, ContactFactory, UserFactory
from tests.imap import USER, Server, serving
from tests.mailboxes import connected, mail
from tests.review.setup.test_mailbox import _talks

pytestmark = pytest.mark.django_db
BUYER = "yara@brookfield.example"


@pytest.fixture
def account() -> Account:
    account = AccountFactory(owner=UserFactory(username="rep", email=USER))
    ContactFactory(account=account, email=BUYER)
    return account


@pytest.fixture
def mailbox(account: Account, imap: Server) -> Mailbox:
    """Connected, and its folders found."""
    imap.deliver(mail(BUYER, USER, "From before.", message_id="<old@brookfield.example>"))
    row = connected(account.owner, imap=imap)
    read()
    return row


def read(*, seconds: float = 10) -> int:
    """Whatever is due, now."""
    Mailbox.objects.update(read_due_at=clock.now())
    return reading.read_due(seconds=seconds)


def bodies() -> list[str]:
    return list(Activity.objects.order_by("pk").values_list("body", flat=True))


def now(row: Mailbox) -> Mailbox:
    return Mailbox.objects.get(pk=row.pk)


# --- what is kept ---------------------------------------------------------------------------------


def test_it_begins_with_what_comes_from_now_on(mailbox: Mailbox, imap: Server) -> None:
    assert bodies() == []
    imap.deliver(mail(BUYER, USER, "Is it blue?"))
    assert read() == 1
    assert bodies() == ["Is it blue?"]


def test_a_contacts_mail_moves_the_account_and_is_a_signal(
    mailbox: Mailbox, imap: Server, account: Account
) -> None:
    before = context.account_context(account).version
    imap.deliver(mail(BUYER, USER, "Is it blue?"))
    read()
    assert context.account_context(account).version > before
    assert Signal.objects.get().kind == "reply"
    [activity] = account.activities.all()
    assert (activity.direction, activity.contact.email) == ("inbound", BUYER)


def test_a_private_mail_leaves_no_trace(mailbox: Mailbox, imap: Server) -> None:
    imap.deliver(mail("mother@home.example", USER, "Dinner at seven?"))
    imap.deliver(mail("news@shop.example", USER, "Ten percent off"))
    before = Snapshot.objects.count()
    assert read() == 0
    assert bodies() == []
    assert Snapshot.objects.count() == before


def test_of_a_private_mail_only_the_headers_are_fetched(
    mailbox: Mailbox, imap: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    fetched = reading.Box.fetched

    def watched(box: Any, uids: list[int], what: str) -> Any:
        asked.append(what)
        return fetched(box, uids, what)

    monkeypatch.setattr(reading.Box, "fetched", watched)
    imap.deliver(mail("mother@home.example", USER, "Dinner at seven?"))
    read()
    assert asked == ["BODY.PEEK[HEADER]"]


def test_a_stranger_who_answers_us_is_kept(
    mailbox: Mailbox, imap: Server, account: Account
) -> None:
    ours = ingest.record_message(
        account=account, direction="outbound", body="Blue?", occurred_at=clock.now(),
        message_id="<ours@seller.example>", contact=account.contacts.get(),
    )  # fmt: skip
    imap.deliver(mail("boss@else.example", USER, "He left.", in_reply_to=ours.message_id))
    assert read() == 1
    assert account.activities.filter(direction="inbound").get().body == "He left."


def test_an_answer_to_a_mail_whose_sending_is_not_recorded_yet_is_kept(
    mailbox: Mailbox, imap: Server
) -> None:
    ours = workspace.message_id("7.1", workspace.load())
    imap.deliver(mail("boss@else.example", USER, "He left.", in_reply_to=ours))
    forged = ours.replace("<7.1.", "<8.1.")
    imap.deliver(mail("boss@else.example", USER, "x", in_reply_to=forged))
    assert read() == 1
    assert Activity.objects.get().user == mailbox.user


def bounce(of: str, to: str) -> bytes:
    return (
        f"From: MAILER-DAEMON@seller.example\r\nTo: {USER}\r\nSubject: Undelivered\r\n"
        "Message-ID: <b1@seller.example>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x.example\r\n\r\n"
        f"Final-Recipient: rfc822; {to}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {of}\r\n\r\n--b--\r\n"
    ).encode()


def test_a_bounce_of_our_mail_is_kept_and_one_of_a_private_mail_is_not(
    mailbox: Mailbox, imap: Server, account: Account
) -> None:
    ingest.record_message(
        account=account, direction="outbound", body="Blue?", occurred_at=clock.now(),
        message_id="<ours@seller.example>", contact=account.contacts.get(), sender=USER,
    )  # fmt: skip
    imap.deliver(bounce("<ours@seller.example>", BUYER))
    imap.deliver(
        bounce("<private@seller.example>", "mother@home.example").replace(b"<b1@", b"<b2@")
    )
    assert read() == 1
    assert Activity.objects.get(direction="inbound").reply_class == "bounce_hard"
    assert mailbox.reports.get().kind == "bounce"


def test_nothing_is_marked_as_seen(mailbox: Mailbox, imap: Server) -> None:
    imap.deliver(mail(BUYER, USER))
    imap.deliver(mail(USER, BUYER), "Sent")
    assert read() == 2
    assert imap.seen() == [False, False]
    assert imap.seen("Sent") == [False]


def test_no_command_could_change_anything(
    mailbox: Mailbox, imap: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder is only examined and a mail only peeked at: either alone would do."""
    said: list[tuple[str, str]] = []
    command = imaplib.IMAP4._command

    def heard(client: Any, name: str, *args: Any) -> Any:
        said.append((name.upper(), " ".join(map(str, args))))
        return command(client, name, *args)

    monkeypatch.setattr(imaplib.IMAP4, "_command", heard)
    imap.deliver(mail(BUYER, USER))
    assert read() == 1
    names = {name for name, _ in said}
    assert names == {"CAPABILITY", "LOGIN", "STATUS", "EXAMINE", "UID", "LOGOUT"}
    fetched = [words for name, words in said if name == "UID" and "fetch" in words.lower()]
    assert len(fetched) == 2
    assert all("BODY.PEEK[" in words for words in fetched)
    assert not any(words.upper().startswith(("STORE", "MOVE", "COPY")) for _, words in said)


# --- a person's own mail --------------------------------------------------------------------------


def test_what_a_person_sends_themselves_counts(
    mailbox: Mailbox, imap: Server, account: Account
) -> None:
    lease = leases.acquire(account, holder="item:1", ttl=3600)
    before = context.account_context(account).version
    imap.deliver(
        mail(USER, BUYER, "I ring you at nine.", message_id="<own@seller.example>"), "Sent"
    )
    assert read() == 1
    [activity] = account.activities.all()
    assert (activity.direction, activity.user) == ("outbound", mailbox.user)
    assert context.account_context(account).spoken.human_at is not None
    assert context.account_context(account).version > before
    assert leases.current(account) is None
    lease.refresh_from_db()
    assert lease.state == "preempted"
    account.refresh_from_db()
    assert account.stage == "contacted"
    assert MailboxDay.objects.get().sent == 1


@pytest.mark.parametrize("header", ["To", "Cc", "Bcc"])
def test_a_contact_counts_wherever_they_are_named(
    mailbox: Mailbox, imap: Server, account: Account, header: str
) -> None:
    raw = mail(USER, "mother@home.example")
    raw = raw.replace(b"To: mother@home.example", f"{header}: {BUYER}".encode())
    imap.deliver(raw, "Sent")
    assert read() == 1
    assert account.activities.count() == 1


def test_a_private_mail_in_sent_is_not_kept(mailbox: Mailbox, imap: Server) -> None:
    imap.deliver(mail(USER, "mother@home.example", "At seven."), "Sent")
    assert read() == 0
    assert bodies() == []


def test_somebody_elses_mail_in_sent_is_not_a_persons_own(mailbox: Mailbox, imap: Server) -> None:
    imap.deliver(mail("thief@else.example", BUYER, "I am him."), "Sent")
    assert read() == 0


def test_a_mail_that_left_from_here_is_not_doubled(
    mailbox: Mailbox, imap: Server, account: Account
) -> None:
    ours = workspace.message_id("7.1", workspace.load())
    imap.deliver(mail(USER, BUYER, "Approved.", message_id=ours), "Sent")
    assert read() == 0
    assert account.activities.count() == 0


def test_a_mail_to_two_accounts_stops_the_agents_at_both(
    mailbox: Mailbox, imap: Server, account: Account
) -> None:
    other = ContactFactory(account=AccountFactory(owner=account.owner), email="karl@mill.example")
    raw = mail(USER, f"{BUYER}, {other.email}", message_id="<own@seller.example>")
    imap.deliver(raw, "Sent")
    read()
    imap.deliver(raw, "Sent")  # once more, as another program files it
    read()
    mails = Activity.objects.order_by("pk")
    assert {row.account for row in mails} == {account, other.account}
    assert len(mails) == len({row.thread_id for row in mails}) == 2


def test_an_automatic_answer_of_the_person_is_no_word_of_theirs(
    mailbox: Mailbox, imap: Server, account: Account
) -> None:
    before = context.account_context(account).version
    imap.deliver(mail(USER, BUYER, "I am away.", auto_submitted="auto-replied"), "Sent")
    read()
    assert context.account_context(account).version == before


def test_an_answer_to_a_persons_own_mail_finds_its_thread(
    mailbox: Mailbox, imap: Server, account: Account
) -> None:
    imap.deliver(mail(BUYER, USER, "Nine is fine.", in_reply_to="<own@seller.example>"))
    imap.deliver(mail(USER, BUYER, "At nine?", message_id="<own@seller.example>"), "Sent")
    assert read() == 2
    first, second = Activity.objects.order_by("pk")
    assert (first.direction, second.direction) == ("outbound", "inbound")
    assert first.thread == second.thread


# --- once, and nothing lost -----------------------------------------------------------------------


def test_read_again_nothing_is_kept_twice(mailbox: Mailbox, imap: Server) -> None:
    imap.deliver(mail(BUYER, USER, "Once."))
    assert (read(), read()) == (1, 0)
    assert bodies() == ["Once."]


@pytest.mark.parametrize("ids", [True, False], ids=["with ids", "without ids"])
def test_a_folder_that_is_counted_anew_doubles_and_loses_nothing(
    mailbox: Mailbox, imap: Server, ids: bool
) -> None:
    more = {"message_id": "<1@brookfield.example>"} if ids else {}
    imap.deliver(mail(BUYER, USER, "First.", **more))
    imap.deliver(mail(USER, BUYER, "Own.", message_id="<own@seller.example>"), "Sent")
    read()
    imap.renumber()
    imap.renumber("Sent")
    imap.deliver(mail(BUYER, USER, "Second."))
    read()
    # What lay there before it was connected is of the same day, and from a contact.
    assert sorted(bodies()) == ["First.", "From before.", "Own.", "Second."]
    assert {row.last_uid for row in mailbox.folders.all()} == {3, 1}


def test_after_a_new_count_old_mail_stays_where_it_is(mailbox: Mailbox, imap: Server) -> None:
    mailbox.folders.update(since=clock.now() + timedelta(days=3))
    imap.renumber()
    read()
    assert bodies() == []


def test_a_number_that_no_server_has_is_a_sentence(mailbox: Mailbox, imap: Server) -> None:
    """No column takes it: on PostgreSQL the whole round would end, and others would not be read."""
    imap.renumber(by=2**64)
    assert read() == 0
    assert "makes no sense" in now(mailbox).fault


def test_a_reader_that_dies_after_keeping_a_mail_keeps_it_once(
    mailbox: Mailbox, imap: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        imap.deliver(mail(BUYER, USER, f"Mail {number}."))

    class Killed(BaseException):
        pass

    def dies(claim: Any, folder: Any, uid: int) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(reading.Claim, "move", dies)
        with pytest.raises(Killed):
            read()
    assert bodies() == ["Mail 0."]
    assert read() == 0  # what the dead one held is still held
    Mailbox.objects.update(read_until=clock.now())
    read()
    assert bodies() == ["Mail 0.", "Mail 1.", "Mail 2."]


def test_two_do_not_read_one_mailbox_at_once(mailbox: Mailbox, imap: Server) -> None:
    imap.deliver(mail(BUYER, USER, "Once."))
    Mailbox.objects.update(read_due_at=clock.now())
    taken = reading._take(time.monotonic() + 10, patient=False)
    before = imap.connections
    assert reading.read_due(seconds=5) == 0
    assert imap.connections == before
    assert reading._read(taken) == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_who_want_it_at_once_one_reads(account: Account, imap: Server) -> None:
    connected(account.owner, imap=imap)
    for _ in range(15):
        Mailbox.objects.update(read_due_at=clock.now(), read_until=None, reader="")
        barrier, taken = threading.Barrier(4), []

        def takes(barrier: threading.Barrier = barrier, taken: list = taken) -> None:
            connection.ensure_connection()
            barrier.wait()
            taken.append(reading._take(time.monotonic() + 10, patient=False))
            connection.close()

        threads = [threading.Thread(target=takes) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert len([one for one in taken if one]) == 1


def test_a_persons_mail_that_is_found_twice_at_once_is_kept_and_counted_once(
    mailbox: Mailbox, account: Account
) -> None:
    raw = mail(USER, BUYER, message_id="<own@seller.example>")
    assert len(outgoing.file_sent(raw, user=mailbox.user)) == 1
    assert outgoing.file_sent(raw, user=mailbox.user) == []


def test_who_was_slow_moves_nothing_any_more(mailbox: Mailbox, imap: Server) -> None:
    imap.deliver(mail(BUYER, USER, "Once."))
    Mailbox.objects.update(read_due_at=clock.now())
    slow = reading._take(time.monotonic() + 10, patient=False)
    Mailbox.objects.update(read_until=clock.now())
    assert reading.read_due(seconds=5) == 1
    place = mailbox.folders.get(role="inbox").last_uid
    for late in (slow.renew, lambda: slow.move(mailbox.folders.get(role="inbox"), 10**6)):
        with pytest.raises(reading.Lost):
            late()
    assert reading._read(slow) == 0
    assert mailbox.folders.get(role="inbox").last_uid == place
    assert now(mailbox).failures == 0
    assert bodies() == ["Once."]


def test_a_slice_that_is_over_goes_on_at_once_where_it_stopped(
    mailbox: Mailbox, imap: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        imap.deliver(mail(BUYER, USER, f"Mail {number}."))
    kept, limit = reading._keep, 2

    def slow(*args: Any) -> int:
        claims[0].until = 0 if len(bodies()) + 1 >= limit else claims[0].until
        return kept(*args)

    claims: list[reading.Claim] = []
    read_one = reading._read

    def watched(claim: reading.Claim) -> int:
        claims.append(claim)
        return read_one(claim)

    with monkeypatch.context() as patch:
        patch.setattr(reading, "_keep", slow)
        patch.setattr(reading, "_read", watched)
        Mailbox.objects.update(read_due_at=clock.now())
        claim = reading._take(time.monotonic() + 10, patient=False)
        assert watched(claim) == 2
    assert now(mailbox).read_due_at <= clock.now()
    assert reading.read_due(seconds=10) == 3
    assert len(bodies()) == 5


# --- what goes wrong ------------------------------------------------------------------------------


def test_a_wrong_password_is_told_and_not_tried_again_at_once(
    account: Account, imap: Server
) -> None:
    row = connected(account.owner, imap=imap)
    secret, key = vault.seal("wrong-word")
    Mailbox.objects.update(secret=secret, key_id=key)
    assert read() == 0
    row = now(row)
    assert row.failures == 1
    assert "refused the login" in row.fault
    assert row.read_due_at >= clock.now() + timedelta(minutes=59)
    assert "wrong-word" not in row.fault


def test_a_server_that_is_gone_is_asked_less_and_less(mailbox: Mailbox, imap: Server) -> None:
    imap.stop()
    pauses = []
    for _ in range(8):
        read()
        pauses.append(round((now(mailbox).read_due_at - clock.now()).total_seconds() / 60))
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    assert "nothing answers at this port" in now(mailbox).fault
    imap.stop = lambda: None


def test_a_server_that_comes_back_is_forgiven(mailbox: Mailbox, imap: Server) -> None:
    imap.drop_after = 10
    read()
    assert now(mailbox).failures == 1
    imap.drop_after = None
    imap.deliver(mail(BUYER, USER, "Back."))
    assert read() == 1
    row = now(mailbox)
    assert (row.failures, row.fault) == (0, "")


@pytest.mark.parametrize("after", [1, 60, 300, 600, 900, 1200, 1500, 2000])
def test_a_line_that_breaks_anywhere_loses_and_doubles_nothing(
    mailbox: Mailbox, imap: Server, after: int
) -> None:
    for number in range(3):
        imap.deliver(mail(BUYER, USER, f"Mail {number}."))
    imap.drop_after = after
    read()
    imap.drop_after = None
    read()
    assert bodies() == ["Mail 0.", "Mail 1.", "Mail 2."]


def test_a_huge_mail_is_read_in_part(mailbox: Mailbox, imap: Server) -> None:
    raw = mail(BUYER, USER, "Is it blue?").replace(b"Hello", b"")
    huge = (
        f"From: {BUYER}\r\nTo: {USER}\r\nSubject: Plans\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nThe plans are attached.\r\n'
        "--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    ).encode() + (b"QUJD" * 19 + b"\r\n") * 60_000
    imap.deliver(huge)
    imap.deliver(raw)
    assert read() == 2
    assert bodies() == ["The plans are attached.", "Is it blue?"]
    assert now(mailbox).fault == ""


@pytest.mark.parametrize(
    "raw",
    [
        b'Content-Type: multipart/mixed; boundary="\r\n\r\n--x\r\n\xff\x00',
        b"Content-Type: text/plain; charset=no-such\r\n\r\n\xe4\xf6",
        b"Subject: =?utf-8?q?=FF=FE?=\r\nDate: yesterday\r\n\r\nHi",
        b"\r\n",
    ],
    ids=["no boundary", "no charset", "odd headers", "no body"],
)  # fmt: skip
def test_broken_mail_is_kept_and_the_next_one_is_read(
    mailbox: Mailbox, imap: Server, raw: bytes
) -> None:
    imap.deliver(f"From: {BUYER}\r\n".encode() + raw)
    imap.deliver(mail(BUYER, USER, "The next."))
    assert read() == 2
    assert bodies()[1] == "The next."


def test_a_mail_on_which_we_fail_keeps_the_others_waiting_three_times_only(
    mailbox: Mailbox, imap: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = reading._keep

    def fails(role: str, raw: bytes, row: Mailbox) -> int:
        if b"poison" in raw:
            raise RuntimeError("a fault of ours")
        return kept(role, raw, row)

    monkeypatch.setattr(reading, "_keep", fails)
    imap.deliver(mail(BUYER, USER, "poison"))
    imap.deliver(mail(BUYER, USER, "The next."))
    assert [read() for _ in range(4)] == [0, 0, 0, 1]
    assert bodies() == ["The next."]
    assert Event.objects.filter(kind="mailbox.mail_skipped").count() == 1


def test_a_lost_key_is_a_sentence_and_asks_no_server(
    mailbox: Mailbox, imap: Server, settings: Any, tmp_path: Any
) -> None:
    before, settings.STATE_DIR = imap.connections, tmp_path
    assert read() == 0
    assert "Write it again" in now(mailbox).fault
    assert imap.connections == before


def test_a_server_that_answers_letter_by_letter_is_cut_off(
    account: Account, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TRUSTED_HOSTS = ["127.0.0.1"]
    monkeypatch.setattr(reading, "SLOW", 0.3)
    for port in _talks(b"*", 0.05):
        row = connected(account.owner, imap_host="127.0.0.1", imap_port=port)
        Mailbox.objects.update(read_due_at=clock.now())
        assert reading.read_due(seconds=0.2) == 0
    assert "did not answer in time" in now(row).fault


def test_a_deactivated_persons_mailbox_is_not_read(mailbox: Mailbox, imap: Server) -> None:
    mailbox.user.is_active = False
    mailbox.user.save()
    imap.deliver(mail(BUYER, USER))
    assert read() == 0


def test_a_paused_mailbox_is_read(mailbox: Mailbox, imap: Server) -> None:
    Mailbox.objects.update(state="paused")
    imap.deliver(mail(BUYER, USER))
    assert read() == 1


# --- bells ----------------------------------------------------------------------------------------


def test_a_bell_rings_once_for_each_time_and_a_patient_reader_waits_for_it(
    mailbox: Mailbox, clock: Clock
) -> None:
    assert not room.to_be_rung()
    clock.travel(seconds=61)
    assert [room.to_be_rung(), room.to_be_rung()] == [True, False]
    before = now(mailbox).read_at
    reading.read_due(seconds=5, patient=True)
    assert now(mailbox).read_at == before
    clock.travel(seconds=6)  # no worker came
    reading.read_due(seconds=5, patient=True)
    assert now(mailbox).read_at > before


# --- folders --------------------------------------------------------------------------------------


def folder(name: str, *flags: str, delim: str = "/") -> Any:
    return reading.folders.FolderInfo(name, delim, flags)


@pytest.mark.parametrize(
    ("found", "sent"),
    [
        ([folder("Sent"), folder("Away", "\\HasNoChildren", "\\Sent")], "Away"),
        ([folder("[Gmail]/Gesendet", "\\sent")], "[Gmail]/Gesendet"),
        ([folder("INBOX.Sent", delim=".")], "INBOX.Sent"),
        ([folder("Sent Items"), folder("Sent")], "Sent"),
        ([folder("Gesendete Elemente")], "Gesendete Elemente"),
        ([folder("Éléments envoyés")], "Éléments envoyés"),
        ([folder("Elementos enviados")], "Elementos enviados"),
        ([folder("Itens Enviados")], "Itens Enviados"),
        ([folder("Sent", "\\Noselect"), folder("Sent Messages")], "Sent Messages"),
        ([folder("Not sent"), folder("Drafts")], None),
    ],
)
def test_the_sent_folder_is_found_by_its_mark_or_its_name(found: list[Any], sent: str) -> None:
    assert folders.find([folder("INBOX"), *found]).get("sent") == sent


def test_a_sent_folder_that_is_made_later_is_found(account: Account, settings: Any) -> None:
    settings.TRUSTED_HOSTS = ["127.0.0.1"]
    with serving("Archive") as server:
        row = connected(account.owner, imap=server)
        read()
        assert [one.role for one in row.folders.all()] == ["inbox"]
        server._do(server.set.add_mailbox("Sent"))
        read()
        server.deliver(mail(USER, BUYER, "Own."), "Sent")
        assert read() == 1
