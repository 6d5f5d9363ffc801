"""Tasks and promises as they are listed: how late, and to which days they can be put off."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from revenue.models import Account, Task, User
from review.today.day import Day, monday_after, working_day_after

MOST = 30


@dataclass(frozen=True)
class Later:
    """A day that it can be put off to."""

    label: str
    day: date


@dataclass(frozen=True)
class Row:
    task: Task
    due: str
    tone: str
    later: list[Later]


@dataclass(frozen=True)
class Due:
    """What is due by the end of the day, the oldest first; `next` is the first one after it."""

    rows: list[Row]
    next: Task | None
    has_more: bool


def of(user: User, day: Day) -> Due:
    """This person's own, at accounts that they still see."""
    mine = Task.objects.for_user(user).open().filter(owner=user)
    found = list(mine.select_related("account", "contact", "owner")[: MOST + 1])
    now = [task for task in found if task.due_on <= day.today]
    return Due(rows(now[:MOST], day), next(iter(found[len(now) :]), None), len(now) > MOST)


def at(account: Account, day: Day) -> list[Row]:
    """All open ones of an account, whoever does them."""
    return rows(account.tasks.open().select_related("contact", "owner")[:MOST], day)


def rows(tasks: Iterable[Task], day: Day) -> list[Row]:
    return [row(task, day) for task in tasks]


def row(task: Task, day: Day) -> Row:
    late = (day.today - task.due_on).days
    if task.done_at:
        return Row(task, "done", "", [])
    return Row(task, _due(task.due_on, late), "danger" if late > 0 else "", _later(task, day))


def _due(on: date, late: int) -> str:
    if late > 0:
        return f"{late} day{'s' if late > 1 else ''} late"
    words = {0: "today", -1: "tomorrow"}
    return words.get(late, f"{on:%a %-d %b}" if late > -300 else f"{on:%-d %b %Y}")


def _later(task: Task, day: Day) -> list[Later]:
    """The working day and the week after the day it is due, or after today if that has passed."""
    start = max(task.due_on, day.today)
    days = sorted({working_day_after(start), monday_after(start)})
    return [Later(_named(on, day), on) for on in days]


def _named(on: date, day: Day) -> str:
    ahead = (on - day.today).days
    if ahead == 1:
        return "Tomorrow"
    if on == monday_after(day.today) != day.next:
        return "Next week"
    return f"{on:%A}" if ahead < 7 else f"{on:%a %-d %b}"
