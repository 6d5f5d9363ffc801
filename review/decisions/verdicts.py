"""Approve, edit, reject, settle a question."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from agents.models import Draft
from agents.orchestration import engine
from revenue import clock, ingest, snapshots, transactions
from revenue.models import Role, User
from review import guards, outgoing, payload, rewording
from review.decisions.checks import (
    decide,
    move,
    open_item,
    stored,
    text_of,
    undo_time,
)
from review.decisions.errors import Conflict, DecisionError
from review.models import Decision, EscalationVerdict, ReviewItem, State
from review.payload import Payload

REASONS = {
    "wrong_fact": "Wrong fact",
    "wrong_person": "Wrong person",
    "bad_timing": "Bad timing",
    "tone": "Tone",
    "off_policy": "Off policy",
    "duplicate": "Duplicate",
    "too_long": "Too long",
    "not_needed": "Not needed",
    "other": "Other",
}
Text = tuple[str, str]  # subject and body


@transactions.atomic
def approve(
    item: ReviewItem,
    *,
    by: User,
    revision: int,
    context_hash: str | None = None,
    dwell_ms: int | None = None,
    vouched: Sequence[str] = (),
    verdict: str = "",
    bulk: UUID | None = None,
) -> Decision:
    """Let this revision leave, after the undo time. `vouched` are the words not on record that
    they checked, `verdict` what they say of an escalation; `bulk` is the same for all that one
    press approved."""
    row = open_item(item, by=by, revision=revision, context_hash=context_hash)
    return _approve(
        row, text_of(row), by=by, dwell=dwell_ms, vouched=vouched, verdict=verdict, bulk=bulk
    )


@transactions.atomic
def approve_edited(
    item: ReviewItem,
    *,
    by: User,
    revision: int,
    subject: str,
    body: str,
    context_hash: str | None = None,
    dwell_ms: int | None = None,
    vouched: Sequence[str] = (),
    verdict: str = "",
) -> Decision:
    """Let the rep's own words leave; what the agent wrote stays beside them."""
    subject, body = cleaned(subject, body)
    row = open_item(item, by=by, revision=revision, context_hash=context_hash)
    return _approve(
        row, text_of(row), by=by, dwell=dwell_ms, vouched=vouched, verdict=verdict,
        typed=(subject, body),
    )  # fmt: skip


def cleaned(subject: str, body: str) -> tuple[str, str]:
    subject, body = ingest.storable(subject).strip(), ingest.storable(body).replace("\r\n", "\n")
    if len(subject.splitlines()) > 1:
        raise DecisionError("The subject has to be one line.")
    if not subject:
        raise DecisionError("Write a subject.")
    if len(subject) > 300:
        raise DecisionError(f"The subject has {len(subject)} characters; 300 are possible.")
    if not body.strip():
        raise DecisionError("Write a message before you approve it.")
    if len(body) > 20_000:
        raise DecisionError(f"The message has {len(body)} characters; 20,000 are possible.")
    return subject, body.strip()


def _approve(
    item: ReviewItem,
    text: Text,
    *,
    by: User,
    dwell: int | None,
    vouched: Sequence[str],
    verdict: str,
    typed: Text | None = None,
    bulk: UUID | None = None,
) -> Decision:
    """`text` is the revision's own, `typed` what a person made of it."""
    if item.draft is None:
        raise DecisionError("There is no draft to approve. Say what you decided instead.")
    edited = typed is not None and typed != text
    subject, body = typed if typed else text
    revision = item.revision + 1 if edited else item.revision
    now = clock.now()
    outward = item.draft.effect == "buyer"
    mail = payload.prepare(item.draft, revision=revision, subject=subject, body=body)
    checked = _may_leave(item.draft, mail, by=by, vouched=vouched) if outward else []
    judged = _judged(item, verdict)
    move(item, State.APPROVED, revision=revision, undo_until=now + undo_time(by))
    change = rewording.judge("\n".join(text), f"{subject}\n{body}") if edited else None
    decision = decide(
        item, Decision.Verb.EDIT if edited else Decision.Verb.APPROVE, by=by, revision=revision,
        dwell_ms=dwell, before=stored(*text), after=stored(subject, body),
        edit_kind=change.kind if change else "", edit_distance=change.distance if change else 0,
        payload=snapshots.put(mail.canonical) if outward else "", vouched=checked,
        bulk=bulk, escalation_verdict=judged,
    )  # fmt: skip
    if outward and item.state == State.APPROVED:
        _enqueue(item, decision, mail, not_before=now + undo_time(by))
    return decision


