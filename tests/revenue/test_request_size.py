"""A body that is too large is refused before any of it is kept."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import Client
from django.urls import reverse

from revenue import request_size
from tests.review.accounts import cast

pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that the web framework began to write to the disk."""
    names: list[str] = []
    begin = TemporaryFileUploadHandler.new_file

    def new_file(self: TemporaryFileUploadHandler, *args: object, **more: object) -> None:
        begin(self, *args, **more)
        names.append(self.file_name)

    monkeypatch.setattr(TemporaryFileUploadHandler, "new_file", new_file)
    return names


def send(client: Client, name: str, megabytes: int) -> int:
    client.cookies["csrftoken"] = "a" * 32
    file = SimpleUploadedFile("big.bin", b"x" * (megabytes * MEGABYTE))
    return client.post(reverse(name), {"mail": file}).status_code


@pytest.mark.parametrize("name", ["account_login", "inbox_upload", "import_upload"])
def test_a_stranger_uploads_nothing(kept: list[str], name: str) -> None:
    assert send(Client(enforce_csrf_checks=True), name, 3) == 413
    assert kept == []


def test_somebody_signed_in_uploads_what_a_mail_may_have(kept: list[str]) -> None:
    client = cast.signed_in(cast.rep())
    assert send(client, "inbox_upload", 24) == 422
    assert kept == ["big.bin"]


def test_nobody_uploads_without_end(kept: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_size, "SIGNED_IN", 2 * MEGABYTE)
    assert send(cast.signed_in(cast.rep()), "inbox_upload", 3) == 413
    assert kept == []


@pytest.mark.parametrize("size", ["", "-1", "abc", "٣", "1e9"])
def test_an_odd_size_is_none(size: str) -> None:
    assert Client().post(reverse("account_login"), CONTENT_LENGTH=size).status_code in (200, 400)
