"""The people who sign in: who they are, inviting, changing, deactivating. For admins."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from revenue import people, transactions
from revenue.models import Lease, Role, Team, User
from review import tasks
from review.permissions import SignedIn, change, page, role
from review.setup import links
from review.views import keyset
from review.views.setup import ONE_LINE
from review.views.zone import own_time

SIZE = 50
FILTERS = {
    "": "Active", "silent": "No address", "waiting": "Not signed in yet", "off": "Deactivated",
}  # fmt: skip


class PersonForm(forms.Form):
    """A name, an address, a role, a team that is there or a new one."""

    name = forms.CharField(label="Name", max_length=150, validators=[ONE_LINE])
    email = forms.EmailField(label="E-mail address", max_length=254)
    role = forms.ChoiceField(label="Role", choices=Role.choices)
    team = forms.ModelChoiceField(
        Team.objects.order_by("name"), label="Team", required=False, empty_label="No team",
        help_text="A manager sees the accounts of their team.",
    )  # fmt: skip
    new_team = forms.CharField(
        label="or a new team", max_length=120, required=False, validators=[ONE_LINE]
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("team") and values.get("new_team"):
            self.add_error("new_team", "Choose a team or name a new one, not both.")
        return values

    def values(self) -> dict[str, Any]:
        """For the verb. A new team is made by it, inside its transaction."""
        found = dict(self.cleaned_data)
        new = found.pop("new_team").strip()
        if new:
            found["team"] = Team.objects.get_or_create(name=new)[0]
        return found


class ChangeForm(PersonForm):
    """An imported person may still be without an address."""

    email = forms.EmailField(
        label="E-mail address", max_length=254, required=False,
        help_text="Without one they sign in with their user name.",
    )  # fmt: skip


class DeactivateForm(forms.Form):
    successor = forms.ModelChoiceField(
        User.objects.none(), label="Who gets their accounts", required=False,
        empty_label="Nobody yet: they wait under Owners",
    )  # fmt: skip

    def __init__(self, *args: Any, leaving: User, **more: Any) -> None:
        super().__init__(*args, **more)
        sellers = User.objects.filter(is_active=True).exclude(role=Role.ADMIN)
        choice = sellers.exclude(pk=leaving.pk).order_by("first_name", "last_name", "pk")
        cast(forms.ModelChoiceField, self.fields["successor"]).queryset = choice


@role("admin")
@own_time
@page
def index(request: SignedIn) -> HttpResponse:
    return _list(request, PersonForm(initial={"role": Role.REP}))


def _list(request: SignedIn, form: PersonForm, *, status: int = 200, **more: Any) -> HttpResponse:
    query = request.GET
    rows = asked_for(query.get("q", ""), query.get("show", ""))
    found = keyset.named(rows, query, field="low", size=SIZE)
    return render(request, "people/page.html", {
        "form": form, "page": found, "q": query.get("q", "").strip(), "section": "setup",
        "show": query.get("show", ""), "filters": _filters(request),
        "next": found.next and keyset.link(query, after=found.next),
        "previous": found.previous and keyset.link(query, before=found.previous), **more,
    }, status=status)  # fmt: skip


def asked_for(text: str, show: str) -> QuerySet[User]:
    rows = User.objects.annotate(low=Lower("username"), owned=Count("accounts"))
    rows = rows.filter(is_active=show != "off").select_related("team")
    if show == "waiting":
        rows = rows.filter(last_login=None)
    if show == "silent":
        rows = rows.filter(email="")
    wanted = text.replace("\x00", "").strip()[:100]
    for word in wanted.split():
        named = Q(first_name__icontains=word) | Q(last_name__icontains=word)
        rows = rows.filter(named | Q(email__icontains=word) | Q(username__icontains=word))
    return rows


def _filters(request: SignedIn) -> list[dict[str, Any]]:
    show = request.GET.get("show", "")
    return [
        {"label": label, "link": keyset.link(request.GET, show=name), "is_current": name == show}
        for name, label in FILTERS.items()
    ]


@role("admin")
@own_time
@change
def invite(request: SignedIn) -> HttpResponse:
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _list(request, form, status=422)
    try:
        with transactions.atomic():
            user = people.invite(**form.values(), by=request.user)
    except people.PeopleError as error:
        form.add_error("email", str(error))
        return _list(request, form, status=422)
    came = f" {user} came with the import: role, team and accounts stay." if user.crm_key else ""
    messages.success(request, f"{user} is invited.{came}")
    return _person(request, user, link=links.make(user, by=request.user))


@role("admin")
@own_time
@page
def person(request: SignedIn, pk: int) -> HttpResponse:
    return _person(request, _find(pk))


def _find(pk: int) -> User:
    rows = User.objects.select_related("team").annotate(owned=Count("accounts"))
    user = rows.filter(pk=pk).first() if pk < 2**63 else None
    if user is None:
        raise Http404
    return user


def _person(
    request: SignedIn, user: User, *, form: ChangeForm | None = None, status: int = 200,
    **more: Any,
) -> HttpResponse:  # fmt: skip
    values = {"name": f"{user.first_name} {user.last_name}".strip(), "email": user.email,
              "role": user.role, "team": user.team}  # fmt: skip
    context = {
        "person": user, "form": form or ChangeForm(initial=values), "section": "setup",
        "leaving": DeactivateForm(leaving=user), "held": _held(user),
        "owned": user.accounts.count(), **more,
    }  # fmt: skip
    return render(request, "people/person.html", context, status=status)


def _held(user: User) -> int:
    """Accounts where they speak themselves; a manager hands those back."""
    held = Q(holder=f"user:{user.pk}") | Q(returns_to=f"user:{user.pk}")
    return Lease.objects.active().filter(held).count()


@role("admin")
@own_time
@change
def change_person(request: SignedIn, pk: int) -> HttpResponse:
    user, form = _find(pk), ChangeForm(request.POST)
    if not form.is_valid():
        return _person(request, user, form=form, status=422)
    try:
        with transactions.atomic():
            row = people.change(user, **form.values(), by=request.user)
    except people.PeopleError as error:
        form.add_error("role" if "admin" in str(error) else "email", str(error))
        return _person(request, user, form=form, status=422)
    if _can_come_now(user, row):
        messages.success(request, f"Saved. {row} is invited.")
        return _person(request, row, link=links.make(row, by=request.user))
    messages.success(request, "Saved.")
    return redirect("person", pk)


def _can_come_now(before: User, after: User) -> bool:
    """Somebody of an import got an address: the link to choose a password is what comes next."""
    got_one = bool(after.email) and not before.email
    return got_one and after.is_active and not after.has_usable_password()


@role("admin")
@own_time
@change
def make_link(request: SignedIn, pk: int) -> HttpResponse:
    user = _find(pk)
    try:
        link = links.make(user, by=request.user)
    except ValueError as error:
        return _person(request, user, error=str(error), status=409)
    return _person(request, user, link=link)


@role("admin")
@own_time
@change
def deactivate(request: SignedIn, pk: int) -> HttpResponse:
    user = _find(pk)
    form = DeactivateForm(request.POST, leaving=user)
    if not form.is_valid():
        return _person(request, user, leaving=form, status=422)
    if not user.is_active:
        return _person(request, user, error=f"{user} is deactivated already.", status=409)
    successor = form.cleaned_data["successor"]
    try:
        with transactions.atomic():
            moved = people.deactivate(user, by=request.user, successor=successor)
            tasks.ring()
    except ValueError as error:
        return _person(request, user, error=str(error), status=422)
    messages.success(request, _left(user, moved, successor))
    return redirect("person", pk)


def _left(user: User, moved: int, successor: User | None) -> str:
    if not successor:
        return f"{user} is deactivated and cannot sign in any more. Nothing of theirs is lost."
    noun = "account goes" if moved == 1 else "accounts go"
    return f"{user} is deactivated. {moved} {noun} to {successor}."


@role("admin")
@own_time
@change
def reactivate(request: SignedIn, pk: int) -> HttpResponse:
    user = _find(pk)
    if user.is_active:
        return _person(request, user, error=f"{user} is active already.", status=409)
    people.reactivate(user, by=request.user)
    messages.success(request, f"{user} can sign in again.")
    return redirect("person", pk)
