"""How people review: a page of one's own, and the manager's of the team."""

from django.http import HttpResponse
from django.shortcuts import render

from review import reviewing
from review.permissions import SignedIn, page, role
from review.views.desk import REVIEWERS
from review.views.zone import own_time


@role(*REVIEWERS)
@own_time
@page
def own(request: SignedIn) -> HttpResponse:
    """Theirs alone: nobody else has an address for it."""
    context = {
        "record": reviewing.of([request.user])[0],
        "practised": reviewing.practised(request.user),
        "days": reviewing.DAYS,
    }
    return render(request, "reviewing/own.html", context)


@role("manager")
@own_time
@page
def team(request: SignedIn) -> HttpResponse:
    records, agreement = reviewing.team(request.user)
    context = {"records": records, "agreement": agreement, "days": reviewing.DAYS}
    return render(request, "reviewing/team.html", context)
