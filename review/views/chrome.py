"""What every page's frame says: how much waits, and whether sending is stopped. One query.

The counts are capped: nobody needs to know whether 340 or 341 wait, and no page counts a whole
table to be drawn. Who stopped everything is a second query, only while everything is stopped; so
is a mailbox that somebody has to look at.
"""

from typing import Any

from django.db.models import Exists, Subquery, Value
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format

from revenue import mailboxes, workspace
from revenue.models import Mailbox, Switch, User, Workspace
from revenue.rows import RowsIn
from review import queue
from review.audit import nightly
from review.models import OutboxMessage

CAP = 99


def chrome(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or getattr(request, "htmx", False):
        return {}
    row = _read(user)
    return {
        "waiting_count": _capped(_waiting(row, user)),
        "outbox_needs_you": _capped(row.stuck or 0),
        "sending_paused": _paused(row),
        "demo_data": row.has_demo,
        "stays_here": not (workspace.has_mail_server() or row.any_mailbox),
        "mailbox_trouble": row.trouble
        and Mailbox.objects.select_related("user").get(pk=row.trouble),
        "is_broken": row.is_broken and not user.is_rep,
    }


def _read(user: User) -> Any:
    near = queue.near(user) if user.is_rep else None
    waiting = queue.waiting(user, among=near)
    waiting = queue.in_order(waiting) if near is None else waiting.order_by()
    stuck = OutboxMessage.objects.for_user(user).needing_a_person()
    trouble = mailboxes.in_trouble(mailboxes.seen_by(user))
    stopped = Switch.objects.filter(scope=Switch.Scope.ALL, key="", is_on=True)
    rows = Workspace.objects.filter(pk=1).annotate(
        near=Value(0) if near is None else RowsIn(near),
        waiting=RowsIn(waiting.values("pk")[: CAP + 1]),
        stuck=RowsIn(stuck.order_by().values("pk")[: CAP + 1]),
        stopped=Subquery(stopped.values("pk")[:1]),
        any_mailbox=Exists(Mailbox.objects.filter(user__is_active=True)),
        own_mailbox=Exists(Mailbox.objects.filter(user=user)),
        trouble=Subquery(trouble.order_by("pk").values("pk")[:1]),
        is_broken=Exists(nightly.unsettled()),
    )
    # The row is there from the first load on.
    return rows.first() or (workspace.load() and rows.get())


def _waiting(row: Any, user: User) -> int:
    """Counted among what is `near`; where that was not all, and the cap is not reached, again."""
    if row.near > queue.FEW and row.waiting <= CAP:
        return queue.count(user).number
    return row.waiting


def _capped(number: int) -> int | str:
    return number if number <= CAP else f"{CAP}+"


def _paused(row: Any) -> str:
    if row.stopped:
        return stop_in_words(Switch.objects.get(pk=row.stopped))
    if not (workspace.has_mail_server() or row.any_mailbox):
        return ""
    missing = workspace.missing_identity(row)
    if missing:
        return f"Set-up is not finished: {missing} is missing."
    if row.own_mailbox or not workspace.has_mail_server() or workspace.mailbox_is_tested(row):
        return ""
    return "The mailbox has not been tested yet, see Set-up."


def stop_in_words(switch: Switch) -> str:
    """Who stopped it, when and why."""
    kind, _, number = switch.by.partition(":")
    user = User.objects.filter(pk=number).first() if kind == "user" and number.isdigit() else None
    at = switch.changed_at and date_format(timezone.localtime(switch.changed_at), "j F, H:i")
    when = f" on {at}" if at else ""
    why = f": {switch.reason.rstrip('.')}" if switch.reason else ""
    return f"Stopped by {user or switch.by or 'the system'}{when}{why}."
