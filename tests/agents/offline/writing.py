"""Asks the offline writer through the real client, and says what a good answer is."""

import json
import re
from collections import Counter
from datetime import date
from typing import Any

from agents import llm
from agents.offline import MODEL
from agents.outputs import OutreachOutput
from tests.agents.offline import packets
from tests.agents.offline.packets import Row

MONTHS = [date(2000, month, 1).strftime("%B") for month in range(1, 13)]
FLATTERY = re.compile(
    r"\b(impress|amazing|great company|congratulat|love what|exciting|game.chang|best.in.class"
    r"|hope this (mail|email) finds|just checking in|touch base|circle back|synerg|leverag)",
    re.IGNORECASE,
)


def answers(wanted: list[Row], output: type) -> list[Any]:
    calls = [llm.Call(MODEL, "Write.", packet, output) for packet in wanted]
    found = llm.complete_all(calls)
    assert [answer.error for answer in found] == [""] * len(found)
    return [answer.value for answer in found]


def mail(packet: Row) -> OutreachOutput:
    return answers([packet], OutreachOutput)[0]


def told(output: OutreachOutput) -> str:
    """The mail without greeting and sign-off."""
    return "\n\n".join(output.body_text.split("\n\n")[1:-1])


def sentences(output: OutreachOutput) -> list[str]:
    return [part.strip() for part in re.split(r"(?<=[.?])\s+", told(output)) if part.strip()]


def whole(output: OutreachOutput) -> str:
    return f"{output.subject}\n{output.body_text}"


def check_manners(output: OutreachOutput) -> None:
    body = output.body_text
    assert 50 <= len(body.split()) <= 110, body
    assert body.count("?") == 1, body
    assert "!" not in whole(output)
    assert not FLATTERY.search(body)
    assert not re.search(r"[\[\]{}|]|  |\.\.|,,| \.|\bNone\b", whole(output)), whole(output)
    assert len(output.subject.splitlines()) == 1
    assert output.cta in body


def check_grounded(output: OutreachOutput, packet: Row) -> None:
    """Every figure, month and product stands in the packet, whatever the sentence."""
    source = json.dumps(packet)
    days = set(re.findall(r"\d{4}-\d\d-\d\d", source))
    known = {str(int(day[8:])) for day in days} | {day[:4] for day in days}
    text = whole(output)
    for name in packets.PRODUCTS:
        rows = [row["product"] for row in deals_of(packet)]
        if re.search(rf"(?<!\w){name}(?!\w)", text):
            assert name in rows, (name, text)
        text = text.replace(name, "")
    text = text.replace("GTK 500", "")
    assert set(re.findall(r"\d+", text)) <= known, text
    months = {MONTHS[int(day[5:7]) - 1] for day in days}
    assert {month for month in MONTHS if re.search(rf"\b{month} \d|\d {month}", text)} <= months


def deals_of(packet: Row) -> list[Row]:
    package = packet.get("handoff", {}).get("context", packet)
    return [*package["deals"], *package["won"]]


def check_distinct(outputs: list[OutreachOutput]) -> None:
    said = Counter(sentence for output in outputs for sentence in sentences(output))
    assert [sentence for sentence, count in said.items() if count > 1] == []
