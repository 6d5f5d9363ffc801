"""The guards at the moment of sending, in their order. Each fails closed.

They run at intake, for the badge, and again inside the claim, under its locks, for the block. A
guard that raises blocks: what cannot be checked does not leave.
"""

import logging

from agents.models import Draft
from revenue import clock, mailboxes, switches, workspace
from review import payload
from review.guards import (
    approval,
    freshness,
    identity,
    kill_switch,
    merge,
    recipient,
    suppression,
    unsubscribe,
    voice,
)
from review.guards.base import Finding, Guard, Sight

logger = logging.getLogger(__name__)

IN_ORDER: tuple[Guard, ...] = (
    suppression,
    approval,
    freshness,
    voice,
    recipient,
    merge,
    unsubscribe,
    identity,
    kill_switch,
)


def findings(draft: Draft) -> list[Finding]:
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
        mailbox=mailboxes.of(draft.account.owner),
    )
    return look(sight)


def look(sight: Sight) -> list[Finding]:
    found = (_asked(guard, sight) for guard in IN_ORDER)
    return [finding for finding in found if finding]


def _asked(guard: Guard, sight: Sight) -> Finding | None:
    try:
        return guard.look(sight)
    except Exception:
        name = guard.__name__.rpartition(".")[2]
        logger.exception("Guard %s failed", name)
        return Finding(name, "This could not be checked.", "An admin finds the reason in the log.")
