"""Preferences: how reps want a class of mail written, and the drafts that wait without it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from agents import preferences
from agents.models import Preference
from agents.preferences import PreferenceError
from revenue import model_access, transactions
from review import autonomy, decisions, tasks
from review.decisions import DecisionError
from review.permissions import SignedIn, change, page, role
from review.views.desk import REVIEWERS
from review.views.zone import own_time

SHOWN = 200


@dataclass(frozen=True)
class Line:
    """`drafts` have received it, `waiting` were written without it."""

    row: Preference
    label: str
    whose: str
    drafts: int
    waiting: int
    may_change: bool


@role(*REVIEWERS)
@own_time
@page
def index(request: SignedIn) -> HttpResponse:
    return _list(request)


def _list(request: SignedIn, *, error: str = "", status: int = 200) -> HttpResponse:
    rows = Preference.objects.for_user(request.user).kept().select_related("rep", "team", "by")
    found = list(rows.annotate(drafts=Count("received__run__drafts", distinct=True))[:SHOWN])
    waiting = decisions.similar(found, by=request.user)
    lines = [
        Line(
            row, autonomy.class_label(row.output_class), _whose(row, request), row.drafts,
            min(len(waiting[row.pk]), decisions.AT_ONCE),
            preferences.may_change(row, by=request.user),
        )
        for row in found
    ]  # fmt: skip
    context = {"lines": lines, "error": error, "is_offline": model_access.current().is_offline}
    return render(request, "preferences/page.html", context, status=status)


def _whose(row: Preference, request: SignedIn) -> str:
    if row.team_id:
        return "The team’s"
    return "Yours" if row.rep_id == request.user.pk else f"{row.rep}’s"


@role(*REVIEWERS)
@own_time
@change
def turn_on(request: SignedIn, pk: int) -> HttpResponse:
    row = _find(request, pk)
    return _act(request, lambda: preferences.turn(row, is_on=True, by=request.user),
                done=f"“{row}” is on. Later drafts receive it.")  # fmt: skip


@role(*REVIEWERS)
@own_time
@change
def turn_off(request: SignedIn, pk: int) -> HttpResponse:
    row = _find(request, pk)
    return _act(request, lambda: preferences.turn(row, is_on=False, by=request.user),
                done=f"“{row}” is off. No draft receives it until you turn it on.")  # fmt: skip


@role(*REVIEWERS)
@own_time
@change
def remove(request: SignedIn, pk: int) -> HttpResponse:
    row = _find(request, pk)
    return _act(request, lambda: preferences.remove(row, by=request.user),
                done=f"“{row}” is removed.")  # fmt: skip


@role(*REVIEWERS)
@own_time
@change
def rewrite(request: SignedIn, pk: int) -> HttpResponse:
    """Similar drafts that wait go back to the agent, each by a request of its own."""
    row = _find(request, pk)
    try:
        number = decisions.request_rewrites(row, by=request.user)
    except DecisionError as error:
        return _list(request, error=error.words, status=error.status)
    if not number:
        return _list(request, error="No draft waits that was written without it.", status=409)
    with transactions.atomic():
        tasks.ring()
    drafts = "1 draft was" if number == 1 else f"{number} drafts were"
    messages.success(request, f"{drafts} sent back and will return as new revisions.")
    return redirect("preferences")


def _find(request: SignedIn, pk: int) -> Preference:
    return get_object_or_404(Preference.objects.for_user(request.user), pk=pk)


def _act(request: SignedIn, verb: Callable[[], Preference], *, done: str) -> HttpResponse:
    try:
        verb()
    except PreferenceError as error:
        return _list(request, error=str(error), status=409)
    messages.success(request, done)
    return redirect("preferences")
