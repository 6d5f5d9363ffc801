"""How much anybody may send: a middleware, since the form's token is looked for in the whole body.

Without it a stranger fills the disk: uploads are written to it before a view says who may upload.
The mail provider is known by its secret: what it brings are whole mails.
"""

from collections.abc import Callable

from anymail.utils import get_request_basic_auth
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare

ANYBODY = 1024 * 1024
SIGNED_IN = 130 * 1024 * 1024  # an import's twelve files of 10 MB, a mail's 25
TOO_LARGE = "This is more than can be sent here at once."
MACHINES = ("/api/", "/hooks/")


def limited(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    def middleware(request: HttpRequest) -> HttpResponse:
        size = _declared(request)
        if size > SIGNED_IN or (size > ANYBODY and not _is_known(request)):
            return _too_large(request, size)
        return get_response(request)

    return middleware


def has_provider_secret(request: HttpRequest) -> bool:
    given = get_request_basic_auth(request) or ""
    secrets = settings.ANYMAIL.get("WEBHOOK_SECRET", [])
    return any(constant_time_compare(given, secret) for secret in secrets if secret)


def _is_known(request: HttpRequest) -> bool:
    return request.user.is_authenticated or has_provider_secret(request)


def _too_large(request: HttpRequest, size: int) -> HttpResponse:
    if request.path.startswith(MACHINES):
        fault = {"where": "body", "found": f"{size} bytes", "allowed": f"{ANYBODY} bytes"}
        error = {"code": "too_large", "what": TOO_LARGE, "fields": [fault],
                 "remedy": "Send less at once."}  # fmt: skip
        return JsonResponse({"error": error}, status=413)
    return HttpResponse(TOO_LARGE, status=413, content_type="text/plain; charset=utf-8")


def _declared(request: HttpRequest) -> int:
    """Of a body whose size is not declared nothing is read."""
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdecimal() else 0
