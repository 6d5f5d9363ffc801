"""The list of bad inputs, by number, and that each that can reach the product has its test.

A test carries its number at the beginning of its name (`test_10_…`) or of a parameter's id
("10 …"), so that searching for the number finds it.
"""

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent

LIST = {
    # A file that is imported.
    1: "empty", 2: "header only", 3: "required column missing", 4: "duplicate header",
    5: "unknown column", 6: "UTF-16, Latin-1, BOM", 7: "NUL byte", 8: "unclosed quote",
    9: "ragged row", 10: "too large for the browser", 11: "5 MB cell", 12: "Excel file named .csv",
    13: "zip bomb", 14: "duplicate rows", 15: "existing account", 16: "cell that a sheet would run",
    17: "semicolons", 18: "bad e-mail", 19: "two addresses in a cell", 20: "suppressed contact",
    21: "unknown owner", 22: "ambiguous and impossible dates", 23: "numbers that are none",
    24: "beyond 2³¹", 25: "the same file twice", 26: "CR-only line ends", 27: "homoglyph domain",
    # An answer of a model.
    28: "no JSON", 29: "fenced JSON", 30: "cut", 31: "wrong schema", 32: "duplicate keys",
    33: "NaN, Infinity", 34: "5,000 digits", 35: "100,000 nested", 36: "NUL, lone surrogate",
    37: "empty, refusal", 38: "unknown agent or state", 39: "contradiction",
    40: "recipient outside the account", 41: "another account's name or amount",
    42: "script, img, form, hx-*", 43: "unlisted address, markdown image",
    44: "zero-width, tag and bidi characters", 45: "unfilled field", 46: "100 kB",
    47: "price or date without source",
    # A mail that comes in.
    48: "no or duplicate Message-ID", 49: "25 MB, 1,000 deep", 50: "bad charset and date",
    51: "Auto-Submitted", 52: "delivery report as reply", 53: "unknown sender on a known thread",
    54: "DMARC fail", 55: "an order to us",
    # A webhook.
    56: "no or garbled signature", 57: "stale timestamp", 58: "replayed id", 59: "signed, no JSON",
    60: "not UTF-8", 61: "2 MB",
    # A request to a page.
    62: "stale revision", 63: "foreign id", 64: "empty body", 65: "newline in subject",
    66: "expired session or form", 67: "GET on a POST address", 68: "an id that is none",
    # An address that somebody types in.
    70: "file:, user name, redirect, private network",
}  # fmt: skip
NOT_YET = {
    69: "there is no threshold to set",
    71: "there is no schedule to type in",
    72: "there is no template to type in",
}
# The walk over every address carries these three; its parameters are the addresses.
WALKS = {
    63: "test_only_whoever_may_passes_and_only_by_the_right_verb",
    67: "test_only_whoever_may_passes_and_only_by_the_right_verb",
    68: "test_a_number_that_names_nothing_is_not_there",
}


def numbers(text: str) -> set[int]:
    """Those that the tests in this text carry."""
    named = re.findall(r"\bdef test_(\d\d?)_", text)
    given = re.findall(r"""\bid=f?["'](\d\d?)\b|^\s+\(f?["'](\d\d?) """, text, re.MULTILINE)
    return {
        int(number) for number in [*named, *(part for pair in given for part in pair)] if number
    }


def files() -> dict[Path, str]:
    texts = {path: path.read_text(encoding="utf-8") for path in HERE.rglob("test_*.py")}
    del texts[Path(__file__)]
    return texts


def test_every_number_of_the_list_has_its_test() -> None:
    carried = {number for text in files().values() for number in numbers(text)}
    assert sorted(LIST.keys() - carried - WALKS.keys()) == []


@pytest.mark.parametrize("number", WALKS)
def test_the_walk_has_what_is_said_of_it(number: int) -> None:
    assert f"def {WALKS[number]}(" in files()[HERE / "test_urls.py"]


def test_the_list_is_whole() -> None:
    assert sorted([*LIST, *NOT_YET]) == list(range(1, 73))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("def test_10_the_browser_has_limits() -> None:", {10}),
        ("    pytest.param(1, id='7 NUL'), pytest.param(2, id=f\"16 {x}\")", {7, 16}),
        ('    pytest.param("x", id="36"),', {36}),
        ('    ("28 prose", "text"),', {28}),
        ('    ("Hi", "28 words"), ("x", "3 rows"), test_a_1_b', set()),
    ],
)
def test_a_number_is_found_where_a_test_carries_it(text: str, found: set[int]) -> None:
    assert numbers(text) == found
