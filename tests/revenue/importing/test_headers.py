"""Which table a file is, by its header: ours, Salesforce's and HubSpot's."""

import pytest

from revenue import importing
from revenue.importing import FileFault, Mapping
from revenue.importing.tables import read
from revenue.models import Account, Contact, Opportunity

from .conftest import ACCOUNTS, CRM, DEALS, PEOPLE, PRODUCTS, plan_of, source


def kind_of(header: str) -> str:
    width = header.count(",") + 1
    return importing.recognise(read(source(f"{header}\n{','.join('x' * width)}\n")))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("accounts", "accounts"),
        ("contacts", "contacts"),
        ("products", "products"),
        ("sales_teams", "people"),
        ("sales_pipeline", "opportunities"),
    ],
)
def test_the_real_export_is_recognised(name: str, kind: str) -> None:
    path = CRM / f"{name}.csv"
    assert importing.recognise(read(importing.Source(path.name, path))) == kind


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Account Name,Industry,Employees,Annual Revenue,Billing Country", "accounts"),
        ("Record ID,Company name,Industry,Company Domain Name,Company owner", "accounts"),
        ("First Name,Last Name,Title,Account Name,Email,Phone", "contacts"),
        ("Record ID,First Name,Last Name,Email,Company,Job Title", "contacts"),
        ("Opportunity ID,Opportunity Name,Account Name,Stage,Close Date,Amount", "opportunities"),
        ("Record ID,Deal Name,Deal Stage,Close Date,Amount,Associated Company", "opportunities"),
        ("Product Name,Product Family,List Price", "products"),
        ("Name,Manager,Region", "people"),
        ("Company", "accounts"),
        ("Table,Field,Description", ""),
    ],
)
def test_headers_of_other_systems_are_recognised(header: str, kind: str) -> None:
    assert kind_of(header) == kind


def test_a_missing_column_does_not_make_another_table_of_it() -> None:
    table = read(source("account,first_name,last_name,title\nIsdom,A,B,C\n"))
    assert importing.recognise(table) == "contacts"
    with pytest.raises(FileFault, match="needs a column “email”"):
        importing.mapping(table)


def test_two_columns_for_one_field_count_once() -> None:
    table = read(source("Account,Company,Email,Name\nIsdom,Other,a@b.example,Al Ng\n"))
    assert importing.mapping(table).fields == {"Account": "account", "Email": "email",
                                               "Name": "name"}  # fmt: skip


@pytest.mark.django_db
def test_salesforce_files_are_imported() -> None:
    made = plan_of(
        people=PEOPLE,
        products=PRODUCTS,
        accounts="Account Name,Industry,Annual Revenue,Website\n"
        "Isdom,Medical,3178240000,https://www.isdom.example/about\n",
        contacts="Name,Account Name,Email,Email Opt Out\nYara de Zhou,ISDOM,yara@isdom.example,0\n",
        deals="Opportunity ID,Opportunity Name,Opportunity Owner,Account Name,Stage,Created Date,"
        "Close Date,Amount\n"
        "006A,Isdom new line,Carl Lin,Isdom,Closed Won,2016-10-20,2017-03-01,7\n",
    )
    importing.commit(made)
    account = Account.objects.get()
    assert (account.annual_revenue, account.domain) == (3_178_240_000, "isdom.example")
    contact = Contact.objects.get()
    assert (contact.first_name, contact.last_name) == ("Yara de", "Zhou")
    deal = Opportunity.objects.get()
    assert (deal.stage, deal.name, deal.owner.last_name) == ("won", "Isdom new line", "Lin")


@pytest.mark.django_db
def test_a_person_may_choose_the_columns_and_the_order_of_dates() -> None:
    text = DEALS.replace("10/20/2016", "3/4/2016").replace("10/25/2016", "3/5/2016")
    text = text.replace("11/1/2016", "3/6/2016").replace("close_value", "worth")
    table = read(source(text, "deals.csv"))
    proposed = importing.mapping(table)
    assert proposed.dates["engage_date"] == ""
    chosen = Mapping(
        proposed.kind,
        {**proposed.fields, "worth": "amount"},
        {**proposed.dates, "engage_date": "dmy"},
    )
    tables, _ = importing.read_all(
        source(text, f"{name}.csv")
        for name, text in {"people": PEOPLE, "products": PRODUCTS, "accounts": ACCOUNTS}.items()
    )
    importing.commit(importing.plan([*tables, table], mappings={"deals.csv": chosen}))
    deal = Opportunity.objects.get(crm_key="A1")
    assert (str(deal.engaged_on), deal.amount) == ("2016-04-03", 1054)


@pytest.mark.django_db
def test_the_preview_counts_what_is_good() -> None:
    text = "account,first_name,email\nIsdom,Al,al@isdom.example\nIsdom,Bo,bo@\nNowhere,Cy,\n"
    made = plan_of(accounts=ACCOUNTS, contacts=text)
    assert (made.good, made.rows) == (3, 5)
    assert Account.objects.count() == Contact.objects.count() == 0
