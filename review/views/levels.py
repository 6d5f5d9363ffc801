"""How soon each kind of draft wants a decision: a manager's page, what the queue is ordered by."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from review import decay
from review.decay import Level
from review.permissions import SignedIn, change, page, role

MOST = 200
COUNTED = {"working": "Buyer’s working hours", "clock": "Round the clock"}


class LevelForm(forms.Form):
    """One row of the page; its prefix is the kind. It carries what it showed along, so that a page
    that stood open takes nothing back that somebody else has set since."""

    hours = forms.IntegerField(
        label="Hours", min_value=1, max_value=MOST, show_hidden_initial=True,
        error_messages=dict.fromkeys(
            ("min_value", "max_value", "invalid", "required"), f"Write a number from 1 to {MOST}."
        ),
    )  # fmt: skip
    counted = forms.ChoiceField(
        label="Counted in", choices=list(COUNTED.items()), show_hidden_initial=True
    )

    @property
    def label(self) -> str:
        return decay.LABELS[str(self.prefix)]

    @property
    def level(self) -> Level:
        values = self.cleaned_data
        return Level(values["hours"], in_working_hours=values["counted"] == "working")


@role("admin", "manager")
@page
def index(request: SignedIn) -> HttpResponse:
    return _page(request, [_form(kind, level) for kind, level in decay.levels().items()])


@role("admin", "manager")
@change
def save(request: SignedIn) -> HttpResponse:
    found = [LevelForm(request.POST, prefix=kind) for kind in decay.LABELS]
    if not all(form.is_valid() for form in found):
        return _page(request, found, status=422)
    wanted = {str(form.prefix): form.level for form in found if form.has_changed()}
    changed = decay.change(wanted, by=request.user)
    saved = "Saved. What waits is put in its new order." if changed else "Nothing was changed."
    messages.success(request, saved)
    return redirect("setup_levels")


def _form(kind: str, level: Level) -> LevelForm:
    counted = "working" if level.in_working_hours else "clock"
    return LevelForm(initial={"hours": level.hours, "counted": counted}, prefix=kind)


def _page(request: SignedIn, found: list[LevelForm], *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"levels": found, "section": "setup"}
    return render(request, "setup/levels.html", context, status=status)
