"""The verbs of the desk. Each names its actor and is a compare-and-set on revision and context.

Whoever loses a race gets a `Conflict` that says who was first and when. A verb takes the
account's lock first, then moves item, voice and outbox in one transaction, so that no two people
decide the same thing and nothing leaves that nobody approved.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from agents import handoffs
from agents.models import Handoff
from agents.orchestration import engine, triggers
from revenue import clock, context, events, ingest, leases, locks, snapshots
from revenue.models import Account, Activity, User
from review import autonomy, edits, intake, payload
from review.models import WAITING, Decision, OutboxMessage, ReviewItem, State

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
SNOOZE_MOST = timedelta(days=7)
REWRITE_TIME = timedelta(minutes=15)
HOLD_AFTER = timedelta(days=1)
TAKE_OVER = timedelta(days=365)


class DecisionError(Exception):
    """A decision that was not taken. `words` tell a person why and what to do."""

    status = 422

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class NotYours(DecisionError):
    """Somebody else's account: as if it were not there."""

    status = 404


class Conflict(DecisionError):
    """Somebody or something was first."""

    status = 409


# --- approve, reject --------------------------------------------------------------------------------


@transaction.atomic
def approve(
    item: ReviewItem,
    *,
    by: User,
    revision: int,
    context_hash: str | None = None,
    dwell_ms: int | None = None,
) -> Decision:
    """Let this revision leave, after the undo time."""
    row = _open(item, by=by, revision=revision, context_hash=context_hash)
    subject, body = text_of(row)
    return _approve(row, Decision.Verb.APPROVE, by=by, subject=subject, body=body, dwell=dwell_ms)


@transaction.atomic
def approve_edited(
    item: ReviewItem,
    *,
    by: User,
    revision: int,
    subject: str,
    body: str,
    context_hash: str | None = None,
    dwell_ms: int | None = None,
) -> Decision:
    """Let the rep's own words leave; what the agent wrote stays beside them."""
    subject, body = _clean(subject, body)
    row = _open(item, by=by, revision=revision, context_hash=context_hash)
    verb = Decision.Verb.EDIT
    if (subject, body) == text_of(row):
        verb = Decision.Verb.APPROVE
    return _approve(row, verb, by=by, subject=subject, body=body, dwell=dwell_ms)


def _clean(subject: str, body: str) -> tuple[str, str]:
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
    item: ReviewItem, verb: str, *, by: User, subject: str, body: str, dwell: int | None
) -> Decision:
    if item.draft is None:
        raise DecisionError("There is no draft to approve. Say what you decided instead.")
    edited = verb == Decision.Verb.EDIT
    revision = item.revision + 1 if edited else item.revision
    now = clock.now()
    _move(item, State.APPROVED, revision=revision, undo_until=now + undo_time(by))
    before, after = _texts(item, subject, body)
    change = edits.compare("\n".join(text_of(item)), f"{subject}\n{body}") if edited else None
    mail = payload.prepare(item.draft, revision=revision, subject=subject, body=body)
    outward = item.draft.effect == "buyer"
    decision = _decide(
        item, verb, by=by, revision=revision, dwell_ms=dwell, before=before, after=after,
        edit_kind=change.kind if change else "", edit_distance=change.distance if change else 0,
        payload=snapshots.put(mail.canonical) if outward else "",
    )  # fmt: skip
    if outward:
        _enqueue(item, decision, mail, not_before=now + undo_time(by))
    return decision


def _enqueue(
    item: ReviewItem, decision: Decision, mail: payload.Payload, *, not_before: datetime
) -> OutboxMessage:
    """The outbox row, in the approval's own transaction, with the voice."""
    if not mail.recipient:
        raise DecisionError("This draft has no recipient. Add an address to the contact.")
    now = clock.now()
    message = OutboxMessage.objects.create(
        account=item.account,
        item=item,
        draft=item.draft,
        decision=decision,
        revision=decision.revision,
        recipient=mail.recipient,
        subject=mail.subject,
        payload=decision.payload,
        approved=decision.payload,
        message_id=mail.message_id,
        not_before=not_before,
        created_at=now,
    )
    ttl = not_before - now + HOLD_AFTER
    lease = _pass_voice(item, holder=f"outbox:{message.pk}", ttl=ttl)
    message.lease, message.token = lease, lease.token
    message.save(update_fields=["lease", "token"])
    events.append("message.queued", by=decision.by or decision.policy, account=item.account,
                  subject=message, payload=message.payload)  # fmt: skip
    return message


