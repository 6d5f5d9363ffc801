"""One person's data, for the admin: what is there, a copy of it, and its erasure.

The address is sent in the body and never stands in a URL, where logs and histories would keep it.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from revenue.models import Erasure
from review import privacy, tasks
from review.permissions import SignedIn, change, page, role
from review.views.zone import own_time

LATEST = 50


class PersonForm(forms.Form):
    address = forms.CharField(
        label="Address of the person", max_length=254,
        help_text="Everything goes by it: their mail, drafts to them, what is remembered of them.",
        error_messages={"required": "Write the address of the person."},
    )  # fmt: skip


@role("admin")
@own_time
@page
def index(request: SignedIn) -> HttpResponse:
    return _index(request, PersonForm())


def _index(request: SignedIn, form: PersonForm, *, status: int = 200, **more: Any) -> HttpResponse:
    rows = Erasure.objects.order_by("-pk")[:LATEST]
    return render(request, "privacy/page.html", {
        "form": form, "rows": [(row, sum(row.counts.values())) for row in rows],
        "section": "setup", **more,
    }, status=status)  # fmt: skip


def _scope(form: PersonForm) -> privacy.Scope | None:
    if not form.is_valid():
        return None
    try:
        return privacy.scope(form.cleaned_data["address"])
    except privacy.ErasureError as error:
        form.add_error("address", str(error))
        return None


@role("admin")
@own_time
@change
def look(request: SignedIn) -> HttpResponse:
    form = PersonForm(request.POST)
    found = _scope(form)
    return _index(request, form, found=found, status=200 if found else 422)


@role("admin")
@own_time
@change
def copy(request: SignedIn) -> HttpResponse:
    form = PersonForm(request.POST)
    found = _scope(form)
    if found is None:
        return _index(request, form, status=422)
    made = privacy.export(found.address, by=request.user)
    answer = HttpResponse(made.zipped(), content_type="application/zip")
    answer["Content-Disposition"] = 'attachment; filename="person.zip"'
    return answer


@role("admin")
@own_time
@change
def erase(request: SignedIn) -> HttpResponse:
    form = PersonForm(request.POST)
    found = _scope(form)
    if found is None:
        return _index(request, form, status=422)
    if "sure" not in request.POST:
        error = "Tick that you are sure. An erasure cannot be taken back."
        return _index(request, form, found=found, error=error, status=422)
    return _go_on(request, privacy.begin(found.address, by=request.user))


@role("admin")
@own_time
@change
def go_on(request: SignedIn, pk: int) -> HttpResponse:
    row = Erasure.objects.filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise Http404
    if row.finished_at:
        return _index(request, PersonForm(), error="This erasure is done already.", status=409)
    return _go_on(request, row)


def _go_on(request: SignedIn, row: Erasure) -> HttpResponse:
    if privacy.go_on(row):
        total = sum(row.counts.values())
        messages.success(request, f"Erased: {total:,} rows and texts. Nothing names them any more.")
    else:
        words = f"Nobody writes to them any more. The rest waits: {row.waits_for}"
        messages.warning(request, f"{words} It goes on by itself.")
    tasks.ring()
    return redirect("privacy")
