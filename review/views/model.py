"""The model: who answers, its address and key where they are typed here, and a test call.

For admins. The key is written and never read back: no page, log or event holds it.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.validators import RegexValidator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from revenue import model_access, workspace
from revenue.model_access import AccessError
from review.permissions import SignedIn, change, page, role
from review.setup import model, team
from review.views.agent_forms import MODEL
from review.views.zone import own_time

KEY = RegexValidator(r"\A[!-~]*\Z", "A key has no spaces and no letters with accents.")


class AccessForm(forms.Form):
    """Where the model is and what opens it; the key is never rendered again."""

    url = forms.CharField(
        label="Address", max_length=300, required=False,
        widget=forms.URLInput(attrs={"placeholder": model_access.OFFICIAL_URL}),
        help_text="Of any OpenAI-compatible server. Empty for OpenAI’s own.",
    )  # fmt: skip
    model = forms.CharField(
        label="Model", max_length=120, validators=[MODEL],
        error_messages={"required": "Write the model’s name as its provider spells it."},
    )  # fmt: skip
    key = forms.CharField(
        label="Key", max_length=500, required=False, validators=[KEY],
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="It is kept encrypted and never shown again.",
    )  # fmt: skip


@role("admin")
@own_time
@page
def index(request: SignedIn) -> HttpResponse:
    return _page(request)


def _page(
    request: SignedIn, *, form: AccessForm | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    row, kept, access = workspace.load(), model_access.kept(), model_access.current()
    if form is None:
        first = {"url": kept.url, "model": kept.model} if kept else {"model": settings.OPENAI_MODEL}
        form = AccessForm(initial=first)
    if kept and kept.secret:
        form["key"].help_text = "Leave it empty to keep the one that is stored."
    return render(request, "setup/model.html", {
        "configured": model.configured(access), "access": access, "kept": kept, "form": form,
        "last": model.last_try(row.model_test_note, access), "row": row, "section": "setup",
        "budget": f"{settings.MODEL_BUDGET_PER_DAY:g}", "moved": model.concerned(),
        "unpriced": team.unpriced(access.model), **more,
    }, status=status)  # fmt: skip


@sensitive_post_parameters("key")
@role("admin")
@own_time
@change
def save(request: SignedIn) -> HttpResponse:
    form = AccessForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    try:
        changed = model.save(by=request.user, **form.cleaned_data)
    except AccessError as error:
        form.add_error(error.field, str(error))
        return _page(request, form=form, status=422)
    said = "Saved. Make a test call now." if changed else "Nothing was changed."
    messages.success(request, said)
    return redirect("setup_model")


@role("admin")
@own_time
@change
def forget(request: SignedIn) -> HttpResponse:
    if not model.forget(by=request.user):
        return _page(request, error="There is no address or key to forget.", status=409)
    messages.success(request, "Forgotten. The key is gone from here; revoke it at its provider.")
    return redirect("setup_model")


@role("admin")
@own_time
@change
def test(request: SignedIn) -> HttpResponse:
    tried = model.try_out(by=request.user)
    return _page(request, tried=tried, status=200 if tried.answered else 422)
