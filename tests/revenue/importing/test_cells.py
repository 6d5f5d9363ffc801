"""One cell: slips that are put right, and those that are not."""

from typing import Any

import pytest

from revenue.importing import known, values
from revenue.importing.dates import DateColumn, parse
from revenue.importing.faults import Noted, Unreadable

INDUSTRY = values.one_of(known.INDUSTRIES, "industry")
COUNTRY = values.one_of(known.COUNTRIES, "country")


@pytest.mark.parametrize(
    ("cell", "value"),
    [("technolgy", "technology"), ("Technolgy", "technology"), ("telecomunications",
     "telecommunications"), ("logistic", "logistics")],
)  # fmt: skip
def test_a_slip_in_an_industry_is_put_right(cell: str, value: str) -> None:
    assert INDUSTRY(cell).value == value


@pytest.mark.parametrize(
    "cell", ["technology", "Technology", "biotechnology", "space mining", "IT"]
)
def test_any_other_industry_stays_as_it_is(cell: str) -> None:
    assert INDUSTRY(cell) == cell


@pytest.mark.parametrize(
    ("cell", "value"), [("Philipines", "Philippines"), ("Untied States", "United States")]
)
def test_a_slip_in_a_country_is_put_right(cell: str, value: str) -> None:
    assert COUNTRY(cell).value == value


@pytest.mark.parametrize("name", known.COUNTRIES)
def test_no_country_is_taken_for_another(name: str) -> None:
    assert COUNTRY(name) == name


@pytest.mark.parametrize(
    ("cell", "name"),
    [("gtxpro", "gtxpro"), ("gtxpluspr", "gtxpluspro"), ("gtk600", ""), ("thinkpadx1gen600", "")],
)
def test_digits_of_a_product_never_change(cell: str, name: str) -> None:
    names = ["gtxpro", "gtxpluspro", "gtk500", "thinkpadx1gen500"]
    assert (cell if cell in names else known.closest(cell, names)) == name


@pytest.mark.parametrize("digits", [12, 27, 29, 30])
@pytest.mark.parametrize("read", [values.integer(0, 10), values.number(0, 10, times=1_000_000)])
def test_a_number_beyond_all_range_is_told_however_long(read: Any, digits: int) -> None:
    with pytest.raises(Unreadable, match="0 to 10"):
        read("9" * digits)


@pytest.mark.parametrize(
    "cell", ["bob@", "@x.example", "bob", "bob@localhost", "Bob <bob@x.example>", "a b@x.example"]
)
def test_what_is_no_address(cell: str) -> None:
    with pytest.raises(Unreadable, match="is not an address"):
        values.email(cell)


@pytest.mark.parametrize("cell", ["a@x.example;b@x.example", "a@x.example b@x.example"])
def test_two_addresses_are_one_too_many(cell: str) -> None:
    with pytest.raises(Unreadable, match="one address per contact"):
        values.email(cell)


@pytest.mark.parametrize(
    ("cell", "value"), [("yes", True), ("TRUE", True), ("1", True), ("no", None), ("0", None)]
)
def test_a_flag(cell: str, value: bool | None) -> None:
    assert values.flag(cell) == value


def test_a_flag_in_other_words_protects() -> None:
    found = values.flag("please not")
    assert isinstance(found, Noted)
    assert found.value is True


@pytest.mark.parametrize(
    ("cell", "stage"),
    [("Won", "won"), ("closed won", "won"), ("Closed  Lost", "lost"), ("Qualification",
     "prospecting"), ("Proposal/Price Quote", "proposal"), ("ENGAGING", "engaging")],
)  # fmt: skip
def test_a_stage_by_its_names(cell: str, stage: str) -> None:
    assert values.stage(cell) == stage


def test_an_unknown_stage_names_those_there_are() -> None:
    with pytest.raises(Unreadable, match="use prospecting, engaging, proposal, won, lost"):
        values.stage("Somewhere")


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["10/20/2016", "3/4/2017"], "mdy"),
        (["20/10/2016", "3/4/2017"], "dmy"),
        (["20.10.2016"], "dmy"),
        (["2016-10-20", "2017-03-04 10:00"], "ymd"),
        (["3/4/2017", "5/6/2017"], ""),
        (["10/20/2016", "20/10/2016"], ""),
        (["10/20/2016"] * 60 + ["20/10/2016"], "mdy"),
        (["10/20/2016", "31/31/2017"], "mdy"),
        (["3/3/2017"], "ymd"),
        ([], "ymd"),
    ],
)
def test_a_column_settles_its_order(cells: list[str], order: str) -> None:
    column = DateColumn()
    for cell in cells:
        column.see(cell)
    assert column.order == order


@pytest.mark.parametrize(
    ("cell", "order", "iso"),
    [
        ("10/20/2016", "mdy", "2016-10-20"),
        ("3/4/2017", "dmy", "2017-04-03"),
        ("04.03.2017", "dmy", "2017-03-04"),
        ("2017-03-04", "mdy", "2017-03-04"),
        ("2017-03-04T10:00:00Z", "ymd", "2017-03-04"),
        ("3/4/2017 10:00 AM", "mdy", "2017-03-04"),
        ("3/3/2017", "", "2017-03-03"),
        ("29.02.2016", "dmy", "2016-02-29"),
    ],
)
def test_a_date_is_read_in_the_order_of_its_column(cell: str, order: str, iso: str) -> None:
    assert parse(cell, order).isoformat() == iso


@pytest.mark.parametrize(
    ("cell", "order"),
    [("2/31/2017", "mdy"), ("29/2/2017", "dmy"), ("2017-02-31", "ymd"), ("3/4/17", "mdy"),
     ("42663", "ymd"), ("soon", "mdy"), ("3/4/2017", ""), ("3/4/2017", "ymd"), ("0/0/0000", "mdy"),
     ("3/4.2017", "mdy"), ("３/４/2017", "mdy")],
)  # fmt: skip
def test_a_date_that_cannot_be_read_asks_for_iso(cell: str, order: str) -> None:
    with pytest.raises(Unreadable, match="use YYYY-MM-DD"):
        parse(cell, order)
