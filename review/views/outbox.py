"""The outbox: what was approved and what became of it; what only a person can settle."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from revenue import transactions
from review import autonomy, dispatch, tasks
from review.models import OutboxMessage
from review.permissions import SignedIn, change, page, signed_in
from review.views import delivery_notes, harms, outbox_rows, unassigned
from review.views.keyset import link
from review.views.zone import own_time

SETTLED = {
    "sent": "Noted: it left. The conversation has it now.",
    "queued": "It is sent once more.",
    "cancelled": "It is not sent any more.",
}
TRIED_AGAIN = "It is tried again. If the cause is still there, it stops here once more."
CAP = 99
WHICH = "Say whether it left, did not leave, or should not be sent any more."


@signed_in
@own_time
@page
def index(request: SignedIn) -> HttpResponse:
    found = outbox_rows.sections(request.user, request.GET)
    show = request.GET.get("show", "")
    filters = [
        {"label": label, "link": link(request.GET, show=name), "is_current": name == show}
        for name, label in outbox_rows.FILTERS.items()
    ]
    page = found.stopped or found.done
    return render(request, "outbox/page.html", {
        "found": found,
        "show": show,
        "filters": filters,
        "older": page and page.next and link(request.GET, after=page.next),
        "newer": page and page.previous and link(request.GET, before=page.previous),
        "stray": unassigned.waiting(request.user).order_by()[:CAP].count(),
        "is_empty": not (found.needs or found.waiting or (page and page.rows)),
    })  # fmt: skip


@signed_in
@own_time
@page
def message(request: SignedIn, pk: int) -> HttpResponse:
    return _message(request, _find(request, pk))


@signed_in
@own_time
@change
def settle(request: SignedIn, pk: int) -> HttpResponse:
    """What a person found out about a mail whose outcome nobody knows."""
    outcome = request.POST.get("outcome", "")
    row = _find(request, pk)
    if outcome not in SETTLED:
        return _refused(request, row, WHICH, status=422)
    return _do(request, row, lambda: dispatch.settle(row, by=request.user, outcome=outcome),
               SETTLED[outcome])  # fmt: skip


@signed_in
@own_time
@change
def unblock(request: SignedIn, pk: int) -> HttpResponse:
    row = _find(request, pk)
    return _do(request, row, lambda: dispatch.unblock(row, by=request.user),
               TRIED_AGAIN)  # fmt: skip


@signed_in
@own_time
@change
def cancel(request: SignedIn, pk: int) -> HttpResponse:
    row = _find(request, pk)
    return _do(request, row, lambda: dispatch.cancel(row, by=request.user), SETTLED["cancelled"])


def _find(request: SignedIn, pk: int) -> OutboxMessage:
    row = outbox_rows.seen_by(request.user).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _do(request: SignedIn, row: OutboxMessage, verb: Callable[[], Any], words: str) -> HttpResponse:
    try:
        with transactions.atomic():
            verb()
            tasks.ring()
    except dispatch.Unsettled as error:
        return _refused(request, _find(request, row.pk), error.words, status=409)
    if request.htmx:
        return _fragment(request, _find(request, row.pk), words=words)
    messages.success(request, words)
    return redirect("outbox")


def _refused(request: SignedIn, row: OutboxMessage, words: str, *, status: int) -> HttpResponse:
    """The message as it is now, with the reason why nothing was done."""
    if request.htmx:
        return _fragment(request, row, refusal=words, status=status)
    return _message(request, row, refusal=words, status=status)


def _fragment(
    request: SignedIn, row: OutboxMessage, *, status: int = 200, **more: Any
) -> HttpResponse:
    shown = outbox_rows.read([row], request.user)[0]
    return render(request, "outbox/_message.html", {"row": shown, **more}, status=status)


def _message(
    request: SignedIn, row: OutboxMessage, *, status: int = 200, **more: Any
) -> HttpResponse:
    shown = outbox_rows.read([row], request.user)[0]
    context = {
        "row": shown,
        "exact": outbox_rows.exact(row),
        "writer": outbox_rows.writer(row),
        "told": delivery_notes.of_mails([row.message_id]).get(row.message_id, []),
        "decider": autonomy.decider(row.decision.by, row.decision.policy),
        "section": "outbox",
        **harms.beside(row.item),
        **more,
    }
    return render(request, "outbox/message.html", context, status=status)
