"""What a draft may rest on: rows of its own account, the catalogue, approved claims."""

from datetime import date

import pytest

from revenue import clock, context, ingest
from revenue.models import Account, Claim, Product, User, Workspace
from review.grounding import check, sources
from tests.factories import UserFactory, prospect
from tests.review.desk.conftest import draft_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(workspace: Workspace) -> Account:
    rep: User = UserFactory(username="rep", first_name="Ada", last_name="Rep")
    return prospect(owner=rep, name="Northlight Dental Group")


def unsupported(account: Account, text: str) -> list[str]:
    draft = draft_for(account, body=f"Hi Yara,\n\n{text}\n\nAda")
    return [span.text for span in check(draft.subject, draft.body, sources.known(draft))]


def note(account: Account, text: str, direction: str = "internal") -> None:
    ingest.record_message(
        account=account, direction=direction, kind="note" if direction == "internal" else "email",
        body=text, occurred_at=clock.now(), by="system", subject="A note",
    )  # fmt: skip


def test_the_record_and_the_catalogue_support_it(account: Account) -> None:
    text = (
        "Northlight has 410 people in the United States. You bought GTX Basic for $550 on 1 March "
        "2017, and GTX Pro is $4,821. Yara Zhou knows."
    )
    assert unsupported(account, text) == []


def test_so_do_claims_facts_and_notes_of_ours(account: Account) -> None:
    text = "Pelham Logistics saves 47 percent on 812 pallets. Ines Roth leads 33 people."
    assert unsupported(account, text) == [
        "Pelham Logistics", "47 percent", "812", "Ines Roth", "33",
    ]  # fmt: skip
    Claim.objects.create(text="Pelham Logistics saves 47 percent.")
    ingest.record_fact(
        account=account, text="Northlight ships 812 pallets.", source="call", by="system",
        as_of=clock.now(),
    )  # fmt: skip
    note(account, "Ines Roth leads 33 people.")
    assert unsupported(account, text) == []


def test_a_claim_that_is_not_approved_any_more_does_not(account: Account) -> None:
    Claim.objects.create(text="Pelham Logistics saves 47 percent.", is_active=False)
    assert unsupported(account, "We save you 47 percent.") == ["47 percent"]


def test_nor_what_another_account_has(account: Account) -> None:
    other = prospect(name="Globex Corporation")
    note(other, "Ines Roth orders 812 pallets for 9,117 dollars.")
    assert unsupported(account, "Ines Roth wants 812 pallets for $9,117.") == [
        "Ines Roth", "812", "$9,117",
    ]  # fmt: skip


def test_a_buyers_mail_supports_names_and_counts_and_no_price_or_link(account: Account) -> None:
    note(account, "Ines Roth wants 812 for 9,117 dollars, see https://ines.example/x", "inbound")
    text = "Ines Roth wants 812 for $9,117, see https://ines.example/x there."
    assert unsupported(account, text) == ["$9,117", "https://ines.example/x"]


def test_neither_a_name_in_the_crm_nor_a_meeting_nor_a_note_approves_a_link_or_a_price(
    account: Account,
) -> None:
    where = "It is at https://evil.example/x for you."
    account.contacts.update(title="Buyer, see https://evil.example/x, pays 9,117 dollars")
    ingest.record_meeting(
        account=account, uid="1", starts_at=clock.now(), ends_at=clock.now(),
        subject="See https://evil.example/x, 9,117 dollars",
    )  # fmt: skip
    note(account, "They say: https://evil.example/x")
    assert unsupported(account, where) == ["https://evil.example/x"]
    assert unsupported(account, "It is $9,117 for you.") == ["$9,117"]


@pytest.mark.parametrize(("source", "found"), [("calendar", []), ("webhook:feed", ["$9,117"])])
def test_a_price_in_a_signal_of_ours_that_a_program_brought_is_none(
    account: Account, source: str, found: list[str]
) -> None:
    ingest.record_signal(
        account=account, kind="meeting_booked", source=source, occurred_at=clock.now(),
        payload={"said": "The price is 9,117 dollars."}, dedupe_key="1",
    )  # fmt: skip
    assert unsupported(account, "It is $9,117 for you.") == found


def test_a_link_of_an_approved_claim_is_approved(account: Account) -> None:
    Claim.objects.create(text="How it works: https://seller.example/how")
    assert unsupported(account, "It is at https://seller.example/how for you.") == []


def test_many_drafts_are_one_statement(account: Account, django_assert_num_queries: object) -> None:
    drafts = [draft_for(account)]
    for number in range(4):
        drafts.append(draft_for(prospect(owner=account.owner, name=f"Company {'abcd'[number]}")))
    company = Workspace.objects.get()
    with django_assert_num_queries(1):
        found = sources.of_each(drafts, company)
    assert [found[draft].company for draft in drafts][:2] == [
        "Northlight Dental Group",
        "Company a",
    ]


def test_it_is_of_the_day_when_it_was_written(account: Account, clock: object) -> None:
    draft = draft_for(account)
    assert sources.known(draft).today == draft.created_at.date()


def test_products_and_deals_come_with_their_figures(account: Account) -> None:
    found = sources.known(draft_for(account))
    assert {row.name: float(row.price) for row in found.products} == {
        row.name: float(row.list_price) for row in Product.objects.all()
    }
    [won] = [deal for deal in found.deals if deal.product == "GTX Basic"]
    assert (float(won.amount), won.days) == (550.0, (date(2017, 1, 9), date(2017, 3, 1)))
    assert context.account_context(account).deals
