"""What comes in over HTTP from outside: a buyer's one-click opt-out, signed signals, and what the
mail provider brings.

RFC 8058: the POST of a mail program suppresses, without cookie, login or redirect. GET shows a
page with a button and changes nothing, because mail scanners open every link.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from revenue import consent, workspace
from review import payload, tasks
from review.doors import bodies, provider, webhooks
from review.permissions import public
from review.views.api import door


@public
@csrf_exempt  # a mail program has no token; the link itself is signed
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    email = payload.read_unsubscribe(token)
    if email is None:
        return render(request, "unsubscribe/page.html", {"unknown": True}, status=404)
    done = request.method == "POST"
    if done:
        consent.suppress(email, scope="address", reason="one-click opt-out", by="contact")
        tasks.ring()
    company = workspace.load().company
    return render(request, "unsubscribe/page.html", {"done": done, "company": company})


@door("POST")
def signal(request: HttpRequest, slug: str) -> HttpResponse:
    """By the Standard Webhooks specification; what is known already is fine, too."""
    given = {name.lower(): value for name, value in request.headers.items()}
    return JsonResponse({"status": webhooks.take(slug, bodies.text(request), given)})


@door("POST")
def mail(request: HttpRequest, esp: str, kind: str) -> HttpResponse:
    return JsonResponse({"events": provider.take(request, provider=esp, kind=kind)})