def _pass_voice(item: ReviewItem, *, holder: str, ttl: timedelta) -> Any:
    lease = item.lease
    if lease:
        lease.token = item.token
    passed = leases.pass_to(lease, holder=holder, ttl=ttl) if lease else None
    if passed is None:
        raise Conflict("Somebody else speaks to this account now. The draft is out of date.")
    return passed


@transaction.atomic
def reject(
    item: ReviewItem,
    *,
    by: User,
    revision: int,
    reason: str,
    note: str = "",
    context_hash: str | None = None,
    dwell_ms: int | None = None,
) -> Decision:
    """This does not leave. The voice stays for the undo time, then the account is free."""
    if reason not in REASONS:
        raise DecisionError(f"Choose a reason: {', '.join(REASONS.values())}.")
    row = _open(item, by=by, revision=revision, context_hash=context_hash)
    if row.draft is None:
        raise DecisionError("There is no draft to reject. Say what you decided instead.")
    _move(row, State.REJECTED, undo_until=clock.now() + undo_time(by))
    before, _ = _texts(row, *text_of(row))
    return _decide(row, Decision.Verb.REJECT, by=by, revision=revision, dwell_ms=dwell_ms,
                   before=before, reason=reason, note=note[:1000])  # fmt: skip


@transaction.atomic
def resolve(
    item: ReviewItem, *, by: User, revision: int, reason: str = "", note: str = ""
) -> Decision:
    """Answer an escalation that has no draft: the account goes on."""
    row = _open(item, by=by, revision=revision)
    if row.draft is not None:
        raise DecisionError("This one has a draft: approve, edit or reject it.")
    _move(row, State.RESOLVED)
    decision = _decide(row, Decision.Verb.RESOLVE, by=by, revision=revision, reason=reason[:40],
                       note=note[:1000])  # fmt: skip
    if row.routing:
        engine.settle_question(row.routing)
    return decision


# --- later, elsewhere, again ------------------------------------------------------------------------


@transaction.atomic
def request_rewrite(item: ReviewItem, *, by: User, revision: int, note: str) -> Decision:
    """Ask the agent for another draft; the item comes back within 15 minutes, with one or not."""
    if not note.strip():
        raise DecisionError("Say what should be different.")
    row = _open(item, by=by, revision=revision)
    if row.draft is None:
        raise DecisionError("There is no draft to rewrite.")
    now = clock.now()
    _move(row, State.REWRITING, due_at=now + REWRITE_TIME, rewrite_note=note[:1000])
    decision = _decide(row, Decision.Verb.REWRITE, by=by, revision=revision, note=note[:1000])
    autonomy.score(row, decision)
    return decision


@transaction.atomic
def snooze(item: ReviewItem, *, by: User, revision: int, until: datetime) -> Decision:
    row = _open(item, by=by, revision=revision)
    now = clock.now()
    if not now < until <= now + SNOOZE_MOST:
        raise DecisionError("Choose a time within the next seven days.")
    _move(row, State.SNOOZED, due_at=until)
    return _decide(row, Decision.Verb.SNOOZE, by=by, revision=revision)


@transaction.atomic
def reassign(item: ReviewItem, *, by: User, revision: int, to: User) -> Decision:
    """Somebody else of the team decides; the item and its voice stay as they are."""
    row = _open(item, by=by, revision=revision)
    if not to.is_active or to.is_admin or to.team_id != by.team_id:
        raise DecisionError(f"{to} cannot decide this. Choose somebody of your team.")
    ReviewItem.objects.filter(pk=row.pk).update(assigned_to=to)
    return _decide(row, Decision.Verb.REASSIGN, by=by, revision=revision, note=str(to))


# --- undo -------------------------------------------------------------------------------------------


@transaction.atomic
def undo(item: ReviewItem, *, by: User) -> Decision:
    """Take the last decision back, as long as nothing has left."""
    row = _mine(item, by=by)
    decision = row.decisions.filter(undone_at=None, verb__in=Decision.TERMINAL).last()
    if decision is None or row.state not in (State.APPROVED, State.REJECTED):
        raise Conflict("There is nothing to take back here.")
    if decision.by_id != by.pk and not by.is_manager:
        raise Conflict(f"{decision.by} decided this; ask them or a manager.")
    ttl = row.expires_at - clock.now() + intake.MANAGER_HOURS + HOLD_AFTER
    ttl = max(ttl, HOLD_AFTER)
    lease = _unsend(row, ttl) if row.state == State.APPROVED else _unreject(row, ttl)
    now = clock.now()
    Decision.objects.filter(pk=decision.pk).update(undone_at=now)
    ReviewItem.objects.filter(pk=row.pk).update(
        state=State.PENDING, state_since=now, undo_until=None,
        lease=lease, token=lease.token if lease else 0,
    )  # fmt: skip
    events.append("decision.undone", by=by, account=row.account, subject=decision, state="pending")
    return decision


