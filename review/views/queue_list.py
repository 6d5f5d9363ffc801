"""All that waits as a list; a row opens its card on the desk, with the filters kept."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from agents.definitions import registry
from revenue import clock
from review import decay, filters, keys, queue
from review.cards.wording import shortened, time_left
from review.models import DECIDABLE, Cause, ReviewItem, State
from review.permissions import SignedIn, page, role
from review.views import keyset
from review.views.desk import REVIEWERS, for_filters
from review.views.zone import own_time

SIZE = 30
JOINED = ("account__owner", "draft__contact", "assigned_to")


@dataclass(frozen=True)
class Row:
    """`kind` is its class in words, `left` the time it has, `back_at` when it comes back."""

    item: ReviewItem
    kind: str
    what: str
    why: str
    agent: str
    left: str
    tone: str
    link: str

    @property
    def back_at(self) -> datetime | None:
        return self.item.due_at if self.item.state == State.SNOOZED else None


@role(*REVIEWERS)
@own_time
@page
def index(request: SignedIn) -> HttpResponse:
    user, asked = request.user, filters.read(request.GET, request.user)
    places = ReviewItem.objects.for_user(user)
    rows = queue.waiting(user, asked).select_related(*JOINED)
    found = keyset.named(rows, request.GET, field="decide_by", size=SIZE, places=places)
    now = clock.now()
    return render(request, "desk/list.html", {
        **for_filters(request, asked, of_list=True),
        "keys": keys.of(user),
        "rows": [_row(item, asked, now) for item in found.rows],
        "next": found.next and keyset.link(request.GET, after=found.next),
        "previous": found.previous and keyset.link(request.GET, before=found.previous),
        "is_further": "after" in request.GET or "before" in request.GET,
        "section": "desk",
    })  # fmt: skip


def _row(item: ReviewItem, asked: filters.Filters, now: datetime) -> Row:
    tone, left = time_left(item.decide_by, now)
    return Row(
        item=item,
        kind=decay.LABELS[decay.kind_of(item.draft)],
        what=shortened(_what(item), 160),
        why=_why(item),
        agent=registry.label(item.draft.agent) if item.draft else "",
        left=left,
        tone=tone,
        link=_link(item, asked),
    )


def _what(item: ReviewItem) -> str:
    """To whom and about what; of a question, what is asked."""
    if item.draft is None:
        return item.reason
    person = str(item.draft.contact or "")
    return ", ".join(part for part in (person, item.draft.subject) if part)


def _why(item: ReviewItem) -> str:
    """One sort of reason; the card has the words."""
    if item.state == State.ESCALATED:
        return filters.REASONS["expired"]
    if item.draft and item.draft.supersedes_id:
        return filters.REASONS["rewritten"]
    return Cause(item.cause).label


def _link(item: ReviewItem, asked: filters.Filters) -> str:
    """The desk with this card in front; what is put off has only its own address."""
    if item.state not in DECIDABLE:
        return reverse("item", args=[item.pk])
    kept = asked.without("state")
    return f"{reverse('desk')}?item={item.pk}" + (f"&{kept.query}" if kept.is_on else "")
