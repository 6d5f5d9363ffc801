"""Outreach: writes the mail that a handoff or a rule asks for.

Wakes on a handoff from prospecting, a reply, or an open deal gone silent. With a handoff it reads
the package and not the sender's raw rows. Asks a person when the recipient is not the record's.
"""

from agents.definitions.base import Definition, OutputClass, Packet, common_doubts, find
from agents.outputs import OutreachOutput
from agents.reading import Reader

CLASSES = (
    OutputClass("outreach.first_email", "First mail", 1, "buyer"),
    OutputClass("outreach.follow_up", "Follow-up mail", 2, "buyer"),
    OutputClass("outreach.breakup", "Closing mail", 2, "buyer"),
    OutputClass("outreach.reply", "Answer to a reply", 0, "buyer"),
)


def read(reader: Reader, mandate: Packet) -> Packet:
    packet: Packet = {
        "seller": reader.seller(),
        "products": reader.products(),
        "claims": reader.claims(),
    }
    if reader.package is not None:
        return packet | _lacking(reader, reader.package)
    return packet | {
        "account": reader.company(),
        "contacts": reader.contacts(),
        "deals": reader.deals(),
        "won": reader.closed(won=True),
        "facts": reader.facts(),
        "thread": reader.thread(),
        "signals": reader.signals(),
    }


def _lacking(reader: Reader, package: Packet) -> Packet:
    """What a mail cannot do without and the package does not hold."""
    needed = {"account": reader.company, "deals": reader.deals}
    return {name: read() for name, read in needed.items() if not package.get(name)}


def recipients(packet: Packet) -> list[Packet]:
    """Whom this packet offers: the handoff's contact, whoever is answered or had the draft before,
    else all who may be written to. A person who hands back may ask for somebody else."""
    handoff = packet.get("handoff")
    if handoff and handoff["context"].get("contact"):
        return [handoff["context"]["contact"]]
    writable = [row for row in packet.get("contacts", []) if row["writable"]]
    named = packet["task"]["mandate"].get("contact_id")
    if named and (packet.get("rewrite") or not handoff):
        return [row for row in writable if row["id"] == named]
    return writable


def doubts(output: OutreachOutput, packet: Packet) -> str:
    general = common_doubts(output)
    if general or output.decision != "act":
        return general
    offered = packet["task"]["output_classes"]
    if output.output_class not in offered:
        return f"Outreach wrote “{output.output_class}”; asked for was {' or '.join(offered)}."
    if find({"to": recipients(packet)}, "to", output.to) is None:
        return "Outreach addressed somebody who was not offered as a recipient."
    return ""


def offers(output: OutreachOutput, packet: Packet) -> Packet | None:
    return None


OUTREACH = Definition(
    name="outreach",
    label="Outreach",
    purpose="Writes the mail that a handoff or a rule asks for.",
    output=OutreachOutput,
    classes=CLASSES,
    is_outward=True,
    read=read,
    doubts=doubts,
    offers=offers,
    writes=True,
)
