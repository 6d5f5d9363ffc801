"""What every form of an account's page has in common: whose account it is, a verb that may be
refused, and what one reads afterwards.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, resolve_url

from revenue import transactions
from revenue.models import Account
from review import tasks
from review.decisions import DecisionError
from review.permissions import SignedIn
from review.views import account_page


def find(request: SignedIn, pk: int) -> Account:
    row = account_page.find(request.user, pk) if pk < 2**63 else None
    if row is None:
        raise Http404
    return row


def refusal(verb: Callable[[], Any]) -> DecisionError | None:
    """Why the verb did not do it; nothing when it did. What is not theirs is not there."""
    try:
        with transactions.atomic():
            verb()
            tasks.ring()
    except DecisionError as error:
        if error.status == 404:
            raise Http404 from None
        return error
    return None


def done(request: SignedIn, account: Account, words: str) -> HttpResponse:
    """Back on the account's page, with a sentence on top."""
    messages.success(request, words)
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": resolve_url("account", account.pk)})
    return redirect("account", account.pk)
