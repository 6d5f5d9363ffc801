"""Who acts next among those that the rules allow."""

from typing import Any

import pytest

from agents.outputs import RouterOutput
from tests.agents.offline.packets import Row
from tests.agents.offline.writing import answers

BOTH = ["prospecting", "outreach"]


def situation(**facts: Any) -> Row:
    return {
        "signals": [], "reply_class": "", "prospecting_deals": 0, "engaging_deals": 0,
        "has_conversation": False, "done_here": [],
    } | facts  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "allowed", "verdict", "agent"),
    [
        ({"prospecting_deals": 1}, BOTH, "run", "prospecting"),
        ({"prospecting_deals": 1, "engaging_deals": 3}, BOTH, "run", "prospecting"),
        ({"prospecting_deals": 1, "has_conversation": True}, BOTH, "run", "outreach"),
        ({"engaging_deals": 1}, BOTH, "run", "outreach"),
        ({"engaging_deals": 1, "signals": ["page_visit"]}, BOTH, "run", "outreach"),
        ({"prospecting_deals": 1, "done_here": ["prospecting"]}, BOTH, "run", "outreach"),
        ({"signals": ["reply"]}, BOTH, "run", "outreach"),
        ({"reply_class": "question"}, ["outreach", "qualification"], "run", "qualification"),
        ({"signals": ["imported"]}, ["research", "prospecting"], "run", "prospecting"),
        ({"signals": ["contract_notice"]}, ["outreach", "renewal"], "run", "renewal"),
        ({}, ["outreach"], "run", "outreach"),
        ({}, BOTH, "escalate", None),
        ({"prospecting_deals": 1}, [], "none", None),
    ],
)
def test_the_situation_decides_among_the_allowed(
    facts: Row, allowed: list[str], verdict: str, agent: str | None
) -> None:
    [choice] = answers([{"situation": situation(**facts), "allowed": allowed}], RouterOutput)
    assert (choice.verdict, choice.agent) == (verdict, agent)
    assert choice.reason.endswith(".")
    assert choice.reason.count(".") <= 3
