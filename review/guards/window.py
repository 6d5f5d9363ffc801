"""Guard 9: enough mail, and at an hour at which somebody works there. It holds and never fails.

In order of what lasts longest: a meeting within a day, or a time for one proposed; the caps of
person, account, domain and mailbox; working hours, weekends and public holidays where the buyer
sits. No approval lifts one of them. A mail that stays on this machine waits for no hour and no
mailbox.
"""

from revenue import mailboxes
from review import caps, leaving, payload
from review.guards.base import Finding, Sight


def look(sight: Sight) -> Finding | None:
    hold = leaving.window(sight.draft, sight.timing, *_at_the_claim(sight))
    if hold is None:
        return None
    return Finding("window", hold.why, hold.lifts, blocks=False, holds_until=hold.until)


def _at_the_claim(sight: Sight) -> list[caps.Full | None]:
    """What many mails share is counted when one of them is about to leave."""
    if sight.message is None:
        return []
    company, now = sight.workspace, sight.now
    domain = sight.payload.recipient.rpartition("@")[2]
    return [
        caps.to_domain(domain, company=company, now=now),
        _mailbox(sight) if sight.timing.goes_out else None,
    ]


def _mailbox(sight: Sight) -> caps.Full | None:
    own = payload.mailbox_of(sight.payload, sight.mailbox)
    if own and own.is_paused:  # why, and who resumes it, says guard 12
        return None
    most = mailboxes.capacity(own, at=sight.now) if own else sight.workspace.mailbox_cap
    written = mailboxes.written_on(own, at=sight.now) if own else 0
    return caps.from_mailbox(sight.payload.sender, most, written=written, now=sight.now)
