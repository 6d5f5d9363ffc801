"""“I checked this”: a person answers for what is not on record, by exactly the words they saw."""

import re

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agents.models import Draft
from revenue import clock, events, ingest
from revenue.models import Claim, Event, User
from review import cards, decisions, dispatch, guards
from review.grounding import Span
from review.guards import claims
from review.models import (
    Decision,
    EvidenceEpoch,
    GuardBlock,
    Lane,
    OutboxMessage,
    ReviewItem,
)
from review.privacy import erasing, exporting
from tests.factories import AccountFactory
from tests.review.desk.conftest import put_on_desk
from tests.review.grounding.conftest import wrong

pytestmark = pytest.mark.django_db

PLAIN = "Hi Yara,\n\n{}\n\nAda"
BODY = PLAIN.format("Pelham Logistics saves 47 percent with GTX Pro.")
SEEN = ["Pelham Logistics", "47 percent"]


@pytest.fixture
def doubtful(rep: User) -> ReviewItem:
    User.objects.filter(pk=rep.pk).update(undo_seconds=0)
    return put_on_desk(rep, body=BODY)


def offered(get, rep: User) -> list[str]:
    """What the desk's button would send."""
    page = get("desk", by=rep).content.decode()
    return re.findall(r'type="hidden" name="vouched" autocomplete="off" value="([^"]*)"', page)


def vouch(item: ReviewItem, rep: User, *words: str) -> Decision:
    item.refresh_from_db()
    rep.refresh_from_db()
    return decisions.approve(item, by=rep, revision=item.revision, vouched=words)


def test_what_was_checked_leaves_and_says_who_checked_it(post, get, doubtful, rep, smtp) -> None:
    assert offered(get, rep) == SEEN
    assert post("approve", doubtful, by=rep, vouched=SEEN).status_code == 204
    decision = Decision.objects.get()
    assert (decision.by, decision.verb, decision.vouched) == (rep, "approve", SEEN)
    assert dispatch.send_due() == 1
    assert "47 percent" in smtp.mails[0].get_content()
    page = get("account", doubtful.account_id, by=rep).content.decode()
    assert "You vouched for “Pelham Logistics”, “47 percent”." in page
    page = get("outbox_message", OutboxMessage.objects.get().pk, by=rep).content.decode()
    assert "vouched for “Pelham Logistics”, “47 percent”" in page


def test_without_htmx_it_goes_back_to_the_desk(post, doubtful, rep) -> None:
    answer = post("approve", doubtful, by=rep, vouched=SEEN, htmx=False)
    assert (answer.status_code, answer.url) == (302, reverse("desk"))
    assert Decision.objects.get().vouched == SEEN


def test_without_it_the_refusal_says_what_to_do(post, doubtful, rep) -> None:
    answer = post("approve", doubtful, by=rep)
    assert answer.status_code == 422
    assert "Check it, then choose “I checked this”, or edit it." in answer.content.decode()
    assert not Decision.objects.exists()


def test_the_one_that_was_not_vouched_for_is_named(post, doubtful, rep) -> None:
    answer = post("approve", doubtful, by=rep, vouched=["Pelham Logistics"])
    assert answer.status_code == 422
    sentence = answer.content.decode().partition("<p data-sentence>")[2].partition("</p>")[0]
    assert sentence.startswith("No record, claim or sum says “47 percent”. Check it")
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("word", ["47", "47 Percent", "47 percent with GTX Pro", "everything", ""])
def test_other_words_than_those_seen_answer_for_nothing(doubtful, rep, word) -> None:
    with pytest.raises(decisions.DecisionError, match="“47 percent”"):
        vouch(doubtful, rep, "Pelham Logistics", word)


def test_one_word_answers_for_one_place(rep) -> None:
    body = PLAIN.format("They save 47 percent. Our customers save 47 percent, too.")
    item = put_on_desk(rep, body=body)
    with pytest.raises(decisions.DecisionError, match="“47 percent”"):
        vouch(item, rep, "47 percent")
    assert vouch(item, rep, "47 percent", "47 percent").vouched == ["47 percent", "47 percent"]


def test_a_line_break_inside_is_no_other_word(post, rep) -> None:
    item = put_on_desk(rep, body=PLAIN.format("They save 47\npercent there."))
    assert post("approve", item, by=rep, vouched=["47\r\npercent"]).status_code == 204


def test_what_is_on_record_meanwhile_needs_nobodys_word(doubtful, rep, smtp) -> None:
    claim = Claim.objects.create(text="Pelham Logistics saves 47 percent with GTX Pro.")
    assert vouch(doubtful, rep, *SEEN, "99 percent").vouched == []
    Claim.objects.filter(pk=claim.pk).update(is_active=False)
    assert dispatch.send_due() == 0
    assert GuardBlock.objects.get().guard == "claims"


