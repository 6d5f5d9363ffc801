"""Connections: tokens of other programs, sources of signed signals, what the mail provider brings,
and the hosts that people may have their notices sent to.

For admins. A token and a secret are shown on the page that made them, and nowhere again.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.validators import RegexValidator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from revenue import clock, posting
from revenue.models import Team
from review.doors import provider, tokens, webhooks
from review.models import ApiToken, NoticeHost, WebhookSource
from review.notices import choices
from review.permissions import SignedIn, change, page, role
from review.views.setup import ONE_LINE
from review.views.zone import own_time

LATEST = 20
AGENT = RegexValidator(r"\A[a-z0-9][a-z0-9-]*\Z", "Use small letters, digits and hyphens.")


class TeamForm(forms.Form):
    name = forms.CharField(
        label="Name", max_length=80, validators=[ONE_LINE],
        error_messages={"required": "Name the program, so that you know it again."},
    )  # fmt: skip
    team = forms.ModelChoiceField(
        Team.objects.order_by("name"), label="Accounts of", required=False, empty_label="All teams"
    )


class HostForm(forms.Form):
    host = forms.CharField(
        label="Host", max_length=253,
        error_messages={"required": "Write the name of the host alone, like hooks.slack.com."},
    )  # fmt: skip


class SourceForm(TeamForm):
    prefix = "source"


class TokenForm(TeamForm):
    prefix = "token"
    field_order = ("name", "scope", "agent", "callback_url", "team")
    scope = forms.ChoiceField(label="What it may do", choices=ApiToken.Scope.choices)
    agent = forms.CharField(
        label="Name of the agent", max_length=30, required=False, validators=[AGENT],
        help_text="Only to write drafts. A rep reads it on every draft.",
    )  # fmt: skip
    callback_url = forms.CharField(
        label="Where its decisions are sent", max_length=500, required=False,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        help_text="Optional, only to write drafts: we send what became of each.",
    )  # fmt: skip

    def clean_callback_url(self) -> str:
        url: str = self.cleaned_data["callback_url"]
        try:
            if url:
                posting.checked(url)
        except posting.Unreachable as error:
            raise forms.ValidationError(f"{str(error).capitalize()}.") from None
        return url

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("scope") == ApiToken.Scope.DRAFTS:
            if not values.get("agent") and "agent" not in self.errors:
                self.add_error("agent", "Name the agent that writes.")
        elif values.get("agent") or values.get("callback_url"):
            self.add_error("scope", "An agent's name and address are for tokens that write drafts.")
        return values


@role("admin")
@own_time
@page
def index(request: SignedIn) -> HttpResponse:
    return _list(request)


def _list(
    request: SignedIn,
    *,
    token_form: TokenForm | None = None,
    source_form: SourceForm | None = None,
    host_form: HostForm | None = None,
    status: int = 200,
) -> HttpResponse:
    return render(request, "connections/page.html", {
        "tokens": ApiToken.objects.select_related("team"),
        "sources": WebhookSource.objects.select_related("team"),
        "token_form": token_form or TokenForm(), "source_form": source_form or SourceForm(),
        "provider": _provider(), "hosts": NoticeHost.objects.all(),
        "host_form": host_form or HostForm(), "section": "setup",
    }, status=status)  # fmt: skip


def _provider() -> dict[str, Any] | None:
    """The addresses to enter at the mail provider, with the secret left out."""
    name = settings.MAIL_PROVIDER
    if not name:
        return None
    scheme, _, rest = settings.SITE_URL.partition("://")
    paths = [reverse("hook_mail", args=[name, kind]) for kind in provider.KINDS]
    return {
        "name": name,
        "is_open": any(settings.ANYMAIL.get("WEBHOOK_SECRET", [])),
        "addresses": [f"{scheme}://name:password@{rest}{path}" for path in paths],
    }


# --- tokens ---------------------------------------------------------------------------------------


@role("admin")
@own_time
@change
def make_token(request: SignedIn) -> HttpResponse:
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _list(request, token_form=form, status=422)
    return _token(request, tokens.make(by=request.user, **form.cleaned_data))


@role("admin")
@own_time
@page
def token(request: SignedIn, pk: int) -> HttpResponse:
    return _token(request, tokens.Made(_find(ApiToken, pk), ""))


def _token(request: SignedIn, made: tokens.Made) -> HttpResponse:
    row = made.row
    told = row.callbacks.select_related("draft")[:LATEST]
    context = {"token": row, "made": made, "told": told, "section": "setup"}
    return render(request, "connections/token.html", context)


@role("admin")
@change
def revoke_token(request: SignedIn, pk: int) -> HttpResponse:
    row = _find(ApiToken, pk)
    if tokens.revoke(row, by=request.user):
        messages.success(request, f"{row} is revoked: nothing is taken from it any more.")
    else:
        messages.warning(request, f"{row} was revoked already.")
    return redirect("token", pk)


# --- sources --------------------------------------------------------------------------------------


@role("admin")
@own_time
@change
def make_source(request: SignedIn) -> HttpResponse:
    form = SourceForm(request.POST)
    if not form.is_valid():
        return _list(request, source_form=form, status=422)
    row, secret = webhooks.make(by=request.user, **form.cleaned_data)
    return _source(request, row, secret=secret)


@role("admin")
@own_time
@page
def source(request: SignedIn, pk: int) -> HttpResponse:
    return _source(request, _find(WebhookSource, pk))


def _source(request: SignedIn, row: WebhookSource, *, secret: str = "") -> HttpResponse:
    return render(request, "connections/source.html", {
        "source": row, "secret": secret, "receipts": row.receipts.all()[:LATEST],
        "address": settings.SITE_URL + reverse("hook_signal", args=[row.slug]),
        "has_old_key": row.has_old_key(clock.now()), "section": "setup",
    })  # fmt: skip


@role("admin")
@own_time
@change
def rotate_source(request: SignedIn, pk: int) -> HttpResponse:
    row = _find(WebhookSource, pk)
    if row.revoked_at:
        messages.warning(request, f"{row} is revoked. Make a new source.")
        return redirect("source", pk)
    secret = webhooks.rotate(row, by=request.user)
    return _source(request, _find(WebhookSource, pk), secret=secret)


@role("admin")
@change
def revoke_source(request: SignedIn, pk: int) -> HttpResponse:
    row = _find(WebhookSource, pk)
    if webhooks.revoke(row, by=request.user):
        messages.success(request, f"{row} is revoked: nothing is taken from it any more.")
    else:
        messages.warning(request, f"{row} was revoked already.")
    return redirect("source", pk)


# --- hosts that notices may go to -----------------------------------------------------------------


@role("admin")
@own_time
@change
def allow_host(request: SignedIn) -> HttpResponse:
    form = HostForm(request.POST)
    if not form.is_valid():
        return _list(request, host_form=form, status=422)
    try:
        row = choices.allow(form.cleaned_data["host"], by=request.user)
    except choices.NoticeError as error:
        form.add_error("host", str(error))
        return _list(request, host_form=form, status=422)
    messages.success(request, f"{row} is on the list.")
    return redirect("connections")


@role("admin")
@change
def forbid_host(request: SignedIn, pk: int) -> HttpResponse:
    row = NoticeHost.objects.filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise Http404
    choices.forbid(row, by=request.user)
    messages.success(request, f"{row} is off the list: nothing goes there any more.")
    return redirect("connections")


def _find(model: Any, pk: int) -> Any:
    rows = model.objects.select_related("team", "made_by")
    row = rows.filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise Http404
    return row
