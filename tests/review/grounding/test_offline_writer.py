"""What the shipped writer says of hundreds of accounts is all on record: not one red mark."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from agents.outputs import OutreachOutput
from review.grounding import Deal, Known, Product, Text, check
from tests.agents.offline import packets
from tests.agents.offline.packets import Row
from tests.agents.offline.test_mails import as_breakup, as_first, as_follow_up
from tests.agents.offline.writing import answers, deals_of


def day(text: Any) -> date | None:
    return date.fromisoformat(str(text)[:10]) if text else None


def known(packet: Row) -> Known:
    """What the packet was made of."""
    inside = packet.get("handoff", {}).get("context", packet)
    person, company = inside.get("contact") or packet["contacts"][0], inside["account"]
    dates = [(row["product"], (row.get("engaged_on"), row.get("closed_on")))
             for row in deals_of(packet)]  # fmt: skip
    return Known(
        today=packets.TODAY,
        company=company["name"],
        person=f"{person['first_name']} {person['last_name']}",
        title=person["title"],
        sender=packet["seller"]["sender_name"],
        seller=packet["seller"]["company"],
        products=tuple(Product(row["name"], row["list_price"]) for row in packet["products"]),
        deals=tuple(Deal(name, "", tuple(filter(None, map(day, days)))) for name, days in dates),
        texts=tuple(
            Text(
                f"{row['subject']}\n\n{row['text']}",
                day(row["at"]),
                is_theirs=row["trust"] == "untrusted",
            )
            for row in packet.get("thread", [])
        ),
        claims=tuple(row["text"] for row in packet["claims"]),
    )


@pytest.mark.parametrize("thin", [False, True])
@pytest.mark.parametrize("build", [as_first, as_follow_up, as_breakup])
def test_invented_accounts(build: Callable[[Row], Row], thin: bool) -> None:
    wanted = [build(rows) for rows in packets.invented(85, 11, thin=thin)]
    for packet, output in zip(wanted, answers(wanted, OutreachOutput), strict=True):
        assert check(output.subject, output.body_text, known(packet)) == [], output.body_text


@pytest.mark.parametrize(
    "text",
    ["How much is it?", "Yes, please send me more.", "Could we talk next week?", "Not now.",
     "My colleague Ines Roth decides this.", "Which sizes do you have?", "Hm.",
     "We already have a supplier."],
)  # fmt: skip
def test_answers_to_replies(text: str) -> None:
    packet = packets.reply_to(text)
    (output,) = answers([packet], OutreachOutput)
    assert output.body_text
    assert check(output.subject, output.body_text, known(packet)) == [], output.body_text
