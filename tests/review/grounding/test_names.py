"""Greeting, company, people, customers and products that the records do not know."""

import pytest

from review.grounding import Product, check
from tests.review.grounding.conftest import known, wrong


@pytest.mark.parametrize(
    "greeting",
    ["Hi Maya,", "Dear Ms Okafor,", "Dear Mrs. Okafor:", "Maya,", "Hi there,", "Hello!",
     "Good morning Maya", "Bonjour Maya,", "Sehr geehrte Frau Okafor,", "Dear Director,",
     "Hi Maya and Terrence,", "Hi team,", "Dear Northlight team,", "To be honest,",
     "Congratulations Maya!", "hi maya,"],
)  # fmt: skip
def test_a_greeting_of_the_contact_or_of_anybody(greeting: str) -> None:
    assert check("The pilot", f"{greeting}\n\nShall we talk?\n\nJonas", known()) == []


@pytest.mark.parametrize(
    "name", ["Mya", "Terrence", "Mr Mercier", "Frau Lindt", "Karl", "Dr. Okafur"]
)
@pytest.mark.parametrize("word", ["Hi", "Dear", "Bonjour", "Guten Tag"])
def test_a_greeting_of_somebody_else(word: str, name: str) -> None:
    [found] = check("The pilot", f"{word} {name},\n\nShall we talk?\n\nJonas", known())
    assert (found.kind, found.text) == ("greeting", name)


def test_a_name_alone_greets_too() -> None:
    [found] = check("The pilot", "Mya, shall we talk?\n\nJonas", known())
    assert (found.kind, found.text) == ("greeting", "Mya")


@pytest.mark.parametrize(
    ("text", "kind", "span"),
    [
        ("This is for Northgate Dental Group.", "company", "Northgate Dental Group"),
        ("This is for Northlight Foods.", "company", "Northlight Foods"),
        ("I spoke with Terrence Woo.", "name", "Terrence Woo"),
        ("Dr. Evelyn Tran will join.", "name", "Evelyn Tran"),
        ("Pelham Logistics does the same.", "customer", "Pelham Logistics"),
        ("Companies like Globex do the same.", "name", "Globex"),
        ("Take the Ferrow Voice instead.", "product", "Ferrow Voice"),
    ],
)
def test_a_name_that_is_not_on_record(text: str, kind: str, span: str) -> None:
    [found] = wrong(text)
    assert (found.kind, found.text) == (kind, span)


def test_another_number_after_a_products_name() -> None:
    products = (Product("Temperia 80", "100"),)
    [found] = wrong("Take the Temperia 60 instead.", products=products)
    assert (found.kind, found.text) == ("product", "Temperia 60")


@pytest.mark.parametrize(
    "text",
    [
        "Brightwater Smiles did it with Desk, and Terrence could too.",
        "Northlight Dental, or Northlight, is in Ohio; Dayton is open.",
        "Is it in English or German? Either way I'm free on Monday, or after Easter.",
        "PS: the PDF is on its way. Best regards from our CEO",
        "Ist das Gerät für die Zweigstelle in Ordnung? Wir haben noch eine Frage.",
        "Quick Questions About The Pilot And Your Timeline",
    ],
)
def test_known_names_and_what_only_has_a_capital(text: str) -> None:
    assert wrong(text) == []
