"""What of a stored packet has no source or no label (invariant 37)."""

import json
from collections.abc import Iterator
from typing import Any

from agents.models import AgentRun
from revenue import snapshots, trust

SECTIONS = frozenset(
    {"account", "contacts", "deals", "won", "lost", "facts", "thread", "signals", "products",
     "claims", "seller", "task", "handoff", "rewrite"}
)  # fmt: skip
SOURCED = SECTIONS - {"seller", "task", "rewrite"}  # they are ours, and nothing rests on them


def unlabelled() -> Iterator[str]:
    """In every packet that a team's agent was ever asked with."""
    for run in AgentRun.objects.exclude(agent__in=("router", "reader")):
        packet = json.loads(snapshots.get(run.packet))
        for name, rows in packet.items():
            for row in rows if isinstance(rows, list) else [rows]:
                yield from (f"{run}: {name} {words}" for words in _faults(name, row))


def _faults(name: str, row: Any) -> Iterator[str]:
    if name not in SECTIONS or not isinstance(row, dict):
        yield "is not known"
    elif row.get("trust") not in trust.LABELS:
        yield f"{row.get('id')} has no label"
    elif name in SOURCED and not row.get("id"):
        yield "has no source"
    elif name == "facts" and not row.get("source"):
        yield f"{row['id']} says not where it is from"
    elif name == "handoff":
        context = row["context"]
        inner = [context.get("contact"), context.get("account"), *context.get("deals", []),
                 *context.get("won", []), *context.get("evidence", [])]  # fmt: skip
        yield from (f"hands over {one} without a label" for one in inner
                    if one and one.get("trust") not in trust.LABELS)  # fmt: skip


def lost_taint() -> Iterator[str]:
    """Handoffs and drafts that forgot what their agent had read."""
    for run in AgentRun.objects.exclude(agent__in=("router", "reader")):
        packet = json.loads(snapshots.get(run.packet))
        if trust.UNTRUSTED in {label for label, _ in trust.texts(packet)}:
            yield from (f"{row} of {run}" for row in run.drafts.filter(is_tainted=False))
            yield from (f"{row} of {run}" for row in run.handoffs.all()
                        if not row.context.get("is_tainted"))  # fmt: skip