def test_a_claim_that_is_withdrawn_after_the_page_was_drawn_is_named(post, get, rep) -> None:
    item = put_on_desk(rep, body=BODY)
    claim = Claim.objects.create(text="GTX Pro saves 47 percent.")
    assert offered(get, rep) == ["Pelham Logistics"]
    Claim.objects.filter(pk=claim.pk).update(is_active=False)
    answer = post("approve", item, by=rep, vouched=["Pelham Logistics"])
    assert answer.status_code == 422
    assert "No record, claim or sum says “47 percent”." in answer.content.decode()


# --- what is nobody's to vouch for ----------------------------------------------------------------


HARD = {
    "link": ("It is at https://pelham.example.org/x now.", "https://pelham.example.org/x"),
    "price": ("It costs $7,351 in all.", "$7,351"),
    "company": ("Is it of use at Brookfeild?", "Brookfeild"),
}


@pytest.mark.parametrize("kind", HARD)
def test_a_hard_one_has_to_be_edited(post, get, rep, kind) -> None:
    words, text = HARD[kind]
    item = put_on_desk(rep, body=PLAIN.format(f"{words} They save 47 percent."))
    [found] = cards.build([item.pk], reader=rep)[0].letter.doubts.hard
    assert (found.kind, found.text) == (kind, text)
    page = get("desk", by=rep).content.decode()
    assert f"“{text}” has to be edited." in page
    assert "Approve, I checked this" not in page
    answer = post("approve", item, by=rep, vouched=[text, "47 percent"])
    assert answer.status_code == 422
    assert "choose Edit." in answer.content.decode()
    assert not Decision.objects.exists()


def test_a_greeting_has_to_be_corrected(post, get, rep) -> None:
    item = put_on_desk(rep, body=BODY.replace("Yara", "Marcus"))
    assert "Approve, I checked this" not in get("desk", by=rep).content.decode()
    answer = post("approve", item, by=rep, vouched=["Marcus", *SEEN])
    assert (answer.status_code, OutboxMessage.objects.count()) == (422, 0)
    assert "Correct the greeting." in answer.content.decode()


def test_41_another_accounts_name_is_nobodys_to_vouch_for(post, get, rep) -> None:
    AccountFactory(name="Pelham Logistics")
    item = put_on_desk(rep, body=BODY)
    page = get("desk", by=rep).content.decode()
    assert "“Pelham Logistics” has to be edited." in page
    assert "Approve, I checked this" not in page
    answer = post("approve", item, by=rep, vouched=SEEN)
    assert (answer.status_code, OutboxMessage.objects.count()) == (422, 0)
    assert "“Pelham Logistics”, which is another account." in answer.content.decode()


def test_41_nor_is_one_that_a_buyer_named(rep) -> None:
    AccountFactory(name="Globex Corporation")
    body = PLAIN.format("Globex Corporation saves 47 percent.")
    item = put_on_desk(rep, body=body)
    ingest.record_message(
        account=item.account, direction="inbound", body="What does Globex Corporation pay?",
        occurred_at=clock.now(), is_auto=True, by="source:mail",
    )  # fmt: skip
    with pytest.raises(decisions.DecisionError, match="Globex Corporation”, which is another"):
        vouch(item, rep, "47 percent")


def test_a_discount_beyond_ones_authority_stays_beyond_it(get, rep) -> None:
    item = put_on_desk(rep, body=PLAIN.format("Pelham Logistics says so. We take 20 % off."))
    assert "Approve, I checked this" not in get("desk", by=rep).content.decode()
    words = [span.text for span in cards.build([item.pk], reader=rep)[0].letter.doubts.spans]
    for seen in (words, []):
        with pytest.raises(decisions.DecisionError, match="needs a manager's approval"):
            vouch(item, rep, *seen)


@pytest.mark.parametrize(
    ("words", "covers"),
    [
        ("Cedarhill Dental (see https://x.example.org/y) cut no-shows by 41 percent.", "link"),
        ("Cedarhill Dental and Globex Corporation cut no-shows by 41 percent.", "customer"),
    ],
)
def test_what_lies_inside_a_longer_mark_is_not_vouched_for_with_it(words, covers) -> None:
    [found] = wrong(words)
    assert (found.kind, found.covers) == ("number", (covers,))
    assert claims.hard([found]) == [found]
    assert claims.hard(wrong("Cedarhill Dental cut no-shows by 41 percent.")) == []


def test_what_is_too_long_to_be_read_is_not_vouched_for() -> None:
    found = wrong("Yes. " * 5000)
    assert found
    assert claims.hard(found) == found


def test_of_very_many_none_is_vouched_for() -> None:
    def spans(number: int) -> list[Span]:
        return [Span("number", "body", at, at + 1, str(at), "") for at in range(number)]

    assert claims.hard(spans(39)) == []
    assert claims.hard(spans(40)) == spans(40)


