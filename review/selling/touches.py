"""A call, a conversation or a note, written down by whoever had it.

A call or a conversation is what a person said to the buyer: the account's version moves, drafts of
agents are out of date, and agents wait for a day. A note would change no mail and wakes nobody.
"""

from dataclasses import dataclass
from datetime import date, datetime

from agents.orchestration import triggers
from revenue import clock, ingest, todo, transactions
from revenue.models import Account, Activity, Contact, User
from review.decisions.checks import visible_account
from review.decisions.errors import DecisionError, NotYours

KINDS = {
    Activity.Kind.CALL.value: "Call",
    Activity.Kind.MEETING.value: "Meeting or conversation",
    Activity.Kind.NOTE.value: "Note to ourselves",
}


@dataclass(frozen=True)
class Touch:
    """`is_theirs`: they called us. `key` is the form's own: the same twice is one row. `next_step`,
    if there is one, is to be done by the end of `due_on`."""

    kind: str
    text: str
    at: datetime
    key: str
    contact: Contact | None = None
    is_theirs: bool = False
    next_step: str = ""
    due_on: date | None = None


@transactions.atomic
def log(account: Account, touch: Touch, *, by: User) -> Activity:
    row = visible_account(account, by=by)
    if touch.kind not in KINDS:
        raise DecisionError("Say whether it was a call, a conversation or a note.")
    if touch.at > clock.now():
        raise DecisionError("This lies ahead. Log it once it has happened.")
    if touch.contact and touch.contact.account_id != row.pk:
        raise NotYours("This person is not there.")
    key = f"<log.{row.pk}.{by.pk}.{touch.key}>"
    known = Activity.objects.filter(message_id=key).first()
    return known or _logged(row, touch, key, by=by)


def _logged(row: Account, touch: Touch, key: str, *, by: User) -> Activity:
    kept = ingest.record_message(
        account=row, kind=touch.kind, direction=_direction(touch), body=touch.text,
        occurred_at=touch.at, contact=touch.contact, user=by, by=by, message_id=key,
    )  # fmt: skip
    if touch.next_step and touch.due_on:
        todo.add(row, by=by, subject=touch.next_step, due_on=touch.due_on, contact=touch.contact)
    if touch.kind == Activity.Kind.MEETING:
        ingest.record_signal(
            account=row, kind="meeting_ended", source="rep", occurred_at=touch.at,
            payload={"notes": touch.text[:20_000]}, dedupe_key=f"meeting:{kept.pk}",
        )  # fmt: skip
    if kept.direction != Activity.Direction.INTERNAL:
        triggers.ring(row.pk)
    return kept


def _direction(touch: Touch) -> str:
    if touch.kind == Activity.Kind.NOTE:
        return Activity.Direction.INTERNAL
    return Activity.Direction.INBOUND if touch.is_theirs else Activity.Direction.OUTBOUND
