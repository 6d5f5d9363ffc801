"""What a bad file gets: each line of the table of bad imports, by its words."""

import io
import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError

from revenue import consent, importing, sheets
from revenue.importing import FileFault, Source
from revenue.importing.tables import read
from revenue.models import Account, Contact, Opportunity
from tests.factories import AccountFactory

from .conftest import ACCOUNTS, CONTACTS, DEALS, PEOPLE, PRODUCTS, plan_of, source, told

pytestmark = pytest.mark.django_db
HEAD = "account,first_name,last_name,email,title\n"
DEAL_HEAD = DEALS.splitlines(keepends=True)[0]


def excel() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return file.getvalue()


def bomb() -> bytes:
    """50 MB in 50 kB: whoever unpacks it notices."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("accounts.csv", b"\0" * 50_000_000)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param("", "file is empty", id="1 empty"),
        pytest.param("\ufeff\r\n\r\n", "file is empty", id="1 nothing but a mark"),
        pytest.param(HEAD, "no rows", id="2 header only"),
        pytest.param("account,email,email\na,b,c\n", "columns 2 and 3", id="4 duplicate header"),
        pytest.param(b"\x93\xfa\x96{\x8c\xea," * 9 + b"\n1,2\n", "save as UTF-8", id="6 Shift-JIS"),
        pytest.param(b"\xff\xfea\x00\x00\xd8,\x00", "save as UTF-8", id="6 broken UTF-16"),
        pytest.param(
            "account,city\nCancity,Zürich\nMüller,Gen".encode() + b"\xe8ve\n",
            "row 3: a letter is broken, the others are UTF-8; save as UTF-8",
            id="6 broken UTF-8",
        ),
        pytest.param(excel(), "Excel file; export as CSV", id="12 xlsx"),
        pytest.param(b"\xd0\xcf\x11\xe0old", "Excel file; export as CSV", id="12 xls"),
        pytest.param(
            "acc\x00ount,sector\nIsdom,retail\n",
            "row 1: control character in cell 1; delete it",
            id="7 NUL in the header",
        ),
        pytest.param(bomb(), "export as CSV", id="13 zip bomb"),
        pytest.param(b"\x1f\x8b\x08compressed", "export as CSV", id="13 gzip"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_the_remedy(
    content: str | bytes, words: str
) -> None:
    with pytest.raises(FileFault, match=words):
        read(source(content))


@pytest.mark.parametrize(
    ("files", "words"),
    [
        pytest.param(
            {"contacts": "account,first_name,last_name,title\nIsdom,Yara,Zhou,Buyer\n"},
            "row 1: A file of contacts needs a column “email”. "
            "Found: account, first_name, last_name, title",
            id="3 required column missing",
        ),
        pytest.param(
            {"other": "Table,Description\nx,y\n"},
            "row 1: The columns are not known. Found: Table, Description",
            id="3 no known column at all",
        ),
        pytest.param(
            {"contacts": CONTACTS + "Isdom,Al,\x00Ng,al@isdom.example,Buyer\n"},
            "row 3: control character in cell 3; delete it",
            id="7 NUL",
        ),
        pytest.param(
            {
                "contacts": HEAD
                + 'Isdom,Al,Ng,al@isdom.example,"Head\nIsdom,Bo,Oh,bo@isdom.example,\n'
            },
            "row 2: a quote starts in this row and is not closed; close or delete it",
            id="8 unclosed quote",
        ),
        pytest.param(
            {"contacts": HEAD + "Isdom,Al,Ng\n"},
            "row 2: 3 cells, expected 5; a cell that holds the separator goes in quotes",
            id="9 ragged row",
        ),
        pytest.param(
            {"contacts": HEAD + "Isdom,,,al@isdom.example,Buyer\n"},
            "row 2: the contact has no name; fill in a first or a last name",
            id="9 nameless row",
        ),
        pytest.param(
            {"contacts": HEAD + ",Al,Ng,al@isdom.example,Buyer\n"},
            "row 2: no account; fill it in",
            id="9 required cell is empty",
        ),
        pytest.param(
            {"contacts": HEAD + f"Isdom,Al,Ng,al@isdom.example,{'x' * 5_000_000}\n"},
            "row 2: a cell is over the field limit of 131,072 characters; shorten it",
            id="11 5 MB cell",
        ),
        pytest.param(
            {"contacts": HEAD + f"Isdom,{'x' * 121},Ng,al@isdom.example,Buyer\n"},
            "row 2: 121 characters, at most 120 fit; shorten it",
            id="11 name of 121 characters",
        ),
        pytest.param(
            {"contacts": CONTACTS + CONTACTS.splitlines()[1] + "\n"},
            "row 3: repeats row 2",
            id="14 duplicate rows",
        ),
        pytest.param(
            {"contacts": CONTACTS + "Isdom,Yara,Zhou-Lee,yara@isdom.example,Buyer\n"},
            "row 3: is the same one as row 2, with other values: that row counts",
            id="14 the same person otherwise",
        ),
        pytest.param(
            {"contacts": HEAD + "Isdom,Bob,Ray,bob@,Buyer\n"},
            "row 2: 'bob@' is not an address; write one like name@example.com",
            id="18 bad e-mail",
        ),
        pytest.param(
            {"contacts": HEAD + f"Isdom,Bob,Ray,bob@{'b' * 60}.{'b.' * 95}example,Buyer\n"},
            f"row 2: 'bob@{'b' * 55}…' has 262 characters; an address has at most 254",
            id="18 262 characters",
        ),
        pytest.param(
            {"contacts": HEAD + 'Isdom,Bob,Ray,"a@b.example, c@d.example",Buyer\n'},
            "row 2: one address per contact; 'a@b.example, c@d.example' holds more",
            id="19 two addresses",
        ),
        pytest.param(
            {"deals": DEAL_HEAD + "B1,Ann Nobody,GTX Pro,Isdom,Won,10/20/2016,3/21/2017,1\n"},
            "row 2: there is no sales person 'Ann Nobody'; "
            "known: Carl Lin, Dustin Brinkmann, Moses Frase, Summer Sewald",
            id="21 unknown owner",
        ),
        pytest.param(
            {"deals": DEAL_HEAD + "B1,Carl Lin,GTX Pro,Isdom,Won,3/4/2016,5/6/2017,1\n"},
            "row 2: '3/4/2016' may be day/month or month/day, "
            "and no row of the column settles it; use YYYY-MM-DD",
            id="22 ambiguous column",
        ),
        pytest.param(
            {"deals": DEALS + "B1,Carl Lin,GTX Pro,Isdom,Won,2/31/2017,5/6/2017,1\n"},
            "row 6: '2/31/2017' is not a date as month/day/year; use YYYY-MM-DD",
            id="22 31 February",
        ),
        *[
            pytest.param(
                {"deals": DEALS + f'B1,Carl Lin,GTX Pro,Isdom,Won,10/20/2016,5/6/2017,"{text}"\n'},
                f"row 6: '{text}' is not a number; write a number like 1234.56",
                id=f"23 {text}",
            )
            for text in ("1.234,56", "NaN", "1e309", "Infinity", "٣")
        ],
        pytest.param(
            {"accounts": ACCOUNTS + "Newex,services,10,3000000000\n"},
            "row 4: 3000000000 is out of range: 0 to 2,147,483,647",
            id="24 beyond 2³¹",
        ),
        pytest.param(
            {"accounts": ACCOUNTS + "Newex,services,10,4.5\n"},
            "row 4: '4.5' is not a whole number; write one like 1234",
            id="24 half a person",
        ),
        pytest.param(
            {"contacts": HEAD + "Isdom,Bob,Ray,bob@іsdom.example,Buyer\n"},
            "row 2: 'bob@іsdom.example' is written with letters of another alphabet and looks like "
            "'isdom.example': a human has to check it",
            id="27 homoglyph",
        ),
        pytest.param(
            {"accounts": "account,website\nIsdom,https://www.іsdom.example/about\n"},
            "row 2: 'іsdom.example' is written with letters of another alphabet and looks like "
            "'isdom.example': kept without it, a human has to check it",
            id="27 homoglyph of a company",
        ),
    ],
)
def test_a_bad_row_is_named_with_the_remedy(files: dict[str, str], words: str) -> None:
    base = {"people": PEOPLE, "products": PRODUCTS, "accounts": ACCOUNTS}
    assert words in list(told(plan_of(**{**base, **files})))


def test_5_an_unknown_column_is_ignored_and_said(folder: Path, run: Callable[..., str]) -> None:
    (folder / "products.csv").write_text("product,sales_price,colour\nGTX Pro,4821,red\n")
    assert "ignored: colour" in run(folder)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"]
)
def test_6_encodings_are_detected(encoding: str) -> None:
    text = HEAD + "Isdom,Núñez,Sørensen,n@isdom.example,Buyer\n"
    made = plan_of(accounts=ACCOUNTS, contacts=text.encode(encoding))
    assert [row.data["last_name"] for row in made.spool.rows("contacts")] == ["Sørensen"]


def test_6_the_detected_encoding_is_shown() -> None:
    assert read(source("náme,x\nÿ,1\n".encode("cp1252"))).format == "Latin-1 (Windows-1252), comma"


def test_8_rows_behind_an_unclosed_quote_are_still_read() -> None:
    text = CONTACTS + 'Isdom,"Al,Ng,al@isdom.example,\nIsdom,Bo,Oh,bo@isdom.example,\n'
    made = plan_of(accounts=ACCOUNTS, contacts=text)
    assert [row.line for row in made.spool.rows("contacts")] == [2, 4]
    assert list(told(made)) == [
        "row 3: a quote starts in this row and is not closed; close or delete it"
    ]


def test_a_line_break_inside_quotes_belongs_to_the_cell() -> None:
    text = CONTACTS + 'Isdom,Al,Ng,al@isdom.example,"Head of\nThings"\n'
    made = plan_of(accounts=ACCOUNTS, contacts=text + "Isdom,Bo,Oh,bo@isdom.example\n")
    assert [row.line for row in made.spool.rows("contacts")] == [2, 3]
    assert list(told(made)) == [
        "row 5: 4 cells, expected 5; a cell that holds the separator goes in quotes"
    ]


def test_10_the_browser_has_limits_and_names_the_command() -> None:
    rows = source(HEAD + "Isdom,Al,Ng,,\n" * 50_001)
    size = source("x" * (10 * 1024 * 1024 + 1))
    assert "more than 50,000 rows" in importing.limits(rows, browser=True)
    assert "larger than 10 MB" in importing.limits(size, browser=True)
    for limit in (importing.limits(rows, browser=True), importing.limits(size, browser=True)):
        assert "manage.py import_crm" in limit


def test_10_the_command_has_no_limit() -> None:
    assert importing.limits(source("x" * (10 * 1024 * 1024 + 1)), browser=False) == ""


def test_10_a_file_within_the_limits_is_let_in() -> None:
    assert importing.limits(source(CONTACTS), browser=True) == ""


def test_15_an_existing_account_is_merged_and_shown_before() -> None:
    account = AccountFactory(name="ISDOM", industry="retail")
    made = plan_of(accounts=ACCOUNTS)
    assert importing.existing(made.spool) == 1
    merge = next(importing.merges(made.spool))
    shown = (merge.account, merge.line, merge.field, merge.before, merge.after)
    assert shown == (account, 2, "industry", "retail", "medical")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_16_a_cell_that_a_sheet_would_run_is_stored_raw(start: str) -> None:
    name = f"{start}cmd|' /C calc'!A0"
    text = HEAD + f'Isdom,"{name}",Ng,al@isdom.example,\n'
    importing.commit(plan_of(accounts=ACCOUNTS, contacts=text))
    assert Contact.objects.get().first_name == name


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "  =1+1"])
def test_16_and_is_escaped_on_export(cell: str) -> None:
    assert sheets.escaped(cell) == f"'{cell}"


def test_16_an_ordinary_cell_is_exported_as_it_is() -> None:
    assert sheets.escaped("a=b") == "a=b"


def test_16_a_phone_number_is_no_formula() -> None:
    text = "account,last_name,email,phone\nIsdom,Ng,al@isdom.example,+1 202 555 0102\n"
    assert list(told(plan_of(accounts=ACCOUNTS, contacts=text))) == []


@pytest.mark.parametrize(
    ("delimiter", "name"), [(";", "semicolon"), ("\t", "tab"), ("|", "bar"), (",", "comma")]
)
def test_17_the_delimiter_is_detected_and_shown(delimiter: str, name: str) -> None:
    table = read(source(CONTACTS.replace(",", delimiter)))
    assert table.header == ["account", "first_name", "last_name", "email", "title"]
    assert table.format == f"UTF-8, {name}"


def test_20_a_suppressed_contact_is_imported_and_marked_unsendable() -> None:
    consent.suppress("yara@isdom.example", scope="address", reason="opted out", by="system")
    made = plan_of(accounts=ACCOUNTS, contacts=CONTACTS)
    importing.commit(made)
    assert list(told(made)) == ["row 2: suppressed (opted out): imported, marked unsendable"]
    assert Contact.objects.get().email == "yara@isdom.example"
    assert consent.blocked("yara@isdom.example")


def test_22_the_order_is_inferred_for_each_column() -> None:
    text = DEAL_HEAD + "B1,Carl Lin,GTX Pro,Isdom,Won,10/20/2016,2017-03-04,1\n"
    text += "B2,Carl Lin,GTX Pro,Isdom,Won,3/4/2016,2017-03-05,1\n"
    made = plan_of(people=PEOPLE, products=PRODUCTS, accounts=ACCOUNTS, deals=text)
    rows = {row.key: row.data for row in made.spool.rows("opportunities")}
    assert rows["B2"]["engaged_on"] == "2016-03-04"
    assert rows["B2"]["closed_on"] == "2017-03-05"


def test_22_the_inferred_order_is_shown(folder: Path, run: Callable[..., str]) -> None:
    assert "engage_date: dates as month/day/year (10/20/2016 settles it)" in run(folder)


def test_25_the_same_file_twice_is_said(folder: Path, run: Callable[..., str]) -> None:
    run(folder)
    assert "already imported on 20" in run(folder)


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_26_every_line_end_is_accepted(end: str) -> None:
    text = (CONTACTS + "Isdom,Al,Ng,al@isdom.example,Buyer\n").replace("\n", end)
    made = plan_of(accounts=ACCOUNTS, contacts=text)
    assert [row.line for row in made.spool.rows("contacts")] == [2, 3]


@pytest.mark.parametrize("host", ["іsdom.example", "xn--sdom-k9d.example", "isdоm.example"])
def test_27_a_homoglyph_domain_waits_for_a_human(host: str) -> None:
    text = HEAD + f"Isdom,Bob,Ray,bob@{host},Buyer\n"
    importing.commit(plan_of(accounts=ACCOUNTS, contacts=text))
    assert Contact.objects.get().is_sensitive


@pytest.mark.parametrize("host", ["isdom.example", "bücher.example", "почта.example"])
def test_27_a_domain_in_one_alphabet_is_fine(host: str) -> None:
    text = HEAD + f"Isdom,Bob,Ray,bob@{host},Buyer\n"
    accounts = f"account,website\nIsdom,{host}\n"
    assert list(told(plan_of(accounts=accounts, contacts=text))) == []


def test_27_a_company_is_imported_without_the_homoglyph() -> None:
    importing.commit(plan_of(accounts="account,website\nIsdom,https://іsdom.example\n"))
    assert Account.objects.get().domain == ""


def test_a_bad_row_does_not_stop_the_others(folder: Path, run: Callable[..., str]) -> None:
    (folder / "contacts.csv").write_text(CONTACTS + "Isdom,Bob,Ray,bob@,Buyer\n")
    out = run(folder)
    assert Contact.objects.count() == 1
    assert "not imported, row 3. email: 'bob@' is not an address" in out


def test_a_bad_file_does_not_stop_the_others(folder: Path, run: Callable[..., str]) -> None:
    (folder / "contacts.csv").write_bytes(excel())
    assert "contacts.csv: not imported. This is an Excel file" in run(folder)
    assert (Account.objects.count(), Opportunity.objects.count()) == (2, 4)


def test_a_broken_file_of_accounts_does_not_strip_deals_of_theirs(
    folder: Path, run: Callable[..., str]
) -> None:
    (folder / "accounts.csv").write_text("")
    run(folder)
    assert [deal.crm_key for deal in Opportunity.objects.all()] == ["A4"]
    (folder / "accounts.csv").write_text(ACCOUNTS)
    run(folder)
    assert Opportunity.objects.filter(account=None).count() == 1
    assert Opportunity.objects.count() == 4


@pytest.mark.parametrize("content", ["", HEAD, "Table,Description\nx,y\n"])
def test_a_single_file_that_holds_nothing_fails(
    content: str, tmp_path: Path, run: Callable[..., str]
) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text(content)
    with pytest.raises(CommandError, match=r"contacts\.csv: not imported"):
        run(file)


def test_a_place_that_does_not_exist_is_named(tmp_path: Path, run: Callable[..., str]) -> None:
    with pytest.raises(CommandError, match="There is no file or folder"):
        run(tmp_path / "nowhere")


def test_a_folder_without_tables_is_named(tmp_path: Path, run: Callable[..., str]) -> None:
    with pytest.raises(CommandError, match=r"There is no \.csv file in"):
        run(tmp_path)


def test_a_file_of_nothing_but_slips_is_read_in_seconds() -> None:
    """Each is looked for in the price list that the same files bring."""
    letters = random.Random(1)
    names = ["".join(letters.choices("abcdefghij", k=40)) for _ in range(8_000)]
    prices = "product,series,sales_price\n" + "".join(f"{name},x,1\n" for name in names[:4_000])
    deals = "opportunity_id,account,product,deal_stage,engage_date,close_date,close_value\n"
    deals += "".join(f"o{i},,{name},Prospecting,,,\n" for i, name in enumerate(names[4_000:]))
    started = time.process_time()
    files = {"products.csv": prices, "deals.csv": deals}
    tables, _ = importing.read_all(Source(name, data=text.encode()) for name, text in files.items())
    assert importing.plan(tables).good == 8_000
    assert time.process_time() - started < 20
