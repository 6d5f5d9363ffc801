"""What is not in the prompt is not in the mail."""

import json
import re
from typing import Any

import pytest

from agents.outputs import OutreachOutput
from tests.agents.offline import packets
from tests.agents.offline.packets import Row
from tests.agents.offline.writing import answers, check_grounded, mail, whole

FACTS = [
    "Acme Corporation opened a second plant in Leeds",
    "Opened a second plant in Leeds in May 2026.",
    "They run two shifts in Leeds",
    "Their Leeds plant runs two GTX Basic units. Everything else is in Oslo.",
    "New plant manager in Leeds since May",
]


@pytest.mark.parametrize("text", FACTS)
def test_a_fact_is_in_the_mail_until_it_is_taken_out_of_the_prompt(text: str) -> None:
    packet = packets.own_read("outreach.follow_up", facts=[packets.fact(text)])
    output = mail(packet)
    assert "Leeds" in output.body_text
    assert output.personalisation_fact_id == "fact:9"
    assert [row.source_id for row in output.evidence if row.source_type == "fact"] == ["fact:9"]
    without = mail(packet | {"facts": []})
    assert "Leeds" not in whole(without)
    assert without.personalisation_fact_id is None


def test_a_fact_that_a_handoff_carries_as_evidence_is_in_the_mail() -> None:
    evidence = [{"claim": "x", "source_type": "fact", "source_id": "fact:9",
                 "quote": FACTS[0], "as_of": None}]  # fmt: skip
    assert "Leeds" in mail(packets.first_mail(evidence=evidence)).body_text
    assert "Leeds" not in mail(packets.first_mail()).body_text


def test_a_claim_is_in_the_mail_until_it_is_taken_out_of_the_prompt() -> None:
    claim = {"id": "claim:1", "text": "GTX Pro ships with a spare fan.", "product": "GTX Pro"}
    output = mail(packets.first_mail() | {"claims": [claim]})
    assert "spare fan" in output.body_text
    assert "claim:1" in {row.source_id for row in output.evidence}
    assert "spare fan" not in mail(packets.first_mail()).body_text


def test_a_claim_about_another_product_is_not_used() -> None:
    claim = {"id": "claim:1", "text": "MG Special ships with a spare fan.", "product": "MG Special"}
    assert "spare fan" not in mail(packets.first_mail() | {"claims": [claim]}).body_text


def test_a_product_is_in_the_mail_until_its_rows_are_taken_out_of_the_prompt() -> None:
    won = [packets.order(4, "MG Special", "2026-03-01")]
    assert "MG Special" in whole(mail(packets.first_mail(won=won)))
    assert "MG Special" not in whole(mail(packets.first_mail(won=[])))
    other = [packets.deal(product="GTK 500")]
    output = mail(packets.first_mail(deals=other, won=won))
    assert "GTK 500" in whole(output)
    assert "GTX Pro" not in whole(output)


def test_no_row_leaves_a_trace_once_it_is_gone() -> None:
    wanted = [
        packets.first_mail(**rows | {"won": [row for row in rows["won"] if row is not gone]})
        for rows in packets.invented(30, seed=5)
        for gone in rows["won"]
    ]
    for output, packet in zip(answers(wanted, OutreachOutput), wanted, strict=True):
        check_grounded(output, packet)


def test_every_evidence_quotes_its_row_literally() -> None:
    packet = packets.own_read("outreach.follow_up", facts=[packets.fact(FACTS[3])])
    shown = {row["id"]: json.dumps(row) for row in rows_of(packet)}
    evidence = mail(packet).evidence
    assert evidence
    for row in evidence:
        assert row.quote in shown[row.source_id]
        assert row.source_type == row.source_id.partition(":")[0]


def rows_of(node: Any) -> list[Row]:
    if isinstance(node, list):
        return [found for entry in node for found in rows_of(entry)]
    if not isinstance(node, dict):
        return []
    return [node, *rows_of(list(node.values()))] if "id" in node else rows_of(list(node.values()))


def test_no_price_is_named_unless_somebody_asked() -> None:
    wanted = [packets.first_mail(**rows) for rows in packets.invented(60, seed=11)]
    for output in answers(wanted, OutreachOutput):
        text = whole(output)
        assert not re.search(r"\b(price|cost|discount)\b", text)
