"""What every verb asks first: whose item it is, whether it still is what was looked at.

`move` is the compare-and-set, `decide` writes the row and its event; both run in the verb's own
transaction, under the account's lock.
"""

from datetime import timedelta
from typing import Any

from revenue import clock, context, events, locks, snapshots
from revenue.models import Account, User
from review import moments, practice
from review.decisions.errors import Conflict, NotYours
from review.guards import freshness
from review.models import DECIDABLE, Decision, ReviewItem, State

VERDICTS = (State.APPROVED, State.REJECTED, State.REWRITING, State.RESOLVED)


def undo_time(by: User) -> timedelta:
    return timedelta(seconds=by.undo_seconds)


def text_of(item: ReviewItem) -> tuple[str, str]:
    """Subject and body of the present revision: the latest edit of this draft, else the draft.

    A question has neither.
    """
    draft = item.draft
    if draft is None:
        return "", ""
    edited = item.decisions.exclude(after="").filter(at__gte=draft.created_at).last()
    if edited is None:
        return draft.subject, draft.body
    subject, _, body = snapshots.get(edited.after).partition("\n")
    return subject, body


def stored(subject: str, body: str) -> str:
    return snapshots.put(f"{subject}\n{body}")


def visible_account(account: Account, *, by: User) -> Account:
    """The account, locked, if `by` may see it at this very moment."""
    row = locks.account(account.pk)
    if not Account.objects.for_user(by).filter(pk=row.pk).exists():
        raise NotYours("This account is not there.")
    return row


def visible_item(item: ReviewItem, *, by: User) -> ReviewItem:
    """The item under its account's lock, if `by` may see it at this very moment."""
    account = locks.account(item.account_id)
    rows = ReviewItem.objects.for_user(by).select_related(
        "account__owner__mailbox", "draft__contact", "draft__in_reply_to", "lease", "routing"
    )
    row = rows.filter(pk=item.pk).first()
    if row is None:
        raise NotYours("This draft is not there, or no longer yours.")
    account.owner, row.account = row.account.owner, account
    if row.draft:
        row.draft.account = account
    return row


def open_item(
    item: ReviewItem, *, by: User, revision: int, context_hash: str | None = None
) -> ReviewItem:
    """The item, if it still is what `by` was looking at: state, revision, context, voice."""
    row = visible_item(item, by=by)
    if row.state == State.ESCALATED and not by.is_manager:
        raise Conflict("This waited too long and is with your manager now.")
    if row.state not in DECIDABLE:
        raise Conflict(who_was_first(row))
    if row.revision != revision:
        raise Conflict("This draft was changed while you looked at it. Here is the new one.")
    if row.is_outward:
        _still_true(row, context_hash)
    return row


def _still_true(item: ReviewItem, context_hash: str | None) -> None:
    """The hash that was seen is the draft's own, as long as the version stands: it is read anew
    only when a page says otherwise."""
    moved = item.is_outrun
    seen_another = context_hash and item.draft and item.draft.context_hash != context_hash
    if not moved and seen_another:
        moved = context.contexts([item.account])[item.account_id].hash != context_hash
    if moved:
        raise Conflict(
            f"Something happened at {item.account} since this was written. A new draft follows."
        )


def who_was_first(item: ReviewItem) -> str:
    """A sentence for whoever came second."""
    if item.state == State.STALE and item.draft and not item.is_outrun:
        late = freshness.outdated(item.draft)
        if late:
            return f"{late} This draft is out of date."
    last = item.decisions.filter(undone_at=None).select_related("by").last()
    if last and last.by and item.state in (State.APPROVED, State.REJECTED, State.RESOLVED):
        return f"{last.by} {last.get_verb_display()} this {moments.at(last.at)}."
    words: dict[str, str] = {
        State.STALE: "The conversation moved on; this draft is out of date.",
        State.WITHDRAWN: "A colleague took the account over; this draft was withdrawn.",
        State.SUPERSEDED: "Nobody decided in time; this draft was let go.",
        State.REWRITING: "This is being rewritten.",
        State.ESCALATED: "This waited too long and is with the manager now.",
        State.SNOOZED: "This is snoozed.",
        State.PRACTISED: "This was a practice draft. It is answered; nothing was sent.",
    }
    return words.get(item.state, "This has been settled already.")


def move(item: ReviewItem, to: str, **values: Any) -> None:
    """The compare-and-set: one winner for a revision, whoever else is trying. Any verdict on what
    is planted makes it practised."""
    rows = ReviewItem.objects.filter(pk=item.pk, revision=item.revision, state__in=DECIDABLE)
    values = {"state_since": clock.now(), "due_at": None, **values}
    if item.draft and item.draft.is_planted and to in VERDICTS:
        to = State.PRACTISED
        values |= {"undo_until": None, "due_at": None}
    if not rows.update(state=to, **values):
        raise Conflict(who_was_first(ReviewItem.objects.get(pk=item.pk)))
    item.state = to


def decide(item: ReviewItem, verb: str, *, by: User, revision: int, **values: Any) -> Decision:
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
    words = len(decision.vouched)  # how many, never which
    more: dict[str, Any] = {"vouched": words} if words else {}
    if decision.bulk:
        more["bulk"] = decision.bulk.hex
    if decision.escalation_verdict:
        more["verdict"] = str(decision.escalation_verdict)
    events.append(
        f"item.{verb}", by=by, account=account, subject=item,
        state=item.state, revision=revision, decision=decision.pk, **more,
    )  # fmt: skip
    if item.state == State.PRACTISED:
        practice.answered(item, decision)
    return decision
