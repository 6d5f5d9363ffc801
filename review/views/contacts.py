"""One person of an account: added, corrected; do not contact, for them or for a whole account, and
why one may write.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from revenue import consent, records, transactions
from revenue.models import Account, Basis, Contact, Suppression
from review import selling, tasks
from review.permissions import SignedIn, change, page, signed_in
from review.views import account_page, account_verbs
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


class PersonForm(forms.Form):
    """Each field carries what it showed, so that only what somebody changed is written."""

    first_name = forms.CharField(
        label="First name", max_length=120, required=False, validators=[ONE_LINE]
    )
    last_name = forms.CharField(
        label="Last name", max_length=120, required=False, validators=[ONE_LINE]
    )
    title = forms.CharField(label="Title", max_length=200, required=False, validators=[ONE_LINE])
    email = forms.EmailField(label="E-mail address", max_length=254, required=False)
    phone = forms.CharField(label="Phone", max_length=60, required=False, validators=[ONE_LINE])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for field in self.fields.values():
            field.show_hidden_initial = True

    def changed(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.changed_data}

    def seen(self) -> dict[str, str]:
        shown = {name: self.data.get(self[name].html_initial_name) for name in self.fields}
        return {name: value for name, value in shown.items() if value is not None}


class AddForm(forms.Form):
    name = forms.CharField(label="Name", max_length=240, validators=[ONE_LINE],
                           error_messages={"required": "Write their name."})  # fmt: skip
    title = forms.CharField(label="Title", max_length=200, required=False, validators=[ONE_LINE])
    email = forms.EmailField(label="E-mail address", max_length=254, required=False)
    phone = forms.CharField(label="Phone", max_length=60, required=False, validators=[ONE_LINE])


@signed_in
@own_time
@page
def new(request: SignedIn, pk: int) -> HttpResponse:
    return _new(request, account_verbs.find(request, pk), AddForm())


def _new(
    request: SignedIn, account: Account, form: AddForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"account": account, "form": form, "section": "accounts", **more}
    return render(request, "contacts/new.html", context, status=status)


@signed_in
@own_time
@change
def add(request: SignedIn, pk: int) -> HttpResponse:
    account, form = account_verbs.find(request, pk), AddForm(request.POST)
    if not form.is_valid():
        return _new(request, account, form, status=422)
    said = form.cleaned_data
    error = account_verbs.refusal(lambda: selling.add_person(account, by=request.user, **said))
    if error:
        return _new(request, account, form, status=error.status, refusal=error.words)
    return account_verbs.done(request, account, f"{said['name']} is on the list of people.")


@signed_in
@own_time
@change
def correct(request: SignedIn, pk: int) -> HttpResponse:
    row, form = _find(request, pk), PersonForm(request.POST)
    if not form.is_valid():
        return _page(request, row, person_form=form, status=422)
    error = account_verbs.refusal(
        lambda: selling.correct_person(row, by=request.user, seen=form.seen(), **form.changed())
    )
    if error:
        form = _shown_anew(form, _find(request, pk)) if error.status == 409 else form
        return _page(request, row, person_form=form, status=error.status, wrong=error.words)
    return account_verbs.done(request, row.account, f"Saved for {_find(request, pk)}.")


@signed_in
@own_time
@page
def contact(request: SignedIn, pk: int) -> HttpResponse:
    return _page(request, _find(request, pk))


def _page(request: SignedIn, row: Contact, *, status: int = 200, **more: Any) -> HttpResponse:
    email = consent.normalise(row.email)
    block = consent.blocked(email, account=row.account) if email else None
    now = {"basis": row.lawful_basis, "source": row.basis_source, "on": row.basis_on}
    return render(request, "contacts/page.html", {
        "contact": row, "refusal": block, "form": DoNotContactForm(),
        "search": _search(row, block),
        "basis_form": BasisForm(now), "person_form": PersonForm(initial=_fields(row)),
        "section": "accounts", **more,
    }, status=status)  # fmt: skip


def _shown_anew(form: PersonForm, row: Contact) -> PersonForm:
    """What was typed, beside what stands there now: whoever saves again has seen it."""
    now = _fields(row)
    shown = {form[name].html_initial_name: value for name, value in now.items()}
    return PersonForm({**shown, **now, **form.changed()})


def _fields(row: Contact) -> dict[str, str]:
    return {name: getattr(row, name) for name in PersonForm.base_fields}


def _search(row: Contact, block: consent.Block | None) -> str:
    """What finds the entry on the page of those who may not be written to."""
    if block is None:
        return ""
    return row.account.name if block.scope == "account" else block.value


@signed_in
@own_time
@change
def suppress(request: SignedIn, pk: int) -> HttpResponse:
    row, form = _find(request, pk), DoNotContactForm(request.POST)
    if not row.email:
        form.add_error(None, "There is no address.")
    if not form.is_valid():
        return _page(request, row, form=form, status=422)
    _suppress(request, row.email, "address", row.account, form)
    return _done(request, row.account, row.name)


@signed_in
@own_time
@change
def suppress_account(request: SignedIn, pk: int) -> HttpResponse:
    account = account_page.find(request.user, pk)
    if account is None:
        raise Http404
    form = DoNotContactForm(request.POST)
    if not form.is_valid():  # the form there is folded, so the words stand on top of the page
        for error in (error for errors in form.errors.values() for error in errors):
            messages.error(request, f"{error}")
        return redirect("account", pk)
    _suppress(request, account, "account", account, form)
    return _done(request, account, account.name)


def _suppress(
    request: SignedIn, value: Account | str, scope: str, account: Account, form: DoNotContactForm
) -> None:
    with transactions.atomic():
        consent.suppress(value, scope=scope, by=request.user, account=account, **form.cleaned_data)
        tasks.ring()


def _done(request: SignedIn, account: Account, name: str) -> HttpResponse:
    words = f"Nobody writes to {name} any more. What waited for them is out of date."
    messages.success(request, words)
    return redirect("account", account.pk)


@signed_in
@own_time
@change
def basis(request: SignedIn, pk: int) -> HttpResponse:
    row, form = _find(request, pk), BasisForm(request.POST)
    if not form.is_valid():
        return _page(request, row, basis_form=form, status=422)
    records.set_basis(row, by=request.user, **form.cleaned_data)
    messages.success(request, f"Saved for {row}.")
    return redirect("account", row.account_id)


def _find(request: SignedIn, pk: int) -> Contact:
    rows = Contact.objects.for_user(request.user).there().select_related("account")
    contact = rows.filter(pk=pk).first() if pk < 2**63 else None
    if contact is None:
        raise Http404
    return contact
