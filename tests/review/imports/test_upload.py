"""Files come in, or are refused with what to do; nothing is imported yet."""

import io
import zipfile

import pytest
from django.urls import reverse

from revenue.models import Account, ImportBatch
from review.setup import uploads
from tests.review.imports import files
from tests.review.setup.doors import client, refuses, text

pytestmark = pytest.mark.django_db


def checked(**contents: str | bytes) -> str:
    answer = files.upload(**contents)
    assert answer.status_code == 302
    return text(client("admin").get(answer["Location"]))


def test_several_files_become_one_preview_and_no_account() -> None:
    answer = files.upload(accounts=files.ACCOUNTS, contacts=files.CONTACTS)
    batch = ImportBatch.objects.get()
    assert answer["Location"] == reverse("import_check", args=[batch.pk])
    assert (batch.state, batch.name) == ("preview", "accounts.csv, contacts.csv")
    assert not Account.objects.exists()


def test_two_files_of_one_name_are_both_kept() -> None:
    browser = client("admin")
    two = [files.file("a.csv", files.ACCOUNTS), files.file("a.csv", files.CONTACTS)]
    browser.post(reverse("import_upload"), {"files": two})
    assert ImportBatch.objects.get().name == "a.csv, a.csv (2)"


def test_no_file_is_told() -> None:
    answer = client("admin").post(reverse("import_upload"))
    assert answer.status_code == 422
    assert "Choose one or more files" in text(answer)


def test_too_many_files_are_told() -> None:
    many = [files.file(f"{number}.csv", files.ACCOUNTS) for number in range(13)]
    answer = client("admin").post(reverse("import_upload"), {"files": many})
    assert answer.status_code == 422
    assert "up to 12 go together" in text(answer)
    assert not ImportBatch.objects.exists()


def test_a_file_over_the_limit_names_the_command() -> None:
    answer = files.upload(big=b"account\n" + b"x" * uploads.MOST_BYTES)
    assert answer.status_code == 422
    assert "big.csv: The file is larger than 10 MB" in text(answer)
    assert "manage.py import_crm" in text(answer)


def test_more_rows_than_the_limit_name_the_command() -> None:
    rows = "".join(f"Condax {number},retail,1\n" for number in range(50_001))
    answer = files.upload(long=f"account,sector,employees\n{rows}")
    assert answer.status_code == 422
    assert "more than 50,000 rows" in text(answer)


def test_files_that_are_too_long_together_say_what_to_do() -> None:
    rows = "".join(f"Condax {number},retail,1\n" for number in range(25_001))
    answer = files.upload(**dict.fromkeys("ab", f"account,sector,employees\n{rows}"))
    assert answer.status_code == 422
    assert "Together these files have 50,002 rows; 50,000 are possible." in text(answer)
    assert "one after the other" in text(answer)
    assert not ImportBatch.objects.exists()


def test_files_that_are_too_big_together_say_what_to_do(monkeypatch) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 80)
    answer = files.upload(accounts=files.ACCOUNTS, others=files.ACCOUNTS)
    assert answer.status_code == 422
    assert "Together these files are larger than 10 MB." in text(answer)


def packed() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("sheet.xml", "x" * 1000)
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"account,sector\n", "no rows, only a header"),
        (packed(), "Excel file; export as CSV"),
        (b"%PDF-1.7", "This is a PDF"),
        (b"\x80\x81\xfe\xff\x00\x01" * 50, "save as UTF-8"),
        (b"account,account\na,b\n", "columns 1 and 2"),
    ],
)
def test_a_file_that_is_no_table_is_told_beside_the_good_ones(content: bytes, words: str) -> None:
    page = checked(bad=content, accounts=files.ACCOUNTS)
    assert "bad.csv" in page
    assert words in page
    assert "Import 2 rows" in page


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (files.ACCOUNTS.encode("utf-8-sig"), "UTF-8 with BOM, comma"),
        (files.ACCOUNTS.encode("utf-16"), "UTF-16, comma"),
        (files.ACCOUNTS.replace("Condax", "Zürich").encode("cp1252"), "Windows-1252"),
        (files.ACCOUNTS.replace(",", ";").encode(), "UTF-8, semicolon"),
        (files.ACCOUNTS.replace(",", "\t").encode(), "UTF-8, tab"),
        (files.ACCOUNTS.replace("\n", "\r").encode(), "UTF-8, comma"),
    ],
)
def test_delimiter_and_encoding_are_detected_and_shown(content: bytes, words: str) -> None:
    page = checked(accounts=content)
    assert words in page
    assert "Import 2 rows" in page


def test_markup_in_a_file_is_shown_and_not_obeyed() -> None:
    page = checked(accounts="account,sector,employees\n<script>alert(1)</script>,retail,1\n")
    assert "<script>alert" not in page


def test_the_files_of_one_upload_share_nothing_with_another() -> None:
    first = files.preview(accounts=files.ACCOUNTS)
    files.upload(accounts=files.ACCOUNTS)
    uploads.discard(first)
    other = ImportBatch.objects.get()
    assert client("admin").get(reverse("import_check", args=[other.pk])).status_code == 200


def test_nobody_but_an_admin_imports_and_a_link_neither() -> None:
    """A file moves people to other teams, and its preview says what stands in foreign accounts."""
    refuses(reverse("import_upload"), "rep", "manager")
    assert client("manager").get(reverse("imports")).status_code == 403
    assert client("rep").get(reverse("imports")).status_code == 403
    assert not ImportBatch.objects.exists()
