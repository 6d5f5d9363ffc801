"""A rep writes to a person of an account: the form, exactly what would leave, sending it."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from revenue import consent
from revenue.models import Account, Activity, Contact
from revenue.rows import key
from review import decisions, payload
from review.permissions import SignedIn, change, page, signed_in
from review.views import account_page, account_verbs, holders
from review.views.setup import ONE_LINE
from review.views.zone import own_time


class WriteForm(forms.Form):
    """`seen` is the version of the account that the page showed, `answers` the mail it answers."""

    to = forms.ModelChoiceField(
        Contact.objects.none(), label="To", empty_label=None,
        error_messages={
            "required": "Choose whom you write to.",
            "invalid_choice": "This person may not be written to any more. Choose somebody else.",
        },
    )  # fmt: skip
    subject = forms.CharField(
        label="Subject", max_length=300, validators=[ONE_LINE],
        error_messages={"required": "Write a subject."},
    )  # fmt: skip
    body = forms.CharField(
        label="Message", max_length=20_000, strip=False, widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={"required": "Write a message."},
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput)
    answers = forms.ModelChoiceField(
        Activity.objects.none(), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, account: Account, **more: Any) -> None:
        super().__init__(*args, **more)
        cast(forms.ModelChoiceField, self.fields["to"]).queryset = writable(account)
        mails = cast(forms.ModelChoiceField, self.fields["answers"])
        mails.queryset = decisions.answerable(account)

    def letter(self) -> decisions.Letter:
        said = self.cleaned_data
        return decisions.Letter(said["to"], said["subject"], said["body"], said["answers"])


def writable(account: Account) -> QuerySet[Contact]:
    """The people of an account who may be written to, by name."""
    rows = account.contacts.there().exclude(email="").order_by("last_name", "first_name", "pk")
    people = list(rows[: account_page.PEOPLE])
    blocked = consent.blocks_among([consent.normalise(row.email) for row in people])
    free = [row.pk for row in people if consent.normalise(row.email) not in blocked]
    return rows.filter(pk__in=[] if consent.account_block(account) else free)


@signed_in
@own_time
@page
def write(request: SignedIn, pk: int) -> HttpResponse:
    account = account_verbs.find(request, pk)
    return _page(request, account, WriteForm(account=account, initial=_asked_for(request, account)))


def _asked_for(request: SignedIn, account: Account) -> dict[str, Any]:
    """Whom, and in answer to what: as the link said, else whoever wrote to us last."""
    mails = decisions.answerable(account)
    wanted = key(request.GET.get("answers", ""))
    answered = mails.filter(pk=wanted).first() if wanted else None
    last = answered or mails.order_by("-occurred_at", "-pk").first()
    to = key(request.GET.get("to", "")) or (last.contact_id if last else None)
    said: dict[str, Any] = {"seen": account.context_version, "to": to}
    if answered:
        said |= {"answers": answered, "to": answered.contact_id, "subject": _re(answered.subject)}
    return said


def _re(subject: str) -> str:
    return (subject if subject.lower().startswith("re:") else f"Re: {subject}")[:300].strip()


@signed_in
@own_time
@change
def send(request: SignedIn, pk: int) -> HttpResponse:
    """Shows what would leave, or lets it leave."""
    account = account_verbs.find(request, pk)
    form = WriteForm(request.POST, account=account)
    if not form.is_valid():
        return _page(request, account, form, status=422)
    if "preview" in request.POST:
        return _preview(request, account, form)
    letter, seen = form.letter(), form.cleaned_data["seen"]
    error = account_verbs.refusal(
        lambda: decisions.write(account, letter, by=request.user, seen=seen)
    )
    if error is None:
        return account_verbs.done(request, account, f"Your mail to {letter.contact} is on its way.")
    return _again(request, account, form, error)


def _again(
    request: SignedIn, account: Account, form: WriteForm, error: decisions.DecisionError
) -> HttpResponse:
    """What was typed is kept; what has happened meanwhile is seen now, so it may be sent."""
    account.refresh_from_db(fields=["context_version"])
    typed = {**request.POST.dict(), "seen": str(account.context_version)}
    form = WriteForm(typed, account=account)
    return _page(request, account, form, status=error.status, refusal=error.words)


def _preview(request: SignedIn, account: Account, form: WriteForm) -> HttpResponse:
    shown: list[decisions.Preview] = []
    letter = form.letter()
    error = account_verbs.refusal(
        lambda: shown.append(decisions.preview(account, letter, by=request.user))
    )
    if error:
        return _page(request, account, form, status=error.status, refusal=error.words)
    return _page(request, account, form, preview=shown[0])


def _page(
    request: SignedIn, account: Account, form: WriteForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    holder = holders.of([account], viewer=request.user).get(account.pk)
    context = {
        "account": account,
        "form": form,
        "section": "accounts",
        "may_write": writable(account).exists(),
        "answered": form["answers"].initial if not form.is_bound else _answered(form),
        "sender": payload.sender_address(request.user),
        "overtaken": account_page.overtaken(account),
        "colleague": holder if holder and holder.person and not holder.is_you else None,
        **more,
    }
    template = "accounts/_write.html" if request.htmx else "accounts/write.html"
    return render(request, template, context, status=status)


def _answered(form: WriteForm) -> Activity | None:
    form.is_valid()
    return form.cleaned_data.get("answers")