def _unsend(item: ReviewItem, ttl: timedelta) -> Any:
    message = item.messages.exclude(state="cancelled").select_related("lease").first()
    if message is None:  # an internal output: nothing was to leave
        return None
    queued = OutboxMessage.objects.filter(pk=message.pk, state="queued")
    if not queued.update(state="cancelled", settled_at=clock.now(), detail="undone"):
        raise Conflict(_left(OutboxMessage.objects.get(pk=message.pk)))
    message.lease.token = message.token
    lease = leases.pass_to(message.lease, holder=f"item:{item.pk}", ttl=ttl)
    return lease or _take_again(item, ttl)


def _unreject(item: ReviewItem, ttl: timedelta) -> Any:
    if item.draft.effect != "buyer":
        return None
    held = leases.current(item.account)
    if held and held.pk == item.lease_id and held.token == item.token:
        leases.renew(held, ttl=ttl)
        return held
    return _take_again(item, ttl)


def _take_again(item: ReviewItem, ttl: timedelta) -> Any:
    lease = leases.acquire(item.account, holder=f"item:{item.pk}", ttl=ttl)
    if lease is None:
        raise Conflict("Somebody else speaks to this account by now.")
    return lease


def _left(message: OutboxMessage) -> str:
    if message.state == "sent":
        return f"It left at {message.settled_at:%H:%M} UTC."
    return "It is on its way; it cannot be taken back."


# --- the account ------------------------------------------------------------------------------------


@transaction.atomic
def take_over(account: Account, *, by: User) -> Any:
    """A rep speaks to the buyer from now on: drafts are withdrawn, what is queued is cancelled."""
    row = locks.account(account.pk)
    if not Account.objects.for_user(by).filter(pk=row.pk).exists():
        raise NotYours("This account is not there.")
    held = leases.current(row)
    if held and held.is_pinned:
        raise Conflict("A mail to this account is on its way. Try again in a moment.")
    if held and held.holder.startswith("user:"):
        if held.holder == f"user:{by.pk}":
            return held
        person = User.objects.filter(pk=held.holder.partition(":")[2]).first()
        raise Conflict(f"{person} took this account over on {held.acquired_at:%d %b at %H:%M} UTC.")
    leases.preempt(row, reason="taken over")
    lease = leases.acquire(row, holder=by, ttl=TAKE_OVER)
    _withdraw(row)
    events.append("account.taken_over", by=by, account=row, subject=row)
    return lease


def _withdraw(account: Account) -> None:
    now = clock.now()
    queued = OutboxMessage.objects.filter(account=account, state="queued")
    items = list(ReviewItem.objects.open().outward().filter(account=account))
    queued.update(state="cancelled", settled_at=now, detail="taken over")
    for item in items:
        gone = ReviewItem.objects.filter(pk=item.pk, state__in=[*WAITING, State.APPROVED])
        if gone.update(state=State.WITHDRAWN, state_since=now, due_at=None, undo_until=None):
            events.append("item.withdrawn", by="system", account=account, subject=item,
                          state="withdrawn")  # fmt: skip


@transaction.atomic
def hand_back(account: Account, *, by: User, note: str, next_action: str) -> Handoff:
    """Give the account back to the agents, with what they need to know: a handoff like any other."""
    if not next_action.strip():
        raise DecisionError("Say what should happen next.")
    row = locks.account(account.pk)
    if not Account.objects.for_user(by).filter(pk=row.pk).exists():
        raise NotYours("This account is not there.")
    held = leases.current(row)
    if held is None or not held.holder.startswith("user:"):
        raise Conflict("Nobody holds this account; there is nothing to hand back.")
    if held.holder != f"user:{by.pk}" and not by.is_manager:
        raise Conflict("A colleague holds this account; only they or a manager hand it back.")
    leases.release(held, reason="handed back")
    handoff = handoffs.write(
        row, from_agent="human", to_agent="", by=by,
        context={"note": ingest.storable(note)[:2000], "why": ingest.storable(note)[:2000]},
        state_update={}, mandate={"do": ingest.storable(next_action)[:500]},
    )  # fmt: skip
    if note.strip():
        ingest.record_message(
            account=row, direction=Activity.Direction.INTERNAL, kind=Activity.Kind.NOTE,
            body=note, occurred_at=clock.now(), user=by, by=by, subject="Handed back",
        )  # fmt: skip
    triggers.ring(row.pk)
    return handoff


