"""When there is nothing to write, or nothing to read."""

import pytest

from agents.outputs import OutreachOutput, ProspectingOutput, RouterOutput
from tests.agents.offline import packets
from tests.agents.offline.packets import Row
from tests.agents.offline.writing import answers, mail


@pytest.mark.parametrize(
    ("packet", "missing"),
    [
        (packets.first_mail(contact=packets.contact(writable=False)), "contact"),
        (packets.first_mail(contact=None), "contact"),
        (packets.first_mail(deals=[]), "deal"),
        (packets.first_mail(deals=[packets.deal(product=None)]), "deal"),
        (packets.own_read("outreach.follow_up", contacts=[]), "contact"),
        (packets.own_read("outreach.follow_up", deals=[]), "deal"),
        ({}, "contact"),
    ],
)
def test_what_is_missing_is_named(packet: Row, missing: str) -> None:
    output = mail(packet)
    assert output.decision == "escalate"
    assert missing in output.missing_context[0]
    assert output.body_text == ""


JUNK = [None, 7, "text", [], [None, 3], {}, {"a": None}, [{"id": 4}], [{"direction": "inbound"}]]


@pytest.mark.parametrize("output", [OutreachOutput, ProspectingOutput, RouterOutput])
@pytest.mark.parametrize(
    "section", ["task", "seller", "products", "claims", "account", "contacts", "deals", "won",
                "facts", "thread", "signals", "handoff", "rewrite", "situation", "allowed"],
)  # fmt: skip
def test_no_section_can_break_it(section: str, output: type) -> None:
    packet = packets.reply_to("Tell me more?")
    assert len(answers([packet | {section: junk} for junk in JUNK], output)) == len(JUNK)


def test_a_sensitive_recipient_is_flagged() -> None:
    output = mail(packets.first_mail(contact=packets.contact(sensitive=True)))
    assert output.risk_flags == ["sensitive_contact"]
