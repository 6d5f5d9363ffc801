"""The start page of a rep and of a manager: the day at a glance."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from review import today
from review.permissions import SignedIn, page, signed_in
from review.views.zone import own_time


@signed_in
@own_time
@page
def index(request: SignedIn) -> HttpResponse:
    """An admin, who has no buyers to meet, is led to the set-up."""
    if request.user.is_admin:
        return redirect("setup")
    return render(request, "today/page.html", {"today": today.build(request.user)})
