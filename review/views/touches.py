"""A rep writes down a call, a conversation or a note."""

import secrets
from datetime import timedelta
from typing import Any, cast

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from revenue import clock
from revenue.models import Account, Contact
from review import selling
from review.permissions import SignedIn, change, page, signed_in
from review.selling.touches import Touch
from review.views import account_page, account_verbs
from review.views.setup import ONE_LINE
from review.views.zone import own_time

WHEN = "%Y-%m-%dT%H:%M"
DONE = {
    "call": "The call is logged. Agents wait for a day.",
    "meeting": "The conversation is logged. Agents wait for a day.",
    "note": "The note is kept.",
}


def when(label: str, **more: Any) -> forms.DateTimeField:
    """A moment in the zone of whoever types it."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=WHEN)
    errors = {"invalid": "Write a day and a time as 2026-03-31 14:30.",
              "required": "Say when."}  # fmt: skip
    return forms.DateTimeField(label=label, widget=widget, error_messages=errors, **more)


class LogForm(forms.Form):
    """`key` makes the same form, sent twice, one row."""

    kind = forms.ChoiceField(label="What it was", choices=list(selling.KINDS.items()))
    contact = forms.ModelChoiceField(
        Contact.objects.none(),
        label="With whom",
        required=False,
        empty_label="Nobody by name",
    )
    theirs = forms.BooleanField(label="They called us", required=False)
    at = when("When")
    text = forms.CharField(
        label="What was said", max_length=20_000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Agents read this before they write.",
        error_messages={"required": "Write in a few words what was said."},
    )  # fmt: skip
    next_step = forms.CharField(
        label="Next step", max_length=300, required=False, validators=[ONE_LINE],
        help_text="It stands among your tasks. For example: send the quote.",
    )  # fmt: skip
    due_on = forms.DateField(
        label="Due on", required=False, widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Write a day as 2026-03-31."},
    )  # fmt: skip
    key = forms.RegexField(r"^[\w-]{8,40}$", widget=forms.HiddenInput)

    def __init__(self, *args: Any, account: Account, **more: Any) -> None:
        super().__init__(*args, **more)
        choice = cast(forms.ModelChoiceField, self.fields["contact"])
        choice.queryset = account.contacts.there().order_by("last_name", "first_name", "pk")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        at = said.get("at")
        if at and at > clock.now() + timedelta(minutes=1):
            self.add_error("at", "This lies ahead. Log it once it has happened.")
        if said.get("next_step") and not said.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", "Say by when.")
        return said

    def touch(self) -> Touch:
        """The minute that is just running is now, not later."""
        said = self.cleaned_data
        return Touch(
            said["kind"], said["text"], min(said["at"], clock.now()), said["key"],
            contact=said["contact"], is_theirs=said["theirs"] and said["kind"] == "call",
            next_step=said["next_step"], due_on=said["due_on"],
        )  # fmt: skip


def fresh_key() -> str:
    return secrets.token_urlsafe(12)


@signed_in
@own_time
@page
def log(request: SignedIn, pk: int) -> HttpResponse:
    account = account_verbs.find(request, pk)
    kind = request.GET.get("kind", "")
    said = {
        "kind": kind if kind in selling.KINDS else "call", "at": timezone.localtime(clock.now()),
        "key": fresh_key(), "contact": _only_one(account),
    }  # fmt: skip
    return _page(request, account, LogForm(initial=said, account=account))


def _only_one(account: Account) -> Contact | None:
    """Where there is nobody else, it was them."""
    people = list(account.contacts.there()[:2])
    return people[0] if len(people) == 1 else None


@signed_in
@own_time
@change
def keep(request: SignedIn, pk: int) -> HttpResponse:
    account = account_verbs.find(request, pk)
    form = LogForm(request.POST, account=account)
    if not form.is_valid():
        return _page(request, account, form, status=422)
    touch = form.touch()
    error = account_verbs.refusal(lambda: selling.log(account, touch, by=request.user))
    if error:
        return _page(request, account, form, status=error.status, refusal=error.words)
    return account_verbs.done(request, account, DONE[touch.kind])


def _page(
    request: SignedIn, account: Account, form: LogForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"account": account, "form": form, "section": "accounts",
               "overtaken": account_page.overtaken(account), **more}  # fmt: skip
    template = "accounts/_log.html" if request.htmx else "accounts/log.html"
    return render(request, template, context, status=status)
