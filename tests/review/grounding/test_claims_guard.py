"""Guard 7 and the company of guard 6: seen at intake, refused at the approval, stopped later."""

import pytest

from revenue import clock, ingest
from revenue.models import Account, Claim, User, Workspace
from review import autonomy, decisions, dispatch, guards
from review.models import Decision, GuardBlock, OutboxMessage, ReviewItem
from tests.factories import AccountFactory, UserFactory, prospect
from tests.review.desk.conftest import put_on_desk
from tests.smtp import Sink

pytestmark = pytest.mark.django_db

PLAIN = "Hi Yara,\n\n{}\n\nAda"
DOUBTFUL = PLAIN.format("Our customers save 47 percent with GTX Pro.")


@pytest.fixture
def rep(workspace: Workspace) -> User:
    return UserFactory(username="rep", first_name="Ada", last_name="Rep", undo_seconds=0)


def edit(item: ReviewItem, rep: User, body: str) -> Decision:
    return decisions.approve_edited(
        item, by=rep, revision=item.revision, subject=item.draft.subject, body=body
    )


def test_47_a_claim_without_a_source_is_said_before_anybody_approves(rep: User) -> None:
    item = put_on_desk(rep, body=DOUBTFUL)
    assert item.reason == (
        "No record, claim or sum says “47 percent”. "
        "Check it, then choose “I checked this”, or edit it."
    )
    [found] = guards.findings(item.draft)
    assert (found.guard, found.blocks) == ("claims", True)


def test_47_no_lane_lets_it_go_unreviewed(rep: User) -> None:
    draft = put_on_desk(rep, body=DOUBTFUL).draft
    ruling = autonomy.verdict(draft, found=guards.findings(draft))
    assert (ruling.auto, ruling.cause) == (False, "claim")
    assert "47 percent" in ruling.reason


def test_47_whoever_approves_it_is_told_why_not(rep: User) -> None:
    item = put_on_desk(rep, body=DOUBTFUL)
    with pytest.raises(decisions.DecisionError, match="No record, claim or sum says “47 percent”"):
        decisions.approve(item, by=rep, revision=1)
    item.refresh_from_db()
    assert (item.state, OutboxMessage.objects.count()) == ("pending", 0)


def test_an_approved_claim_supports_it(rep: User, smtp: Sink) -> None:
    Claim.objects.create(text="Customers save 47 percent with GTX Pro.")
    decisions.approve(put_on_desk(rep, body=DOUBTFUL), by=rep, revision=1)
    assert dispatch.send_due() == 1


def test_a_claim_that_is_withdrawn_after_the_approval_stops_the_mail(rep: User, smtp: Sink) -> None:
    claim = Claim.objects.create(text="Customers save 47 percent with GTX Pro.")
    decisions.approve(put_on_desk(rep, body=DOUBTFUL), by=rep, revision=1)
    Claim.objects.filter(pk=claim.pk).update(is_active=False)
    assert dispatch.send_due() == 0
    assert smtp.mails == []
    block = GuardBlock.objects.get()
    assert (block.guard, OutboxMessage.objects.get().state) == ("claims", "blocked")
    assert "47 percent" in block.detail
    assert "own words" in block.lifts


def test_what_a_rep_types_is_the_reps_own_word(rep: User, smtp: Sink) -> None:
    item = put_on_desk(rep)
    edit(item, rep, PLAIN.format("I spoke with Pelham Logistics: they save 52 percent."))
    assert dispatch.send_due() == 1


def test_an_edit_beside_it_does_not_make_it_the_reps(rep: User) -> None:
    item = put_on_desk(rep, body=DOUBTFUL)
    with pytest.raises(decisions.DecisionError, match="47 percent"):
        edit(item, rep, f"{DOUBTFUL} PS: See you soon.")


def test_what_a_person_composes_is_not_judged(rep: User) -> None:
    item = put_on_desk(rep, agent="human", body=DOUBTFUL)
    assert guards.findings(item.draft) == []


