"""What other programs may do: send a signal, read an account, bring a draft, see its fate.

`door` is what all addresses for programs share: no cookie, no form's token, and every refusal says
what, where, found against allowed, what to do, and a reference that the log knows.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from revenue import transactions
from revenue.models import Signal
from review import tasks
from review.doors import bodies, drafts, signals, tokens
from review.doors.problems import Problem, new_reference
from review.models import ApiToken
from review.permissions import View, public

logger = logging.getLogger(__name__)
BROKEN = Problem(500, "broken", "Something went wrong here.", "Try again. If it stays, give the "
                 "reference to whoever runs this installation.")  # fmt: skip


def door(verb: str) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @public
        @csrf_exempt
        @never_cache
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            reference = new_reference()
            try:
                if request.method != verb:
                    raise _wrong_verb(verb)
                return view(request, *args, **kwargs)
            except Problem as problem:
                logger.info("Request %s: %s %s", reference, problem.status, problem.code)
                return problem.response(reference)
            except Exception:
                logger.exception("Request %s failed", reference)
                return BROKEN.response(reference)

        return answered

    return decorate


def _wrong_verb(verb: str) -> Problem:
    return Problem(405, "wrong_verb", f"This address takes {verb} alone.", f"Use {verb}.",
                   headers={"Allow": verb})  # fmt: skip


def _token(request: HttpRequest, scope: str) -> ApiToken:
    return tokens.bearer(request.headers.get("Authorization", ""), scope=scope)


@door("POST")
def post_signal(request: HttpRequest) -> HttpResponse:
    token = _token(request, ApiToken.Scope.SIGNALS)
    found = bodies.document(bodies.text(request))
    with transactions.atomic():
        taken = signals.take(
            found, source=f"{Signal.API}{token.name}", origin=f"token:{token.pk}", team=token.team
        )
        tasks.ring()
    answer = {"id": taken.row.pk, "account": taken.row.account_id, "kind": taken.row.kind,
              "is_known_kind": taken.row.is_known, "is_new": taken.is_new}  # fmt: skip
    return JsonResponse(answer, status=201 if taken.is_new else 200)


@door("GET")
def account_context(request: HttpRequest, pk: int) -> HttpResponse:
    return JsonResponse(drafts.context_of(_token(request, ApiToken.Scope.DRAFTS), pk))


@door("POST")
def post_draft(request: HttpRequest) -> HttpResponse:
    token = _token(request, ApiToken.Scope.DRAFTS)
    key = request.headers.get("Idempotency-Key", "")
    taken = drafts.take(token, key=key, body=bodies.text(request))
    again = {"Idempotent-Replayed": "true"} if taken.is_again else {}
    return JsonResponse(taken.answer, status=201, headers=again)


@door("GET")
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    return JsonResponse(drafts.told(drafts.find(_token(request, ApiToken.Scope.DRAFTS), pk)))
