"""A mail to oneself, through the channel that buyers' mail takes."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest
from django.urls import reverse

from revenue import workspace
from revenue.models import Event
from review.setup import asking, mailbox, patience
from tests.review.accounts import cast
from tests.review.setup.doors import client, refuses, text

pytestmark = pytest.mark.django_db
URL, PAGE = "setup_mailbox_test", "setup_mailbox"


def press():
    return client("admin").post(reverse(URL))


def test_a_test_mail_arrives_at_the_person_who_asks(smtp) -> None:
    answer = press()
    assert answer.status_code == 200
    assert smtp.recipients == [cast.admin().email]
    assert smtp.mails[0]["Subject"] == "Countersign can send mail"
    assert "took the mail" in text(answer)


def test_it_is_written_down_that_the_mailbox_works(smtp) -> None:
    press()
    row = workspace.load()
    assert row.mailbox_tested_at is not None
    assert row.mailbox_tested_to == cast.admin().email
    server = workspace.mail_server()
    assert row.mailbox_tested_with == server
    assert Event.objects.get(kind=mailbox.TESTED).data == {"outcome": "arrived", "server": server}


def test_twice_sends_two(smtp) -> None:
    press()
    press()
    assert len(smtp.mails) == 2


def test_a_refused_recipient_is_a_sentence(smtp) -> None:
    async def no(server, session, envelope, address, options):
        return "550 no such user here"

    smtp.handle_RCPT = no
    answer = press()
    assert answer.status_code == 422
    assert "refused your address" in text(answer)
    assert "no such user here" in text(answer)


def test_a_refused_sender_is_a_sentence(smtp) -> None:
    async def no(server, session, envelope, address, options):
        return "553 not your address"

    smtp.handle_MAIL = no
    assert "does not let us send from this address" in text(press())


def test_a_refused_mail_is_a_sentence(smtp) -> None:
    smtp.answer = "554 looks like advertising"
    assert "refused the mail itself" in text(press())


@pytest.fixture
def locked(settings) -> Iterator[None]:
    """A mail server that refuses every login (RFC 4954)."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_refuse_logins, args=[server], daemon=True)
        thread.start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "moses", "a-secret-word"
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield
        thread.join(5)


def _refuse_logins(server: socket.socket) -> None:
    line, _ = server.accept()
    with line, line.makefile("rb") as heard:
        line.sendall(b"220 ready\r\n")
        for said in heard:
            verb = said[:4].upper()
            answers = {b"EHLO": b"250-here\r\n250 AUTH PLAIN", b"AUTH": b"535 5.7.8 wrong password"}
            line.sendall(answers.get(verb, b"221 bye") + b"\r\n")
            if verb == b"QUIT":
                return


def test_a_refused_login_is_a_sentence(locked: None) -> None:
    answer = press()
    assert answer.status_code == 422
    assert "refused the login" in text(answer)
    assert "wrong password" in text(answer)
    assert "a-secret-word" not in text(answer)


def test_no_connection_is_a_sentence(smtp, settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = taken.getsockname()[1]
        answer = press()
    assert answer.status_code == 422
    assert "No connection to the mail server" in text(answer)


def test_a_line_that_drops_after_the_mail_is_unknown(smtp) -> None:
    smtp.drop = True
    answer = press()
    assert "Nobody knows whether it took the mail" in text(answer)
    assert workspace.load().mailbox_tested_at is None


def test_a_failure_takes_the_green_back(smtp) -> None:
    press()
    smtp.answer = "554 no"
    press()
    assert workspace.load().mailbox_tested_at is None


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("EMAIL_HOST", "smtp.other.example"),
        ("EMAIL_PORT", 2525),
        ("EMAIL_HOST_USER", "ruth"),
        ("EMAIL_BACKEND", "anymail.backends.postmark.EmailBackend"),
    ],
)
def test_another_server_or_login_has_to_be_tested_too(smtp, settings, name, other) -> None:
    press()
    assert workspace.mailbox_is_tested(workspace.load())
    setattr(settings, name, other)
    assert not workspace.mailbox_is_tested(workspace.load())
    assert "Another server or login was tested" in text(client("admin").get(reverse(PAGE)))


def test_the_password_may_change_without_a_new_test(smtp, settings) -> None:
    press()
    settings.EMAIL_HOST_PASSWORD = "another"
    assert workspace.mailbox_is_tested(workspace.load())


def test_what_is_kept_of_the_server_names_nobody(smtp, settings) -> None:
    press()
    assert smtp.host not in workspace.load().mailbox_tested_with
    assert len(workspace.load().mailbox_tested_with) == 64


def _talks(words: bytes, seconds: float) -> Iterator[int]:
    """The port of a server that says these bytes, one at a time, and never comes to an end."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk() -> None:
            line, _ = server.accept()
            with line, contextlib.suppress(OSError):
                while not stop.wait(seconds):
                    line.sendall(words)

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        stop.set()
        thread.join(5)


@pytest.mark.parametrize("words", [b"", b"2"], ids=["silent", "letter by letter"])
def test_a_server_that_never_answers_is_given_up_in_time(
    smtp, settings, monkeypatch, words: bytes
) -> None:
    monkeypatch.setattr(patience, "SECONDS", 0.6)
    for settings.EMAIL_PORT in _talks(words, 0.1):
        began = time.monotonic()
        answer = press()
        assert time.monotonic() - began < 5
        assert answer.status_code == 422
        assert "did not answer in time" in text(answer)
    assert workspace.load().mailbox_tested_at is None


def test_the_page_waits_less_than_half_a_minute() -> None:
    assert patience.SECONDS + asking.GRACE < 30


def test_without_a_mail_server_nothing_is_sent_and_nothing_is_green(local_outbox) -> None:
    answer = press()
    assert "stayed on this machine" in text(answer)
    assert workspace.load().mailbox_tested_at is None


def test_an_admin_without_an_address_is_told(smtp) -> None:
    admin = cast.admin()
    admin.email = ""
    admin.save()
    assert "there is no address" in text(press())
    assert smtp.mails == []


def test_a_line_break_in_a_name_injects_no_header(smtp) -> None:
    admin = cast.admin()
    admin.first_name = "Ada\r\nBcc: all@world.example"
    admin.save()
    press()
    assert all(mail["Bcc"] is None for mail in smtp.mails)


def test_the_page_says_which_server_and_never_its_password(smtp, settings) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "moses", "a-secret-word"
    page = text(client("admin").get(reverse("setup_mailbox")))
    assert f"127.0.0.1:{smtp.port}, as moses" in page
    assert "a-secret-word" not in page


def test_the_page_explains_the_local_outbox(local_outbox) -> None:
    assert "EMAIL_URL=" in text(client("admin").get(reverse("setup_mailbox")))


def test_only_an_admin_may_send_it_and_only_by_post() -> None:
    refuses(reverse(URL), "rep", "manager")
