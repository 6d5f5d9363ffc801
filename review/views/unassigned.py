"""Mail that belongs to no account: a person says where it belongs, or sets it aside.

The managers see all of it, a rep what they added themselves. An admin sees who wrote and when, and
not what: an admin reads no buyer's words.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.db.models.functions import Length, Lower, Substr
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from revenue.inbound import filing, outgoing, parse_email
from revenue.models import Account, Activity, Address, Contact, User
from revenue.snapshots import get_many
from review import tasks
from review.permissions import SignedIn, change, page, role
from review.setup import owners
from review.views import keyset
from review.views.reply_words import read_as
from review.views.setup import ONE_LINE
from review.views.zone import own_time

SIZE, SUGGESTED, FOUND, PEOPLE = 25, 6, 20, 100
EXCERPT, HEADERS = 5000, 64 * 1024
NEW, OPEN = "new", ""


def seen_by(user: User) -> QuerySet[Activity]:
    excerpt = {"excerpt": Substr("body", 1, EXCERPT), "length": Length("body")}
    return Activity.objects.unplaced(user).defer("body").annotate(**excerpt)


def waiting(user: User) -> QuerySet[Activity]:
    return seen_by(user).filter(set_aside_at=None)


def set_aside_by_somebody(user: User) -> QuerySet[Activity]:
    return seen_by(user).exclude(set_aside_at=None)


def _find(request: SignedIn, pk: int) -> Activity:
    """The mail. FilingError says who was faster, to those who would have seen it."""
    mail = seen_by(request.user).filter(pk=pk).first() if pk < 2**63 else None
    if mail is None:
        told = filing.settled_by(pk) if pk < 2**63 and not request.user.is_rep else ""
        raise filing.FilingError(told) if told else Http404
    return mail


# --- where it may belong --------------------------------------------------------------------------


@dataclass(frozen=True)
class Candidate:
    account: Account
    why: str


def candidates(user: User, mail: Activity, text: str) -> list[Candidate]:
    """The accounts of this name; without one, those that the sender's address points to."""
    rows = owners.visible(user).select_related("owner")
    name = text.replace("\x00", "").strip()[:200]
    if name:
        named = rows.filter(name__icontains=name).order_by(Lower("name"), "pk")
        return [Candidate(row, _owned(row)) for row in named[:FOUND]]
    if is_own(mail):
        found = [one for address in _written_to(mail) for one in _suggested(rows, address)]
        return list({one.account.pk: one for one in found}.values())[:SUGGESTED]
    return _suggested(rows, mail.sender.lower())


def is_own(mail: Activity) -> bool:
    """A colleague's own mail, copied to the log address."""
    return mail.direction == Activity.Direction.OUTBOUND


def _written_to(mail: Activity) -> list[str]:
    raw = get_many([mail.raw]).get(mail.raw, "")
    return outgoing.recipients(raw[:HEADERS].encode("latin-1"))[:SUGGESTED]


def _owned(account: Account) -> str:
    return f"of {account.owner}" if account.owner else "without an owner"


def _suggested(rows: QuerySet[Account], sender: str) -> list[Candidate]:
    domain = sender.rpartition("@")[2]
    if not domain:
        return []
    seen = Address.objects.filter(domain__name=domain).values("email")
    people = Contact.objects.annotate(low=Lower("email")).filter(low__in=seen)
    near = rows.filter(Q(domain__iexact=domain) | Q(pk__in=people.values("account_id")))
    exact = people.filter(low=sender).values_list("account_id", flat=True)
    found = list(near.order_by(Lower("name"), "pk")[: SUGGESTED + 1])
    same = set(exact.filter(account_id__in=[row.pk for row in found]))
    why = {True: "somebody there has this very address", False: f"people there write from {domain}"}
    shown = sorted(found, key=lambda row: row.pk not in same)
    return [Candidate(row, why[row.pk in same]) for row in shown[:SUGGESTED]]


def _people(user: User, account: Account, mail: Activity) -> list[Contact]:
    """Who may have written it. An admin sees nobody but whose address it is."""
    rows = account.contacts.there().order_by("first_name", "last_name", "pk")
    if user.is_admin:
        rows = rows.filter(email__iexact=mail.sender) if mail.sender else rows.none()
    return list(rows[:PEOPLE])


# --- the pages ------------------------------------------------------------------------------------


@role("rep", "manager", "admin")
@own_time
@page
def mail(request: SignedIn, pk: int) -> HttpResponse:
    try:
        return _mail(request, _find(request, pk))
    except filing.FilingError as fault:
        messages.info(request, str(fault))
        return redirect("inbox")


def _mail(
    request: SignedIn, row: Activity, *, error: str = "", status: int = 200, **chosen: Any
) -> HttpResponse:
    query = request.GET.get("q", "").strip()
    account = chosen.get("account") or _asked_for(request)
    found = [] if account else candidates(request.user, row, query)
    if account is None and not query and len(found) == 1:
        account = found[0].account
    people = _people(request.user, account, row) if account else []
    return render(request, "inbox/mail.html", {
        "mail": row, "label": read_as(row.reply_class), "q": query, "account": account,
        "found": found, "people": people,
        "who": chosen.get("who", _likely(people, row)), "error": error,
        "name": chosen.get("name") or (account and _sender_name(row)), "section": "outbox",
        "is_own": is_own(row),
    }, status=status)  # fmt: skip


