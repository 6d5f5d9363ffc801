"""Guard 12: a buyer can read who writes and from where, before anything leaves the machine.

Nothing leaves for the invented people of the demo either.
"""

from datetime import timedelta

from revenue import workspace
from review.guards.base import Finding, Sight

LOOK_AGAIN = timedelta(minutes=5)


def look(sight: Sight) -> Finding | None:
    if not workspace.leaves_the_machine():
        return None
    if sight.account.is_demo:
        return _hold(sight, "This account is invented.", "Remove the demo under Set-up.")
    missing = workspace.missing_identity(sight.workspace)
    if missing:
        return _hold(sight, f"Not set up yet: {missing}.", "Fill it in under Set-up.")
    if sight.workspace.mailbox_tested_at is None:
        return _hold(sight, "The mailbox has not been tested yet.",
                     "Send yourself a test mail under Set-up.")  # fmt: skip
    return None


def _hold(sight: Sight, detail: str, lifts: str) -> Finding:
    until = sight.now + LOOK_AGAIN
    return Finding("identity", detail, lifts, blocks=False, holds_until=until)
