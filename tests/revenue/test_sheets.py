"""What leaves for a spreadsheet: no cell of it is run, and nothing else of it is changed."""

import csv
import io

import pytest

from revenue import sheets


def read(text: str, **how: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix(sheets.MARK), newline=""), **how))


def written(*cells: object) -> str:
    return "".join(sheets.lines(["head"], [cells]))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
@pytest.mark.parametrize("before", ["", " ", "\u00a0", "\t", "\r", "\n"])
def test_a_cell_that_begins_like_a_formula_is_text(start: str, before: str) -> None:
    assert sheets.escaped(f"{before}{start}SUM(1)").startswith(f"'{before}")


@pytest.mark.parametrize("start", ["\t", "\r", "\n"])
def test_a_cell_that_begins_with_a_separator_is_text(start: str) -> None:
    assert sheets.escaped(f"{start}x") == f"'{start}x"


@pytest.mark.parametrize("separator", [";", ",", "|", "\t", "\r", "\n", "; ", "\r\n"])
def test_what_another_program_takes_for_a_cell_is_text_too(separator: str) -> None:
    assert sheets.escaped(f"Hello{separator}=1+1") == f"Hello{separator}'=1+1"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_no_cell_begins_a_formula_whatever_separates_the_cells(delimiter: str) -> None:
    words = 'a";=1+1,=2+2\t=3+3|=4+4\n=5+5'
    found = [cell for row in read(written(words), delimiter=delimiter) for cell in row]
    assert [cell for cell in found if cell.lstrip('" ').startswith(("=", "+", "-", "@"))] == []


@pytest.mark.parametrize("cell", ["a=b", "5 - 3", "me@example.com", "Ng, Al", "well-known", "'="])
def test_an_ordinary_text_stays_as_it_is(cell: str) -> None:
    assert read(written(cell))[1] == [cell]


def test_a_number_stays_a_number() -> None:
    assert written(-5, 0.25, None).splitlines()[1] == "-5,0.25,"


def test_a_spreadsheet_is_told_that_it_is_unicode() -> None:
    assert written("é").encode().startswith(b"\xef\xbb\xbf")


def test_a_long_table_comes_in_portions_and_whole() -> None:
    rows = [[number, "words " * 100] for number in range(1000)]
    portions = list(sheets.lines(["number", "words"], rows))
    assert len(portions) > 5
    assert max(map(len, portions)) < 2 * sheets.PORTION
    assert len(read("".join(portions))) == 1001
