"""The history: every decision that one may see, found by what is asked for, alone, or as a sheet.

An admin sees none: who decided what stands beside a buyer's words.
"""

from typing import Any

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from revenue import clock
from revenue.calendars import zone_of
from review import history
from review.models import Decision
from review.permissions import SignedIn, change, page, role, signed_in
from review.views import harms, history_rows, history_sheet, keyset
from review.views.desk import REVIEWERS
from review.views.history_filters import Filters
from review.views.zone import own_time

SIZE = 30


@signed_in
@own_time
@page
def index(request: SignedIn) -> HttpResponse:
    return _index(request, Filters(request.GET, viewer=request.user))


def _index(request: SignedIn, filters: Filters, *, status: int = 200) -> HttpResponse:
    asked = history.asked_for(request.user, filters.wanted())
    found = keyset.latest(history_rows.seen(asked), request.GET, field="at", size=SIZE)
    return render(request, "history/page.html", {
        "rows": history_rows.read(found.rows, request.user),
        "form": filters,
        "chips": filters.chips(request.GET),
        "query": request.GET.urlencode(),
        "older": found.next and keyset.link(request.GET, after=found.next),
        "newer": found.previous and keyset.link(request.GET, before=found.previous),
        "section": "history",
    }, status=status)  # fmt: skip


@role(*REVIEWERS)
@own_time
@change
def export(request: SignedIn) -> HttpResponse:
    """What the filters let through, up to this moment, as CSV."""
    filters = Filters(request.GET, viewer=request.user)
    asked = history.asked_for(request.user, filters.wanted())
    if not filters.is_valid():
        return _index(request, filters, status=422)
    now, zone = clock.now(), zone_of(request.user.time_zone)
    rows, with_texts = history.real(asked.filter(at__lte=now)), "texts" in request.POST
    history.tell_export(rows, by=request.user, with_texts=with_texts)
    answer: Any = StreamingHttpResponse(
        history_sheet.lines(rows, zone=zone, with_texts=with_texts),
        content_type="text/csv; charset=utf-8",
    )
    name = f"decisions-{now.astimezone(zone):%Y-%m-%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@signed_in
@own_time
@page
def decision(request: SignedIn, pk: int) -> HttpResponse:
    rows = Decision.objects.for_user(request.user).filter(pk=pk)
    row = history_rows.seen(rows).select_related("item__routing").first()
    if row is None:
        raise Http404
    story = history_rows.story(row, request.user)
    context = {"story": story, "section": "history", **harms.beside(row.item)}
    return render(request, "history/decision.html", context)
