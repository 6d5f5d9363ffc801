"""Later, elsewhere, again: snooze, reassign, ask for a rewrite."""

from datetime import datetime, timedelta
from uuid import UUID

from revenue import clock, delegations, people, transactions
from revenue.models import User
from review import autonomy
from review.decisions.checks import decide, move, open_item, stored, text_of
from review.decisions.errors import Conflict, DecisionError
from review.models import Decision, ReviewItem, State

SNOOZE_MOST = timedelta(days=7)
REWRITE_TIME = timedelta(minutes=15)


@transactions.atomic
def request_rewrite(
    item: ReviewItem, *, by: User, revision: int, note: str, bulk: UUID | None = None
) -> Decision:
    """Ask the agent for another draft; the item comes back within 15 minutes, with one or not.
    `bulk` is the same for all that one press sent back: nobody read them, so none is scored."""
    if not note.strip():
        raise DecisionError("Say what should be different.")
    row = open_item(item, by=by, revision=revision)
    if row.draft is None:
        raise DecisionError("There is no draft to rewrite.")
    if row.draft.is_outside:
        raise DecisionError("An outside agent wrote this. Edit it, or reject it and say why.")
    if row.draft.is_human:
        raise DecisionError("A person wrote this. Edit it, or reject it.")
    now = clock.now()
    move(row, State.REWRITING, due_at=now + REWRITE_TIME, rewrite_note=note[:1000])
    decision = decide(row, Decision.Verb.REWRITE, by=by, revision=revision,
                      before=stored(*text_of(row)), note=note[:1000], bulk=bulk)  # fmt: skip
    if row.state == State.REWRITING:
        autonomy.score(row, decision)
    return decision


@transactions.atomic
def snooze(item: ReviewItem, *, by: User, revision: int, until: datetime) -> Decision:
    row = open_item(item, by=by, revision=revision)
    now = clock.now()
    if not now < until <= now + SNOOZE_MOST:
        raise DecisionError("Choose a time within the next seven days.")
    move(row, State.SNOOZED, due_at=until)
    return decide(row, Decision.Verb.SNOOZE, by=by, revision=revision)


@transactions.atomic
def reassign(item: ReviewItem, *, by: User, revision: int, to: User, note: str = "") -> Decision:
    """Somebody else of the team decides; the item and its voice stay as they are.

    What waited too long goes to another manager only, and nothing to somebody who is away.
    """
    row = open_item(item, by=by, revision=revision)
    check_receiver(to, by=by)
    if row.assigned_to_id == to.pk:
        raise Conflict(f"{to} has this already.")
    if row.state == State.ESCALATED and not to.is_manager:
        raise DecisionError("This waited too long: only a manager may decide it now.")
    ReviewItem.objects.filter(pk=row.pk).update(assigned_to=to)
    note = note or str(to)
    return decide(row, Decision.Verb.REASSIGN, by=by, revision=revision, note=note[:1000])


def check_receiver(to: User, *, by: User) -> None:
    """Somebody of the team who can decide and is here."""
    if not people.can_decide(to, team=by.team_id):
        raise DecisionError(f"{to} cannot decide this. Choose somebody of your team.")
    away = delegations.of([to], at=clock.now()).get(to.pk)
    if away:
        until = delegations.until(away.ends_at)
        raise DecisionError(f"{to} is away {until}. Choose somebody else.")
