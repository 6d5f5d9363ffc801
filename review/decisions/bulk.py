"""Approve many at once, after one look at what stands out; taken back as one.

All of a bulk have one class and one risk, so that three read in full speak for the rest. Each is
an approval of its own, in a transaction of its own, of the revision and the context that the
preview showed: one that is refused stops no other. None of them counts as evidence for its class.

Nothing here may tell an audit, a practice draft or a second look from what lies beside it. Audits
would lose their point, so that nothing of their class is approved like this, whatever it is; the
others go through, and whoever approved them is told, like after any other verdict.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID, uuid4

from agents.models import Draft
from revenue import transactions
from revenue.models import User
from revenue.titles import is_sensitive
from review import autonomy, practice
from review.decisions.checks import open_item
from review.decisions.errors import DecisionError
from review.decisions.undoing import undo
from review.decisions.verdicts import approve
from review.models import Decision, ReviewItem, State

MOST = 25
GONE = "This draft is not there, or no longer yours."


class Seen(NamedTuple):
    """One item as the preview showed it."""

    pk: int
    revision: int
    context_hash: str


class Kind(NamedTuple):
    """What all of a bulk have in common. `risk` is why none of them may ever go unreviewed."""

    output_class: str
    risk: str

    def __str__(self) -> str:
        label = autonomy.class_label(self.output_class)
        return f"{label} ({self.risk.rstrip('.').lower()})" if self.risk else label


@dataclass(frozen=True)
class Result:
    """What became of one: `refusal` is a sentence, or "" once it is done; `told` what it was, where
    no mail leaves."""

    pk: int
    name: str
    refusal: str = ""
    told: str = ""


def kind_of(item: ReviewItem) -> Kind:
    draft = item.draft
    if draft is None:
        return Kind("question", "")
    return Kind(draft.output_class, autonomy.risk(draft) if item.is_outward else "")


def alone(item: ReviewItem) -> str:
    """Why this one is decided on its own, the first reason that holds; "" for one of many.

    A question → with the manager → changed or rewritten since it came → a strategic account → a
    sensitive contact. What no record knows of a mail is found when it is approved, like ever.
    """
    draft = item.draft
    if draft is None:
        return "A question is answered on its own."
    if item.state == State.ESCALATED:
        return "This waited too long. Decide it on its own."
    if item.revision > 1:
        return "This was changed since it came. Read it on its own."
    if not item.is_outward:
        return ""
    if item.account.is_strategic:
        return "A strategic account. Read it on its own."
    if draft.contact and is_sensitive(draft.contact):
        return "A sensitive contact. Read it on its own."
    return ""


def watched(drafts: Iterable[Draft]) -> dict[int, str]:
    """Which of these are looked at one by one just now, by id, with a sentence: all of a class, or
    none."""
    rows = list(drafts)
    apart = autonomy.watched(row.output_class for row in rows)
    words = "{}: each is read on its own just now."
    return {
        row.pk: words.format(autonomy.class_label(row.output_class))
        for row in rows if row.output_class in apart
    }  # fmt: skip


def approve_many(seen: Sequence[Seen], *, by: User) -> list[Result]:
    """Let all of these leave, as far as each still is what was seen. A result for each."""
    if not seen:
        raise DecisionError("Select at least one draft.")
    if len(seen) > MOST:
        raise DecisionError(f"{len(seen)} are selected. At most {MOST} are approved at once.")
    rows = ReviewItem.objects.for_user(by).select_related("account", "draft__contact")
    items = rows.in_bulk([one.pk for one in seen])
    if len({kind_of(item) for item in items.values() if not alone(item)}) > 1:
        raise DecisionError("These are of several kinds. Select drafts of one class and one risk.")
    bulk = uuid4()
    found = {one.pk: one for one in seen}
    return [_tried(items.get(pk), one, by=by, bulk=bulk) for pk, one in found.items()]


def _tried(item: ReviewItem | None, seen: Seen, *, by: User, bulk: UUID) -> Result:
    if item is None:
        return Result(seen.pk, "", GONE)
    try:
        _approve(item, seen, by=by, bulk=bulk)
    except DecisionError as error:
        return Result(item.pk, str(item.account), error.words)
    return Result(item.pk, str(item.account), told=practice.feedback(item, to=by))


@transactions.atomic
def _approve(item: ReviewItem, seen: Seen, *, by: User, bulk: UUID) -> None:
    row = open_item(item, by=by, revision=seen.revision, context_hash=seen.context_hash)
    reason = alone(row) or next(iter(watched([row.draft] if row.draft else []).values()), "")
    if reason:
        raise DecisionError(reason)
    approve(row, by=by, revision=seen.revision, context_hash=seen.context_hash, bulk=bulk)


def undo_many(decision: Decision, *, by: User) -> list[Result]:
    """Take back all that were approved with this one, as far as they have not left."""
    rows = ReviewItem.objects.filter(decisions__bulk=decision.bulk, decisions__undone_at=None)
    items = rows.exclude(state=State.PRACTISED).select_related("account").order_by("pk")
    return [_taken_back(item, by=by) for item in items]


def _taken_back(item: ReviewItem, *, by: User) -> Result:
    try:
        undo(item, by=by)
    except DecisionError as error:
        return Result(item.pk, str(item.account), error.words)
    return Result(item.pk, str(item.account))


def standing(item: ReviewItem) -> Decision | None:
    """The bulk approval that holds for this item, if that is what settled it."""
    if item.state == State.PRACTISED:
        return None
    last = item.decisions.filter(undone_at=None, verb__in=Decision.TERMINAL).last()
    return last if last and last.bulk else None
