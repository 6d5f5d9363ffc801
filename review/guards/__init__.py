"""The guards at the moment of sending, in their order. Each fails closed.

They run at intake, for the badge, and again inside the claim, under its locks, for the block. A
guard that raises blocks: what cannot be checked does not leave.
"""

import logging
from collections.abc import Iterable

from agents.models import Draft
from revenue import clock, mailboxes, switches, workspace
from revenue.models import User
from review import payload
from review.guards import (
    approval,
    away,
    claims,
    freshness,
    identity,
    kill_switch,
    merge,
    message_id,
    price,
    recipient,
    suppression,
    unsubscribe,
    voice,
    window,
)
from review.guards.base import Finding, Guard, Sight
from review.payload import Payload

logger = logging.getLogger(__name__)

IN_ORDER: tuple[Guard, ...] = (
    suppression,
    approval,
    freshness,
    voice,
    recipient,
    merge,
    claims,
    price,
    window,
    away,
    unsubscribe,
    identity,
    message_id,
    kill_switch,
)
# What they say changes by the hour: it is no reason why a draft waits for a person.
BY_THE_HOUR = (window, away)
# As a person reads them beside what they stopped.
LABELS = {
    "suppression": "Do not contact",
    "approval": "Approval",
    "freshness": "Out of date",
    "voice": "Who speaks",
    "recipient": "Recipient",
    "merge": "Fields and greeting",
    "claims": "Claims",
    "price": "Price",
    "window": "Hours and limits",
    "away": "Out of office",
    "unsubscribe": "Unsubscribe link",
    "identity": "Sender",
    "message_id": "Message-ID",
    "kill_switch": "Stop",
}


def findings(draft: Draft, *, by_the_hour: bool = True) -> list[Finding]:
    """What the guards say of a draft as it stands, before anybody approved it."""
    if draft.effect != "buyer":
        return []
    contact = payload.recipient_of(draft)
    stopped = switches.stopped_by(draft.agent, draft.output_class, draft.account_id)
    sight = Sight(
        draft=draft,
        account=draft.account,
        contact=contact,
        address=None,
        payload=payload.prepare(draft, revision=1),
        workspace=workspace.load(),
        now=clock.now(),
        switches=[stopped] if stopped else [],
        mailbox=mailboxes.of(payload.sender_of(draft)),
    )
    return look(sight, without=() if by_the_hour else BY_THE_HOUR)


def label(guard: str) -> str:
    return LABELS.get(guard, guard.replace("_", " ").capitalize())


def approving(draft: Draft, mail: Payload, *, by: User, vouched: Iterable[str] = ()) -> Sight:
    """What the guards see while somebody approves this text, before anything is queued."""
    return Sight(
        draft=draft,
        account=draft.account,
        contact=payload.own(draft),
        address=None,
        payload=mail,
        workspace=workspace.load(),
        now=clock.now(),
        switches=[],
        deciding=by,
        vouched=tuple(vouched),
    )


def composing(draft: Draft, mail: Payload, *, by: User) -> Finding | None:
    """Why a mail that this person wrote themselves could not leave. Of what only makes it wait,
    nothing: that is told beside it."""
    sight = approving(draft, mail, by=by)
    stopped = switches.stopped_by(draft.agent, draft.output_class, draft.account_id)
    sight.switches = [stopped] if stopped else []
    sight.mailbox = mailboxes.of(payload.sender_of(draft))
    return next((one for one in look(sight, without=BY_THE_HOUR) if one.blocks), None)


def objection(sight: Sight) -> Finding | None:
    """Why this text may not leave on this person's approval: only they, an edit or another person
    lift it, so they are told at once instead of finding a blocked mail later. What is not on record
    may be another account's name or a discount: that is said first, for no vouching lifts it. What
    rests on what holds no more is lifted by nobody."""
    late, claimed, less = (_asked(guard, sight) for guard in (freshness, claims, price))
    whose = _asked(merge, sight) if claimed or sight.vouched else None
    return late or whose or less or claimed


def look(sight: Sight, *, without: tuple[Guard, ...] = ()) -> list[Finding]:
    found = (_asked(guard, sight) for guard in IN_ORDER if guard not in without)
    return [finding for finding in found if finding]


def first(found: list[Finding]) -> Finding | None:
    """The one that decides: the first that speaks; of several holds the longest."""
    if not found or found[0].holds_until is None:
        return next(iter(found), None)
    holds = [(finding.holds_until, finding) for finding in found if finding.holds_until]
    return max(holds, key=lambda hold: hold[0])[1]


def _asked(guard: Guard, sight: Sight) -> Finding | None:
    try:
        return guard.look(sight)
    except Exception:
        name = guard.__name__.rpartition(".")[2]
        logger.exception("Guard %s failed", name)
        return Finding(name, "This could not be checked.", "An admin finds the reason in the log.")
