"""The meetings of an account: booked by hand, moved, called off, held or missed."""

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render

from revenue import clock
from revenue.models import Account, Contact, Meeting
from review import selling
from review.decisions import DecisionError
from review.permissions import SignedIn, change, page, signed_in
from review.selling.meetings import Plan
from review.views import account_verbs
from review.views.setup import ONE_LINE
from review.views.touches import fresh_key, when
from review.views.zone import own_time

LENGTHS = {15: "15 minutes", 30: "30 minutes", 45: "45 minutes", 60: "1 hour", 90: "1½ hours",
           120: "2 hours", 240: "Half a day"}  # fmt: skip
LATEST = 20


class TimeForm(forms.Form):
    starts_at = when("When")
    minutes = forms.TypedChoiceField(label="How long", choices=list(LENGTHS.items()), coerce=int)

    def length(self) -> timedelta:
        return timedelta(minutes=self.cleaned_data["minutes"])


class BookForm(TimeForm):
    subject = forms.CharField(
        label="What it is about", max_length=300, validators=[ONE_LINE],
        error_messages={"required": "Write in a few words what it is about."},
    )  # fmt: skip
    attendees = forms.ModelMultipleChoiceField(
        Contact.objects.none(), label="Who comes", required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    key = forms.RegexField(r"^[\w-]{8,40}$", widget=forms.HiddenInput)
    field_order = ("subject", "starts_at", "minutes", "attendees", "key")

    def __init__(self, *args: Any, account: Account, **more: Any) -> None:
        super().__init__(*args, **more)
        choice = cast(forms.ModelMultipleChoiceField, self.fields["attendees"])
        choice.queryset = account.contacts.there().order_by("last_name", "first_name", "pk")

    def plan(self) -> Plan:
        said = self.cleaned_data
        ends = said["starts_at"] + self.length()
        return Plan(said["subject"], said["starts_at"], ends, tuple(said["attendees"]))


class EndForm(forms.Form):
    """`seen` is the state that the page showed."""

    outcome = forms.ChoiceField(
        label="How it went", choices=[("held", "It took place"), ("missed", "They did not come")],
        widget=forms.RadioSelect, error_messages={"required": "Say whether it took place."},
    )  # fmt: skip
    notes = forms.CharField(
        label="Notes", max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What was said and promised. Agents read this before they write.",
    )  # fmt: skip


@signed_in
@own_time
@page
def index(request: SignedIn, pk: int) -> HttpResponse:
    account = account_verbs.find(request, pk)
    return _index(
        request, account, BookForm(account=account, initial={"minutes": 30, "key": fresh_key()})
    )


def _index(
    request: SignedIn, account: Account, form: BookForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    rows = list(account.meetings.prefetch_related("attendees").order_by("-starts_at")[:LATEST])
    return render(request, "accounts/meetings.html", {
        "account": account, "form": form, "section": "accounts", "moment": clock.now(),
        "meetings": rows, **more,
    }, status=status)  # fmt: skip


@signed_in
@own_time
@change
def book(request: SignedIn, pk: int) -> HttpResponse:
    account = account_verbs.find(request, pk)
    form = BookForm(request.POST, account=account)
    if not form.is_valid():
        return _index(request, account, form, status=422)
    plan, form_key = form.plan(), form.cleaned_data["key"]
    error = account_verbs.refusal(
        lambda: selling.book(account, plan, by=request.user, key=form_key)
    )
    if error:
        return _index(request, account, form, status=error.status, refusal=error.words)
    return account_verbs.done(request, account, f"The meeting “{plan.subject}” is on record.")


@signed_in
@own_time
@page
def meeting(request: SignedIn, pk: int) -> HttpResponse:
    return _meeting(request, _find(request, pk))


@signed_in
@own_time
@change
def end(request: SignedIn, pk: int) -> HttpResponse:
    row, form = _find(request, pk), EndForm(request.POST)
    if not form.is_valid():
        return _meeting(request, row, end_form=form, status=422)
    held = form.cleaned_data["outcome"] == "held"
    error = account_verbs.refusal(
        lambda: selling.end(row, held=held, notes=form.cleaned_data["notes"], by=request.user,
                            seen=_seen(request))
    )  # fmt: skip
    words = "Noted: it took place." if held else "Noted: they did not come."
    return _after(request, row, error, words, end_form=form)


@signed_in
@own_time
@change
def move(request: SignedIn, pk: int) -> HttpResponse:
    row, form = _find(request, pk), TimeForm(request.POST)
    if not form.is_valid():
        return _meeting(request, row, time_form=form, status=422)
    starts = form.cleaned_data["starts_at"]
    error = account_verbs.refusal(
        lambda: selling.move(row, starts_at=starts, ends_at=starts + form.length(),
                             by=request.user, seen=_seen(request))
    )  # fmt: skip
    return _after(request, row, error, "The meeting has its new time.", time_form=form)


@signed_in
@own_time
@change
def call_off(request: SignedIn, pk: int) -> HttpResponse:
    row = _find(request, pk)
    error = account_verbs.refusal(
        lambda: selling.call_off(row, by=request.user, seen=_seen(request))
    )
    return _after(request, row, error, "The meeting is called off.")


def _seen(request: SignedIn) -> str:
    return request.POST.get("seen", "")


def _after(
    request: SignedIn, row: Meeting, error: DecisionError | None, words: str, **more: Any
) -> HttpResponse:
    if error is None:
        return account_verbs.done(request, row.account, words)
    row.refresh_from_db()
    return _meeting(request, row, status=error.status, refusal=error.words, **more)


def _meeting(request: SignedIn, row: Meeting, *, status: int = 200, **more: Any) -> HttpResponse:
    length = round((row.ends_at - row.starts_at).total_seconds() / 60)
    minutes = length if length in LENGTHS else 30
    is_over = row.starts_at <= clock.now()
    said = {"outcome": row.status if row.status in ("held", "missed") else ""}
    return render(request, "accounts/meeting.html", {
        "meeting": row, "account": row.account, "section": "accounts", "seen": selling.seen_as(row),
        "has_begun": is_over,
        "may_end": is_over and row.status != Meeting.Status.CANCELLED,
        "may_move": row.status in (Meeting.Status.BOOKED, Meeting.Status.MISSED),
        "end_form": EndForm(initial=said),
        "time_form": TimeForm(initial={"starts_at": row.starts_at, "minutes": minutes}),
        "people": list(row.attendees.there()), **more,
    }, status=status)  # fmt: skip


def _find(request: SignedIn, pk: int) -> Meeting:
    rows = Meeting.objects.for_user(request.user).select_related("account")
    row = rows.filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise Http404
    return row
