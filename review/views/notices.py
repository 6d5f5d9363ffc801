"""Notifications: when and how a person is told what waits, one at once, and the way out."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from revenue import workspace
from review.models import Notice, NoticeChoice, NoticeHost
from review.notices import choices, hooks, mailing, opening
from review.notices.choices import NoticeError
from review.permissions import SignedIn, change, page, public, role
from review.views.zone import own_time

LATEST = 10
State = Notice.State


class ChoiceForm(forms.Form):
    schedule = forms.ChoiceField(label="A digest", choices=NoticeChoice.Schedule.choices)
    hour = forms.TypedChoiceField(label="In the morning at", choices=NoticeChoice.HOURS, coerce=int)
    every = forms.TypedChoiceField(
        label="In between", choices=NoticeChoice.EVERY, coerce=int,
        help_text="For the last choice above, until 18:00.",
    )  # fmt: skip
    by_mail = forms.BooleanField(label="By mail", required=False)
    by_hook = forms.BooleanField(label="By the webhook below", required=False)
    tells_urgent = forms.BooleanField(
        label="What cannot wait goes to the webhook as it comes", required=False
    )
    with_mails = forms.BooleanField(
        label="Also count mails that stopped, and mail that belongs to no account", required=False
    )

    def __init__(self, *args: Any, choice: NoticeChoice, **more: Any) -> None:
        first = {name: getattr(choice, name) for name in self.base_fields}
        super().__init__(*args, **{**more, "initial": first})
        if not choice.url:
            del self.fields["by_hook"], self.fields["tells_urgent"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        wanted = values.get("schedule") != NoticeChoice.Schedule.OFF
        if wanted and not values.get("by_mail") and not values.get("by_hook"):
            raise forms.ValidationError("Choose a way for the digest to come, or “Never”.")
        return values


class HookForm(forms.Form):
    url = forms.CharField(
        label="Address", max_length=500, widget=forms.URLInput(attrs={"placeholder": "https://"}),
        error_messages={"required": "Write the address that your program or your channel has."},
    )  # fmt: skip
    style = forms.ChoiceField(label="It takes", choices=NoticeChoice.Style.choices)


@role("rep", "manager")
@own_time
@page
def index(request: SignedIn) -> HttpResponse:
    return _page(request)


def _page(
    request: SignedIn,
    *,
    form: ChoiceForm | None = None,
    hook_form: HookForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    choice = choices.of(request.user)
    first = {"url": choice.url, "style": choice.style}
    return render(request, "notices/page.html", {
        "choice": choice, "form": form or ChoiceForm(choice=choice),
        "hook_form": hook_form or HookForm(initial=first),
        "hosts": NoticeHost.objects.all(), "has_server": workspace.has_mail_server(),
        "preview": mailing.preview(request.user, choice),
        "latest": request.user.notices.all()[:LATEST], "share": opening.share(request.user),
        "days": opening.DAYS, **more,
    }, status=status)  # fmt: skip


@role("rep", "manager")
@own_time
@change
def save(request: SignedIn) -> HttpResponse:
    form = ChoiceForm(request.POST, choice=choices.of(request.user))
    if not form.is_valid():
        return _page(request, form=form, status=422)
    choices.choose(request.user, by=request.user, **form.cleaned_data)
    messages.success(request, "Saved.")
    return redirect("notices")


@role("rep", "manager")
@own_time
@change
def send(request: SignedIn) -> HttpResponse:
    try:
        row = mailing.send_now(request.user)
    except NoticeError as error:
        return _page(request, error=str(error), status=409)
    if row.state == State.SENT:
        messages.success(request, f"Sent to {request.user.email}.")
        return redirect("notices")
    return _page(request, error=row.answer or mailing.NOTHING, status=422)


@role("rep", "manager")
@own_time
@change
def connect(request: SignedIn) -> HttpResponse:
    form = HookForm(request.POST)
    if not form.is_valid():
        return _page(request, hook_form=form, status=422)
    try:
        secret = choices.connect(request.user, by=request.user, **form.cleaned_data)
    except NoticeError as error:
        form.add_error("url", str(error))
        return _page(request, hook_form=form, status=422)
    return _page(request, secret=secret)


@role("rep", "manager")
@own_time
@change
def test(request: SignedIn) -> HttpResponse:
    if not choices.of(request.user).url:
        return _page(request, error="Connect a webhook first.", status=409)
    try:
        row = hooks.try_out(request.user)
    except NoticeError as error:
        return _page(request, error=str(error), status=409)
    if row.state == State.SENT:
        messages.success(request, f"The webhook answered with {row.answer}.")
        return redirect("notices")
    return _page(request, error=f"The webhook did not take it: {row.answer}", status=422)


@role("rep", "manager")
@own_time
@change
def disconnect(request: SignedIn) -> HttpResponse:
    if not choices.disconnect(request.user, by=request.user):
        return _page(request, error="No webhook is connected.", status=409)
    messages.success(request, "The webhook is disconnected. Nothing goes there any more.")
    return redirect("notices")


class OpenedForm(forms.Form):
    notice = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    item = forms.IntegerField(min_value=1, max_value=2**63 - 1)


@role("rep", "manager")
@change
def opened(request: SignedIn) -> HttpResponse:
    """The page of an item tells that a link of a notice led to it. One that somebody passed on to
    a colleague does not count, and is no fault."""
    form = OpenedForm(request.POST)
    if form.is_valid():
        opening.note(**form.cleaned_data, by=request.user)
    return HttpResponse(status=204)


@public
@csrf_exempt  # a mail program has no token; the link itself is signed
@require_http_methods(["GET", "HEAD", "POST"])
def off(request: HttpRequest, token: str) -> HttpResponse:
    """The way out of every digest (RFC 8058): looking at it changes nothing."""
    person = choices.read_off(token)
    if person is None:
        return render(request, "notices/off.html", {"unknown": True}, status=404)
    done = request.method == "POST"
    if done:
        choices.turn_mail_off(person)
    return render(request, "notices/off.html", {"done": done})
