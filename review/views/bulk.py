"""Many at once: what was selected, looked at before anything happens, then approved by one POST.

Both answer htmx with a fragment and everybody else with a page.
"""

from django.http import HttpResponse
from django.shortcuts import render

from review import decisions, forms
from review.cards import preview
from review.decisions import DecisionError
from review.decisions.bulk import MOST
from review.permissions import SignedIn, change, page, role
from review.views.desk import REVIEWERS, for_cards, ids_in
from review.views.zone import own_time


@role(*REVIEWERS)
@own_time
@page
def index(request: SignedIn) -> HttpResponse:
    """The preview of `?item=1&item=2`."""
    ids = list(dict.fromkeys(ids_in(request.GET.getlist("item"))))
    if len(ids) > MOST:
        words = f"{len(ids)} are selected. At most {MOST} are approved at once."
        return _refused(request, words, status=200)
    shown = preview.of(ids, reader=request.user)
    context = {**for_cards(request), "preview": shown, "number": len(shown.approvable)}
    return render(request, _template(request, "bulk"), context)


@role(*REVIEWERS)
@own_time
@change
def approve(request: SignedIn) -> HttpResponse:
    form = forms.Bulk(request.POST)
    if not form.is_valid():
        return _refused(request, str(form.errors["seen"][0]), status=422)
    try:
        results = decisions.approve_many(form.cleaned_data["seen"], by=request.user)
    except DecisionError as error:
        return _refused(request, error.words, status=error.status)
    approved = [one for one in results if not one.refusal]
    back = [one for one in approved if not one.told] if request.user.undo_seconds else []
    context = {
        "section": "desk", "approved": approved, "number": len(results), "undoable": back,
        "refused": [one for one in results if one.refusal],
    }  # fmt: skip
    return render(request, _template(request, "bulk_done"), context)


def _refused(request: SignedIn, words: str, *, status: int) -> HttpResponse:
    context = {"section": "desk", "sentence": words}
    return render(request, _template(request, "bulk"), context, status=status)


def _template(request: SignedIn, name: str) -> str:
    return f"desk/_{name}.html" if request.htmx else f"desk/{name}.html"