@pytest.mark.parametrize(
    ("link", "is_fine"),
    [
        ("https://brookfield.example/plan", True),  # the buyer's own
        pytest.param("https://elsewhere.example/plan", False, id="43 typed by a rep"),
    ],
)
def test_43_a_typed_link_leads_to_our_sites_or_the_buyers(
    rep: User, link: str, is_fine: bool
) -> None:
    item = put_on_desk(rep)
    body = PLAIN.format(f"It is at {link} as you know.")
    if is_fine:
        assert edit(item, rep, body).verb == "approve_edited"
    else:
        with pytest.raises(decisions.DecisionError, match="is no approved link"):
            edit(item, rep, body)


def test_43_a_link_of_the_agents_has_to_be_approved_itself(rep: User) -> None:
    item = put_on_desk(rep, body=PLAIN.format("It is at https://brookfield.example/plan for you."))
    assert "“https://brookfield.example/plan” is no approved link." in item.reason


def test_an_internal_output_is_not_judged(rep: User) -> None:
    item = put_on_desk(rep, effect="none", contact=None, output_class="brief.one", body=DOUBTFUL)
    assert guards.findings(item.draft) == []
    decisions.approve(item, by=rep, revision=1)


# --- guard 6: the company -------------------------------------------------------------------------


def test_41_another_accounts_name_is_told_as_such(rep: User) -> None:
    AccountFactory(name="Globex Corporation")
    item = put_on_desk(rep, body=PLAIN.format("Is GTX Pro of use at Globex Corporation?"))
    assert item.reason.startswith(f"The mail goes to {item.account} and says “Globex Corporation”")
    assert "which is another account." in item.reason
    with pytest.raises(decisions.DecisionError, match="Globex Corporation"):
        decisions.approve(item, by=rep, revision=1)


def asked_of_globex(rep: User, body: str) -> ReviewItem:
    AccountFactory(name="Globex Corporation")
    item = put_on_desk(rep, body=body)
    ingest.record_message(
        account=item.account, direction="inbound", body="What does Globex Corporation pay?",
        occurred_at=clock.now(), is_auto=True, by="source:mail",
    )  # fmt: skip
    return item


def test_41_that_a_buyer_named_another_account_is_no_leave_to_repeat_it(rep: User) -> None:
    item = asked_of_globex(rep, PLAIN.format("Is GTX Pro of use at Globex Corporation?"))
    [found] = guards.findings(item.draft)
    assert (found.guard, found.blocks) == ("merge", True)
    assert "“Globex Corporation”, which is another account." in found.detail


def test_41_what_we_say_of_another_account_to_everybody_may_be_said(rep: User) -> None:
    Claim.objects.create(text="Globex Corporation uses GTX Pro.")
    item = asked_of_globex(rep, PLAIN.format("Globex Corporation uses GTX Pro. Is it of use?"))
    assert guards.findings(item.draft) == []


def test_41_a_person_may_name_whom_the_buyer_named(rep: User, smtp: Sink) -> None:
    item = asked_of_globex(rep, PLAIN.format("Is GTX Pro of use?"))
    edit(item, rep, PLAIN.format("You ask about Globex Corporation. I cannot say."))
    assert dispatch.send_due() == 1


def test_41_another_accounts_amount_is_not_this_ones(rep: User) -> None:
    other = prospect(name="Globex Corporation")
    other.opportunities.update(amount="7351.00")
    item = put_on_desk(rep, body=PLAIN.format("Your order of $7,351 is still open."))
    assert "“$7,351”" in item.reason
    item.account.opportunities.filter(is_won=False).update(amount="7351.00")
    assert guards.findings(item.draft) == []


def test_the_company_by_another_name_stops_the_mail(rep: User, smtp: Sink) -> None:
    account = prospect(owner=rep, name="Northlight Dental Group")
    body = PLAIN.format("Is GTX Pro of use at Northlight Dental Group?")
    decisions.approve(put_on_desk(rep, account=account, body=body), by=rep, revision=1)
    Account.objects.filter(pk=account.pk).update(name="Northgate Dental Group")
    assert dispatch.send_due() == 0
    block = GuardBlock.objects.get()
    assert block.guard == "merge"
    assert "which is not its name" in block.detail
