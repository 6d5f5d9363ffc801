"""Pages for what is not there or not allowed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render


class NotHere(Http404):
    """Not there, or not theirs; the words say what the reader can do."""


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    words = str(exception) if isinstance(exception, NotHere) else ""
    return render(request, "404.html", {"words": words}, status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)
