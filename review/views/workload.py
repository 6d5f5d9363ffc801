"""Workload: what waits for each of a manager's team, sharing it out, and giving that back."""

from collections import Counter
from typing import Any, Self, cast

from django import forms as fields
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render

from revenue.models import User
from review import decisions, workload
from review.decisions import DecisionError, Handed, Shared
from review.permissions import SignedIn, change, page, role
from review.views.zone import own_time
from review.workload import Load

LAST = "shared_out"  # in the session: what this manager shared out last
CHOOSE = {"required": "Choose two people.", "invalid_choice": "Choose somebody of your team."}
FEW = {
    "required": "Write how many.", "invalid": "Write how many, as a whole number.",
    **dict.fromkeys(("min_value", "max_value"), f"Write a number from 1 to {workload.MOST}."),
}  # fmt: skip


class GiveForm(fields.Form):
    of = fields.ModelChoiceField(
        User.objects.none(), label="From", empty_label="Choose", error_messages=CHOOSE
    )
    number = fields.IntegerField(
        label="How many", min_value=1, max_value=workload.MOST, error_messages=FEW
    )
    to = fields.ModelChoiceField(
        User.objects.none(), label="To", empty_label="Choose", error_messages=CHOOSE
    )

    def __init__(self, *args: Any, by: User, **more: Any) -> None:
        super().__init__(*args, **more)
        team = User.objects.filter(team__isnull=False, team=by.team_id)
        self._offer("of", team)
        self._offer("to", team)

    def _offer(self, name: str, people: QuerySet[User]) -> None:
        cast(fields.ModelChoiceField, self.fields[name]).queryset = people

    def offering(self, loads: list[Load]) -> Self:
        """Shown are those who have something to give, and those who are here to take it."""
        team = User.objects.order_by("first_name", "last_name", "pk")
        giving = [load.person.pk for load in loads if load.movable]
        self._offer("of", team.filter(pk__in=giving))
        here = [load.person.pk for load in loads if load.may_receive]
        self._offer("to", team.filter(pk__in=here))
        return self


@role("manager")
@own_time
@page
def index(request: SignedIn) -> HttpResponse:
    return _page(request)


def _page(
    request: SignedIn, *, form: GiveForm | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    found = workload.of_team(request.user)
    last, form = _last(request), form or GiveForm(by=request.user)
    return render(request, "workload/page.html", {
        "loads": found.loads, "unowned": found.unowned, "form": form.offering(found.loads),
        "gifts": workload.balanced(found.loads) if "balance" in request.GET else None,
        "returnable": len(decisions.returnable(last, by=request.user)) if last else 0,
        "section": "workload", **more,
    }, status=status)  # fmt: skip


def _last(request: SignedIn) -> list[Handed]:
    return [Handed(*ids) for ids in request.session.get(LAST, [])]


@role("manager")
@own_time
@change
def share(request: SignedIn) -> HttpResponse:
    """One gift, or those of a balance that were previewed: each as many as were shown."""
    wanted = _asked_for(request)
    wrong = next((form for form in wanted if not form.is_valid()), None)
    if wrong or not wanted:
        return _page(request, form=wrong, status=422)
    try:
        done = [decisions.share(**form.cleaned_data, by=request.user) for form in wanted]
    except DecisionError as error:
        return _page(request, error=error.words, status=error.status)
    request.session[LAST] = [one for shared in done for one in shared.handed]
    messages.success(request, _told(done))
    return redirect("workload")


def _asked_for(request: SignedIn) -> list[GiveForm]:
    columns = [request.POST.getlist(name) or [""] for name in ("of", "number", "to")]
    rows = list(zip(*columns, strict=False))[: workload.MOST]
    return [
        GiveForm({"of": of, "number": number, "to": to}, by=request.user)
        for of, number, to in rows
    ]  # fmt: skip


def _told(done: list[Shared]) -> str:
    """ "12 drafts are handed over: 7 to Cleo League, 5 to Ben Rep." """
    got = Counter[User]()
    for shared in done:
        got[shared.to] += len(shared.handed)
    late = sum(shared.late for shared in done)
    names = ", ".join(f"{number} to {person}" for person, number in got.items() if number)
    more = f" {late} did not wait there any more, or may not be moved." if late else ""
    if not names:
        return f"Nothing is handed over.{more}"
    total = got.total()
    return f"{total} draft{'s are' if total > 1 else ' is'} handed over: {names}.{more}"


@role("manager")
@own_time
@change
def give_back(request: SignedIn) -> HttpResponse:
    handed = _last(request)
    number = decisions.give_back(handed, by=request.user)
    request.session.pop(LAST, None)
    if number:
        back = "draft is back where it was" if number == 1 else "drafts are back where they were"
        messages.success(request, f"{number} {back} before.")
    else:
        messages.info(request, "There is nothing to give back.")
    return redirect("workload")