# --- whose, and for how long ----------------------------------------------------------------------


def test_a_second_one_finds_it_decided(post, doubtful, rep, manager) -> None:
    assert post("approve", doubtful, by=manager, vouched=SEEN).status_code == 204
    assert post("approve", doubtful, by=rep, vouched=SEEN).status_code == 409
    assert Decision.objects.get().by == manager


def test_somebody_elses_draft_is_not_there(post, doubtful, outsider) -> None:
    assert post("approve", doubtful, by=outsider, vouched=SEEN).status_code == 404


def test_an_admin_may_not(post, doubtful, admin) -> None:
    assert post("approve", doubtful, by=admin, vouched=SEEN).status_code == 403
    assert not Decision.objects.exists()


def test_after_an_undo_it_has_to_be_said_again(post, rep) -> None:
    item = put_on_desk(rep, body=BODY)
    vouch(item, rep, *SEEN)
    assert post("undo", item, by=rep).status_code == 200
    with pytest.raises(decisions.DecisionError, match="“Pelham Logistics”"):
        vouch(item, rep)


def test_beside_an_edit_it_answers_for_what_still_stands(post, get, doubtful, rep, smtp) -> None:
    page = get("desk", by=rep).content.decode()
    assert page.count('type="checkbox" name="vouched"') == 2
    typed = {"subject": "GTX Pro", "body": f"{BODY} See you on the 12th."}
    answer = post("edit", doubtful, by=rep, vouched=SEEN[:1], **typed)
    assert answer.status_code == 422
    assert post("edit", doubtful, by=rep, vouched=SEEN, **typed).status_code == 204
    assert Decision.objects.get().vouched == SEEN
    assert dispatch.send_due() == 1


def test_at_the_claim_it_holds_for_these_words_alone(doubtful, rep, smtp) -> None:
    decision = vouch(doubtful, rep, *SEEN)
    Decision.objects.filter(pk=decision.pk).update(vouched=SEEN[:1])
    assert dispatch.send_due() == 0
    block = GuardBlock.objects.get()
    assert block.guard == "claims"
    assert block.detail == "No record, claim or sum says “47 percent”."
    assert block.lifts == claims.LIFTS


def test_41_a_name_that_becomes_another_accounts_stops_the_mail(doubtful, rep, smtp) -> None:
    vouch(doubtful, rep, *SEEN)
    AccountFactory(name="Pelham Logistics")
    assert dispatch.send_due() == 0
    assert GuardBlock.objects.get().guard == "merge"


def test_no_policy_vouches(doubtful) -> None:
    lane = Lane.objects.create(output_class="outreach.first_email")
    epoch = EvidenceEpoch.objects.create(lane=lane, attempt=1, opened_at=clock.now())
    policy = {"item": doubtful, "revision": 1, "policy": "p", "evidence": epoch, "at": clock.now()}
    Decision.objects.create(verb="snooze", **policy)
    with pytest.raises(IntegrityError):
        Decision.objects.create(verb="approve", vouched=SEEN, **policy)


def test_a_vouch_is_no_reason_to_let_the_next_draft_go(doubtful, rep) -> None:
    vouch(doubtful, rep, *SEEN)
    again = Draft.objects.get(pk=doubtful.draft_id)
    [found] = guards.findings(again)
    assert (found.guard, found.blocks) == ("claims", True)


def test_an_internal_output_takes_no_vouch(rep) -> None:
    item = put_on_desk(rep, effect="none", contact=None, output_class="brief.one", body=BODY)
    assert vouch(item, rep, *SEEN).vouched == []


def test_the_log_knows_how_many_and_never_which(doubtful, rep) -> None:
    vouch(doubtful, rep, *SEEN)
    event = Event.objects.get(kind="item.approve")
    assert event.data["vouched"] == 2
    assert not Event.objects.filter(data__icontains="Pelham").exists()
    assert list(events.faults()) == []


def test_whoever_is_erased_is_in_no_vouch(doubtful, rep) -> None:
    vouch(doubtful, rep, *SEEN)
    email = doubtful.draft.contact.email
    assert exporting.export(email, by=rep).tables["What people decided"][0]["vouched"] == SEEN
    erasing.begin(email, by=rep)
    erasing.go_on_with_all()
    assert not {*SEEN} & {*Decision.objects.get().vouched}


def queries(items: list[ReviewItem], rep: User) -> int:
    with CaptureQueriesContext(connection) as counted:
        cards.build([item.pk for item in items], reader=rep)
    return len(counted)


def test_the_names_of_a_whole_ring_are_looked_up_at_once(rep) -> None:
    plain = [put_on_desk(rep) for _ in range(2)]
    doubtful = [put_on_desk(rep, body=BODY) for _ in range(2)]
    assert queries(doubtful, rep) == queries(plain, rep) + 1
