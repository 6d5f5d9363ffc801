"""How much anybody may send: a middleware, since the form's token is looked for in the whole body.

Without it a stranger fills the disk: uploads are written to it before a view says who may upload.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

ANYBODY = 1024 * 1024
SIGNED_IN = 130 * 1024 * 1024  # an import's twelve files of 10 MB, a mail's 25
TOO_LARGE = "This is more than can be sent here at once."


def limited(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    def middleware(request: HttpRequest) -> HttpResponse:
        size = _declared(request)
        if size > SIGNED_IN or (size > ANYBODY and not request.user.is_authenticated):
            return HttpResponse(TOO_LARGE, status=413, content_type="text/plain; charset=utf-8")
        return get_response(request)

    return middleware


def _declared(request: HttpRequest) -> int:
    """Of a body whose size is not declared nothing is read."""
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdecimal() else 0
