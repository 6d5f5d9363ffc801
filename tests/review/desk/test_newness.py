"""What of a mail the rep has not seen approved before, and what is always to be read."""

import pytest

from revenue.models import Claim
from review import cards, decisions, intake
from review.cards.newness import Newness
from review.models import OutboxMessage, ReviewItem
from tests.factories import ContactFactory, prospect
from tests.review.desk.conftest import put_on_desk

pytestmark = pytest.mark.django_db

BODY = "Hi Yara,\n\nIs GTX Pro of use to you? {}\n\nPat"
OLD, NEW = "One line from you would do.", "Two lines from you would do."


def approve(rep, clock, body: str, **more: object) -> None:
    item = put_on_desk(rep, body=body, **more)
    decisions.approve(item, by=rep, revision=1)
    clock.travel(minutes=2)
    OutboxMessage.objects.update(state="sent")
    intake.sweep()


def letter(item: ReviewItem, rep) -> cards.Letter:
    [card] = cards.build([item.pk], reader=rep)
    return card.letter


def pale(item: ReviewItem, rep) -> str:
    return " ".join(piece.text for piece in letter(item, rep).pieces if piece.is_said)


def test_of_the_first_mail_every_word_is_new(rep) -> None:
    item = put_on_desk(rep, body=BODY.format(OLD), evidence=[])
    assert letter(item, rep).newness == Newness(16, 16)


def test_sentences_of_approved_mails_recede_and_the_rest_is_counted(get, rep, clock) -> None:
    approve(rep, clock, BODY.format(OLD), evidence=[])
    account = prospect(owner=rep)
    account.contacts.update(first_name="Bo", last_name="Li")
    body = BODY.format(NEW).replace("Yara", "Bo")
    item = put_on_desk(rep, account=account, body=body, evidence=[])
    assert letter(item, rep).newness == Newness(6, 16)
    assert pale(item, rep) == "Hi Bo, Is GTX Pro of use to you? Pat"
    page = get("desk", by=rep).content.decode()
    assert "6 new words of 16." in page
    assert '<span class="said">Hi Bo,</span>' in page


def test_no_character_is_lost(rep, clock) -> None:
    approve(rep, clock, BODY.format(OLD), evidence=[])
    item = put_on_desk(rep, body=BODY.format(NEW), evidence=[])
    assert "".join(piece.text for piece in letter(item, rep).pieces) == item.draft.body


def test_another_class_said_nothing(rep, clock) -> None:
    approve(rep, clock, BODY.format(OLD), evidence=[], output_class="outreach.follow_up")
    item = put_on_desk(rep, body=BODY.format(OLD), evidence=[])
    assert letter(item, rep).newness == Newness(16, 16)


def test_a_sentence_that_rests_on_a_fact_of_this_buyer_is_always_read(rep, clock) -> None:
    body = BODY.format("You ordered GTX Basic in March 2017.")
    approve(rep, clock, body)
    item = put_on_desk(rep, body=body)
    assert "GTX Basic" not in pale(item, rep)
    assert letter(item, rep).newness.new == 7


def test_a_sentence_that_is_not_on_record_is_always_red(rep, clock) -> None:
    body = BODY.format("It saved Northwind Traders 40 %.")
    item = put_on_desk(rep, body=body, evidence=[])
    spans = [span.text for span in letter(item, rep).doubts.soft]
    decisions.approve(item, by=rep, revision=1, vouched=spans)
    clock.travel(minutes=2)
    OutboxMessage.objects.update(state="sent")
    intake.sweep()
    again = put_on_desk(rep, body=body, evidence=[])
    assert "Northwind" not in pale(again, rep)
    assert any(piece.doubt for piece in letter(again, rep).pieces)


def test_an_approved_claim_was_said_before(rep) -> None:
    claim = Claim.objects.create(text="The GTX Pro runs quietly.", approved_by="Max")
    item = put_on_desk(rep, body=BODY.format(claim.text), evidence=[
        {"claim": "Runs quietly", "source_type": "claim", "source_id": f"claim:{claim.pk}",
         "quote": "runs quietly", "as_of": None},
    ])  # fmt: skip
    found = letter(item, rep)
    assert found.newness == Newness(10, 15)
    assert [piece.number for piece in found.pieces if piece.number] == [1]


def test_what_is_settled_is_not_counted(rep, item) -> None:
    decisions.approve(item, by=rep, revision=1)
    assert letter(item, rep).newness is None


def test_a_hand_written_name_is_no_pattern(rep) -> None:
    account = prospect(owner=rep)
    account.contacts.all().delete()
    contact = ContactFactory(account=account, first_name="(", last_name="a.b[")
    item = put_on_desk(rep, account=account, contact=contact, body="Hello,\n\nStill?", evidence=[])
    assert letter(item, rep).newness == Newness(2, 2)
