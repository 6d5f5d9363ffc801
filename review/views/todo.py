"""Tasks and promises: added on an account's page, ticked off there and on the Today page."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from revenue import todo
from revenue.models import Account, Contact, Task
from review.permissions import SignedIn, change, signed_in
from review.today import day_of, due
from review.views import account_page
from review.views.setup import ONE_LINE
from review.views.zone import own_time

NO_DAY = {"required": "Choose the day.", "invalid": "Write a day as 2026-03-31."}


class TaskForm(forms.Form):
    subject = forms.CharField(
        label="What is to be done", max_length=300, validators=[ONE_LINE],
        error_messages={"required": "Say in a few words what is to be done."},
    )  # fmt: skip
    due_on = forms.DateField(
        label="By", widget=forms.DateInput(attrs={"type": "date"}), error_messages=NO_DAY
    )
    contact = forms.ModelChoiceField(
        Contact.objects.none(), label="With", required=False, empty_label="Nobody in particular"
    )
    kind = forms.ChoiceField(
        label="What it is",
        choices=[("task", "A task of mine"), ("promise", "A promise to the buyer")],
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "task_%s", **kwargs})
        people = account.contacts.there().order_by("last_name", "first_name", "pk")
        cast(forms.ModelChoiceField, self.fields["contact"]).queryset = people


class PostponeForm(forms.Form):
    to = forms.DateField(error_messages=NO_DAY)


@signed_in
@own_time
@change
def add(request: SignedIn, pk: int) -> HttpResponse:
    account = account_page.find(request.user, pk)
    if account is None:
        raise Http404
    form = TaskForm(request.POST, account=account)
    if not form.is_valid():
        return _refused(request, account, form)
    try:
        task = todo.add(account, by=request.user, **form.cleaned_data)
    except todo.TaskError as error:
        form.add_error("subject", str(error))
        return _refused(request, account, form)
    if request.htmx:
        return _list(request, account, words=f"Added: {task}.")
    messages.success(request, f"Added: {task}.")
    return redirect("account", account.pk)


def _refused(request: SignedIn, account: Account, form: TaskForm) -> HttpResponse:
    if request.htmx:
        return _list(request, account, form=form, status=422)
    for error in (error for errors in form.errors.values() for error in errors):
        messages.error(request, f"{error}")
    return redirect("account", account.pk)


def at(account: Account, request: SignedIn) -> dict[str, Any]:
    """What the account's page shows of it."""
    day = day_of(request.user)
    first = {"due_on": day.next, "kind": Task.Kind.TASK}
    return {
        "todo": due.at(account, day),
        "task_form": TaskForm(initial=first, account=account),
    }


def _list(
    request: SignedIn, account: Account, *, status: int = 200, form: TaskForm | None = None,
    words: str = "",
) -> HttpResponse:  # fmt: skip
    context = {"account": account, "words": words, **at(account, request)}
    if form:
        context["task_form"] = form
    return render(request, "todo/_list.html", context, status=status)


@signed_in
@own_time
@change
def done(request: SignedIn, pk: int) -> HttpResponse:
    return _do(request, pk, lambda task: todo.done(task, by=request.user))


@signed_in
@own_time
@change
def reopen(request: SignedIn, pk: int) -> HttpResponse:
    return _do(request, pk, lambda task: todo.reopen(task, by=request.user))


@signed_in
@own_time
@change
def postpone(request: SignedIn, pk: int) -> HttpResponse:
    form = PostponeForm(request.POST)
    if not form.is_valid():
        return _row(request, _find(request, pk), refusal=f"{form.errors['to'][0]}", status=422)
    to = form.cleaned_data["to"]
    return _do(request, pk, lambda task: todo.postpone(task, to=to, by=request.user))


def _find(request: SignedIn, pk: int) -> Task:
    rows = Task.objects.for_user(request.user).select_related("account", "contact", "owner")
    task = rows.filter(pk=pk).first() if pk < 2**63 else None
    if task is None:
        raise Http404
    return task


def _do(request: SignedIn, pk: int, verb: Callable[[Task], Task]) -> HttpResponse:
    task = _find(request, pk)
    try:
        verb(task)
    except todo.NotThere as error:
        raise Http404 from error
    except todo.TaskError as error:
        return _row(request, _find(request, pk), refusal=str(error), status=409)
    return _row(request, _find(request, pk))


def _row(request: SignedIn, task: Task, *, refusal: str = "", status: int = 200) -> HttpResponse:
    """The line as it is now; without htmx, the page that it was pressed on."""
    is_account = request.POST.get("back") == "account"
    if not request.htmx:
        if refusal:
            messages.error(request, refusal)
        return redirect("account", task.account_id) if is_account else redirect("today")
    return render(request, "todo/_row.html", {
        "row": due.row(task, day_of(request.user)), "refusal": refusal, "answers": True,
        "back": "account" if is_account else "today",
    }, status=status)  # fmt: skip
