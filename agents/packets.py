"""What an agent is asked: the packet of one account and the call around it.

The packet holds the task with the preferences of the reps, what the agent reads, and the handoff
that it answers. With a handoff from an agent that is the package and not the sender's own rows.
Everything in it carries a label (`revenue.trust`); what was written by somebody else stands below
a row of its own, never in the task, and never in a prompt.
"""

import re
from typing import Any

from pydantic import BaseModel

from agents import llm, preferences
from agents.definitions.base import Definition, Packet
from agents.models import AgentConfig, Draft, Handoff
from agents.reading import Reader, Shelf
from revenue import model_access, snapshots, trust, workspace
from revenue.context import AccountContext
from revenue.inbound import suspicion
from revenue.models import Signal

STEP_SECONDS = 90
WORDS = re.compile(r"\w+")
REPEATED = 12


def reader_for(
    seen: AccountContext, shelf: Shelf, *, signals: list[Signal], handoff: Handoff | None
) -> Reader:
    """A person who hands back names no rows, so the records are read beside what they say."""
    package = handoff.context if handoff and handoff.to_agent else None
    return Reader(seen, shelf, signals=signals, package=package)


def packet_for(
    reader: Reader,
    definition: Definition,
    mandate: Packet,
    *,
    config: AgentConfig,
    handoff: Handoff | None,
    rewrites: Draft | None,
) -> Packet:
    wanted = mandate.get("output_class")
    classes = [row.name for row in definition.classes if row.name not in config.left_out]
    packet: Packet = {
        "task": {
            "agent": definition.name,
            "today": reader.now.date().isoformat(),
            "output_classes": [wanted] if wanted else classes,
            "mandate": mandate,
            "trust": trust.INTERNAL,
        }
    }
    wishes = preferences.of(reader.account, packet["task"]["output_classes"])
    if wishes:
        packet["task"]["preferences"] = preferences.section(wishes)
        reader.manifest += [row["id"] for row in packet["task"]["preferences"]]
    packet |= definition.read(reader, mandate)
    if handoff:
        packet["handoff"] = package(handoff)
        reader.manifest.append(f"handoff:{handoff.pk}")
    if rewrites:
        packet["rewrite"] = {
            "note": mandate.get("note", ""),
            "subject": rewrites.subject,
            "body": rewrites.body,
            "is_tainted": rewrites.is_tainted,
            "trust": trust.UNTRUSTED if rewrites.is_tainted else trust.INTERNAL,
        }
    return packet


def package(handoff: Handoff) -> Packet:
    return {
        "id": f"handoff:{handoff.pk}",
        "from": handoff.from_agent,
        "context": handoff.context,
        "state_update": handoff.state_update,
        "mandate": handoff.mandate,
        "trust": _of_handoff(handoff),
    }


def _of_handoff(handoff: Handoff) -> str:
    """What an agent hands over is believed as far as what it had read."""
    if not handoff.to_agent:
        return trust.COLLEAGUE
    return trust.UNTRUSTED if handoff.context.get("is_tainted") else trust.INTERNAL


def call_for(config: AgentConfig, packet: Packet, *, output: Any, repair: bool = True) -> llm.Call:
    access = model_access.current()
    return llm.Call(
        model=config.model or access.model,
        system=config.prompt,
        packet=packet,
        output=output,
        temperature=config.temperature,
        max_tokens=config.max_tokens,
        seconds=STEP_SECONDS,
        repair=repair,
        access=access,
    )


def is_tainted(packet: Packet) -> bool:
    """Was text from outside in the prompt, in the sender's, or in that of the draft before? Or
    anything that reads like an order to an agent, wherever it is from?"""
    labels = {label for label, _ in trust.texts(packet)}
    return trust.UNTRUSTED in labels or bool(suspected(packet))


def told(packet: Packet) -> str:
    """What the company says in it of what it sells and how its mail should sound, as a hash."""
    seller = packet.get("seller", {"offer": "", "voice": ""})
    return workspace.told(offer=seller["offer"], voice=seller["voice"])


def suspected(packet: Packet) -> dict[str, str]:
    """What reads like an order to an agent: the hash of each such text, and its words."""
    foreign = dict.fromkeys(text for label, text in trust.texts(packet) if label in trust.FOREIGN)
    found = ((text, suspicion.found_in(text)) for text in foreign)
    return {snapshots.digest(text): words for text, words in found if words}


def left_out(definition: Definition, output: Any, config: AgentConfig | None) -> str:
    """Whatever was asked for: a class that was taken out meanwhile is not written either."""
    if config is None or output.decision != "act" or output.output_class not in config.left_out:
        return ""
    named = definition.output_class(output.output_class).label
    return f"{definition.label} wrote “{named}”, a class that was taken out of what it may write."


def repeats_prompt(prompt: str, output: BaseModel) -> bool:
    """Do words of the agent's own instructions stand in what it wrote, a dozen in a row?"""
    known = " ".join(WORDS.findall(prompt))
    for _, text in trust.texts(output.model_dump()):
        said = WORDS.findall(text)
        runs = (" ".join(said[at : at + REPEATED]) for at in range(len(said) - REPEATED + 1))
        if any(run in known for run in runs):
            return True
    return False
