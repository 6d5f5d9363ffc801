"""How far a text that agents read is believed: its label, wherever it goes.

Every row of a context package has one, and what is derived from a row has the row's. Whatever the
label, a text of a package is data: only a prompt and its task tell an agent what to do.
"""

from typing import Any

INTERNAL = "internal"  # our own records: catalogue, claims, what agents sent after an approval
COLLEAGUE = "colleague"  # a person of ours wrote it
IMPORT = "import"  # the customer's own CRM: theirs, and whoever filled it in may have meant harm
UNTRUSTED = "untrusted"  # from outside: mail, news, forms, pages, other companies' agents
LABELS = (INTERNAL, COLLEAGUE, IMPORT, UNTRUSTED)
# What somebody else may have written in order to be read by an agent.
FOREIGN = (IMPORT, UNTRUSTED)


def of_writer(by: str) -> str:
    """The label of a fact by who wrote it down (`events.actor`).

    Agents and sources give no reason to believe them: an agent whose packet held nothing from
    outside has to say so.
    """
    if by.startswith("user:"):
        return COLLEAGUE
    if by == "import":
        return IMPORT
    return UNTRUSTED if by.startswith(("agent:", "source:", "outside:")) else INTERNAL


def texts(node: Any, label: str = "") -> list[tuple[str, str]]:
    """Every text under a node of a package with its label, that of the nearest row around it."""
    if isinstance(node, str):
        return [(label, node)]
    if isinstance(node, dict):
        label = str(node.get("trust") or label)
        return [pair for key, value in node.items() if key != "trust"
                for pair in texts(value, label)]  # fmt: skip
    if isinstance(node, list | tuple):
        return [pair for value in node for pair in texts(value, label)]
    return []
