"""A manager shares the team's work out: some of what waits for one person goes to another.

Each draft is handed over by a decision of its own, in a transaction of its own, so that whoever
decides one meanwhile keeps it and the others go. What was just shared out can be given back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from revenue import locks, transactions
from revenue.models import User
from review.decisions.checks import decide, open_item
from review.decisions.errors import Conflict, DecisionError, NotYours
from review.decisions.later import check_receiver, reassign
from review.models import Decision, ReviewItem


class Handed(NamedTuple):
    """Ids: an item, for whom it waited, and to whom it went."""

    item: int
    of: int
    to: int


@dataclass(frozen=True)
class Shared:
    """What went over, and how many of those asked for were not there to go any more."""

    to: User
    handed: list[Handed]
    late: int


def movable(*, by: User) -> Any:
    """What may be shared out, with the `decider` it waits for: drafts that begin something.

    Not an answer to somebody who wrote, nor a question: whoever knows the buyer decides those.
    Not the notes on an account, which are read together.
    """
    rows = ReviewItem.objects.for_user(by).pending().fresh().with_decider()
    return rows.filter(draft__effect__in=["buyer", "record"], draft__in_reply_to=None)


def share(number: int, *, of: User, to: User, by: User) -> Shared:
    """Give so many of what waits for `of` to `to`, from the end of the queue: those that expire
    last, so that nobody loses the card that they look at."""
    _check(of, to, by=by)
    rows = movable(by=by).filter(decider=of.pk).order_by("-expires_at", "-pk")
    found = [item for item in rows[:number] if _moved(_hand_over, item, of=of, to=to, by=by)]
    return Shared(to, [Handed(item.pk, of.pk, to.pk) for item in found], number - len(found))


def returnable(handed: Sequence[Handed], *, by: User) -> dict[Handed, ReviewItem]:
    """Those that still wait where they went, and may go back."""
    rows = {row.pk: row for row in movable(by=by).filter(pk__in=[one.item for one in handed])}
    there = (one for one in handed if one.item in rows)
    return {one: rows[one.item] for one in there if rows[one.item].assigned_to_id == one.to}


def give_back(handed: Sequence[Handed], *, by: User) -> int:
    """Take back what was shared out, as far as it still waits where it went. How many."""
    if not by.is_manager:
        raise DecisionError("Only a manager shares work out.")
    people = User.objects.filter(team__isnull=False, team=by.team_id).in_bulk()
    return sum(
        _moved(_return, item, of=people[one.of], to=one.to, by=by)
        for one, item in returnable(handed, by=by).items() if one.of in people
    )  # fmt: skip


def _moved(verb: Callable[..., bool], item: ReviewItem, **more: Any) -> bool:
    try:
        return verb(item, **more)
    except (Conflict, NotYours):
        return False


def _check(of: User, to: User, *, by: User) -> None:
    if not by.is_manager:
        raise DecisionError("Only a manager shares work out.")
    if by.team_id is None or of.team_id != by.team_id:
        raise DecisionError("Choose somebody of your team.")
    if of.pk == to.pk:
        raise DecisionError("Choose two different people.")
    check_receiver(to, by=by)


@transactions.atomic
def _hand_over(item: ReviewItem, *, of: User, to: User, by: User) -> bool:
    """False: it waits for them no longer."""
    row = _still(item, decider=of.pk, by=by)
    return row is not None and bool(
        reassign(row, by=by, revision=row.revision, to=to, note=f"{to}, from {of}")
    )


@transactions.atomic
def _return(item: ReviewItem, *, of: User, to: int, by: User) -> bool:
    """To whom it waited for before, who may be away by now: it was theirs."""
    row = _still(item, assigned_to=to, by=by)
    if row is None:
        return False
    row = open_item(row, by=by, revision=row.revision)
    own = row.account.owner_id == of.pk
    ReviewItem.objects.filter(pk=row.pk).update(assigned_to=None if own else of)
    note = f"Back to {of}"
    return bool(decide(row, Decision.Verb.REASSIGN, by=by, revision=row.revision, note=note))


def _still(item: ReviewItem, *, by: User, **whose: int) -> ReviewItem | None:
    """The item under its account's lock, if it is still to move."""
    locks.account(item.account_id)
    return movable(by=by).filter(pk=item.pk, **whose).first()
