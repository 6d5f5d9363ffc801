"""Who writes, and what the agents are told of it: what saving does, and the save.

What an admin says of what is sold and how mail should sound stands in every prompt of who writes,
like its instructions. So other words begin the evidence of all that is written anew, and words that
return go on with theirs.
"""

from agents.definitions import registry
from revenue import transactions, workspace
from revenue.models import User
from review import autonomy
from review.setup import agents

REASON = "What the agents are told of what you sell, or of how your mail should sound, is new."


def effects() -> list[agents.Effect]:
    """What other words do to each lane."""
    return [agents.anew(lane) for lane in autonomy.affected(*registry.writers())]


@transactions.atomic
def save(*, by: User, **values: str) -> bool:
    """Whether evidence began anew with it."""
    before, concerned = workspace.tells(), effects()
    workspace.change(by=by, **values)
    if workspace.tells() == before:
        return False
    agents.begin_anew(registry.writers(), by=by, reason=REASON)
    return bool(concerned)
