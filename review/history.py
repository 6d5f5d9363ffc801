"""What was decided: which decisions somebody asks for, newest first, and what is known of one.

Read by the history's views alone. Nothing here counts a whole table but `tell_export`: an
export reads all of it anyway, and is told in the log before its first row leaves.
"""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from agents.models import Draft
from revenue import events, transactions
from revenue.models import Activity, Event, User
from review.models import AuditDraw, Decision, OutboxMessage, ReviewItem, State

JUDGED = (State.APPROVED, State.REJECTED)

# What a filter asks of a decision.
CONDITIONS: dict[str, Callable[[Any], Q]] = {
    "q": lambda text: (
        Q(item__draft__subject__icontains=text) | Q(item__account__name__icontains=text)
    ),
    "account": lambda account: Q(item__account=account),
    "verb": lambda verb: Q(verb=verb),
    "person": lambda person: Q(by=person),
    "output_class": lambda name: Q(item__draft__output_class=name),
    "agent": lambda agent: Q(item__draft__agent=agent),
    "edit": lambda kind: Q(verb=Decision.Verb.EDIT, edit_kind=kind),
    "since": lambda moment: Q(at__gte=moment),
    "until": lambda moment: Q(at__lt=moment),
    "undone": lambda is_undone: Q(undone_at__isnull=not is_undone),
    "automatic": lambda _: Q(by=None),
    "vouched": lambda _: ~Q(vouched=[]),
}


def asked_for(user: User, wanted: dict[str, Any]) -> QuerySet[Decision]:
    """Of what this person may see, the decisions that every filter in `wanted` lets through."""
    rows = Decision.objects.for_user(user)
    for name, value in wanted.items():
        rows = rows.filter(CONDITIONS[name](value))
    return rows


def real(rows: QuerySet[Decision]) -> QuerySet[Decision]:
    """Without practice and second looks: they are nobody's decisions about a mail. One that still
    waits stays in, for what is left out would tell it from any other."""
    return rows.exclude(item__draft__is_planted=True, item__state=State.PRACTISED)


@transactions.atomic
def tell_export(rows: QuerySet[Decision], *, by: User, with_texts: bool) -> int:
    """How many rows leave, written into the log with who takes them."""
    number = rows.count()
    events.append("history.exported", by=by, rows=number, texts=with_texts)
    return number


def draft_of(decision: Decision) -> Draft | None:
    """What was looked at. A rewrite that came later has taken its place in the item."""
    draft = decision.item.draft
    while draft and draft.created_at > decision.at and draft.supersedes:
        draft = draft.supersedes
    return draft


def audits(items: Iterable[ReviewItem]) -> set[int]:
    """Those whose draft was drawn for an audit, by what their class had earned then. Told once the
    verdict stands: whoever may still decide one must not know."""
    over = [item for item in items if item.state in JUDGED and not item.undo_until]
    drafts = {item.draft.pk: item.pk for item in over if item.draft}
    rewrites = [item.draft for item in over if item.draft and item.draft.supersedes_id]
    while rewrites:  # each has taken the place of what was drawn
        drafts |= {one.supersedes_id: drafts[one.pk] for one in rewrites if one.supersedes_id}
        former = Draft.objects.filter(pk__in=[one.supersedes_id for one in rewrites])
        rewrites = list(former.exclude(supersedes=None).only("supersedes"))
    drawn = AuditDraw.objects.filter(draft__in=drafts, due=True)
    return {drafts[key] for key in drawn.values_list("draft", flat=True)}


def undone_by(items: Iterable[int]) -> dict[int, User]:
    """Who took decisions on these items back, by the number of the decision; the log tells.
    Nobody, where the system did."""
    told = Event.objects.filter(
        subject_kind="reviewitem", subject_id__in=list(items), kind="item.undone"
    )
    found = {row.data["decision"]: row.actor for row in told}
    people = events.people(found.values())
    return {decision: people[one] for decision, one in found.items() if one in people}


def together(decisions: Iterable[Decision]) -> dict[UUID, int]:
    """How many one press decided, by what those have in common."""
    bulks = {row.bulk for row in decisions if row.bulk}
    if not bulks:
        return {}
    rows = Decision.objects.filter(bulk__in=bulks).order_by().values_list("bulk")
    return dict(rows.annotate(number=Count("pk")))


def answer_to(message: OutboxMessage) -> Activity | None:
    """The first answer of a person to this mail."""
    rows = Activity.objects.filter(
        account=message.account_id, direction=Activity.Direction.INBOUND, is_auto=False,
        in_reply_to=message.message_id,
    )  # fmt: skip
    return rows.order_by("occurred_at", "pk").first()
