"""Who may not be written to: the list, one entry, adding and lifting.

Managers and admins; a rep says it on the page of an account. A manager sees what concerns accounts
that they see anywhere, and what concerns none.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from revenue import consent, events, pseudonyms, transactions
from revenue.models import Account, Lift, Suppression, User
from review import tasks
from review.permissions import SignedIn, change, page, role
from review.setup import owners
from review.views import keyset
from review.views.contacts import GROUNDS
from review.views.setup import HOST, ONE_LINE
from review.views.zone import own_time

SIZE = 30
Scope = Suppression.Scope
WHO = {"contact": "the person", "system": "the system", "system:import": "an import",
       "system:list": "a list"}  # fmt: skip


@dataclass(frozen=True)
class Row:
    suppression: Suppression
    name: str
    by: str


class AddForm(forms.Form):
    scope = forms.ChoiceField(
        label="What", choices=[("address", "One address"), ("domain", "Everybody at a domain"),
                               ("account", "A whole account")],
    )  # fmt: skip
    value = forms.CharField(
        label="Which one", max_length=254, validators=[ONE_LINE],
        help_text="name@buyer.example, buyer.example, or the account's name as in the list.",
        error_messages={"required": "Write an address, a domain, or the name of an account."},
    )  # fmt: skip
    ground = forms.ChoiceField(label="Whose wish it is", choices=GROUNDS)
    reason = forms.CharField(
        label="Why", max_length=200, validators=[ONE_LINE],
        error_messages={"required": "Say why, so that it can be understood later."},
    )  # fmt: skip

    def __init__(self, *args: Any, by: User, **more: Any) -> None:
        super().__init__(*args, **more)
        self.by = by

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        text = values.get("value", "").strip()
        if text:
            values["target"] = getattr(self, f"_{values.get('scope', 'address')}")(text)
        return values

    def _address(self, text: str) -> str | None:
        return self._checked(forms.EmailField().clean, consent.on_the_wire(text),
                             "Write one address like name@buyer.example.")  # fmt: skip

    def _domain(self, text: str) -> str | None:
        host = consent.on_the_wire(f"x@{text.lstrip('@')}").rpartition("@")[2]
        words = "Write a domain like buyer.example."
        return self._checked(forms.CharField(validators=[HOST]).clean, host, words)

    def _checked(self, check: Any, text: str, words: str) -> str | None:
        try:
            return check(text)
        except forms.ValidationError:
            self.add_error("value", words)
            return None

    def _account(self, name: str) -> Account | None:
        found = list(owners.visible(self.by).filter(name__iexact=name)[:2])
        if len(found) == 1:
            return found[0]
        several = "Several accounts have this name. Say it on the page of the right one."
        self.add_error("value", several if found else f"There is no account “{name}”.")
        return None


class LiftForm(forms.Form):
    """Of a person's own wish also the day of their new consent."""

    consented_on = forms.DateField(
        label="Day of their new consent", widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": "Only they can lift this: say on which day they consented anew.",
            "invalid": "Write a day as 2026-03-31.",
        },
    )  # fmt: skip
    words = forms.CharField(
        max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say it in a sentence: it is kept with the lifting."},
    )  # fmt: skip

    def __init__(self, *args: Any, row: Suppression, **more: Any) -> None:
        super().__init__(*args, **more)
        words = self.fields["words"]
        if row.is_theirs:
            words.label = "How they gave it, and to whom"
            words.help_text = "For example: wrote to Pat on 3 March that the newsletter is welcome."
        else:
            words.label = "Why it is lifted"
            del self.fields["consented_on"]


def visible(user: User) -> QuerySet[Suppression]:
    rows = Suppression.objects.select_related("account")
    if user.is_admin:
        return rows
    return rows.filter(Q(account=None) | Q(account__in=owners.visible(user)))


@role("admin", "manager")
@own_time
@page
def index(request: SignedIn) -> HttpResponse:
    return _index(request, AddForm(by=request.user))


