"""Guard 12: a buyer can read who writes and from where, before anything leaves the machine.

Nor does mail to a real account leave under the demo's invented sender.
"""

from datetime import timedelta

from revenue import workspace
from review.guards.base import Finding, Sight

LOOK_AGAIN = timedelta(minutes=5)


def look(sight: Sight) -> Finding | None:
    if not workspace.leaves_the_machine():
        return None
    if workspace.is_invented(sight.workspace) and not sight.account.is_demo:
        return _hold(sight, "The sender is still the demo's.", "Fill in yours under Set-up.")
    missing = workspace.missing_identity(sight.workspace)
    if missing:
        return _hold(sight, f"Not set up yet: {missing}.", "Fill it in under Set-up.")
    if not workspace.mailbox_is_tested(sight.workspace):
        return _hold(sight, "The mailbox has not been tested yet.",
                     "Send yourself a test mail under Set-up.")  # fmt: skip
    return None


def _hold(sight: Sight, detail: str, lifts: str) -> Finding:
    until = sight.now + LOOK_AGAIN
    return Finding("identity", detail, lifts, blocks=False, holds_until=until)
