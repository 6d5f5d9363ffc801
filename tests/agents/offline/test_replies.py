"""Answers to what a buyer wrote."""

import re

import pytest

from tests.agents.offline import packets
from tests.agents.offline.writing import mail, told, whole


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Sounds good, please send me more.", r"thank|good to hear"),
        ("How much is it?", r"list price of 4,821|listed at 4,821|list price is 4,821"),
        ("What is the delivery time?", r"delivery"),
        ("Does it come with training?", r"training"),
        ("Can we talk on the phone?", r"talk|call|conversation"),
        ("Not now, perhaps next year.", r"can wait|alone|press|until it suits|not-yet"),
        ("Hm.", r"thank you"),
    ],
)
def test_a_reply_takes_up_what_was_said(text: str, words: str) -> None:
    output = mail(packets.reply_to(text))
    assert output.decision == "act"
    assert output.subject == "Re: GTX Pro for Acme Corporation"
    assert re.search(words, told(output), re.IGNORECASE), told(output)
    assert output.body_text.count("?") == 1
    assert "!" not in output.body_text


def test_a_question_that_the_packet_cannot_answer_is_not_answered() -> None:
    output = mail(packets.reply_to("What is the warranty on it?"))
    assert re.search(r"check|find out|ask a colleague", told(output))
    assert "warranty" in told(output)


def test_a_question_that_a_claim_answers_is_answered_with_it() -> None:
    claim = {"id": "claim:1", "text": "GTX Pro has a warranty of three years", "product": "GTX Pro"}
    output = mail(packets.reply_to("What is the warranty on it?", claims=[claim]))
    assert "three years" in told(output) or re.search(r"check|find out", told(output))


def test_a_price_that_the_packet_does_not_hold_is_not_invented() -> None:
    output = mail(packets.reply_to("How much is it?", products=[]))
    assert not re.search(r"\d", told(output))


def test_the_words_of_a_buyer_are_not_quoted() -> None:
    output = mail(packets.reply_to("Our zebra crossing needs tangerine paint. Can you do it?"))
    assert not re.search(r"zebra|tangerine", whole(output))


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("We are not interested, thanks.", "escalate"),
        ("It is too expensive for us.", "escalate"),
        ("Unsubscribe me.", "escalate"),
        ("You will hear from our lawyer.", "escalate"),
        ("Automatic reply: I am out of the office until Monday.", "skip"),
    ],
)
def test_some_replies_are_not_for_an_agent(text: str, decision: str) -> None:
    output = mail(packets.reply_to(text))
    assert output.decision == decision
    assert output.rationale


def test_a_reply_answers_the_person_who_wrote() -> None:
    others = [
        packets.contact(id="contact:1", first_name="Ada", buying_role="champion"),
        packets.contact(),
    ]
    assert mail(packets.reply_to("Tell me more.", contacts=others)).to == "contact:5"


def test_a_reply_by_somebody_unknown_goes_to_a_person() -> None:
    nobody = [packets.contact(id="contact:1", first_name="Ada")]
    assert mail(packets.reply_to("Tell me more.", contacts=nobody)).decision == "escalate"


def test_without_a_mail_to_answer_there_is_no_reply() -> None:
    output = mail(packets.own_read("outreach.reply"))
    assert output.decision in {"skip", "escalate"}
    assert output.missing_context
