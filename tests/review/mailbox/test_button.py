"""One button tries both ways, and each thing that can go wrong has a sentence."""

import socket
import ssl
from pathlib import Path
from typing import Any

import pytest

from revenue import mail_providers, reaching
from revenue.models import Event, Mailbox, User
from review.setup import own_mailbox, patience
from tests import imap as imap_server
from tests.certificates import Authority
from tests.imap import Server
from tests.mailboxes import ADDRESS, PASSWORD, connected
from tests.review.accounts import cast
from tests.review.setup.test_mailbox import _talks
from tests.smtp import Sink, serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(imap: Server) -> Any:
    with serving() as sink:
        sink.wants(ADDRESS, PASSWORD)
        yield sink


@pytest.fixture
def rep() -> User:
    return cast.rep()


def tried(rep: User, own: Sink, imap: Server | None, **more: Any) -> own_mailbox.Tried:
    return own_mailbox.try_out(connected(rep, smtp=own, imap=imap, tested=False, **more), by=rep)


def test_both_ways_work(rep: User, own: Sink, imap: Server) -> None:
    found = tried(rep, own, imap)
    assert found.ok
    assert [part.ok for part in found.parts] == [True, True]
    assert "“INBOX” and “Sent” are read from now on" in found.reading.words
    [mail] = own.mails
    assert (own.recipients, mail["To"].addresses[0].addr_spec) == ([ADDRESS], ADDRESS)
    row = Mailbox.objects.get()
    assert row.tested_at is not None
    assert row.read_due_at is not None
    assert {one.name for one in row.folders.all()} == {"INBOX", "Sent"}
    assert Event.objects.filter(kind="mailbox.tested").get().data == {"sends": True, "reads": True}


def test_a_refused_login_says_so_on_both_ways(rep: User, own: Sink, imap: Server) -> None:
    own.wants(ADDRESS, "another")
    row = connected(rep, smtp=own, imap=imap, username="who@seller.example", tested=False)
    found = own_mailbox.try_out(row, by=rep)
    assert [part.ok for part in found.parts] == [False, False]
    assert all("refused the login" in part.words for part in found.parts)
    assert PASSWORD not in f"{found}"
    assert Mailbox.objects.get().tested_at is None


@pytest.mark.parametrize("provider", mail_providers.PROVIDERS, ids=lambda one: one.key)
def test_each_provider_says_what_its_login_wants(
    rep: User, own: Sink, imap: Server, monkeypatch: pytest.MonkeyPatch, provider: Any
) -> None:
    own.wants(ADDRESS, "another")
    monkeypatch.setattr(mail_providers, "of_host", lambda host: provider)
    found = tried(rep, own, imap, username="who@seller.example")
    for part in found.parts:
        assert "app password" in part.words


def test_a_failure_takes_the_green_back(rep: User, own: Sink, imap: Server) -> None:
    row = connected(rep, smtp=own, imap=imap)
    own.answer = "554 looks like advertising"
    own_mailbox.try_out(row, by=rep)
    assert Mailbox.objects.get().tested_at is None
    assert "refused the mail itself" in Mailbox.objects.get().fault


def test_no_sent_folder_is_told_and_the_rest_works(rep: User, own: Sink, imap: Server) -> None:
    with imap_server.serving("Archive") as other:
        found = tried(rep, own, other)
    assert (found.ok, found.reading.ok) == (True, None)
    assert "no folder for sent mail was found" in found.reading.words


def test_without_a_server_for_reading_that_is_told(rep: User, own: Sink, imap: Server) -> None:
    found = tried(rep, own, None)
    assert (found.ok, found.reading.ok) == (True, None)
    assert Mailbox.objects.get().read_due_at is None


def test_a_name_that_is_not_found(
    rep: User, own: Sink, imap: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    found = tried(rep, own, imap)
    assert all("name of the mail server is not found" in part.words for part in found.parts)


def test_a_port_where_nobody_answers(rep: User, own: Sink, imap: Server) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        found = tried(rep, own, imap, smtp_port=port, imap_port=port)
    assert all("nothing answers at this port" in part.words for part in found.parts)
    assert not any("Errno" in part.words for part in found.parts)


def test_70_an_inner_address_is_not_allowed_and_is_named(
    rep: User, own: Sink, imap: Server, settings: Any
) -> None:
    settings.TRUSTED_HOSTS = []
    found = tried(rep, own, imap, smtp_host="localhost", imap_host="localhost")
    for part in found.parts:
        assert reaching.WORDS["address"][:30] in part.words
        assert "localhost is " in part.words
    assert (own.mails, imap.connections) == ([], 0)


def test_a_server_that_never_answers(
    rep: User, own: Sink, imap: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "SECONDS", 0.6)
    for port in _talks(b"*", 0.1):
        found = tried(rep, own, imap, imap_port=port)
    assert found.sending.ok
    assert "did not answer in time" in found.reading.words
    for port in _talks(b"2", 0.1):
        found = tried(rep, own, imap, smtp_port=port)
    assert "did not answer in time" in found.sending.words


def test_a_key_that_is_gone_is_a_sentence(
    rep: User, own: Sink, imap: Server, settings: Any, tmp_path: Path
) -> None:
    row = connected(rep, smtp=own, imap=imap)
    settings.STATE_DIR = tmp_path
    found = own_mailbox.try_out(row, by=rep)
    assert all("Write it again" in part.words for part in found.parts)


# --- encryption -----------------------------------------------------------------------------------


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def encrypted(
    rep: User, context: ssl.SSLContext, settings: Any, security: str = "tls"
) -> own_mailbox.Tried:
    settings.TRUSTED_HOSTS = ["localhost"]
    with serving(tls=context) as out, imap_server.serving(tls=context) as into:
        out.wants(ADDRESS, PASSWORD)
        return tried(rep, out, into, smtp_host="localhost", imap_host="localhost",
                     smtp_security=security, imap_security=security)  # fmt: skip


def test_a_certificate_that_somebody_we_trust_signed_for_this_name_is_taken(
    rep: User, authority: Authority, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    found = encrypted(rep, authority.server("localhost"), settings)
    assert [part.words for part in found.parts if not part.ok] == []


def test_a_certificate_of_nobody_that_we_trust_is_refused(
    rep: User, authority: Authority, settings: Any
) -> None:
    found = encrypted(rep, authority.server("localhost"), settings)
    assert all("certificate of the mail server does not fit" in one.words for one in found.parts)


def test_a_certificate_for_another_name_is_refused(
    rep: User, authority: Authority, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    found = encrypted(rep, authority.server("smtp.other.example"), settings)
    assert all("certificate of the mail server does not fit" in one.words for one in found.parts)


def test_tls_to_a_port_that_speaks_plain_is_told(rep: User, own: Sink, imap: Server) -> None:
    found = tried(rep, own, imap, smtp_security="tls", imap_security="tls")
    assert all("encrypted connection failed" in part.words for part in found.parts)


def test_starttls_where_it_is_not_offered_is_told_and_the_password_is_not_sent(
    rep: User, own: Sink, imap: Server
) -> None:
    found = tried(rep, own, imap, smtp_security="starttls", imap_security="starttls")
    assert all("encrypted connection failed" in part.words for part in found.parts)
    assert own.mails == []
