"""Tasks and promises at an account: written down, ticked off, taken back, put off.

Whoever sees the account may do so, and whose account it becomes gets what the rep before them had
to do. They would change no mail, so the account's version stays; no agent is woken.
"""

from datetime import date

from revenue import clock, events, locks, transactions
from revenue.ingest import storable
from revenue.models import Account, Contact, Role, Task, User


class TaskError(ValueError):
    """What is wrong with the wish, and what to do."""


class NotThere(TaskError):
    """A task or account that this person does not see."""


@transactions.atomic
def add(
    account: Account, *, by: User, subject: str, due_on: date, kind: str = Task.Kind.TASK,
    contact: Contact | None = None,
) -> Task:  # fmt: skip
    """Something that `by` does until the end of `due_on`; a promise when the buyer was told so."""
    row = locks.account(account.pk)
    words = " ".join(storable(subject).split())[:300]
    if not Account.objects.for_user(by).filter(pk=row.pk).exists():
        raise NotThere("This account is not there.")
    if not words:
        raise TaskError("Say in a few words what is to be done.")
    if kind not in Task.Kind.values:
        raise TaskError(f"There is no kind “{kind}”. Use {' or '.join(Task.Kind.values)}.")
    if contact and contact.account_id != row.pk:
        raise TaskError("This person is not at this account. Choose one who is.")
    task = Task.objects.create(
        account=row, contact=contact, owner=by, kind=kind, subject=words, due_on=due_on,
        made_by=by, created_at=clock.now(),
    )  # fmt: skip
    events.append("task.added", by=by, account=row, subject=task, kind_of=kind,
                  due_on=due_on.isoformat())  # fmt: skip
    return task


@transactions.atomic
def done(task: Task, *, by: User) -> Task:
    """Tick it off; one that is done already stays so."""
    row = _locked(task, by)
    if row.done_at is None:
        row.done_at = clock.now()
        row.save(update_fields=["done_at"])
        events.append("task.done", by=by, account=row.account, subject=row)
    return row


@transactions.atomic
def reopen(task: Task, *, by: User) -> Task:
    """Take the tick back; one that is open stays so."""
    row = _locked(task, by)
    if row.done_at is not None:
        row.done_at = None
        row.save(update_fields=["done_at"])
        events.append("task.reopened", by=by, account=row.account, subject=row)
    return row


@transactions.atomic
def postpone(task: Task, *, to: date, by: User) -> Task:
    """Put an open task off to a later day; to the same day again is nothing."""
    row = _locked(task, by)
    if row.done_at is not None:
        raise TaskError("This is done already. Take the tick back first.")
    if to < row.due_on:
        raise TaskError(f"This is due on {row.due_on:%-d %B}. Choose a later day.")
    if to > row.due_on:
        row.due_on = to
        row.save(update_fields=["due_on"])
        events.append("task.postponed", by=by, account=row.account, subject=row,
                      due_on=to.isoformat())  # fmt: skip
    return row


def go_along(account: Account, owner: User, *, by: User | str) -> None:
    """The account, which the caller has locked, is `owner`'s now: so is what a rep had to do
    there. A manager, who still sees the account, keeps theirs."""
    reps = Task.objects.open().filter(account=account, owner__role=Role.REP)
    for task in reps.exclude(owner=owner):
        task.owner = owner
        task.save(update_fields=["owner"])
        events.append("task.given", by=by, account=account, subject=task, owner=owner.pk)


def _locked(task: Task, by: User) -> Task:
    locks.account(task.account_id)
    row = Task.objects.for_user(by).select_related("account").filter(pk=task.pk).first()
    if row is None:
        raise NotThere("This task is not there.")
    return row
