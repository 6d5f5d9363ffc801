"""What comes in over HTTP from outside: a buyer's one-click opt-out.

RFC 8058: the POST of a mail program suppresses, without cookie, login or redirect. GET shows a
page with a button and changes nothing, because mail scanners open every link.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from revenue import consent, workspace
from review import payload, tasks
from review.permissions import public


@public
@csrf_exempt  # a mail program has no token; the link itself is signed
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    email = payload.read_unsubscribe(token)
    if email is None:
        raise Http404
    done = request.method == "POST"
    if done:
        consent.suppress(email, scope="address", reason="one-click opt-out", by="contact")
        tasks.ring()
    company = workspace.load().company
    return render(request, "unsubscribe/page.html", {"done": done, "company": company})
