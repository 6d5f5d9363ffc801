"""When mail may leave and how much of it: working hours where the buyer sits, the caps, and how
long a decision can be taken back.
"""

from datetime import time
from typing import Any, cast
from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from revenue import countries, people, transactions, workspace
from revenue.models import User
from review import blocks, decay, tasks
from review.permissions import SignedIn, change, page, role

MOST = 10_000
NO_COUNT = ("min_value", "max_value", "invalid")


def _count(label: str, help_text: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, help_text=help_text, min_value=1, max_value=MOST,
        error_messages=dict.fromkeys(NO_COUNT, f"Write a whole number from 1 to {MOST:,}."),
    )  # fmt: skip


def _clock(label: str, help_text: str) -> forms.TimeField:
    return forms.TimeField(
        label=label, help_text=help_text, widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Write a time like 08:30."},
    )  # fmt: skip


class HoursForm(forms.Form):
    opens_at = _clock("From", "By the clock where the buyer sits.")
    closes_at = _clock("Until", "From 00:00 until 00:00 is round the clock.")
    sends_on_weekends = forms.BooleanField(label="On weekends, too", required=False)
    sends_on_holidays = forms.BooleanField(label="On public holidays, too", required=False)
    time_zone = forms.CharField(
        label="Time zone", max_length=64,
        help_text="Taken where nothing tells where a buyer sits: no zone of theirs, no country of "
        "the account, no zone of its owner. A name like Europe/Berlin.",
    )  # fmt: skip
    country = forms.ChoiceField(
        label="Country", required=False,
        help_text="Whose public holidays count where a buyer’s country is not known.",
    )  # fmt: skip
    mailbox_cap = _count("Mails a day from one address", "A mailbox of a rep has its own number.")
    domain_cap = _count("Mails in 24 hours to one company’s domain", "All accounts together.")
    account_cap = _count("Mails in 24 hours to one account", "Whoever there gets them.")
    contact_cap = _count("Mails in 24 hours to one person", "An answer to them does not count.")
    contact_cap_14_days = _count(
        "Mails in 14 days to one person", "A colleague’s own mails count, too."
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        country = cast(forms.ChoiceField, self.fields["country"])
        country.choices = [("", "None"), *countries.choices()]

    def clean_time_zone(self) -> str:
        name: str = self.cleaned_data["time_zone"].strip()
        if name not in available_timezones():
            raise forms.ValidationError(
                f"“{name}” is no time zone. Write one like Europe/Berlin or America/Chicago."
            )
        return name

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        opens, closes = values.get("opens_at"), values.get("closes_at")
        if opens is not None and closes is not None and closes <= opens and closes != time():
            self.add_error("closes_at", f"This has to be later than {opens:%H:%M}.")
        return values


class UndoForm(forms.Form):
    seconds = forms.TypedChoiceField(
        label="Time to undo", choices=User.UNDO_CHOICES, coerce=int,
        help_text="An approved mail waits so long before it leaves.",
        error_messages={"required": "Choose one of the times."},
    )  # fmt: skip


@role("admin", "manager")
@page
def index(request: SignedIn) -> HttpResponse:
    row = workspace.load()
    return _page(request, HoursForm(initial={name: getattr(row, name) for name in _names()}))


@role("admin", "manager")
@change
def save(request: SignedIn) -> HttpResponse:
    form = HoursForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    with transactions.atomic():
        workspace.change(by=request.user, **form.cleaned_data)
        blocks.look_again("window")
        decay.hours_moved()
        tasks.ring()
    decay.recount()
    messages.success(request, "Saved. The mails that wait are looked at again.")
    return redirect("setup_hours")


@role("admin", "manager")
@change
def save_undo(request: SignedIn) -> HttpResponse:
    form = UndoForm(request.POST)
    if not form.is_valid():
        row = workspace.load()
        hours = HoursForm(initial={name: getattr(row, name) for name in _names()})
        return _page(request, hours, undo=form, status=422)
    people.set_undo(form.cleaned_data["seconds"], by=request.user)
    messages.success(request, "Saved. It counts from the next decision on.")
    return redirect("setup_hours")


def _names() -> list[str]:
    return list(HoursForm.base_fields)


def _page(
    request: SignedIn, form: HoursForm, *, undo: UndoForm | None = None, status: int = 200
) -> HttpResponse:
    fields = [form[name] for name in _names()]
    context = {
        "form": form, "hours": fields[2:6], "limits": fields[6:], "section": "setup",
        "undo": undo or UndoForm(initial={"seconds": people.undo_choice(request.user)}),
    }  # fmt: skip
    return render(request, "setup/hours.html", context, status=status)
