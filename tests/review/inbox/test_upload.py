"""Adding a raw mail by hand: it does what a mail that came in does, once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection
from django.urls import reverse
from django_q.models import OrmQ

from revenue.inbound import receive_email
from revenue.models import Account, Activity, Event, Suppression
from review.views import inbox
from tests.factories import prospect
from tests.review.accounts import cast
from tests.review.inbox.raw import no_bell, raw_mail

pytestmark = pytest.mark.django_db
URL = reverse("inbox_upload")


@pytest.fixture
def account(workspace) -> Account:
    return prospect(owner=cast.rep(), name="Condax")


def address(account: Account) -> str:
    return account.contacts.get().email


def add(raw: bytes, by=None, name: str = "mail.eml", **more):
    file = SimpleUploadedFile(name, raw, content_type="message/rfc822")
    return cast.signed_in(by or cast.rep()).post(URL, {"mail": file}, **more)


def test_a_reply_is_added_to_its_account_and_says_so(account) -> None:
    OrmQ.objects.all().delete()
    response = add(raw_mail(sender=address(account)), follow=True)
    words = response.content.decode()
    assert "The mail was added." in words
    assert reverse("account", args=[account.pk]) in words
    assert "from Yara Zhou" in words
    assert Activity.objects.get().account == account
    assert OrmQ.objects.count() == 1


def test_the_mail_and_its_bell_are_kept_together_or_not_at_all(account) -> None:
    with connection.execute_wrapper(no_bell), pytest.raises(DatabaseError):
        add(raw_mail(sender=address(account)))
    assert not Activity.objects.exists()


def test_an_opt_out_suppresses_the_address(account) -> None:
    response = add(raw_mail(sender=address(account), text="Unsubscribe."), follow=True)
    assert "reads as: unsubscribe" in response.content.decode()
    assert "Nobody writes to this address any more" in response.content.decode()
    assert Suppression.objects.get().value == address(account)


def test_the_log_knows_who_brought_it(account) -> None:
    """A file may say anything of whoever wrote it, also that they want no more mail."""
    stranger = cast.outsider()
    add(raw_mail(sender=address(account), text="Unsubscribe."), by=stranger)
    told = Event.objects.get(kind="message.added")
    assert told.actor == f"user:{stranger.pk}"
    assert (told.account, told.subject_id) == (account, Activity.objects.get().pk)
    add(raw_mail(number=2))
    assert Event.objects.filter(kind="message.added", account=None).exists()


def test_twice_the_same_is_kept_once_and_says_so(account) -> None:
    raw = raw_mail(sender=address(account))
    add(raw)
    response = add(raw, follow=True)
    assert "This mail was here already." in response.content.decode()
    assert Activity.objects.count() == 1


def test_a_mail_of_no_account_asks_a_rep_where_it_belongs(workspace) -> None:
    response = add(raw_mail(), follow=True)
    words = response.content.decode()
    assert "kept, without an account" in words
    assert "Say where it belongs." in words
    assert reverse("inbox_mail", args=[Activity.objects.get().pk]) in words


def test_a_mail_of_no_account_that_was_here_already_is_asked_of_whoever_has_it(workspace) -> None:
    receive_email(raw_mail())
    words = add(raw_mail(), follow=True).content.decode()
    assert "This mail was here already." in words
    assert f"mail-{Activity.objects.get().pk}" in words


def test_a_mail_to_a_colleagues_account_names_nobody(account) -> None:
    response = add(raw_mail(sender=address(account)), cast.colleague(), follow=True)
    words = response.content.decode()
    assert "It belongs to an account of a colleague" in words
    assert "Condax" not in words
    assert "Yara" not in words


def test_a_receipt_is_its_readers_own(account) -> None:
    where = add(raw_mail(sender=address(account)))["Location"]
    assert "The mail was added" not in cast.signed_in(cast.manager()).get(where).content.decode()


@pytest.mark.parametrize(
    "raw",
    [b"\x89PNG\r\n\x1a\n\x00\x00", b"%PDF-1.7 a file", b"name,city\nCondax,Rome\n", b"hello there"],
)
def test_a_wrong_file_is_refused_in_words(raw) -> None:
    response = add(raw)
    assert response.status_code == 422
    assert "This is not a mail." in response.content.decode()
    assert not Activity.objects.exists()


def test_an_empty_file_is_refused_in_words() -> None:
    response = add(b"")
    assert response.status_code == 422
    assert "This file is empty." in response.content.decode()


def test_no_file_is_refused_in_words() -> None:
    response = cast.signed_in(cast.rep()).post(URL)
    assert response.status_code == 422
    assert "Choose a file" in response.content.decode()


def test_a_file_that_is_too_big_is_refused_with_the_limit(monkeypatch) -> None:
    monkeypatch.setattr(inbox, "BIGGEST", 2_000_000)
    response = add(raw_mail(text="x" * 3_000_000))
    assert response.status_code == 422
    assert "25 MB are possible" in response.content.decode()


def test_a_get_changes_nothing() -> None:
    assert cast.signed_in(cast.rep()).get(URL).status_code == 405


def test_an_admin_is_refused() -> None:
    assert add(raw_mail(), cast.admin()).status_code == 403
    assert not Activity.objects.exists()


def test_somebody_signed_out_changes_nothing(client) -> None:
    assert client.post(URL).status_code == 302
