"""The guards at the moment of sending, in their order. Each fails closed.

They run at intake, for the badge, and again inside the claim, under its locks, for the block. A
guard that raises blocks: what cannot be checked does not leave.
"""

import logging

from agents.models import Draft
from revenue import clock, switches, workspace
from revenue.models import User
from review import payload
from review.guards import (
    approval,
    claims,
    freshness,
    identity,
    kill_switch,
    merge,
    price,
    recipient,
    suppression,
    unsubscribe,
    voice,
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
    )
    return look(sight)


def objection(draft: Draft, mail: Payload, *, by: User) -> Finding | None:
    """Why this text may not leave on this person's approval: only an edit or another person lifts
    it, so they are told at once instead of finding a blocked mail later."""
    sight = Sight(
        draft=draft,
        account=draft.account,
        contact=payload.own(draft),
        address=None,
        payload=mail,
        workspace=workspace.load(),
        now=clock.now(),
        switches=[],
        deciding=by,
    )
    return next(iter(look(sight, (claims, price))), None)


def look(sight: Sight, asked: tuple[Guard, ...] = IN_ORDER) -> list[Finding]:
    found = (_asked(guard, sight) for guard in asked)
    return [finding for finding in found if finding]


def _asked(guard: Guard, sight: Sight) -> Finding | None:
    try:
        return guard.look(sight)
    except Exception:
        name = guard.__name__.rpartition(".")[2]
        logger.exception("Guard %s failed", name)
        return Finding(name, "This could not be checked.", "An admin finds the reason in the log.")
