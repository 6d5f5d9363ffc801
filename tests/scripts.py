"""What a scripted model answers: the shortest correct outputs, built from its packet."""

from typing import Any

from agents.definitions.outreach import recipients
from agents.envelope import Evidence, Handoff, Mandate, Package
from agents.outputs import Label, OutreachOutput, ProspectingOutput, ReplyOutput, RouterOutput

Packet = dict[str, Any]


def prospecting(packet: Packet, **more: Any) -> ProspectingOutput:
    contact = next(row for row in packet["contacts"] if row["writable"])
    deal = packet["deals"][0]
    values = {
        **_envelope(),
        "output_class": "",
        "evidence": [
            Evidence(
                claim="An open deal", source_type="opportunity", source_id=deal["id"],
                quote=deal["product"], as_of=None,
            )
        ],
        "handoff": Handoff(
            to="outreach",
            context=_package(contact, deal),
            mandate=_mandate(contact),
            success_criteria=["A reply"],
            escalate_if=["An objection"],
            deadline=None,
        ),
        "accounts": [],
        "contacts": [],
        "contact_id": contact["id"],
        "deal_ids": [deal["id"]],
    }  # fmt: skip
    return ProspectingOutput(**(values | more))


def outreach(packet: Packet, **more: Any) -> OutreachOutput:
    person = next(iter(recipients(packet)), None)
    if person is None:
        person, more = {"id": "", "first_name": ""}, {**more, "decision": "skip"}
    values = {
        **_envelope(),
        "output_class": packet["task"]["output_classes"][0],
        "to": person["id"],
        "subject": "The GTX Pro",
        "body_text": f"Hi {person['first_name']},\n\nIs the GTX Pro still of interest?\n\nPat",
        "angle": "",
        "personalisation_fact_id": None,
        "cta": "A short answer",
        "asset_ids": [],
        "proposed_send_at": None,
        "step": 1,
        "stop_conditions": [],
    }
    return OutreachOutput(**(values | more))


def router(agent: str | None, verdict: str = "run", reason: str = "It fits.") -> RouterOutput:
    return RouterOutput(agent=agent, verdict=verdict, reason=reason)


def reader(label: Label, quote: str, *, confidence: float = 0.9, **more: Any) -> ReplyOutput:
    fields = {"objection": None, "return_date": None, "person": ""} | more
    return ReplyOutput(label=label, quote=quote, confidence=confidence, **fields)


def read(packet: Packet) -> ReplyOutput:
    """A question, in the mail's own words."""
    return reader("question", packet["mail"]["text"][:300])


def _envelope() -> Packet:
    return {
        "decision": "act",
        "confidence": 0.9,
        "risk_flags": [],
        "evidence": [],
        "missing_context": [],
        "state_update": [],
        "handoff": None,
        "rationale": "There is an open deal.",
    }


def _package(contact: Packet, deal: Packet) -> Package:
    return Package(
        why="An open deal and no conversation.",
        contact_id=contact["id"],
        deal_ids=[deal["id"]],
        messages_sent=[],
        response="",
        engagement=[],
        questions=[],
        objections=[],
        assessment="Unknown interest.",
        evidence_ids=[deal["id"]],
    )


def _mandate(contact: Packet) -> Mandate:
    return Mandate(
        do="Write the first mail.",
        output_class="outreach.first_email",
        contact_id=contact["id"],
        allowed_means=["mail"],
        stop_when=["They answer"],
    )
