"""Small files for the importer, and the command as a person runs it."""

from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from revenue import importing
from revenue.importing import Plan, Source

CRM = Path(__file__).parents[2] / "data" / "crm"
PEOPLE = "sales_agent,manager,regional_office\nMoses Frase,Dustin Brinkmann,Central\n"
PEOPLE += "Carl Lin,Summer Sewald,West\n"
PRODUCTS = "product,series,sales_price\nGTX Pro,GTX,4821\nMG Special,MG,55\n"
ACCOUNTS = (
    "account,sector,revenue,employees\nIsdom,medical,3178.24,4540\nCancity,retail,718.62,2448\n"
)
CONTACTS = "account,first_name,last_name,email,title\nIsdom,Yara,Zhou,yara@isdom.example,Buyer\n"
DEALS = (
    "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
    "A1,Moses Frase,GTX Pro,Isdom,Won,10/20/2016,3/21/2017,1054\n"
    "A2,Carl Lin,MG Special,Isdom,Engaging,10/25/2016,,\n"
    "A3,Moses Frase,GTX Pro,Cancity,Lost,11/1/2016,3/25/2017,0\n"
    "A4,Carl Lin,GTX Pro,,Prospecting,,,\n"
)
FILES = {
    "accounts.csv": ACCOUNTS,
    "contacts.csv": CONTACTS,
    "deals.csv": DEALS,
    "people.csv": PEOPLE,
    "products.csv": PRODUCTS,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small CRM: two people, two products, two accounts, a contact, four deals."""
    place = tmp_path / "crm"
    place.mkdir()
    for name, text in FILES.items():
        (place / name).write_text(text, encoding="utf-8", newline="")
    return place


@pytest.fixture
def run() -> Callable[..., str]:
    """The command; what it printed."""

    def call(*arguments: object) -> str:
        out = StringIO()
        call_command("import_crm", *map(str, arguments), stdout=out, stderr=StringIO())
        return out.getvalue()

    return call


def source(text: str | bytes, name: str = "file.csv") -> Source:
    return Source(name, data=text if isinstance(text, bytes) else text.encode())


def plan_of(**texts: str | bytes) -> Plan:
    """The plan for files by name, `plan_of(contacts="account,…")`."""
    sources = [source(text, f"{name}.csv") for name, text in texts.items()]
    tables, refused = importing.read_all(sources)
    made = importing.plan(tables)
    made.refused[:0] = refused
    return made


def told(plan: Plan) -> Iterator[str]:
    return (str(issue) for issue in plan.issues())