# --- what the verbs share ---------------------------------------------------------------------------


def undo_time(by: User) -> timedelta:
    return timedelta(seconds=by.undo_seconds)


def text_of(item: ReviewItem) -> tuple[str, str]:
    """Subject and body of the present revision: the latest edit of this draft, else the draft."""
    edited = item.decisions.exclude(after="").filter(at__gte=item.draft.created_at).last()
    if edited is None:
        return item.draft.subject, item.draft.body
    subject, _, body = snapshots.get(edited.after).partition("\n")
    return subject, body


def _texts(item: ReviewItem, subject: str, body: str) -> tuple[str, str]:
    hashes = snapshots.put_many(["\n".join(text_of(item)), f"{subject}\n{body}"])
    return hashes[0], hashes[1]


def _mine(item: ReviewItem, *, by: User) -> ReviewItem:
    """The item under its account's lock, if `by` may see it at this very moment."""
    locks.account(item.account_id)
    rows = ReviewItem.objects.for_user(by).select_related("account", "draft", "lease", "routing")
    row = rows.filter(pk=item.pk).first()
    if row is None:
        raise NotYours("This draft is not there, or no longer yours.")
    return row


def _open(
    item: ReviewItem, *, by: User, revision: int, context_hash: str | None = None
) -> ReviewItem:
    """The item, if it still is what `by` was looking at: state, revision, context, voice."""
    row = _mine(item, by=by)
    if row.state == State.ESCALATED and not by.is_manager:
        raise Conflict("This waited too long and is with your manager now.")
    if row.state not in (State.PENDING, State.ESCALATED):
        raise Conflict(who_was_first(row))
    if row.revision != revision:
        raise Conflict("This draft was changed while you looked at it. Here is the new one.")
    if row.is_outward:
        _still_true(row, context_hash)
    return row


def _still_true(item: ReviewItem, context_hash: str | None) -> None:
    moved = item.draft.context_version != item.account.context_version
    if not moved and context_hash:
        moved = context.account_context(item.account).hash != context_hash
    if moved:
        raise Conflict(
            f"Something happened at {item.account} since this was written. A new draft follows."
        )


def who_was_first(item: ReviewItem) -> str:
    """A sentence for whoever came second."""
    last = item.decisions.filter(undone_at=None).select_related("by").last()
    if last and last.by and item.state in (State.APPROVED, State.REJECTED, State.RESOLVED):
        return f"{last.by} {last.get_verb_display()} this at {last.at:%H:%M} UTC."
    words = {
        State.STALE: "The conversation moved on; this draft is out of date.",
        State.WITHDRAWN: "A colleague took the account over; this draft was withdrawn.",
        State.SUPERSEDED: "Nobody decided in time; this draft was let go.",
        State.REWRITING: "This is being rewritten.",
        State.SNOOZED: "This is snoozed.",
    }
    return words.get(item.state, "This has been settled already.")


def _move(item: ReviewItem, to: str, **values: Any) -> None:
    """The compare-and-set: one winner for a revision, whoever else is trying."""
    rows = ReviewItem.objects.filter(
        pk=item.pk, revision=item.revision, state__in=[State.PENDING, State.ESCALATED]
    )
    values = {"state_since": clock.now(), "due_at": None, **values}
    if not rows.update(state=to, **values):
        raise Conflict(who_was_first(ReviewItem.objects.get(pk=item.pk)))
    item.state = to


def _decide(item: ReviewItem, verb: str, *, by: User, revision: int, **values: Any) -> Decision:
    account = item.account
    decision = Decision.objects.create(
        item=item,
        revision=revision,
        verb=verb,
        by=by,
        context_version=account.context_version,
        context_hash=item.draft.context_hash if item.draft else "",
        at=clock.now(),
        **values,
    )
    events.append(
        f"item.{verb}", by=by, account=account, subject=item,
        state=item.state, revision=revision, decision=decision.pk,
    )  # fmt: skip
    return decision


