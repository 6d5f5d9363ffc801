"""Which figures are supported, which are not, and which claim nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.review.grounding.conftest import wrong


@pytest.mark.parametrize(
    "text",
    [
        "You run 23 clinics.",
        "You run twenty-three clinics.",
        "You run nearly two dozen clinics.",
        "The pilot is $14,700, or 14.700 €, or £14.7k.",
        "It is live within twelve working days.",
        "Brightwater Smiles cut no-shows by 41%.",
        "Three desks at $4,900 come to $14,700.",
        "Desk and Recall together are $6,700.",
        "That is $3,100 more than Recall: 4,900 against 1,800.",
        "A quarter of the $14,700 would be $3,675.",
        "Could we take 20 minutes on Thursday?",
        "I'd show you in half an hour.",
        "Two things:\n1. the desk\n2. the recall",
        "You'll have a hundred questions, and I'm 99% sure of two answers.",
        "I am here 24/7.",
        "Your second clinic would be next.",
        "It has been six weeks since we began.",
    ],
)
def test_what_is_on_record_or_follows_from_it_or_claims_nothing(text: str) -> None:
    assert wrong(text) == []


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("You run 32 clinics.", "32"),
        ("You run nineteen clinics.", "nineteen"),
        ("You run some 230 clinics.", "230"),
        ("The pilot is $17,400.", "$17,400"),
        pytest.param("Ferrow Desk is $4,090.", "$4,090", id="47 a price without a source"),
        ("Brightwater Smiles cut no-shows by 14%.", "14%"),
        ("It is live within 21 working days.", "21 working days"),
        ("Three desks at $4,900 come to $14,900.", "$14,900"),
        ("They save 1,250 calls a day.", "1,250"),
    ],
)
def test_what_is_not_is_marked_at_its_place(text: str, span: str) -> None:
    [found] = wrong(text)
    assert found.text == span
    assert f"Hi Maya,\n\n{text}"[found.start : found.end] == span


def test_a_figure_that_is_somebody_elses_is_marked_with_the_name() -> None:
    [found] = wrong("Cedarhill Dental cut no-shows by 41 percent.")
    assert found.text == "Cedarhill Dental cut no-shows by 41 percent"
    assert found.why == "The records say this of Brightwater Smiles, not of Cedarhill Dental."


def test_what_the_records_say_instead_is_told() -> None:
    [found] = wrong("You have nine clinics.")
    assert found.why == "No record says “nine clinics”; the records say 23."


def test_a_price_does_not_rest_on_the_buyers_own_words() -> None:
    assert [span.text for span in wrong("So it is $9,100.")] == ["$9,100"]


@given(st.integers(200, 10**7).filter(lambda number: number % 10 not in (0, 5)))
def test_an_injected_number_is_found(number: int) -> None:
    """The text has no other figure than the clinics, so that nothing can be worked out."""
    text = f"You run 23 clinics. Our customers book {number:,} visits with Ferrow Recall."
    assert [span.text for span in wrong(text)] == [f"{number:,}"]