def _asked_for(request: SignedIn) -> Account | None:
    number = keyset.number(request.GET.get("account"))
    return owners.visible(request.user).filter(pk=number).first() if number else None


def _likely(people: list[Contact], mail: Activity) -> str:
    """Whose address it is, else somebody new."""
    if is_own(mail):
        written_to = _written_to(mail)
        return next((str(one.pk) for one in people if one.email.lower() in written_to), OPEN)
    same = [one for one in people if one.email and one.email.lower() == mail.sender.lower()]
    return str(same[0].pk) if same else (NEW if mail.sender else OPEN)


def _sender_name(mail: Activity) -> str:
    """As the mail gives it; a name is a guess that the person may correct."""
    raw = get_many([mail.raw]).get(mail.raw, "")
    return parse_email(raw[:HEADERS].encode("latin-1")).sender_name if raw else ""


# --- the verbs ------------------------------------------------------------------------------------


class AssignForm(forms.Form):
    """`who` is a person's id, "new" with a name, or nothing: whoever it was, at this account."""

    who = forms.CharField(max_length=20, required=False)
    name = forms.CharField(max_length=150, required=False, validators=[ONE_LINE])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("who") == NEW and not values.get("name"):
            self.add_error("name", "Write the name of the new person.")
        return values


@role("rep", "manager", "admin")
@own_time
@change
def assign(request: SignedIn, pk: int) -> HttpResponse:
    try:
        return _assign(request, _find(request, pk))
    except filing.FilingError as fault:
        return listed(request, error=str(fault), status=409)


def _assign(request: SignedIn, row: Activity) -> HttpResponse:
    number = keyset.number(request.POST.get("account"))
    if number is None:
        return _mail(request, row, error="Choose the account that it belongs to.", status=422)
    account, form = _visible(request, number), AssignForm(request.POST)
    who, name = request.POST.get("who", OPEN), request.POST.get("name", "")
    if not form.is_valid():
        error = str(next(iter(form.errors.values()))[0])
        return _mail(request, row, error=error, status=422, account=account, who=who, name=name)
    contact = None if who in (NEW, OPEN) else _contact(account, who)
    new = form.cleaned_data["name"] if who == NEW and row.sender and not is_own(row) else ""
    filing.assign(row, account, by=request.user, contact=contact, name=new, bell=tasks.ring)
    messages.success(request, f"The mail belongs to {account} now. {_next(row)}")
    theirs = Account.objects.for_user(request.user).filter(pk=account.pk).exists()
    return redirect("account", account.pk) if theirs else redirect("inbox")


def _visible(request: SignedIn, pk: int) -> Account:
    account = owners.visible(request.user).filter(pk=pk).first()
    if account is None:
        raise Http404
    return account


def _contact(account: Account, who: str) -> Contact:
    number = keyset.number(who)
    contact = account.contacts.filter(pk=number).first() if number else None
    if contact is None:
        raise Http404
    return contact


def _next(mail: Activity) -> str:
    if mail.is_auto:
        return "A machine wrote it, so nothing else changes."
    if is_own(mail):
        return "Drafts that waited there are out of date, and agents wait."
    return "Drafts that waited there are out of date; the agents look at it at once."


@role("rep", "manager", "admin")
@own_time
@change
def set_aside(request: SignedIn, pk: int) -> HttpResponse:
    try:
        filing.set_aside(_find(request, pk), by=request.user)
    except filing.FilingError as fault:
        return listed(request, error=str(fault), status=409)
    messages.success(request, "Set aside. It stands under “Set aside”, should you need it.")
    return redirect("inbox")


@role("rep", "manager", "admin")
@own_time
@change
def put_back(request: SignedIn, pk: int) -> HttpResponse:
    try:
        filing.put_back(_find(request, pk), by=request.user)
    except filing.FilingError as fault:
        return listed(request, error=str(fault), status=409)
    return redirect("inbox_mail", pk)


def listed(request: SignedIn, *, status: int = 200, **more: Any) -> HttpResponse:
    """The inbox page: what waits for a place, or what was set aside."""
    aside = request.GET.get("show") == "aside"
    rows = set_aside_by_somebody(request.user) if aside else waiting(request.user)
    found = keyset.newest(rows, request.GET, size=SIZE)
    return render(request, "inbox/page.html", {
        "rows": [(row, read_as(row.reply_class)) for row in found.rows], "aside": aside,
        "older": found.next and keyset.link(request.GET, after=found.next, receipt=None),
        "newer": found.previous and keyset.link(request.GET, before=found.previous, receipt=None),
        "section": "outbox", **more,
    }, status=status)  # fmt: skip
