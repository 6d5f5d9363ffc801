"""A person's own keys for the desk: the list, a change, and back to the shipped ones."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from review import keys
from review.permissions import SignedIn, change, page, role
from review.views.desk import REVIEWERS

PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class KeysForm(forms.Form):
    """A field for each action. What is a key, and whose, is the verb's to judge."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for one in keys.ACTIONS:
            shown = keys.Key(one, one.key).words
            self.fields[one.name] = forms.CharField(
                label=one.label, max_length=20, required=False,
                widget=forms.TextInput({**PLAIN, "placeholder": f"None, shipped {shown}"}),
            )  # fmt: skip


@role(*REVIEWERS)
@page
def index(request: SignedIn) -> HttpResponse:
    chosen = {name: key.words for name, key in keys.of(request.user).items()}
    return _page(request, KeysForm(initial=chosen))


@role(*REVIEWERS)
@change
def save(request: SignedIn) -> HttpResponse:
    form = KeysForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        keys.remap(form.cleaned_data, user=request.user)
    except keys.KeysError as error:
        for name, words in error.faults.items():
            form.add_error(name, words)
        return _page(request, form, status=422)
    messages.success(request, "Saved. The desk shows your keys on its buttons.")
    return redirect("own_keys")


@role(*REVIEWERS)
@change
def reset(request: SignedIn) -> HttpResponse:
    keys.reset(user=request.user)
    messages.success(request, "Your keys are the shipped ones again.")
    return redirect("own_keys")


def _page(request: SignedIn, form: KeysForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "is_own": bool(request.user.keys)}
    return render(request, "desk/keys.html", context, status=status)
