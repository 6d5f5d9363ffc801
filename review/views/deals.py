"""The deals of an account: opened by hand, moved a step, won, lost, taken up again."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render

from revenue import calendars, stages
from revenue.models import Account, Opportunity, Product
from review import selling
from review.decisions import DecisionError
from review.permissions import SignedIn, change, page, signed_in
from review.views import account_page, account_verbs
from review.views.setup import ONE_LINE
from review.views.zone import own_time

OPEN_STAGES = [
    (name, stages.OPPORTUNITY[name].label) for name in stages.names(stages.OPPORTUNITY, stages.OPEN)
]
DOLLARS = {"invalid": "Write an amount in dollars, like 4800.", "required": "Say what it is worth.",
           "min_value": "An amount is not below zero."}  # fmt: skip


def amount(label: str, **more: Any) -> forms.DecimalField:
    widget = forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01", "min": "0"})
    return forms.DecimalField(
        label=label, max_digits=14, decimal_places=2, min_value=0, widget=widget,
        error_messages=DOLLARS, **more,
    )  # fmt: skip


def day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Write a day as 2026-03-31.", "required": "Say on which day."},
    )  # fmt: skip


class OpenForm(forms.Form):
    name = forms.CharField(
        label="What the deal is about", max_length=200, required=False, validators=[ONE_LINE]
    )
    product = forms.ModelChoiceField(
        Product.objects.order_by("name"), label="Product", required=False, empty_label="None yet"
    )
    amount = amount("Amount in dollars", required=False)
    stage = forms.ChoiceField(label="Stage", choices=OPEN_STAGES)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("name") and not said.get("product"):
            self.add_error("name", "Name the deal, or choose the product.")
        return said


class MoveForm(forms.Form):
    to = forms.ChoiceField(label="New stage", choices=OPEN_STAGES,
                           error_messages={"required": "Choose a stage."})  # fmt: skip

    def __init__(self, *args: Any, deal: Opportunity, **more: Any) -> None:
        super().__init__(*args, **more)
        steps = dict(OPEN_STAGES)
        now = stages.OPPORTUNITY.get(deal.stage)
        choices = [(name, steps[name]) for name in (now.to if now else ()) if name in steps]
        self.fields["to"] = forms.ChoiceField(label="New stage", choices=choices)


class WonForm(forms.Form):
    amount = amount("Amount in dollars")
    on = day("Closed on")


class LostForm(forms.Form):
    reason = forms.ChoiceField(
        label="Why", choices=[("", "Choose a reason"), *selling.LOST_FOR.items()],
        error_messages={"required": "Choose why it was lost."},
    )  # fmt: skip
    note = forms.CharField(label="In your words", max_length=250, required=False,
                           validators=[ONE_LINE])  # fmt: skip
    on = day("Closed on")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("reason") == "other" and not said.get("note"):
            self.add_error("note", "Say in a few words why.")
        return said


@signed_in
@own_time
@page
def new(request: SignedIn, pk: int) -> HttpResponse:
    return _new(request, account_verbs.find(request, pk), OpenForm())


def _new(
    request: SignedIn, account: Account, form: OpenForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"account": account, "form": form, "section": "accounts", **more}
    return render(request, "accounts/deal_new.html", context, status=status)


@signed_in
@own_time
@change
def open_one(request: SignedIn, pk: int) -> HttpResponse:
    account, form = account_verbs.find(request, pk), OpenForm(request.POST)
    if not form.is_valid():
        return _new(request, account, form, status=422)
    error = account_verbs.refusal(
        lambda: selling.open_deal(account, by=request.user, **form.cleaned_data)
    )
    if error:
        return _new(request, account, form, status=error.status, refusal=error.words)
    return account_verbs.done(request, account, "The deal is open.")


@signed_in
@own_time
@page
def deal(request: SignedIn, pk: int) -> HttpResponse:
    return _deal(request, _find(request, pk))


@signed_in
@own_time
@change
def move(request: SignedIn, pk: int) -> HttpResponse:
    row = _find(request, pk)
    form = MoveForm(request.POST, deal=row)
    seen = request.POST.get("seen", "")
    if not form.is_valid() and seen == row.stage:
        return _deal(request, row, move_form=form, status=422)
    to = request.POST.get("to", "")
    error = account_verbs.refusal(lambda: selling.move_deal(row, to, by=request.user, seen=seen))
    label = stages.OPPORTUNITY[to].label if to in stages.OPPORTUNITY else to
    return _after(request, row, error, f"{row} is in stage {label} now.")


@signed_in
@own_time
@change
def won(request: SignedIn, pk: int) -> HttpResponse:
    row, form = _find(request, pk), WonForm(request.POST, auto_id="won-%s")
    if not form.is_valid():
        return _deal(request, row, won_form=form, status=422)
    return _close(request, row, form, won=True)


@signed_in
@own_time
@change
def lost(request: SignedIn, pk: int) -> HttpResponse:
    row, form = _find(request, pk), LostForm(request.POST, auto_id="lost-%s")
    if not form.is_valid():
        return _deal(request, row, lost_form=form, status=422)
    return _close(request, row, form, won=False)


def _close(request: SignedIn, row: Opportunity, form: forms.Form, *, won: bool) -> HttpResponse:
    seen = request.POST.get("seen", "")
    error = account_verbs.refusal(
        lambda: selling.close_deal(row, won=won, by=request.user, seen=seen, **form.cleaned_data)
    )
    name = "won_form" if won else "lost_form"
    return _after(request, row, error, f"{row} is {'won' if won else 'lost'}.", **{name: form})


def _after(
    request: SignedIn, row: Opportunity, error: DecisionError | None, words: str, **more: Any
) -> HttpResponse:
    account = row.account
    if error is None and account:
        return account_verbs.done(request, account, words)
    row = _find(request, row.pk)
    status, why = (error.status, error.words) if error else (200, "")
    return _deal(request, row, status=status, refusal=why, **more)


def _deal(request: SignedIn, row: Opportunity, *, status: int = 200, **more: Any) -> HttpResponse:
    today = {"on": calendars.today(request.user)}
    worth = row.amount or (row.product.list_price if row.product else None)
    return render(request, "accounts/deal.html", {
        "deal": account_page.deal(row), "account": row.account, "section": "accounts",
        "move_form": MoveForm(deal=row),
        "won_form": WonForm(initial={"amount": worth, **today}, auto_id="won-%s"),
        "lost_form": LostForm(initial=today, auto_id="lost-%s"), **more,
    }, status=status)  # fmt: skip


def _find(request: SignedIn, pk: int) -> Opportunity:
    rows = Opportunity.objects.for_user(request.user).select_related("account", "product", "owner")
    row = rows.filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise Http404
    return row
