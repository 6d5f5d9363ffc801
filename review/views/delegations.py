"""Away: from when until when, and who decides meanwhile. One's own page; a manager's for a team."""

from typing import Any, cast

from django import forms as fields
from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from revenue import clock, delegations
from revenue.models import Delegation, User
from review import forms, moments
from review.permissions import SignedIn, change, page, role
from review.views.desk import REVIEWERS
from review.views.zone import own_time

EARLIER = 5


class Colleague(fields.ModelChoiceField):
    """Who is away now is shown so: the verb says whether that is in the way."""

    away: dict[int, Delegation]

    def label_from_instance(self, person: Any) -> str:
        row = self.away.get(person.pk)
        words = f", away {delegations.until(row.ends_at)}" if row else ""
        return f"{person}{', manager' if person.is_manager else ''}{words}"


def _moment(label: str, **more: Any) -> fields.DateTimeField:
    return fields.DateTimeField(
        label=label, widget=fields.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
        error_messages={"invalid": "Choose a day and a time.", "required": "Choose a day."}, **more,
    )  # fmt: skip


class AwayForm(fields.Form):
    starts_at = _moment("From", required=False, help_text="Empty is from now on.")
    ends_at = _moment("Back at", help_text="It ends then by itself.")
    delegate = Colleague(
        User.objects.none(), label="Who decides meanwhile", required=False,
        error_messages={"invalid_choice": "Choose somebody of the team."},
        help_text="What waits lies on their desk, too. Mail still leaves in the owner’s name.",
    )  # fmt: skip

    def __init__(self, *args: Any, person: User, **more: Any) -> None:
        super().__init__(*args, **more)
        choice = cast(Colleague, self.fields["delegate"])
        people = forms.colleagues(person)
        choice.queryset = people
        choice.away = delegations.of(people, at=clock.now())
        choice.empty_label = "Choose a colleague" if person.is_manager else "The manager"


@role(*REVIEWERS)
@own_time
@page
def index(request: SignedIn, pk: int) -> HttpResponse:
    return _page(request, _find(request, pk))


def _find(request: SignedIn, pk: int) -> User:
    """Oneself; for a manager also whoever they can give work to."""
    me = request.user
    if pk == me.pk:
        return me
    rows = forms.colleagues(me) if me.is_manager and pk < 2**63 else User.objects.none()
    person = rows.filter(pk=pk).first()
    if person is None:
        raise Http404
    return cast(User, person)


def _page(
    request: SignedIn, person: User, *, form: AwayForm | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    now = clock.now()
    row = delegations.unended(person, at=now)
    shown = form or AwayForm(person=person, initial=_planned(row) if row else {})
    ended = person.delegations.filter(ends_at__lte=now).exclude(ends_at=F("starts_at"))
    return render(request, "delegation/page.html", {
        "person": person, "is_own": person.pk == request.user.pk, "form": shown, "row": row,
        "is_away": row is not None and row.starts_at <= now, "section": "delegation",
        "covers": delegations.covered(person, at=now),
        "earlier": ended.select_related("delegate")[:EARLIER], **more,
    }, status=status)  # fmt: skip


def _planned(row: Delegation) -> dict[str, Any]:
    return {"starts_at": row.starts_at, "ends_at": row.ends_at, "delegate": row.delegate_id}


@role(*REVIEWERS)
@own_time
@change
def begin(request: SignedIn, pk: int) -> HttpResponse:
    person = _find(request, pk)
    form = AwayForm(request.POST, person=person)
    if not form.is_valid():
        return _page(request, person, form=form, status=422)
    try:
        row = delegations.begin(person, by=request.user, **form.cleaned_data)
    except delegations.DelegationError as error:
        form.add_error(error.field, str(error))
        return _page(request, person, form=form, status=422)
    messages.success(request, _begun(row, is_own=person.pk == request.user.pk))
    for other in delegations.relying_on(row):
        messages.warning(request, _uncovered(other, row))
    return redirect("delegation", person.pk)


def _begun(row: Delegation, *, is_own: bool) -> str:
    who = "You are" if is_own else f"{row.user} is"
    first = "" if row.starts_at <= clock.now() else f" from {moments.on(row.starts_at)}"
    return f"{who} away{first} until {moments.on(row.ends_at)}. {_decides(row)}"


def _decides(row: Delegation) -> str:
    return f"{row.delegate or 'The manager'} decides meanwhile."


def _uncovered(other: Delegation, row: Delegation) -> str:
    if row.user.is_manager:
        return f"{other.user} counted on {row.user} then. Choose somebody else for them."
    return f"{other.user} counted on {row.user} then. The manager decides for them meanwhile."


@role(*REVIEWERS)
@own_time
@change
def end(request: SignedIn, pk: int) -> HttpResponse:
    person = _find(request, pk)
    try:
        delegations.end(person, by=request.user)
    except delegations.DelegationError as error:
        return _page(request, person, error=str(error), status=409)
    who = "You are" if person.pk == request.user.pk else f"{person} is"
    messages.success(request, f"{who} not away any more.")
    return redirect("delegation", person.pk)
