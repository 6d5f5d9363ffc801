"""What an agent is: what it reads, its output type, its classes, when it must ask a person."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agents.envelope import Envelope
from agents.reading import Reader
from revenue import trust

Packet = dict[str, Any]


@dataclass(frozen=True)
class OutputClass:
    """`ceiling` 0: always reviewed; 1: auto, at least one in four audited; 2: one in twenty."""

    name: str
    label: str
    ceiling: int
    effect: str


@dataclass(frozen=True)
class Definition:
    """One agent. `purpose` says in a sentence what it is for.

    `read` fills the packet's sections; `doubts` names why a person must look. `is_outward`: it
    speaks to the buyer and needs the voice. `offers` turns an output into the package for the next
    agent, or nothing, and `feeds` names the classes that are written from it. `writes` says whether
    an output carries a draft. `shown` numbers what stands in its packet, and from where: whoever
    changes that (here, in `agents.reading` or `agents.packets`) raises it, and its evidence begins
    anew.
    """

    name: str
    label: str
    purpose: str
    output: type[Envelope]
    classes: tuple[OutputClass, ...]
    is_outward: bool
    read: Callable[[Reader, Packet], Packet]
    doubts: Callable[[Any, Packet], str]
    offers: Callable[[Any, Packet], Packet | None]
    writes: bool
    feeds: tuple[str, ...] = ()
    shown: int = 1

    @property
    def written(self) -> tuple[OutputClass, ...]:
        """Those of its classes that it writes drafts of; none where it only chooses."""
        return self.classes if self.writes else ()

    def output_class(self, name: str) -> OutputClass:
        """Its class of this name; KeyError for one that is not its own."""
        return {row.name: row for row in self.classes}[name]


LOW_CONFIDENCE = 0.5
SUSPECTED = "suspected_instructions"  # the flag of a model that was told what to do by its data


def common_doubts(output: Envelope) -> str:
    """The escalation rules that hold for every agent, in order; "" when none does."""
    if output.decision == "escalate":
        return output.rationale or "The agent asks for a person."
    if SUSPECTED in output.risk_flags:
        return "Text that the agent read tries to give it orders."
    if output.decision == "act" and output.missing_context:
        return f"Something needed is missing: {', '.join(output.missing_context[:3])}."
    if output.decision == "act" and output.confidence < LOW_CONFIDENCE:
        return "The agent is not sure enough of its own answer."
    return ""


def find(packet: Packet, section: str, row_id: str) -> Packet | None:
    return next((row for row in packet.get(section, []) if row["id"] == row_id), None)


def label_of(packet: Packet, row_id: str) -> str:
    """How far the row of this id is believed; an id that the packet does not hold, not at all."""
    sections = [rows if isinstance(rows, list) else [rows] for rows in packet.values()]
    rows = (row for section in sections for row in section if isinstance(row, dict))
    return next((row["trust"] for row in rows if row.get("id") == row_id), trust.UNTRUSTED)
