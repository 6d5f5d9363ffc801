"""What a rep changed becomes a wish for later drafts, and for those that wait already.

`agents.preferences` keeps the wish; here is who may make one of an item, and the way back to the
agent for similar drafts: a rewrite for each, asked for by whoever may decide it. What such a
rewrite is asked for is our own sentence: the wish itself comes with the prompt, and a note on an
item would count as evidence.
"""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID, uuid4

from django.db.models import Q

from agents import preferences
from agents.models import OUTSIDE, Preference, ReceivedPreference
from agents.preferences import PreferenceError
from revenue import locks, transactions
from revenue.models import User
from review import practice
from review.decisions.checks import visible_item
from review.decisions.errors import DecisionError
from review.decisions.later import request_rewrite
from review.models import ReviewItem

AT_ONCE = 25
LOOKED_AT = 500
NOTE = "Write it again with the preference that was saved for this kind of mail."


@transactions.atomic
def save_preference(
    item: ReviewItem, *, by: User, name: str, text: str, for_team: bool = False
) -> Preference:
    """Later drafts of this item's class receive it, on the accounts of `by` or of their team."""
    draft = visible_item(item, by=by).draft
    if draft is None or draft.is_outside:
        raise DecisionError("An agent of yours has to have written this.")
    try:
        return preferences.save(
            name=name, text=text, output_class=draft.output_class, by=by, for_team=for_team
        )
    except PreferenceError as error:
        raise DecisionError(str(error)) from None


def similar(wishes: Iterable[Preference], *, by: User) -> dict[int, list[ReviewItem]]:
    """By preference the waiting drafts that `by` may decide and that were written without it."""
    active = [one for one in wishes if one.is_on]
    mine = Q(assigned_to=None) | Q(assigned_to=by)
    rows = ReviewItem.objects.for_user(by).pending().fresh().outward().filter(
        mine, draft__output_class__in={one.output_class for one in active}
    )  # fmt: skip
    rows = rows.exclude(draft__agent__startswith=OUTSIDE).order_by("pk")
    waiting = list(rows.select_related("account__owner", "draft")[:LOOKED_AT]) if active else []
    runs = [item.draft.run_id for item in waiting if item.draft and item.draft.run_id]
    had = set(ReceivedPreference.objects.filter(run__in=runs).values_list("preference", "run"))
    found: dict[int, list[ReviewItem]] = defaultdict(list)
    for item in waiting:
        for one in _without(item, active, had):
            found[one.pk].append(item)
    return found


def similar_to(item: ReviewItem, *, by: User) -> list[ReviewItem]:
    """The other waiting drafts that a preference of `by`, made of this one, would be for."""
    if item.draft is None:
        return []
    wish = Preference(rep=by, output_class=item.draft.output_class)
    return [one for one in similar([wish], by=by)[wish.pk] if one.pk != item.pk][:AT_ONCE]


def _without(
    item: ReviewItem, active: list[Preference], had: set[tuple[int, int]]
) -> list[Preference]:
    """Those that hold for this draft and did not stand in its prompt."""
    if item.draft is None:
        return []
    run = item.draft.run_id or 0
    rows = preferences.holding(active, item.account, [item.draft.output_class])
    return [one for one in rows if (one.pk, run) not in had]


def request_rewrites(preference: Preference, *, by: User) -> int:
    """Ask for a rewrite of the waiting drafts that this preference is for. How many went back.

    Each in a transaction of its own; one that somebody decided meanwhile is left as it is.
    """
    if not preference.is_on:
        raise DecisionError("This preference is off. Turn it on first.")
    found, bulk = similar([preference], by=by)[preference.pk][:AT_ONCE], uuid4()
    return sum(_sent_back(item, by=by, bulk=bulk) for item in found)


def _sent_back(item: ReviewItem, *, by: User, bulk: UUID) -> bool:
    """Nobody looked at it, so that it is no verdict. Of practice neither: it goes as if it came
    back."""
    if item.draft and item.draft.is_planted:
        return _withdrawn(item)
    try:
        request_rewrite(item, by=by, revision=item.revision, note=NOTE, bulk=bulk)
    except DecisionError:
        return False
    return True


@transactions.atomic
def _withdrawn(item: ReviewItem) -> bool:
    locks.account(item.account_id)
    return practice.withdraw(item.pk)
