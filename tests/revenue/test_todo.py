"""Tasks and promises: written down once, ticked, taken back, put off, and who sees them."""

from datetime import date, timedelta

import pytest

from revenue import records, todo
from revenue.models import Account, Event, Task, User
from tests import factories

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 11, 27)


@pytest.fixture
def account(db: None) -> Account:
    return factories.prospect()


@pytest.fixture
def rep(account: Account) -> User:
    return account.owner


@pytest.fixture
def task(account: Account, rep: User) -> Task:
    return todo.add(account, by=rep, subject="Send the quote", due_on=FRIDAY)


def told(kind: str) -> int:
    return Event.objects.filter(kind=kind).count()


def test_a_promise_is_kept_with_whom_it_was_given_to(account: Account, rep: User) -> None:
    yara = account.contacts.get()
    todo.add(
        account, by=rep, subject=" Send\nthe  quote ", due_on=FRIDAY, kind="promise", contact=yara
    )
    row = Task.objects.get()
    assert (row.subject, row.kind, row.contact) == ("Send the quote", "promise", yara)
    assert (row.owner, row.made_by, row.done_at) == (rep, rep, None)
    event = Event.objects.get(kind="task.added")
    assert event.data == {"kind_of": "promise", "due_on": "2026-11-27"}
    assert (event.subject_id, event.account_id) == (row.pk, account.pk)


def test_it_changes_no_mail(account: Account, task: Task) -> None:
    before = account.context_version
    account.refresh_from_db()
    assert account.context_version == before


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"subject": " \u200b "}, "Say in a few words"),
        ({"kind": "wish"}, "Use task or promise"),
    ],
)
def test_what_cannot_be_is_refused(
    account: Account, rep: User, wish: dict[str, str], words: str
) -> None:
    with pytest.raises(todo.TaskError, match=words):
        todo.add(account, by=rep, **{"subject": "Call", "due_on": FRIDAY} | wish)
    assert not Task.objects.exists()


def test_a_promise_to_somebody_of_another_account_is_refused(account: Account, rep: User) -> None:
    other = factories.ContactFactory()
    with pytest.raises(todo.TaskError, match="not at this account"):
        todo.add(account, by=rep, subject="Call", due_on=FRIDAY, contact=other)


def test_ticked_twice_is_ticked_once_and_so_is_the_tick_taken_back(task: Task, rep: User) -> None:
    first = todo.done(task, by=rep)
    assert todo.done(task, by=rep).done_at == first.done_at
    assert not Task.objects.open().exists()
    for _ in range(2):
        assert todo.reopen(task, by=rep).done_at is None
    assert (told("task.done"), told("task.reopened")) == (1, 1)


def test_it_is_put_off_to_a_later_day_once(task: Task, rep: User) -> None:
    for _ in range(2):
        todo.postpone(task, to=FRIDAY + timedelta(days=3), by=rep)
    assert Task.objects.get().due_on == date(2026, 11, 30)
    assert told("task.postponed") == 1
    with pytest.raises(todo.TaskError, match="due on 30 November"):
        todo.postpone(task, to=FRIDAY, by=rep)


def test_what_is_done_is_not_put_off(task: Task, rep: User) -> None:
    todo.done(task, by=rep)
    with pytest.raises(todo.TaskError, match="done already"):
        todo.postpone(task, to=FRIDAY + timedelta(days=3), by=rep)


@pytest.mark.parametrize("role", ["rep", "admin"])
def test_somebody_elses_account_is_not_there(account: Account, task: Task, role: str) -> None:
    other = factories.UserFactory(role=role, team=account.owner.team)
    attempts = [
        lambda: todo.add(account, by=other, subject="Call", due_on=FRIDAY),
        lambda: todo.done(task, by=other),
        lambda: todo.reopen(task, by=other),
        lambda: todo.postpone(task, to=FRIDAY + timedelta(days=1), by=other),
    ]
    for attempt in attempts:
        with pytest.raises(todo.NotThere):
            attempt()
    assert not Task.objects.for_user(other).exists()
    row = Task.objects.get()
    assert (row.due_on, row.done_at) == (FRIDAY, None)


def test_a_manager_ticks_off_for_their_team(task: Task, rep: User) -> None:
    manager = factories.UserFactory(role="manager", team=rep.team)
    assert todo.done(task, by=manager).done_at
    assert Event.objects.get(kind="task.done").actor == f"user:{manager.pk}"


def test_open_tasks_of_a_rep_go_with_the_account_and_a_managers_stay_theirs(
    account: Account, rep: User, task: Task
) -> None:
    manager = factories.UserFactory(role="manager", team=rep.team)
    theirs = todo.add(account, by=manager, subject="Ask how it went", due_on=FRIDAY)
    past = todo.done(todo.add(account, by=rep, subject="Call", due_on=FRIDAY), by=rep)
    successor = factories.UserFactory(team=rep.team)
    records.assign_owner(account, successor, by=manager)
    owners = dict(Task.objects.values_list("pk", "owner"))
    assert owners == {task.pk: successor.pk, theirs.pk: manager.pk, past.pk: rep.pk}
    event = Event.objects.get(kind="task.given")
    assert (event.subject_id, event.data) == (task.pk, {"owner": successor.pk})
