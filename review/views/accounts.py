"""The accounts: the list, one account with everything known of it, taking it over, handing back,
and whether it is strategic."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from revenue import transactions
from revenue.models import Account
from review import decisions, selling, tasks
from review.permissions import SignedIn, change, page, role, signed_in
from review.views import (
    account_list,
    account_page,
    account_verbs,
    contacts,
    holders,
    timeline,
    todo,
)
from review.views.keyset import link
from review.views.zone import own_time


@signed_in
@own_time
@page
def index(request: SignedIn) -> HttpResponse:
    query = request.GET
    found = account_list.page(request.user, query)
    show = query.get("show", "")
    filters = [
        {"label": label, "link": link(query, show=name), "is_current": name == show}
        for name, label in account_list.filters(show).items()
    ]
    return render(request, "accounts/page.html", {
        "page": found,
        "next": found.next and link(query, after=found.next),
        "previous": found.previous and link(query, before=found.previous),
        "filters": filters,
        "show": show,
        "q": query.get("q", "").strip(),
        "owner": query.get("owner", ""),
        "owners": account_list.owners(request.user),
    })  # fmt: skip


@signed_in
@own_time
@page
def account(request: SignedIn, pk: int) -> HttpResponse:
    row = _find(request, pk)
    if request.htmx:
        return render(request, "accounts/_timeline.html", _timeline(request, row))
    return _page(request, row)


class HandBackForm(forms.Form):
    note = forms.CharField(
        label="What happened",
        help_text="The next agent reads this before it writes.",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    next_action = forms.CharField(
        label="What should happen next",
        help_text="For example: follow up on the call in a week.",
        max_length=500,
        error_messages={"required": "Say in a sentence what should happen next."},
    )


@signed_in
@own_time
@change
def take_over(request: SignedIn, pk: int) -> HttpResponse:
    row = _find(request, pk)
    try:
        with transactions.atomic():
            decisions.take_over(row, by=request.user)
            tasks.ring()
    except decisions.DecisionError as error:
        return _refused(request, row, error)
    return _done(request, row, f"You speak to {row} now. Agents stay silent until you hand back.")


@signed_in
@own_time
@change
def hand_back(request: SignedIn, pk: int) -> HttpResponse:
    row = _find(request, pk)
    form = HandBackForm(request.POST)
    if not form.is_valid():
        return _again(request, row, form=form, status=422)
    try:
        with transactions.atomic():
            decisions.hand_back(row, by=request.user, **form.cleaned_data)
            tasks.ring()
    except decisions.DecisionError as error:
        return _refused(request, row, error, form=form)
    return _done(request, row, f"You handed {row} back. The agents go on with your note.")


@role("manager")
@own_time
@change
def strategic(request: SignedIn, pk: int) -> HttpResponse:
    row, wanted = _find(request, pk), request.POST.get("wanted") == "yes"
    refused = account_verbs.refusal(lambda: selling.flag_strategic(row, on=wanted, by=request.user))
    if refused:
        return _refused(request, row, refused)
    then = (
        "is strategic now. A person decides each step and reads each draft by itself."
        if wanted
        else "is not strategic any more. Agents work here by the usual rules."
    )
    return account_verbs.done(request, row, f"{row} {then}")


def _find(request: SignedIn, pk: int) -> Account:
    row = account_page.find(request.user, pk)
    if row is None:
        raise Http404
    return row


def _done(request: SignedIn, row: Account, words: str) -> HttpResponse:
    if request.htmx:
        return _again(request, row, words=words)
    messages.success(request, words)
    return redirect("account", row.pk)


def _refused(
    request: SignedIn,
    row: Account,
    error: decisions.DecisionError,
    form: HandBackForm | None = None,
) -> HttpResponse:
    """The page as it is now, with the reason on top and what was written kept."""
    if error.status == 404:
        raise Http404
    return _again(request, row, status=error.status, refusal=error.words, form=form)


def _again(request: SignedIn, row: Account, *, status: int = 200, **more: Any) -> HttpResponse:
    if not request.htmx:
        return _page(request, row, status=status, **more)
    holder = holders.of([row], viewer=request.user).get(row.pk)
    context = {"account": row, "holder": holder, **_hand_back(request, holder), **more}
    return render(request, "accounts/_voice.html", _with_form(context), status=status)


def _page(request: SignedIn, row: Account, *, status: int = 200, **more: Any) -> HttpResponse:
    context = account_page.sections(row, viewer=request.user)
    context |= {
        "section": "accounts",
        "grounds": contacts.GROUNDS,
        **todo.at(row, request),
        **_hand_back(request, context["holder"]),
        **_timeline(request, row),
        **more,
    }
    return render(request, "accounts/account.html", _with_form(context), status=status)


def _hand_back(request: SignedIn, holder: holders.Holder | None) -> dict[str, Any]:
    may = holder and holder.person and (holder.is_you or request.user.is_manager)
    return {"can_hand_back": bool(may)}


def _with_form(context: dict[str, Any]) -> dict[str, Any]:
    return {**context, "form": context.get("form") or HandBackForm()}


def _timeline(request: SignedIn, row: Account) -> dict[str, Any]:
    show = request.GET.get("events", "")
    show = show if show in timeline.FILTERS else ""
    before = request.GET.get("before", "")
    stretch = timeline.read(row, viewer=request.user, show=show, before=before)
    kinds = [
        {"label": label, "link": link(request.GET, events=name), "is_current": name == show}
        for name, label in timeline.FILTERS.items()
    ]
    older = stretch.older and link(request.GET, before=stretch.older)
    return {"account": row, "stretch": stretch, "older": older, "kinds": kinds,
            "newest": link(request.GET)}  # fmt: skip
