"""The set-up checklist, and its steps that are not a screen of their own."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.validators import RegexValidator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from revenue import transactions, workspace
from review import demo, tasks
from review.audit import nightly
from review.models import Breach
from review.permissions import SignedIn, change, page, role, signed_in
from review.setup import checklist, mailbox, owners
from review.setup import sender as saving
from review.views.zone import own_time

OWNERS_AT_ONCE = 100
ONE_LINE = RegexValidator(r"\A[^\r\n\t]*\Z", "Write this in one line.")
HOST = RegexValidator(
    r"^([a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?\.)+[a-zA-Z]{2,}\Z",
    "Write a domain like harbour-supply.com.",
)


@signed_in
@own_time
@page
def index(request: SignedIn) -> HttpResponse:
    user = request.user
    if user.is_rep:
        return render(request, "setup/rep.html", {"sending": checklist.sending(user)})
    steps = checklist.steps(user)
    return render(request, "setup/page.html", {
        "steps": [(step, user.role in step.roles) for step in steps],
        "next": checklist.next_of(steps, user),
        "done": sum(step.state == checklist.DONE for step in steps),
        "sending": checklist.sending(user),
        "broken": nightly.broken(), "looked_at": nightly.last_whole(),
        "section": "setup",
    })  # fmt: skip


@role("admin")
@change
def settle_breach(request: SignedIn, pk: int) -> HttpResponse:
    """With it every other place where its rule was broken."""
    nightly.settle(get_object_or_404(Breach, pk=pk).law, by=request.user)
    messages.success(request, "Noted. It is told again when it is found somewhere else.")
    return redirect("setup")


# --- sender ---------------------------------------------------------------------------------------


class SenderForm(forms.Form):
    company = forms.CharField(
        label="Company", max_length=120, validators=[ONE_LINE],
        help_text="As a buyer reads it, in the sender's name and at the foot of every mail.",
    )  # fmt: skip
    postal_address = forms.CharField(
        label="Postal address", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Mail that sells has to name one. It stands at the foot of every mail.",
    )  # fmt: skip
    sender_domain = forms.CharField(
        label="Domain of your mail", max_length=120, required=False, validators=[HOST],
        help_text="What stands behind the @ in your addresses, for the id of each mail.",
    )  # fmt: skip
    offer = forms.CharField(
        label="What you sell", max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One or two sentences. The agents read them before they write.",
    )  # fmt: skip
    voice = forms.CharField(
        label="How your mail should sound", max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}), help_text="For example: short, no jargon.",
    )  # fmt: skip

    def clean_sender_domain(self) -> str:
        return self.cleaned_data["sender_domain"].lower()


@role("admin")
@page
def sender(request: SignedIn) -> HttpResponse:
    row = workspace.load()
    values = {name: getattr(row, name) for name in SenderForm.base_fields}
    return _sender(request, SenderForm(initial=values))


def _sender(request: SignedIn, form: SenderForm, *, status: int = 200) -> HttpResponse:
    effects = saving.effects()
    return _form_page(request, "setup/sender.html", form, status=status, effects=effects)


@role("admin")
@change
def save_sender(request: SignedIn) -> HttpResponse:
    form = SenderForm(request.POST)
    if not form.is_valid():
        return _sender(request, form, status=422)
    anew = saving.save(by=request.user, **form.cleaned_data)
    also = " Every draft is reviewed again." if anew else ""
    words = f"Saved. New mail carries it; what is approved already goes as it is.{also}"
    messages.success(request, words)
    return redirect("setup")


def _form_page(
    request: SignedIn, template: str, form: forms.Form, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"form": form, "section": "setup", **more}
    return render(request, template, context, status=status)


# --- mailbox --------------------------------------------------------------------------------------


@role("admin")
@own_time
@page
def mailbox_page(request: SignedIn) -> HttpResponse:
    return _mailbox(request)


def _mailbox(request: SignedIn, tried: mailbox.Try | None = None) -> HttpResponse:
    row = workspace.load()
    return render(request, "setup/mailbox.html", {
        "server": mailbox.server(), "row": row, "tried": tried, "section": "setup",
        "is_tested": workspace.mailbox_is_tested(row),
        "is_another": workspace.is_another_server(row),
    }, status=200 if tried is None or tried.arrived else 422)  # fmt: skip


@role("admin")
@own_time
@change
def test_mailbox(request: SignedIn) -> HttpResponse:
    return _mailbox(request, mailbox.try_out(by=request.user))


# --- owners ---------------------------------------------------------------------------------------


@role("admin", "manager")
@page
def owners_page(request: SignedIn) -> HttpResponse:
    return _owners(request)


def _owners(request: SignedIn, *, error: str = "", status: int = 200) -> HttpResponse:
    lacking = owners.ownerless(request.user).select_related("owner").order_by("name", "pk")
    rows = list(lacking[: OWNERS_AT_ONCE + 1])
    return render(request, "setup/owners.html", {
        "accounts": rows[:OWNERS_AT_ONCE], "more": len(rows) > OWNERS_AT_ONCE, "error": error,
        "people": owners.candidates(request.user), "section": "setup",
        "anything": bool(rows) or owners.visible(request.user).exists(),
    }, status=status)  # fmt: skip


@role("admin", "manager")
@change
def give_owners(request: SignedIn) -> HttpResponse:
    wanted = {int(pk) for pk in request.POST.getlist("account") if pk.isdecimal() and len(pk) < 19}
    number = request.POST.get("owner", "")
    to = number.isdecimal() and owners.candidates(request.user).filter(pk=number[:18]).first()
    if not wanted:
        return _owners(request, error="Choose at least one account.", status=422)
    if not to:
        return _owners(request, error="Choose who gets them.", status=422)
    _refuse_foreign(request, wanted)
    given = owners.give(sorted(wanted), to=to, by=request.user)
    with transactions.atomic():
        tasks.ring()
    _tell_given(request, given)
    return redirect("owners")


def _refuse_foreign(request: SignedIn, wanted: set[int]) -> None:
    """Those that the person sees may have got an owner meanwhile; the others are not there."""
    seen = owners.visible(request.user).filter(pk__in=wanted)
    if seen.count() < len(wanted):
        raise Http404


def _tell_given(request: SignedIn, given: owners.Given) -> None:
    count = len(given.accounts)
    if count:
        noun = "account is" if count == 1 else "accounts are"
        messages.success(request, f"{count} {noun} {given.to}'s now.")
    for account in given.late[:5]:
        messages.warning(request, f"{account} has got an owner in the meantime: {account.owner}.")


# --- demo -----------------------------------------------------------------------------------------


class OwnLoginForm(forms.Form):
    name = forms.CharField(label="Your name", max_length=150, validators=[ONE_LINE])
    email = forms.EmailField(label="Your e-mail address", max_length=254)
    password = forms.CharField(
        label="A password of your own", max_length=256, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least ten characters. The demo's password is known to everybody.",
    )  # fmt: skip


@role("admin")
@page
def demo_page(request: SignedIn) -> HttpResponse:
    return _demo(request, OwnLoginForm())


def _demo(request: SignedIn, form: forms.Form, error: str = "") -> HttpResponse:
    status = 422 if error or form.errors else 200
    more = {"gone": demo.inventory(), "error": error, "has_demo": workspace.load().has_demo}
    return _form_page(request, "setup/demo.html", form, status=status, **more)


@role("admin")
@change
def remove_demo(request: SignedIn) -> HttpResponse:
    needs_login = request.user.is_demo
    form = OwnLoginForm(request.POST) if needs_login else OwnLoginForm()
    if needs_login and not form.is_valid():
        return _demo(request, form)
    try:
        login = demo.OwnLogin(**form.cleaned_data) if needs_login else None
        gone = demo.remove(by=request.user, login=login)
    except demo.DemoError as error:
        return _demo(request, form, str(error))
    update_session_auth_hash(request, request.user)
    messages.success(request, f"The demo is gone: {gone.accounts} accounts and what hung on them.")
    return redirect("setup")