def _index(request: SignedIn, form: AddForm, *, status: int = 200, **more: Any) -> HttpResponse:
    query = request.GET
    found = keyset.newest(_asked_for(request.user, query), query, size=SIZE)
    return render(request, "suppressions/page.html", {
        "rows": _told(found.rows),
        "next": found.next and keyset.link(query, after=found.next),
        "previous": found.previous and keyset.link(query, before=found.previous),
        "q": query.get("q", "").strip()[:254], "form": form, "section": "setup", **more,
    }, status=status)  # fmt: skip


def _asked_for(user: User, query: QueryDict) -> QuerySet[Suppression]:
    rows = visible(user)
    text = query.get("q", "").replace("\x00", "").strip()[:254]
    if not text:
        return rows
    named = Q(value__icontains=consent.normalise(text)) & ~Q(scope=Scope.ACCOUNT)
    erased = Q(value=pseudonyms.of(consent.normalise(text)))
    return rows.filter(named | erased | Q(account__name__icontains=text))


def _told(rows: list[Suppression]) -> list[Row]:
    people = events.people(row.by for row in rows)
    names = WHO | {actor: str(user) for actor, user in people.items()}
    return [Row(row, name_of(row), names.get(row.by, "the system")) for row in rows]


def name_of(row: Suppression) -> str:
    if row.ground == Suppression.Ground.ERASED:
        return "An erased person"
    if row.scope == Scope.ACCOUNT:
        return f"{row.account}" if row.account else "An account that is gone"
    return f"Everybody at {row.value}" if row.scope == Scope.DOMAIN else row.value


@role("admin", "manager")
@own_time
@change
def add(request: SignedIn) -> HttpResponse:
    """First what it would do, then, once somebody is sure, it."""
    form = AddForm(request.POST, by=request.user)
    if not form.is_valid():
        return _index(request, form, status=422)
    values = form.cleaned_data
    if "sure" not in request.POST:
        return _index(request, form, ask=_reach(values))
    with transactions.atomic():
        row = consent.suppress(
            values["target"], scope=values["scope"], reason=values["reason"],
            ground=values["ground"], by=request.user,
        )  # fmt: skip
        tasks.ring()
    messages.success(request, f"{name_of(row)} may not be written to from now on.")
    return redirect("suppressions")


def _reach(values: dict[str, Any]) -> str:
    number = consent.reaches(values["target"], scope=values["scope"])
    people = "1 person" if number == 1 else f"{number:,} people"
    return f"This concerns {people} of your records, and whoever comes later."


@role("admin", "manager")
@own_time
@page
def entry(request: SignedIn, pk: int) -> HttpResponse:
    row = _find(request, pk)
    return _entry(request, row, LiftForm(row=row))


def _entry(
    request: SignedIn, row: Suppression, form: LiftForm, *, status: int = 200, error: str = ""
) -> HttpResponse:
    before = Lift.objects.filter(scope=row.scope, value=row.value).order_by("-pk")[:5]
    return render(request, "suppressions/entry.html", {
        "row": _told([row])[0], "form": form, "before": before, "error": error, "section": "setup",
    }, status=status)  # fmt: skip


def _find(request: SignedIn, pk: int) -> Suppression:
    row = visible(request.user).filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise Http404
    return row


@role("admin", "manager")
@own_time
@change
def lift(request: SignedIn, pk: int) -> HttpResponse:
    row = _find(request, pk)
    form = LiftForm(request.POST, row=row)
    if not form.is_valid():
        return _entry(request, row, form, status=422)
    try:
        with transactions.atomic():
            consent.lift(row, by=request.user, **form.cleaned_data)
            tasks.ring()
    except consent.ConsentError as error:
        return _entry(request, row, form, error=str(error), status=422)
    messages.success(request, f"Lifted. {name_of(row)} may be written to again.")
    return redirect("suppressions")
