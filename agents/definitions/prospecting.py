"""Prospecting: chooses whom to write to at an account that has a deal and no conversation.

Wakes on an import or a signal. Reads the account, its people, deals and what was
bought. For an account that exists it hands over to outreach and writes nothing itself. Asks a
person when there is nobody to write to.
"""

from agents.definitions.base import Definition, OutputClass, Packet, common_doubts, find, label_of
from agents.outputs import ProspectingOutput
from agents.reading import Reader

FED = "outreach.first_email"
CLASSES = (
    OutputClass("prospecting.account_add", "New account", 2, "record"),
    OutputClass("prospecting.contact_add", "New contact", 1, "record"),
)


def read(reader: Reader, mandate: Packet) -> Packet:
    return {
        "products": reader.products(),
        "account": reader.company(),
        "contacts": reader.contacts(),
        "deals": reader.deals(),
        "won": reader.closed(won=True),
        "lost": reader.closed(won=False),
        "facts": reader.facts(),
        "signals": reader.signals(),
    }


def doubts(output: ProspectingOutput, packet: Packet) -> str:
    general = common_doubts(output)
    if general or output.decision != "act":
        return general
    contact = find(packet, "contacts", output.contact_id)
    if contact is None:
        return "Prospecting chose a person who is not in this account."
    if not contact["writable"]:
        return f"Prospecting chose {_name(contact)}, who may not be written to."
    if any(find(packet, "deals", deal) is None for deal in output.deal_ids):
        return "Prospecting named a deal that is not one of this account's."
    return ""


def offers(output: ProspectingOutput, packet: Packet) -> Packet | None:
    """The package: the model's judgement, and beside it the rows themselves, taken by code."""
    if output.decision != "act" or output.handoff is None:
        return None
    said = output.handoff
    evidence = [
        {**row.model_dump(), "trust": label_of(packet, row.source_id)} for row in output.evidence
    ]
    return {
        "to": "outreach",
        "context": {
            **said.context.model_dump(),
            "contact_id": output.contact_id,
            "contact": find(packet, "contacts", output.contact_id),
            "account": packet["account"],
            "deals": [find(packet, "deals", deal) for deal in output.deal_ids],
            "won": packet["won"],
            "evidence": evidence,
        },
        "state_update": {"changes": [row.model_dump() for row in output.state_update]},
        "mandate": {
            **said.mandate.model_dump(),
            "contact_id": output.contact_id,
            "output_class": FED,
            "success_criteria": said.success_criteria,
            "escalate_if": said.escalate_if,
        },
    }


def _name(contact: Packet) -> str:
    return f"{contact['first_name']} {contact['last_name']}".strip() or "somebody"


PROSPECTING = Definition(
    name="prospecting",
    label="Prospecting",
    purpose="Chooses whom to write to at an account that has a deal and no conversation.",
    output=ProspectingOutput,
    classes=CLASSES,
    is_outward=False,
    read=read,
    doubts=doubts,
    offers=offers,
    writes=False,
    feeds=(FED,),
)
