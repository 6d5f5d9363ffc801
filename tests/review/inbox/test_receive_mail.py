"""`manage.py receive_mail`: raw mail from files, or from a mail server's pipe."""

import io
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django_q.models import OrmQ

from revenue.models import Activity
from tests.factories import prospect
from tests.review.accounts import cast
from tests.review.inbox.raw import raw_mail

pytestmark = pytest.mark.django_db


def run(*names: str) -> str:
    out = io.StringIO()
    call_command("receive_mail", *names, stdout=out)
    return out.getvalue()


def saved(folder: Path, raw: bytes, name: str = "mail.eml") -> str:
    path = folder / name
    path.write_bytes(raw)
    return str(path)


def test_a_file_is_taken_and_its_account_named(tmp_path, workspace) -> None:
    account = prospect(owner=cast.rep(), name="Condax")
    OrmQ.objects.all().delete()
    said = run(saved(tmp_path, raw_mail(sender=account.contacts.get().email)))
    assert "Condax" in said
    assert Activity.objects.get().account == account
    assert OrmQ.objects.count() == 1


def test_one_mail_comes_from_standard_input(monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw_mail())))
    assert "kept without an account" in run()
    assert Activity.objects.count() == 1


def test_a_file_that_is_not_there_does_not_stop_the_others(tmp_path) -> None:
    good = saved(tmp_path, raw_mail())
    with pytest.raises(CommandError, match=r"none\.eml: No such file"):
        run(str(tmp_path / "none.eml"), good)
    assert Activity.objects.count() == 1


def test_an_empty_mail_is_refused_in_words(tmp_path) -> None:
    with pytest.raises(CommandError, match="the mail is empty"):
        run(saved(tmp_path, b"\n"))


def test_49_of_a_mail_that_is_too_big_the_headers_are_kept(tmp_path) -> None:
    raw = raw_mail(text="x" * 70)
    said = run(saved(tmp_path, raw + b"x\n" * 14_000_000))
    assert "Only the headers were read: larger than 25 MB." in said
    assert Activity.objects.get().subject


def test_the_same_file_twice_is_kept_once(tmp_path) -> None:
    name = saved(tmp_path, raw_mail())
    run(name, name)
    assert Activity.objects.count() == 1
