"""Guard 12: a buyer can read who writes and from where, before anything leaves the machine.

A mail leaves under the sender that was approved, by the mailbox of that address or by the
installation's own server, or not at all. Nor does mail to a real account leave under the demo's
invented sender.
"""

from datetime import timedelta

from revenue import mailboxes, workspace
from revenue.models import Mailbox
from review import payload
from review.guards.base import Finding, Sight

LOOK_AGAIN = timedelta(minutes=5)


def look(sight: Sight) -> Finding | None:
    mailbox = payload.mailbox_of(sight.payload, sight.mailbox)
    if mailbox is None and sight.payload.sender != payload.common_sender(
        payload.sender_of(sight.draft)
    ):
        return Finding(
            "identity",
            f"This was approved to leave from {sight.payload.sender}, and it cannot any more.",
            "Connect that mailbox again, or cancel this: a new draft names the sender of today.",
        )
    if mailbox is None and not workspace.has_mail_server():
        return None
    if workspace.is_invented(sight.workspace) and not sight.account.is_demo:
        return _hold(sight, "The sender is still the demo's.", "Fill in yours under Set-up.")
    missing = workspace.missing_identity(sight.workspace)
    if missing:
        return _hold(sight, f"Not set up yet: {missing}.", "Fill it in under Set-up.")
    if mailbox:
        return _of_mailbox(sight, mailbox)
    if not workspace.mailbox_is_tested(sight.workspace):
        return _hold(sight, "The mailbox has not been tested yet.",
                     "Send yourself a test mail under Set-up.")  # fmt: skip
    return None


def _of_mailbox(sight: Sight, mailbox: Mailbox) -> Finding | None:
    if not mailbox.user.is_active:
        return _hold(sight, f"{mailbox.user} is deactivated, and {mailbox} with them.",
                     "Give the account to somebody else.")  # fmt: skip
    if mailbox.is_paused:
        return _hold(sight, f"{mailbox} is paused. {mailbox.pause_reason}".strip(),
                     "Resume it on the page of the mailbox.")  # fmt: skip
    if not mailbox.tested_at:
        return _hold(sight, f"{mailbox} has not been tested yet.",
                     "Test it on the page of the mailbox.")  # fmt: skip
    if not mailboxes.can_open(mailbox):
        return _hold(sight, f"The password of {mailbox} cannot be read any more.",
                     "Write it again on the page of the mailbox.")  # fmt: skip
    return None


def _hold(sight: Sight, detail: str, lifts: str) -> Finding:
    until = sight.now + LOOK_AGAIN
    return Finding("identity", detail, lifts, blocks=False, holds_until=until)
