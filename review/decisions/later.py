"""Later, elsewhere, again: snooze, reassign, ask for a rewrite."""

from datetime import datetime, timedelta

from revenue import clock, transactions
from revenue.models import User
from review import autonomy
from review.decisions.checks import decide, move, open_item, stored, text_of
from review.decisions.errors import DecisionError
from review.models import Decision, ReviewItem, State

SNOOZE_MOST = timedelta(days=7)
REWRITE_TIME = timedelta(minutes=15)


@transactions.atomic
def request_rewrite(item: ReviewItem, *, by: User, revision: int, note: str) -> Decision:
    """Ask the agent for another draft; the item comes back within 15 minutes, with one or not."""
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
                      before=stored(*text_of(row)), note=note[:1000])  # fmt: skip
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
def reassign(item: ReviewItem, *, by: User, revision: int, to: User) -> Decision:
    """Somebody else of the team decides; the item and its voice stay as they are."""
    row = open_item(item, by=by, revision=revision)
    same_team = by.team_id is not None and to.team_id == by.team_id
    if not to.is_active or to.is_admin or not same_team:
        raise DecisionError(f"{to} cannot decide this. Choose somebody of your team.")
    ReviewItem.objects.filter(pk=row.pk).update(assigned_to=to)
    return decide(row, Decision.Verb.REASSIGN, by=by, revision=revision, note=str(to))
