"""A draft that a rep sent back with a note, or wants written so from now on."""

import re
from typing import Any

import pytest

from agents.offline.wording import spelled_out
from agents.outputs import OutreachOutput
from tests.agents.offline import packets
from tests.agents.offline.writing import mail, whole


def rewritten(note: str, **changes: Any) -> tuple[OutreachOutput, OutreachOutput]:
    before = mail(packets.first_mail() | changes)
    rewrite = {"note": note, "subject": before.subject, "body": before.body_text}
    return before, mail(packets.first_mail() | changes | {"rewrite": rewrite})


@pytest.mark.parametrize("note", ["shorter", "Too long", "please cut it, no price"])
def test_shorter_is_shorter(note: str) -> None:
    before, after = rewritten(note)
    assert len(after.body_text.split()) < len(before.body_text.split())
    assert "GTX Pro" in after.body_text
    assert after.body_text.count("?") == 1


def test_a_rewrite_is_another_mail() -> None:
    before, after = rewritten("try again")
    assert before.body_text != after.body_text


def test_a_price_is_named_when_the_rep_wants_it_and_not_when_the_rep_does_not() -> None:
    assert "4,821" in rewritten("mention the price")[1].body_text
    assert "4,821" not in rewritten("no price")[1].body_text


@pytest.mark.parametrize("product", ["GTX Basic", "MG Special", "GTX Plus Pro"])
def test_a_product_that_the_rep_wants_is_mentioned(product: str) -> None:
    assert product in rewritten(f"please mention {product}")[1].body_text


def test_a_product_that_nobody_sells_is_not_mentioned() -> None:
    assert "Zeppelin" not in rewritten("please mention Zeppelin")[1].body_text


@pytest.mark.parametrize(
    "note", ["no past orders", "leave out the history", "don't mention MG Special"]
)
def test_what_the_rep_does_not_want_is_left_out(note: str) -> None:
    assert "MG Special" not in whole(rewritten(note)[1])


def test_a_fact_that_the_rep_wants_is_mentioned() -> None:
    facts = [
        packets.fact("Opened a depot in Bergen", id="fact:1"),
        packets.fact("Runs two shifts in Leeds", id="fact:2"),
    ]
    after = rewritten("mention the shifts", facts=facts)[1]
    assert "Leeds" in after.body_text
    assert after.personalisation_fact_id == "fact:2"


def test_formal_is_formal() -> None:
    body = rewritten("more formal")[1].body_text
    assert body.startswith("Dear Yara Zhou,")
    assert not re.search(r"\b(I'd|I'm|don't|isn't|it's)\b", body)


def test_spelling_out_leaves_the_possessive_of_a_name_alone() -> None:
    assert spelled_out("It's Acme's, and I can't") == "It is Acme's, and I cannot"


# --- preferences ----------------------------------------------------------------------------------


def preferring(*wishes: str, output_class: str = "outreach.first_email") -> OutreachOutput:
    packet = packets.first_mail()
    rows = [{"output_class": output_class, "name": "x", "do": one} for one in wishes]
    return mail(packet | {"task": {**packet["task"], "preferences": rows}})


def test_plain_words_of_a_preference_are_followed() -> None:
    assert preferring("Be formal.").body_text.startswith("Dear Yara Zhou,")
    assert "MG Special" not in whole(preferring("Leave out earlier orders."))


def test_one_for_another_class_is_passed_over() -> None:
    other = preferring("Be formal.", output_class="outreach.follow_up")
    assert other.body_text.startswith("Hi Yara,")


def test_words_that_it_quotes_ask_for_nothing() -> None:
    assert "4,821" not in preferring("Write “our price list” instead of “our list”.").body_text
