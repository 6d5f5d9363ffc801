"""The stops: who may not send at the moment, and the accounts that agents failed on three times."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from agents.definitions import registry
from agents.models import WakeUp
from agents.orchestration import triggers
from revenue import events, switches, transactions
from revenue.models import Switch, User
from review import tasks
from review.models import ApiToken, OutboxMessage
from review.permissions import SignedIn, change, page, role
from review.setup import owners
from review.views.chrome import stop_in_words
from review.views.setup import ONE_LINE
from review.views.zone import own_time

WHAT = {
    "all": "Everything",
    "agent": "One agent",
    "class": "One kind of mail",
    "account": "One account",
}
WHERE = {"agent": "draft__agent", "class": "draft__output_class", "account": "account"}
AT_ONCE, LISTED = 200, 30


@dataclass(frozen=True)
class Line:
    """A stop or a lifting, as the history tells it."""

    turn: switches.Turn
    name: str
    what: str
    who: str

    @property
    def moved(self) -> list[str]:
        """What sending was before, and after."""
        return ["stopped" if is_on else "on" for is_on in (self.turn.before, self.turn.after)]


def agents() -> dict[str, str]:
    """Ours, and the outside ones that have a token or had one."""
    tokens = ApiToken.objects.exclude(agent="").order_by("agent", "pk")
    names = [*registry.names(), *dict.fromkeys(token.signature for token in tokens)]
    return {name: registry.label(name) for name in names}


def classes() -> dict[str, str]:
    """The kinds of output that a buyer receives."""
    return {row.name: row.label for row in registry.output_classes() if row.effect == "buyer"}


class StopForm(forms.Form):
    """`what` is scope and key in one, as "agent:outreach"; an account is named beside it."""

    what = forms.ChoiceField(label="What")
    account = forms.CharField(
        label="Name of the account", max_length=200, required=False,
        help_text="Only to stop one account: its name, as it stands in the list.",
    )  # fmt: skip
    reason = forms.CharField(
        label="Why", max_length=200, validators=[ONE_LINE],
        error_messages={"required": "Say why, so that others know when it may go on."},
    )  # fmt: skip

    def __init__(self, *args: Any, by: User, **more: Any) -> None:
        super().__init__(*args, **more)
        self.by = by
        what = cast(forms.ChoiceField, self.fields["what"])
        what.choices = [
            ("all:", "Everything"),
            ("account:", "One account, named below"),
            ("One agent", [(f"agent:{name}", label) for name, label in agents().items()]),
            ("One kind of mail", [(f"class:{name}", label) for name, label in classes().items()]),
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        values["scope"], _, values["key"] = values.get("what", "").partition(":")
        if values["scope"] == "account":
            values["key"] = self._account(values.get("account", ""))
        elif values.get("account"):
            self.add_error("what", "An account is named. Choose “One account”, or clear its name.")
        return values

    def _account(self, name: str) -> str:
        rows = owners.visible(self.by).filter(name__iexact=name.strip())
        found = list(rows[:2]) if name else []
        if len(found) == 1:
            return str(found[0].pk)
        several = "Several accounts have this name. Take it over on its own page instead."
        missing = f"There is no account “{name}”." if name else "Name the account."
        self.add_error("account", several if found else missing)
        return ""


class LiftForm(forms.Form):
    reason = forms.CharField(
        label="Why it may go on", max_length=200, validators=[ONE_LINE],
        error_messages={"required": "Say why it may go on, so that others can follow it."},
    )  # fmt: skip


@role("admin", "manager")
@own_time
@page
def index(request: SignedIn) -> HttpResponse:
    return _list(request)


def _list(
    request: SignedIn,
    form: StopForm | None = None,
    *,
    lifting: dict[int, LiftForm] | None = None,
    status: int = 200,
    error: str = "",
) -> HttpResponse:
    context = {
        "form": form or StopForm(by=request.user), "error": error, "section": "setup",
        "stopped": _stopped(request.user, lifting or {}), "lines": _lines(request.user),
    }  # fmt: skip
    return render(request, "setup/stops.html", context, status=status)


def _stopped(user: User, lifting: dict[int, LiftForm]) -> list[dict[str, Any]]:
    """What is stopped, and by whom; a manager sees the accounts that they see anywhere."""
    rows = list(Switch.objects.filter(is_on=True).order_by("scope", "key")[:AT_ONCE])
    names = _names(user, rows)
    return [
        {"switch": row, "what": WHAT[row.scope], "name": _name(row, names),
         "words": stop_in_words(row),
         "form": lifting.get(row.pk) or LiftForm(auto_id=f"id_lift_{row.pk}_%s")}
        for row in rows
        if _name(row, names)
    ]  # fmt: skip


def _lines(user: User) -> list[Line]:
    """What was stopped and lifted last, of what this person sees."""
    turns = switches.turns(AT_ONCE)
    names = _names(user, (turn.switch for turn in turns))
    people = events.people(turn.by for turn in turns)
    lines = (
        Line(turn, _name(turn.switch, names), WHAT[turn.switch.scope],
             str(people.get(turn.by, "The system")))
        for turn in turns
    )  # fmt: skip
    return [line for line in lines if line.name][:LISTED]


def _names(user: User, rows: Iterable[Switch]) -> dict[int, str]:
    """The names of their accounts, of those that this person sees."""
    keys = [row.key for row in rows if row.scope == Switch.Scope.ACCOUNT and row.key.isdecimal()]
    return dict(owners.visible(user).filter(pk__in=keys).values_list("pk", "name"))


def _name(row: Switch, accounts: dict[int, str]) -> str:
    if row.scope == Switch.Scope.ALL:
        return "No mail leaves"
    if row.scope == Switch.Scope.ACCOUNT:
        return accounts.get(int(row.key), "") if row.key.isdecimal() else ""
    return (agents() | classes()).get(row.key, row.key)


@role("admin", "manager")
@own_time
@change
def stop(request: SignedIn) -> HttpResponse:
    form = StopForm(request.POST, by=request.user)
    if not form.is_valid():
        return _list(request, form, status=422)
    scope, key = form.cleaned_data["scope"], form.cleaned_data["key"]
    already = Switch.objects.filter(scope=scope, key=key, is_on=True).first()
    if already:
        return _list(request, form, error=stop_in_words(already), status=409)
    switches.stop(scope, key, by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, "Stopped. No send starts from now on; what was on its way is sent.")
    return redirect("stops")


@role("admin", "manager")
@own_time
@change
def lift(request: SignedIn, pk: int) -> HttpResponse:
    row = _switch(request.user, pk)
    if not row.is_on:
        return _list(request, error="This stop is lifted already.", status=409)
    form = LiftForm(request.POST, auto_id=f"id_lift_{pk}_%s")
    if not form.is_valid():
        return _list(request, lifting={pk: form}, status=422)
    with transactions.atomic():
        switches.lift(row.scope, row.key, by=request.user, reason=form.cleaned_data["reason"])
        tasks.ring()
    messages.success(request, f"Lifted. It holds nothing back any more.{_left_behind(row)}")
    return redirect("stops")


def _left_behind(row: Switch) -> str:
    """What does not go on by itself: a mail that was approved and met this stop. One that nobody
    approved is asked about at the desk."""
    of_this = {WHERE[row.scope]: row.key} if row.key else {}
    number = OutboxMessage.objects.filter(
        state=OutboxMessage.State.BLOCKED, guard="kill_switch", decision__by__isnull=False,
        **of_this,
    ).count()  # fmt: skip
    if not number:
        return ""
    waits = "mail that it stopped waits" if number == 1 else "mails that it stopped wait"
    return f" {number} approved {waits} in the outbox until somebody presses “Try again” there."


def _switch(user: User, pk: int) -> Switch:
    row = Switch.objects.filter(pk=pk).first() if pk < 2**63 else None
    if row is None or not _may_see(user, row):
        raise Http404
    return row


def _may_see(user: User, row: Switch) -> bool:
    if row.scope != Switch.Scope.ACCOUNT:
        return True
    return row.key.isdecimal() and owners.visible(user).filter(pk=row.key).exists()


# --- quarantine -----------------------------------------------------------------------------------


@role("admin")
@own_time
@page
def quarantine(request: SignedIn) -> HttpResponse:
    return _quarantined(request)


def _quarantined(request: SignedIn, *, error: str = "", status: int = 200) -> HttpResponse:
    rows = WakeUp.objects.filter(quarantined_at__isnull=False).select_related("account")
    context = {
        "rows": rows.order_by("-quarantined_at", "-pk")[:AT_ONCE], "error": error,
        "section": "setup",
    }  # fmt: skip
    return render(request, "setup/quarantine.html", context, status=status)


@role("admin")
@own_time
@change
def release(request: SignedIn, pk: int) -> HttpResponse:
    row = WakeUp.objects.select_related("account").filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise Http404
    if row.quarantined_at is None:
        return _quarantined(request, error=f"{row.account} is lifted already.", status=409)
    with transactions.atomic():
        triggers.lift(row, by=request.user)
        tasks.ring()
    messages.success(request, f"{row.account} is tried again now.")
    return redirect("quarantine")
