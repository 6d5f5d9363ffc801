"""Who may open a page or press a button: decorators on the views, nothing else.

`signed_in` for everybody, `role` for some. Somebody else's row is "not there" (404). An expired
session answers an htmx request with 401 and says so, never with a login page inside a fragment.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django_htmx.middleware import HtmxDetails

from revenue import transactions
from revenue.models import User

View = Callable[..., HttpResponse]

EXPIRED = "You have been signed out. Sign in again in another tab, then repeat this."


class Request(HttpRequest):
    """As our middleware leaves it."""

    htmx: HtmxDetails


class SignedIn(Request):
    """What a view behind `signed_in` or `role` gets: its user is one of ours."""

    user: User


def signed_in(view: View) -> View:
    @never_cache
    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and request.user.is_active:
            with transactions.page():
                return view(request, *args, **kwargs)
        if request.htmx or request.headers.get("Accept", "").startswith("application/json"):
            # The page shows where to sign in; it never follows this, so nothing typed is lost.
            where = {"HX-Redirect": resolve_url(settings.LOGIN_URL)}
            plain = "text/plain; charset=utf-8"
            return HttpResponse(EXPIRED, status=401, content_type=plain, headers=where)
        return redirect_to_login(request.get_full_path())

    return _marked(guarded)


def role(*roles: str) -> Callable[[View], View]:
    """Only people with one of these roles; the others read that it is not theirs (403)."""

    def decorate(view: View) -> View:
        @signed_in
        @wraps(view)
        def guarded(request: SignedIn, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.role not in roles:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def public(view: View) -> View:
    """Open to everybody on purpose: health, and what a buyer may press."""
    return _marked(view)


def _marked(view: View) -> View:
    """Who may open it has been decided; `wraps` carries the mark on."""
    vars(view)["is_guarded"] = True
    return view


page = require_GET
change = require_POST
