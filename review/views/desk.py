"""The desk's pages: the ring of cards, its refill, one item, the pulse that says what changed."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.dateparse import parse_datetime

from revenue import clock
from revenue.models import Account
from review import cards, decisions, filters, forms, keys, queue
from review.cards import Card, column
from review.decisions import bulk
from review.filters import Filters
from review.models import EscalationVerdict, ReviewItem
from review.permissions import SignedIn, page, role, signed_in
from review.views.errors import NotHere
from review.views.zone import own_time

REVIEWERS = ("rep", "manager")
MOST_IDS = 300
NOT_HERE = (
    "This draft is gone, or it is not yours to decide. The account may have changed hands: ask "
    "your manager who has it now."
)


@signed_in
@own_time
@page
def index(request: SignedIn) -> HttpResponse:
    """The queue; `?item=` brings one card to the front."""
    if request.user.is_admin:
        return render(request, "desk/admin.html", status=403)
    wanted = request.GET.get("item", "")
    return show(request, first=int(wanted) if _is_id(wanted) else None)


@role(*REVIEWERS)
@own_time
@page
def item(request: SignedIn, pk: int) -> HttpResponse:
    """One item in whatever state, by its own address: what a message links to."""
    seen = ReviewItem.objects.for_user(request.user)
    if pk >= 2**63 or not seen.filter(pk=pk).exists():
        raise NotHere(NOT_HERE)
    return show(request, first=pk)


@role(*REVIEWERS)
@own_time
@page
def ring(request: SignedIn) -> HttpResponse:
    """The next cards, without those that the page has."""
    as_of, have = _as_of(request, clock.now()), _have(request)
    ids = queue.ring(request.user, asked_for(request), as_of=as_of, have=have)
    found = cards.build(ids, reader=request.user)
    return render(request, "desk/_ring.html", {**for_cards(request), "cards": found})


@role(*REVIEWERS)
@own_time
@page
def beside(request: SignedIn) -> HttpResponse:
    """The column beside the ring: all that waits, a line each."""
    asked = asked_for(request)
    lines = column.lines(request.user, asked)
    context = {
        **for_filters(request, asked),
        "waiting": column.number(lines, request.user, asked),
        "groups": column.groups(lines, now=clock.now()),
    }
    return render(request, "desk/_queue.html", context)


def kept(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let the browser keep the answer and ask whether it still holds."""

    @wraps(view)
    def asked(request: SignedIn, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-cache"
        return response

    return asked


@kept
@role(*REVIEWERS)
@own_time
@page
def pulse(request: SignedIn) -> HttpResponse:
    """How many wait, how many came, which cards of the page are gone; 304 when nothing moved."""
    now, asked, have = clock.now(), asked_for(request), _have(request)
    waiting, new = queue.moved(request.user, asked, as_of=_as_of(request, now), have=have)
    said = {
        "pending": waiting.number,
        "new": new,
        "gone": queue.gone(request.user, have=have),
    }
    token = hashlib.sha256(f"{request.user.pk}:{said}".encode()).hexdigest()[:20]
    if request.headers.get("If-None-Match") == f'"{token}"':
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = JsonResponse({**said, "as_of": _written(now)})
    response.headers["ETag"] = f'"{token}"'
    return response


# --- what the pages share -------------------------------------------------------------------------


def show(
    request: SignedIn, *, first: int | None = None, card: Card | None = None, status: int = 200
) -> HttpResponse:
    """The whole desk, with this item or this very card before the others."""
    user, now, asked = request.user, clock.now(), asked_for(request)
    front = [card.item.pk] if card else [first] if first else []
    lines = column.lines(user, asked)
    ids = [line["pk"] for line in lines if line["pk"] not in front][: queue.RING]
    found = cards.build([*([] if card else front), *ids], reader=user)
    if first and found and found[0].item.pk == first and not found[0].is_open:
        found[0].notice = "".join(gone["sentence"] for gone in queue.gone(user, have=[first]))
    shown = [card, *found] if card else found
    waiting = column.number(lines, user, asked)
    context = {
        "cards": shown,
        "waiting": waiting,
        "groups": column.groups(lines, now=now),
        "as_of": _written(now),
        "undoable": ",".join(map(str, queue.undoable(user, now=now))),
        "has_accounts": bool(shown) or Account.objects.for_user(user).exists(),
        "done": [] if shown else queue.done_today(user, now=now),
        "opened": {"item": first, "notice": request.GET.get("notice", "")},
        **for_cards(request),
        **for_filters(request, asked),
    }
    if not asked.is_on:  # else the frame goes on saying how much waits in all
        context["waiting_count"] = str(waiting) if waiting.number else ""
    return render(request, "desk/page.html", context, status=status)


def for_cards(request: SignedIn) -> dict[str, Any]:
    """What every card offers besides its own content."""
    people = list(forms.present(request.user))
    return {
        "colleagues": people[:9],
        "manager": next((one for one in people if one.is_manager), None),
        "reasons": decisions.REASONS.items(),
        "keys": keys.of(request.user),
        "most_at_once": bulk.MOST,
        "verdicts": EscalationVerdict.choices,
        "section": "desk",
        "kept": _query(asked_for(request)),
    }


def to_desk(request: SignedIn) -> HttpResponse:
    """The desk, with the filters that the form's address kept."""
    return redirect(f"{resolve_url('desk')}{_query(asked_for(request))}")


def _query(asked: Filters) -> str:
    return f"?{asked.query}" if asked.is_on else ""


def asked_for(request: SignedIn) -> Filters:
    """The desk is of what waits; what is put off stands in the list alone."""
    return filters.read(request.GET, request.user).without("state")


def for_filters(request: SignedIn, asked: Filters, *, of_list: bool = False) -> dict[str, Any]:
    """What the bar of filters offers, and what of it is on."""
    offered = {**filters.CHOICES, "scope": filters.scopes(request.user)}
    if not of_list:
        del offered["state"]
    fields = [
        (name, filters.LABELS[name], {"": filters.ANY, **choices}.items(), asked.values.get(name))
        for name, choices in offered.items()
        if choices
    ]
    return {"asked": asked, "filter_fields": fields}


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18


def _have(request: SignedIn) -> list[int]:
    return ids_in(request.GET.get("have", "").split(","))


def ids_in(texts: list[str]) -> list[int]:
    return [int(text) for text in texts if _is_id(text)][:MOST_IDS]


def _as_of(request: SignedIn, now: datetime) -> datetime:
    try:
        found = parse_datetime(request.GET.get("as_of", ""))
        return found.astimezone(UTC) if found and found.tzinfo else now
    except (ValueError, OverflowError):  # the first and the last day have no such moment in UTC
        return now


def _written(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
