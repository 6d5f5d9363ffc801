"""The command's options, and what it prints."""

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError

from revenue.models import Account, Event, ImportBatch, Opportunity, Product, StageChange

from .conftest import DEALS

pytestmark = pytest.mark.django_db
Run = Callable[..., str]


def test_strict_writes_nothing_when_a_row_has_a_fault(folder: Path, run: Run) -> None:
    models = (Account, Opportunity, Product, Event, ImportBatch)
    before = [model.objects.count() for model in models]
    with pytest.raises(CommandError, match="Nothing was written") as refused:
        run(folder, "--strict")
    assert refused.value.returncode == 1
    assert [model.objects.count() for model in models] == before


def test_strict_imports_files_without_a_fault(folder: Path, run: Run) -> None:
    good = DEALS.replace("A4,Carl Lin,GTX Pro,,", "A4,Carl Lin,GTX Pro,Cancity,")
    (folder / "deals.csv").write_text(good)
    run(folder, "--strict")
    assert Opportunity.objects.count() == 4


def test_dates_are_shifted_so_that_the_newest_falls_on_the_day(folder: Path, run: Run) -> None:
    out = run(folder, "--shift-to", "2025-03-25")
    assert "all moved by 2,922 days, so that the newest, 2017-03-25, falls on 2025-03-25" in out
    deal = Opportunity.objects.get(crm_key="A1")
    assert (deal.engaged_on, deal.closed_on) == (date(2024, 10, 20), date(2025, 3, 21))
    assert StageChange.objects.latest("at").at.date() == date(2025, 3, 25)


def test_another_shift_moves_the_dates_again(folder: Path, run: Run) -> None:
    run(folder, "--shift-to", "2025-03-25")
    versions = list(Account.objects.values_list("context_version"))
    run(folder, "--shift-to", "2025-03-26")
    assert Opportunity.objects.get(crm_key="A3").closed_on == date(2025, 3, 26)
    assert StageChange.objects.latest("at").at.date() == date(2025, 3, 26)
    assert list(Account.objects.values_list("context_version")) == versions


def test_a_shift_to_no_date_is_refused(folder: Path, run: Run) -> None:
    with pytest.raises(CommandError, match="Use YYYY-MM-DD"):
        run(folder, "--shift-to", "03/25/2025")


def test_files_without_dates_say_that_there_is_none_to_move(folder: Path, run: Run) -> None:
    assert "there is none to move" in run(folder / "products.csv", "--shift-to", "2025-03-25")


def test_the_full_list_is_written_with_formulas_escaped(
    folder: Path, run: Run, tmp_path: Path
) -> None:
    sheet = tmp_path / "faults.csv"
    text = "account,first_name,last_name,email\nIsdom,=1+1,Ng,al@isdom.example\nIsdom,B,C,d@\n"
    (folder / "contacts.csv").write_text(text)
    out = run(folder, "--report", sheet)
    with sheet.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    assert f"The full list is in {sheet}." in out
    assert rows[0] == ["file", "row", "field", "found", "problem", "what was done"]
    assert rows[1][:4] == ["contacts.csv", "2", "first_name", "'=1+1"]
    problem = "'d@' is not an address; write one like name@example.com"
    assert rows[2][1:] == ["3", "email", "d@", problem, "not imported"]


def test_one_file_can_be_imported_by_itself(folder: Path, run: Run) -> None:
    run(folder / "accounts.csv")
    assert Account.objects.count() == 2


def test_a_list_that_cannot_be_written_is_said_before_anything_happens(
    folder: Path, run: Run, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="cannot be written"):
        run(folder, "--report", tmp_path / "nowhere" / "faults.csv")
    assert Account.objects.count() == 0
