"""Meetings by hand: booked, moved, called off, held or missed. Each moves the account's version.

`seen` is the state and the time that the person had before them, as `seen_as` writes them: whoever
comes second reads who was first.
"""

from dataclasses import dataclass
from datetime import datetime

from revenue import clock, events, ingest, locks, transactions
from revenue.models import Account, Contact, Event, Meeting, User
from review import moments
from review.decisions.checks import visible_account
from review.decisions.errors import Conflict, DecisionError, NotYours

Status = Meeting.Status


@dataclass(frozen=True)
class Plan:
    """What is arranged, with whom and when."""

    subject: str
    starts_at: datetime
    ends_at: datetime
    attendees: tuple[Contact, ...] = ()


@transactions.atomic
def book(account: Account, plan: Plan, *, by: User, key: str) -> Meeting:
    """Put a meeting on record that was agreed elsewhere. `key` is the form's own: twice is once."""
    row = visible_account(account, by=by)
    if any(one.account_id != row.pk for one in plan.attendees):
        raise NotYours("This person is not there.")
    _check(plan)
    return ingest.record_meeting(
        account=row, uid=f"hand.{row.pk}.{by.pk}.{key}", starts_at=plan.starts_at,
        ends_at=plan.ends_at, subject=plan.subject, attendees=list(plan.attendees), by=by,
    )  # fmt: skip


@transactions.atomic
def move(meeting: Meeting, *, starts_at: datetime, ends_at: datetime, by: User, seen: str) -> None:
    """To another time. One that nobody came to is booked again; twice is once."""
    row = _locked(meeting, by=by)
    if (row.status, row.starts_at, row.ends_at) == (Status.BOOKED, starts_at, ends_at):
        return
    _check_seen(row, seen)
    if row.status not in (Status.BOOKED, Status.MISSED):
        raise Conflict("This meeting is over; book another one.")
    _check(Plan(row.subject, starts_at, ends_at))
    _record(row, starts_at, ends_at, Status.BOOKED, by=by)


@transactions.atomic
def call_off(meeting: Meeting, *, by: User, seen: str) -> None:
    row = _seen(meeting, by=by, seen=seen)
    if row.status != Status.BOOKED:
        raise Conflict("This meeting is not booked any more.")
    _record(row, row.starts_at, row.ends_at, Status.CANCELLED, by=by)


@transactions.atomic
def end(meeting: Meeting, *, held: bool, notes: str, by: User, seen: str) -> Meeting:
    """It took place, or nobody came; either may be corrected into the other."""
    row = _seen(meeting, by=by, seen=seen)
    if row.status == Status.CANCELLED:
        raise Conflict("This meeting was called off.")
    if row.starts_at > clock.now():
        raise DecisionError(f"It begins {moments.at(row.starts_at)}. Say how it went after that.")
    return ingest.record_meeting_end(row, held=held, notes=notes, by=by)


def seen_as(meeting: Meeting) -> str:
    return f"{meeting.status} {meeting.starts_at.isoformat()} {meeting.ends_at.isoformat()}"


def _seen(meeting: Meeting, *, by: User, seen: str) -> Meeting:
    """The meeting as it is under the lock, if it still is what was looked at."""
    row = _locked(meeting, by=by)
    _check_seen(row, seen)
    return row


def _locked(meeting: Meeting, *, by: User) -> Meeting:
    visible_account(meeting.account, by=by)
    row = locks.row(Meeting, meeting.pk)
    if row.account_id != meeting.account_id:
        raise NotYours("This meeting is not there.")
    return row


def _check_seen(row: Meeting, seen: str) -> None:
    if seen == seen_as(row):
        return
    now = row.get_status_display().lower()
    if seen.startswith(f"{row.status} "):
        now = f"{now} for {moments.on(row.starts_at)}"
    raise Conflict(f"{_who(row)} {now}. Here it is as it is now.")


def _who(meeting: Meeting) -> str:
    told = Event.objects.filter(
        kind="meeting.recorded", subject_kind="meeting", subject_id=meeting.pk
    ).last()
    person = events.person(told.actor) if told else None
    return f"{person} changed this meeting to" if person else "This meeting is by now"


def _check(plan: Plan) -> None:
    if plan.ends_at <= plan.starts_at:
        raise DecisionError("It ends before it begins.")


def _record(
    row: Meeting, starts_at: datetime, ends_at: datetime, status: str, *, by: User
) -> Meeting:
    return ingest.record_meeting(
        account=row.account, uid=row.uid, starts_at=starts_at, ends_at=ends_at,
        subject=row.subject, status=status, by=by,
    )  # fmt: skip
