"""Times as the person who looks reads them: in their own zone, which their browser tells.

For every view that shows a time.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from zoneinfo import available_timezones

from django.http import HttpResponse
from django.utils import timezone

from revenue import people
from revenue.calendars import zone_of
from review.permissions import SignedIn, change, signed_in

View = Callable[..., HttpResponse]


def own_time(view: View) -> View:
    """Render in the zone of the person who is signed in; stands inside `signed_in`."""

    @wraps(view)
    def local(request: SignedIn, *args: Any, **kwargs: Any) -> HttpResponse:
        with timezone.override(zone_of(request.user.time_zone)):
            return view(request, *args, **kwargs)

    return local


@signed_in
@change
def tell(request: SignedIn) -> HttpResponse:
    """Where this browser is. Its owner's times are in that zone from the next page on."""
    name = request.POST.get("time_zone", "")
    if name not in available_timezones():
        return HttpResponse("This time zone is not known here.", status=422)
    people.move_to(name, user=request.user)
    return HttpResponse(status=204)
