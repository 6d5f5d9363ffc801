"""What became of an outside agent's draft: where it stands now, and everything that happened to it.

Read from the rows, so that an agent that asks and one that is told learn the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agents.models import Draft
from revenue import snapshots
from review import decisions
from review.models import WAITING, Decision, GuardBlock, OutboxMessage, ReviewItem, State

PENDING, EDITED = "pending", "edited"
ENDED: dict[str, str] = {
    State.STALE: "Something happened at the account; write a new one.",
    State.SUPERSEDED: "Nobody decided in time, or there is a newer one.",
    State.WITHDRAWN: "A person speaks to this account now, or stopped the mail.",
}
VERBS: dict[str, str] = {
    Decision.Verb.APPROVE: "approved",
    Decision.Verb.EDIT: EDITED,
    Decision.Verb.REJECT: "rejected",
}
# After these nothing more happens, once the time to undo is over.
FINAL = {State.REJECTED, *ENDED, State.RESOLVED, State.PRACTISED}
LEFT = {OutboxMessage.State.SENT, OutboxMessage.State.FAILED}
FAILED = "The mail server refused it for good."


@dataclass(frozen=True)
class Happening:
    """`about` names the row that tells of it, so that it is told once."""

    about: str
    kind: str
    at: datetime
    data: dict[str, Any]


@dataclass(frozen=True)
class Fate:
    """`happenings` in the order in which they came; `is_over`: there will be no more."""

    state: str
    subject: str
    body: str
    reason: str
    happenings: list[Happening]
    is_over: bool


def of(draft: Draft) -> Fate:
    item = ReviewItem.objects.filter(draft=draft).select_related("account", "draft").first()
    if item is None:
        return Fate(PENDING, draft.subject, draft.body, "", [], False)
    made = list(item.decisions.filter(verb__in=VERBS).order_by("at", "pk"))
    messages = list(item.messages.order_by("pk"))
    subject, body = decisions.text_of(item)
    state, reason = _state(item, made, messages)
    happened = sorted(_happened(item, made, messages), key=lambda one: one.at)
    return Fate(state, subject, body, reason, happened, _is_over(item, messages))


def _state(
    item: ReviewItem, made: list[Decision], messages: list[OutboxMessage]
) -> tuple[str, str]:
    """In a word, and why."""
    if item.is_outrun and item.state in WAITING:
        return "stale", ENDED[State.STALE]
    if item.state in WAITING:
        return PENDING, ""
    if item.state in ENDED:
        return item.state, ENDED[item.state]
    standing = [one for one in made if one.undone_at is None]
    if item.state == State.REJECTED and standing:
        return "rejected", _why(standing[-1])
    message = messages[-1] if messages else None
    if message and message.state not in ("queued", "sending", "cancelled"):
        return message.state, _outcome(message)
    return (VERBS[standing[-1].verb] if standing else item.state), ""


def _why(decision: Decision) -> str:
    label = decisions.REASONS.get(decision.reason, decision.reason)
    return ": ".join(part for part in (label, decision.note) if part)


def _outcome(message: OutboxMessage) -> str:
    if message.state == OutboxMessage.State.BLOCKED:
        return message.detail
    return FAILED if message.state == OutboxMessage.State.FAILED else ""


def _happened(
    item: ReviewItem, made: list[Decision], messages: list[OutboxMessage]
) -> Iterator[Happening]:
    for one in made:
        yield _decided(one)
        if one.undone_at:
            yield Happening(f"undone:{one.pk}", "undone", one.undone_at, {})
    blocks = GuardBlock.objects.filter(message__in=messages, holds_until=None)
    for block in blocks.exclude(guard="freshness"):
        data = {"guard": block.guard, "reason": f"{block.detail} {block.lifts}".strip()}
        yield Happening(f"block:{block.pk}", "blocked", block.at, data)
    for message in messages:
        if message.state in LEFT:
            at = message.settled_at or message.created_at
            data = {"reason": FAILED} if message.state == OutboxMessage.State.FAILED else {}
            yield Happening(f"message:{message.pk}", message.state, at, data)
    if item.state in ENDED:
        reason = {"reason": ENDED[item.state]}
        yield Happening(f"item:{item.pk}:{item.state}", item.state, item.state_since, reason)


def _decided(decision: Decision) -> Happening:
    data: dict[str, Any] = {}
    if decision.verb == Decision.Verb.REJECT:
        data = {"reason": decision.reason, "note": decision.note}
    elif decision.verb == Decision.Verb.EDIT:
        subject, _, body = snapshots.get(decision.after).partition("\n")
        data = {"subject": subject, "body": body}
    return Happening(f"decision:{decision.pk}", VERBS[decision.verb], decision.at, data)


def _is_over(item: ReviewItem, messages: list[OutboxMessage]) -> bool:
    if item.state == State.APPROVED:
        outward = item.is_outward
        return not outward or bool(messages and messages[-1].state in LEFT)
    return item.state in FINAL and item.undo_until is None
