"""What simulated buyers write is read as what they mean by it."""

import pytest

from revenue import clock, consent, ingest
from revenue.models import Activity, Contact
from review import world
from review.world import buyers
from review.world.wire import Letter, Wire
from tests.factories import ContactFactory

pytestmark = pytest.mark.django_db
MEANT = {
    "interested": {"interested"}, "question": {"question"}, "meeting": {"meeting_request"},
    "objection": {"objection"}, "not_now": {"not_now"}, "unsubscribe": {"unsubscribe"},
    "legal": {"hostile_legal"}, "away": {"out_of_office"}, "left": {"left_company"},
    "bounce": {"bounce_hard"}, "complaint": {"unsubscribe"},
}  # fmt: skip


@pytest.fixture
def contact(db: None) -> Contact:
    return ContactFactory(email="yara.zhou@alderhealth.example")


def letter_to(contact: Contact, number: int) -> Letter:
    """A mail of ours that is on record."""
    message_id = f"<{number}@seller.example>"
    thread = ingest.thread_for(contact.account, contact, "Atlas 200", token=f"t{number}")
    ingest.record_message(
        account=contact.account, contact=contact, thread=thread, direction="outbound",
        subject="Atlas 200", body="Is it of use?", occurred_at=clock.now(), message_id=message_id,
        by="agent:outreach",
    )  # fmt: skip
    return Letter(contact.email, message_id, "Atlas 200", number)


@pytest.mark.parametrize("kind", MEANT)
def test_each_answer_is_read_as_what_it_means(contact: Contact, kind: str) -> None:
    for number in range(1, 4):  # other words each time, where there are some
        letter = letter_to(contact, number)
        buyers._do(contact.pk, kind, letter, world.Plan(seed=number))
        said = Activity.objects.filter(direction="inbound").latest("pk")
        assert said.account == contact.account
        assert said.reply_class in MEANT[kind]


def test_a_click_on_the_link_suppresses_the_address(contact: Contact) -> None:
    buyers._do(contact.pk, buyers.CLICKED, letter_to(contact, 1), world.Plan())
    assert consent.blocked(contact.email)


def test_nobody_answers_for_an_address_that_is_no_buyers(db: None) -> None:
    assert (
        buyers.answer(world.Plan(), Letter("nora@tidewater.example", "<1@x>", "Digest", 1)) is None
    )


def test_a_buyer_answers_the_same_letter_the_same_way(contact: Contact) -> None:
    def kinds(seed: int) -> list[str]:
        letters = (Letter(contact.email, "<1@x>", "Atlas 200", number) for number in range(60))
        answers = (buyers.answer(world.Plan(seed=seed), letter) for letter in letters)
        return [answer.kind if answer else "" for answer in answers]

    assert kinds(1) == kinds(1) != kinds(2)
    assert 20 < kinds(1).count("") < 55


def test_the_wire_refuses_a_few_and_loses_fewer(db: None) -> None:
    wire = Wire(world.Plan())
    luck = [wire.plan.draw("wire", f"a{number}@b.example", 1).random() for number in range(4000)]
    refused = sum(one < 0.01 for one in luck)
    assert 20 < refused < 65
