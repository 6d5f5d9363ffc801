"""What a rep says of one person or of a whole account: do not contact, and why one may write."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from revenue import consent, records, transactions
from revenue.models import Account, Basis, Contact, Suppression
from review import tasks
from review.permissions import SignedIn, change, signed_in
from review.views import account_page
from review.views.setup import ONE_LINE
from review.views.zone import own_time

Ground = Suppression.Ground
# What a person here may say; the other grounds are the product's own.
GROUNDS = [(one.value, one.label) for one in (Ground.ASKED, Ground.COMPLAINT, Ground.LEGAL,
                                              Ground.OURS)]  # fmt: skip


class DoNotContactForm(forms.Form):
    ground = forms.ChoiceField(label="Whose wish it is", choices=GROUNDS)
    reason = forms.CharField(
        label="Why", max_length=200, validators=[ONE_LINE],
        error_messages={"required": "Say why, so that it can be understood later."},
    )  # fmt: skip


class BasisForm(forms.Form):
    basis = forms.ChoiceField(label="Why may we write to them?", choices=Basis.choices)
    source = forms.CharField(
        label="Where that comes from", max_length=200, required=False, validators=[ONE_LINE]
    )
    on = forms.DateField(
        label="Since", required=False, widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Write a day as 2026-03-31."},
    )  # fmt: skip


@signed_in
@own_time
@change
def suppress_account(request: SignedIn, pk: int) -> HttpResponse:
    account = account_page.find(request.user, pk)
    if account is None:
        raise Http404
    return _suppress(request, account, account, Suppression.Scope.ACCOUNT, f"{account}")


@signed_in
@own_time
@change
def suppress(request: SignedIn, pk: int) -> HttpResponse:
    contact = _find(request, pk)
    if not contact.email:
        messages.error(request, f"{contact} has no address: nobody can write to them anyway.")
        return redirect("account", contact.account_id)
    scope = Suppression.Scope.ADDRESS
    return _suppress(request, contact.account, contact.email, scope, f"{contact}")


def _suppress(
    request: SignedIn, account: Account, value: Account | str, scope: str, name: str
) -> HttpResponse:
    form = DoNotContactForm(request.POST)
    if not form.is_valid():
        return _wrong(request, account, form)
    with transactions.atomic():
        consent.suppress(value, scope=scope, by=request.user, account=account, **form.cleaned_data)
        tasks.ring()
    words = f"Nobody writes to {name} any more. What waited for them is out of date."
    messages.success(request, words)
    return redirect("account", account.pk)


@signed_in
@own_time
@change
def basis(request: SignedIn, pk: int) -> HttpResponse:
    contact = _find(request, pk)
    form = BasisForm(request.POST)
    if not form.is_valid():
        return _wrong(request, contact.account, form)
    records.set_basis(contact, by=request.user, **form.cleaned_data)
    messages.success(request, f"Kept for {contact}.")
    return redirect("account", contact.account_id)


def _wrong(request: SignedIn, account: Account, form: Any) -> HttpResponse:
    """The words on top of the account's page: the forms there are folded."""
    for field in form:
        for error in field.errors:
            messages.error(request, f"{field.label}: {error}")
    return redirect("account", account.pk)


def _find(request: SignedIn, pk: int) -> Contact:
    rows = Contact.objects.for_user(request.user).there().select_related("account")
    contact = rows.filter(pk=pk).first() if pk < 2**63 else None
    if contact is None:
        raise Http404
    return contact