def _judged(item: ReviewItem, verdict: str) -> str:
    """What is said of an escalation; of anything else nothing is."""
    return verdict if item.state == State.ESCALATED else ""


def _may_leave(draft: Draft, mail: Payload, *, by: User, vouched: Sequence[str]) -> list[str]:
    """A text that a guard would stop for what it says is not approved in the first place.

    The words that it leaves on, of those that were vouched for: what is on record needs nobody's.
    """
    sight = guards.approving(draft, mail, by=by, vouched=vouched)
    found = guards.objection(sight)
    if found:
        raise DecisionError(f"{found.detail} {found.lifts}".strip())
    return [span.text for span in guards.claims.vouched_for(sight)]


def _enqueue(item: ReviewItem, decision: Decision, mail: Payload, *, not_before: datetime) -> None:
    if not mail.recipient:
        raise DecisionError("This draft has no recipient. Add an address to the contact.")
    try:
        outgoing.enqueue(item, decision, mail, not_before=not_before)
    except outgoing.NoVoice as error:
        raise Conflict(
            "Somebody else speaks to this account now. The draft is out of date."
        ) from error


@transactions.atomic
def reject(
    item: ReviewItem,
    *,
    by: User,
    revision: int,
    reason: str,
    note: str = "",
    context_hash: str | None = None,
    dwell_ms: int | None = None,
    verdict: str = "",
) -> Decision:
    """This does not leave. The voice stays for the undo time, then the account is free."""
    if reason not in REASONS:
        raise DecisionError(f"Choose a reason: {', '.join(REASONS.values())}.")
    row = open_item(item, by=by, revision=revision, context_hash=context_hash)
    if row.draft is None:
        raise DecisionError("There is no draft to reject. Say what you decided instead.")
    judged = _judged(row, verdict)
    move(row, State.REJECTED, undo_until=clock.now() + undo_time(by))
    return decide(
        row, Decision.Verb.REJECT, by=by, revision=revision, dwell_ms=dwell_ms,
        before=stored(*text_of(row)), reason=reason, note=note[:1000], escalation_verdict=judged,
    )  # fmt: skip


@transactions.atomic
def resolve(
    item: ReviewItem,
    *,
    by: User,
    revision: int,
    verdict: str = "",
    reason: str = "",
    note: str = "",
) -> Decision:
    """Answer an escalation that has no draft: the account goes on.

    A rep's "needed my manager" is no answer: it is handed to the manager and waits on.
    """
    row = open_item(item, by=by, revision=revision)
    if row.draft is not None:
        raise DecisionError("This one has a draft: approve, edit or reject it.")
    if verdict == EscalationVerdict.FOR_MANAGER and not by.is_manager:
        return _hand_up(row, by=by, revision=revision, note=note)
    move(row, State.RESOLVED)
    decision = decide(row, Decision.Verb.RESOLVE, by=by, revision=revision, reason=reason[:40],
                       note=note[:1000], escalation_verdict=verdict)  # fmt: skip
    if row.routing:
        engine.settle_question(row.routing)
    return decision


def _hand_up(item: ReviewItem, *, by: User, revision: int, note: str) -> Decision:
    rows = User.objects.filter(team=by.team_id or 0, role=Role.MANAGER, is_active=True)
    manager = rows.order_by("first_name", "last_name", "pk").first()
    if manager is None:
        raise DecisionError("Your team has no manager. Choose another answer.")
    if item.assigned_to_id == manager.pk:
        raise Conflict(f"{manager} has this already.")
    ReviewItem.objects.filter(pk=item.pk).update(assigned_to=manager)
    return decide(
        item, Decision.Verb.REASSIGN, by=by, revision=revision,
        note=note[:1000], escalation_verdict=EscalationVerdict.FOR_MANAGER,
    )  # fmt: skip
