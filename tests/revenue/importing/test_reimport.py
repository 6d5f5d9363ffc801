"""The same CRM a week later: what changed arrives, what people decided stays."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from revenue import context, events, importing, people, records, stages
from revenue.importing import units
from revenue.models import (
    Account,
    Contact,
    Event,
    ImportBatch,
    ImportIssue,
    Opportunity,
    Product,
    Signal,
    StageChange,
    User,
)
from review.audit import replay
from tests.factories import AccountFactory, ContactFactory, UserFactory

from .conftest import ACCOUNTS, CONTACTS, DEALS, PEOPLE, PRODUCTS

pytestmark = pytest.mark.django_db
Run = Callable[..., str]


@pytest.fixture
def imported(folder: Path, run: Run) -> Iterator[Path]:
    """Whatever a test imports again, the log tells every stage."""
    run(folder)
    yield folder
    assert replay.contradictions() == []


def change(folder: Path, name: str, before: str, after: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert before in text
    (folder / name).write_text(text.replace(before, after), encoding="utf-8")


def state(account: str) -> tuple[int, str]:
    found = context.account_context(Account.objects.get(name=account))
    return found.version, found.hash


def events_of(kind: str) -> int:
    return Event.objects.filter(kind=kind).count()


def test_a_second_import_writes_nothing(imported: Path, run: Run) -> None:
    before = Event.objects.count(), state("Isdom"), list(ImportBatch.objects.values())
    out = run(imported)
    assert (Event.objects.count(), state("Isdom"), list(ImportBatch.objects.values())) == before
    assert "Nothing changed" in out


def test_files_in_other_portions_change_nothing_either(imported: Path, run: Run) -> None:
    before = state("Isdom"), state("Cancity"), Opportunity.objects.count(), Signal.objects.count()
    for name in ("accounts.csv", "contacts.csv", "deals.csv"):
        run(imported / name)
    after = state("Isdom"), state("Cancity"), Opportunity.objects.count(), Signal.objects.count()
    assert after == before


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("contacts.csv", "Zhou", "Zhou-Lee"),
        ("contacts.csv", "Buyer", "Head Buyer"),
        ("deals.csv", "A2,Carl Lin", "A2,Moses Frase"),
        ("deals.csv", "10/25/2016,,", "10/25/2016,,900"),
        ("deals.csv", "Isdom,Engaging,10/25/2016,,", "Isdom,Won,10/25/2016,4/1/2017,70"),
    ],
)
def test_what_would_change_a_mail_moves_the_version_once(
    file: str, before: str, after: str, imported: Path, run: Run
) -> None:
    version, digest = state("Isdom")
    other = state("Cancity")
    change(imported, file, before, after)
    run(imported)
    assert state("Isdom")[0] == version + 1
    assert state("Isdom")[1] != digest
    assert state("Cancity") == other


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("accounts.csv", "medical", "finance"),
        ("deals.csv", "3/21/2017,1054", "3/22/2017,1099"),
        ("products.csv", "4821", "4900"),
    ],
)
def test_what_changes_no_mail_leaves_the_version(
    file: str, before: str, after: str, imported: Path, run: Run
) -> None:
    unmoved = state("Isdom")
    change(imported, file, before, after)
    assert "1 changed" in run(imported)
    assert state("Isdom") == unmoved


def test_changed_values_arrive(imported: Path, run: Run) -> None:
    change(imported, "accounts.csv", "medical,3178.24", "finance,4000")
    change(imported, "products.csv", "4821", "4900")
    change(imported, "deals.csv", "3/21/2017,1054", "3/22/2017,1099")
    run(imported)
    account = Account.objects.get(name="Isdom")
    assert (account.industry, account.annual_revenue) == ("finance", 4_000_000_000)
    assert Product.objects.get(name="GTX Pro").list_price == 4900
    deal = Opportunity.objects.get(crm_key="A1")
    assert (deal.closed_on, deal.amount) == (date(2017, 3, 22), 1099)


def test_the_history_follows_a_corrected_date(imported: Path, run: Run) -> None:
    change(imported, "deals.csv", "3/21/2017,1054", "3/22/2017,1054")
    run(imported)
    steps = StageChange.objects.filter(opportunity__crm_key="A1").values_list("to_stage", "at")
    assert list(steps) == [
        ("engaging", datetime(2016, 10, 20, 12, tzinfo=UTC)),
        ("won", datetime(2017, 3, 22, 12, tzinfo=UTC)),
    ]


def test_a_date_may_be_corrected_together_with_the_stage(imported: Path, run: Run) -> None:
    change(imported, "deals.csv", "Isdom,Engaging,10/25/2016,,", "Isdom,Won,10/26/2016,4/1/2017,70")
    run(imported)
    steps = StageChange.objects.filter(opportunity__crm_key="A2").values_list("to_stage", "at")
    assert list(steps) == [
        ("engaging", datetime(2016, 10, 26, 12, tzinfo=UTC)),
        ("won", datetime(2017, 4, 1, 12, tzinfo=UTC)),
    ]


def test_a_deal_that_was_won_gets_one_more_step(imported: Path, run: Run) -> None:
    change(imported, "deals.csv", "Isdom,Engaging,10/25/2016,,", "Isdom,Won,10/25/2016,4/1/2017,70")
    run(imported)
    deal = Opportunity.objects.get(crm_key="A2")
    assert (deal.stage, deal.is_closed, deal.is_won) == ("won", True, True)
    steps = deal.stage_changes.values_list("from_stage", "to_stage")
    assert list(steps) == [("prospecting", "engaging"), ("engaging", "won")]
    assert events_of("stage.changed") == 6 + 1  # and Isdom became a customer


def test_a_deal_that_was_opened_again_has_no_close_date(imported: Path, run: Run) -> None:
    change(imported, "deals.csv", "Won,10/20/2016,3/21/2017,1054", "Engaging,10/20/2016,,1054")
    run(imported)
    deal = Opportunity.objects.get(crm_key="A1")
    assert (deal.stage, deal.is_closed, deal.is_won, deal.closed_on) == (
        "engaging", False, False, None,
    )  # fmt: skip


def test_a_step_that_does_not_exist_is_told_and_not_made(imported: Path, run: Run) -> None:
    change(imported, "deals.csv", "Isdom,Won", "Isdom,Prospecting")
    out = run(imported)
    assert Opportunity.objects.get(crm_key="A1").stage == "won"
    assert "'won' cannot become 'prospecting': the stage stays" in out
    assert ImportIssue.objects.filter(field="stage", row=2, action="kept").exists()


def test_a_blank_cell_erases_nothing(imported: Path, run: Run) -> None:
    change(imported, "contacts.csv", ",Buyer", ",")
    change(imported, "accounts.csv", "medical", "")
    run(imported)
    assert Contact.objects.get().title == "Buyer"
    assert Account.objects.get(name="Isdom").industry == "medical"


def test_a_deal_that_found_its_account_moves_there(imported: Path, run: Run) -> None:
    version = state("Cancity")[0]
    change(imported, "deals.csv", "A4,Carl Lin,GTX Pro,,", "A4,Carl Lin,GTX Pro,Cancity,")
    run(imported)
    assert Opportunity.objects.get(crm_key="A4").account.name == "Cancity"
    assert state("Cancity")[0] == version + 1


def test_a_deal_that_changed_accounts_moves_both_versions(imported: Path, run: Run) -> None:
    before = state("Isdom")[0], state("Cancity")[0]
    change(imported, "deals.csv", "A2,Carl Lin,MG Special,Isdom", "A2,Carl Lin,MG Special,Cancity")
    run(imported)
    assert (state("Isdom")[0], state("Cancity")[0]) == (before[0] + 1, before[1] + 1)
    moved = StageChange.objects.filter(opportunity__crm_key="A2")
    assert {change.account.name for change in moved} == {"Cancity"}


def test_no_account_is_announced_twice(imported: Path, run: Run) -> None:
    change(imported, "deals.csv", "10/25/2016,,", "10/25/2016,,900")
    run(imported)
    assert Signal.objects.filter(kind="imported").count() == 2


def test_the_log_holds_after_changes(imported: Path, run: Run) -> None:
    change(imported, "deals.csv", "10/25/2016,,", "10/25/2016,,900")
    change(imported, "contacts.csv", "Buyer", "Head Buyer")
    run(imported)
    assert list(events.faults()) == []
    assert events_of("opportunity.changed") == events_of("contact.changed") == 1


def test_what_is_missing_comes_back(imported: Path, run: Run) -> None:
    Contact.objects.all().delete()
    out = run(imported)
    assert Contact.objects.get().email == "yara@isdom.example"
    assert "contacts: 1 new" in out


def test_an_earlier_state_can_be_imported_again(imported: Path, run: Run) -> None:
    change(imported, "contacts.csv", "Buyer", "Head Buyer")
    run(imported)
    change(imported, "contacts.csv", "Head Buyer", "Buyer")
    run(imported)
    assert Contact.objects.get().title == "Buyer"


def test_an_account_that_was_made_by_hand_is_merged(folder: Path, run: Run) -> None:
    made = AccountFactory(name="isdom", industry="retail")
    by_hand = ContactFactory(account=made, email="YARA@isdom.example", title="")
    run(folder)
    assert Account.objects.filter(name__iexact="isdom").count() == 1
    made.refresh_from_db()
    assert (made.crm_key, made.industry) == ("isdom", "medical")
    assert Contact.objects.get(account=made).pk == by_hand.pk


# --- owners ---------------------------------------------------------------------------------------


def owner_of(name: str) -> str:
    return str(Account.objects.get(name=name).owner)


def test_the_owner_is_on_the_latest_open_deal_else_on_the_latest_closed(imported: Path) -> None:
    assert (owner_of("Isdom"), owner_of("Cancity")) == ("Carl Lin", "Moses Frase")


@pytest.mark.parametrize(
    ("deals", "owner"),
    [
        pytest.param(
            "D1,Moses Frase,GTX Pro,Cancity,Engaging,12/30/2016,,\n"
            "D2,Carl Lin,GTX Pro,Cancity,Prospecting,,,\n",
            "Moses Frase",
            id="no date is the oldest",
        ),
        pytest.param(
            "D1,Carl Lin,GTX Pro,Cancity,Engaging,12/30/2016,,\n"
            "D2,Moses Frase,GTX Pro,Cancity,Engaging,12/30/2016,,\n",
            "Moses Frase",
            id="of one day the later row",
        ),
        pytest.param(
            "D1,Carl Lin,GTX Pro,Cancity,Prospecting,,,\n"
            "D2,Moses Frase,GTX Pro,Cancity,Won,12/30/2017,12/31/2017,1\n",
            "Carl Lin",
            id="open before closed",
        ),
        pytest.param(
            "D1,Carl Lin,GTX Pro,Cancity,Lost,1/13/2016,12/31/2017,0\n"
            "D2,Moses Frase,GTX Pro,Cancity,Won,12/30/2016,6/30/2017,1\n",
            "Carl Lin",
            id="a closed deal is as late as its end",
        ),
    ],
)
def test_the_order_of_deals_decides(deals: str, owner: str, folder: Path, run: Run) -> None:
    (folder / "deals.csv").write_text(DEALS.splitlines(keepends=True)[0] + deals)
    run(folder)
    assert owner_of("Cancity") == owner


def test_a_newer_deal_brings_its_owner(imported: Path, run: Run) -> None:
    with (imported / "deals.csv").open("a") as file:
        file.write("A9,Moses Frase,GTX Pro,Isdom,Engaging,12/1/2016,,\n")
    run(imported)
    assert owner_of("Isdom") == "Moses Frase"


def test_an_owner_whom_a_person_chose_stays(imported: Path, run: Run) -> None:
    manager = UserFactory(role="manager")
    chosen = UserFactory(first_name="Ada", last_name="Chosen")
    records.assign_owner(Account.objects.get(name="Isdom"), chosen, by=manager)
    with (imported / "deals.csv").open("a") as file:
        file.write("A9,Moses Frase,GTX Pro,Isdom,Engaging,12/1/2016,,\n")
    run(imported)
    assert owner_of("Isdom") == "Ada Chosen"


def test_who_cannot_sign_in_owns_nothing(folder: Path, run: Run) -> None:
    run(folder / "people.csv")
    people.deactivate(User.objects.get(crm_key="carl lin"), by=UserFactory(role="admin"))
    run(folder)
    assert owner_of("Isdom") == "Moses Frase"


def test_a_column_of_owners_comes_before_the_deals(folder: Path, run: Run) -> None:
    text = "Account Name,Account Owner\nIsdom,moses  FRASE\nCancity,\n"
    (folder / "accounts.csv").write_text(text)
    run(folder)
    assert (owner_of("Isdom"), owner_of("Cancity")) == ("Moses Frase", "Moses Frase")


# --- people ---------------------------------------------------------------------------------------


def test_a_rep_under_a_new_manager_changes_teams(imported: Path, run: Run) -> None:
    change(imported, "people.csv", "Moses Frase,Dustin Brinkmann", "Moses Frase,Summer Sewald")
    run(imported)
    assert User.objects.get(crm_key="moses frase").team.name == "Summer Sewald"


def test_a_person_who_was_invited_before_is_recognised(folder: Path, run: Run) -> None:
    invited = UserFactory(first_name="Carl", last_name="Lin", role="admin")
    run(folder)
    assert User.objects.filter(last_name="Lin").count() == 1
    assert Account.objects.get(name="Isdom").owner == invited
    invited.refresh_from_db()
    assert invited.role == "admin"


def test_an_account_that_is_deleted_meanwhile_is_left_out(folder: Path) -> None:
    tables, _ = importing.read_all(importing.sources(folder))
    made = importing.plan(tables)
    importing.commit(made)
    change(folder, "contacts.csv", "Buyer", "Head Buyer")
    made = importing.plan(importing.read_all(importing.sources(folder))[0])

    def delete(rows: int) -> None:
        Account.objects.filter(name="Cancity").delete()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(units, "ROWS", 1)
        importing.commit(made, progress=delete)
    assert Contact.objects.get().title == "Head Buyer"
    assert "row 4: the account was deleted during the import: import again" in map(
        str, made.issues()
    )


def test_a_later_stage_by_hand_is_not_undone_by_other_news(imported: Path, run: Run) -> None:
    deal = Opportunity.objects.get(crm_key="A2")
    stages.advance(deal, "proposal", by="user:1", reason="call")
    change(imported, "accounts.csv", "medical", "finance")
    run(imported / "accounts.csv")
    deal.refresh_from_db()
    assert deal.stage == "proposal"


def test_the_files_of_this_test_are_good(folder: Path, run: Run) -> None:
    for text in (ACCOUNTS, CONTACTS, DEALS, PEOPLE, PRODUCTS):
        assert text.endswith("\n")
    assert "1 of 11 rows have something to tell" in run(folder)
