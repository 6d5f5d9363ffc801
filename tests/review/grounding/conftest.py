"""What one mail may rest on, small enough to see at a glance."""

from datetime import date
from typing import Any

import pytest

from review.grounding import Deal, Known, Product, Span, Text, check

WHOLE: dict[str, Any] = {
    "today": date(2026, 3, 16),
    "company": "Northlight Dental Group",
    "person": "Maya Okafor",
    "title": "Director of Practice Operations",
    "sender": "Jonas Lind",
    "seller": "Ferrow Scheduling",
    "people": ("Maya Okafor", "Terrence Wu"),
    "products": (Product("Ferrow Desk", "4900"), Product("Ferrow Recall", "1800")),
    "deals": (Deal("Ferrow Desk", "14700", (date(2026, 2, 3),)),),
    "texts": (
        Text("Northlight runs 23 clinics in Ohio.\n\ncompany site", date(2026, 1, 15)),
        Text("The Dayton clinic opened on 2026-03-02.", date(2026, 3, 4)),
        Text("Can you do it for 9,100 dollars? See https://wu.example/x", date(2026, 2, 19),
             is_theirs=True),
    ),
    "claims": (
        "Brightwater Smiles cut no-shows by 41 percent with Ferrow Desk.",
        "Cedarhill Dental cut no-shows by 17 percent with Ferrow Desk.",
        "Ferrow Desk is live in a clinic within 12 working days.",
    ),
    "links": ("https://ferrow.example/pilot", "maya@northlight.example"),
}  # fmt: skip


def known(**changes: Any) -> Known:
    return Known(**(WHOLE | changes))


def wrong(body: str, subject: str = "The pilot", **changes: Any) -> list[Span]:
    return check(subject, f"Hi Maya,\n\n{body}\n\nJonas", known(**changes))


@pytest.fixture
def record() -> Known:
    return known()
