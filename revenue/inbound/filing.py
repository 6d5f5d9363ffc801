"""Mail that found no account: a person says where it belongs, or sets it aside.

`assign` does what the mail would have done had it found its account by itself. The mail is kept
anew there, because we learn of it now: what is known of an account is told by the order in which
its rows came. Called by the inbox page.
"""

from collections.abc import Callable

from revenue import clock, events, ingest, locks, records, snapshots, transactions
from revenue.inbound import outgoing
from revenue.inbound.message import ParsedEmail, parse_email
from revenue.inbound.receive import (
    Place,
    as_read,
    consequences,
    hold,
    thread_of,
    warned,
    warning_for,
    wishes,
)
from revenue.inbound.replies import ReplyClass, classify_reply
from revenue.models import Account, Activity, Contact, Event, User

ASSIGNED, SET_ASIDE, PUT_BACK = "message.assigned", "message.set_aside", "message.put_back"
ADDED = "message.added"
CHAIN = "inbox"
GONE = "This mail is not here any more."


class FilingError(ValueError):
    """Why nothing was done, in words: who was faster."""


def assign(
    mail: Activity, account: Account, *, by: User, contact: Contact | None = None, name: str = "",
    bell: Callable[[], object] | None = None,
) -> Activity:  # fmt: skip
    """The mail as one of `account`, from `contact`, or from somebody new with this `name`; a
    person's own mail, copied to us, as one to `contact`.

    Opt-outs and bounces are done, the version moves, agents lose the voice, the account wakes. It
    is read before the transaction begins, so that nobody waits for a hostile one; `bell` rings in
    it.
    """
    parsed = _parsed(mail)
    said = classify_reply(parsed, received=mail.occurred_at)
    with transactions.atomic():
        kept = _assign(mail, parsed, said, account, by=by, contact=contact, name=name)
        if bell:
            bell()
    return kept


def _assign(
    mail: Activity, parsed: ParsedEmail, said: ReplyClass, account: Account, *, by: User,
    contact: Contact | None, name: str,
) -> Activity:  # fmt: skip
    hold(parsed, said, Place(account, contact, None, contact))
    row = locks.account(account.pk)
    # The row goes first: of two who say where it belongs, the second finds nothing.
    mail = _taken(mail)
    if mail.direction == Activity.Direction.OUTBOUND:
        kept = outgoing.keep_at(mail, parsed, row, contact, by=by)
        events.append(ASSIGNED, by=by, account=row, subject=mail, message=kept.pk)
        return kept
    if contact is None and name:
        contact = records.add_contact(row, name=name, email=mail.sender, by=by)
    place = Place(row, contact, None, contact, warning_for(parsed, contact))
    wishes(parsed, said, place)
    kept = _keep(mail, parsed, said, place, by=by)
    consequences(kept, said)
    events.append(ASSIGNED, by=by, account=row, subject=mail, message=kept.pk)
    return kept


def _taken(mail: Activity) -> Activity:
    as_seen = Activity.objects.filter(pk=mail.pk, account=None, set_aside_at=mail.set_aside_at)
    row = as_seen.select_for_update().first()
    if row is None:
        raise FilingError(settled_by(mail.pk) or GONE)
    Activity.objects.filter(pk=row.pk).delete()
    return row


def _parsed(mail: Activity) -> ParsedEmail:
    """Read again: what is stored holds the words, not everything that they ask for."""
    text = snapshots.get_many([mail.raw]).get(mail.raw, "")
    return parse_email(text.encode("latin-1"))


def _keep(
    mail: Activity, parsed: ParsedEmail, said: ReplyClass, place: Place, *, by: User
) -> Activity:
    return ingest.record_message(
        account=place.account,
        contact=place.contact,
        thread=thread_of(parsed, place),
        direction=Activity.Direction.INBOUND,
        subject=mail.subject,
        body=mail.body,
        occurred_at=mail.occurred_at,
        message_id=mail.message_id,
        in_reply_to=mail.in_reply_to,
        sender=mail.sender,
        **as_read(said),
        warning=warned(place, said),
        raw=mail.raw,
        by=by,
    )


@transactions.atomic
def set_aside(mail: Activity, *, by: User) -> None:
    """It belongs to no account. It stays, and can be put back."""
    waiting = Activity.objects.filter(pk=mail.pk, account=None, set_aside_at=None)
    if not waiting.update(set_aside_at=clock.now()):
        raise FilingError(settled_by(mail.pk) or GONE)
    events.append(SET_ASIDE, by=by, chain=CHAIN, subject=mail)


@transactions.atomic
def put_back(mail: Activity, *, by: User) -> None:
    aside = Activity.objects.filter(pk=mail.pk, account=None, set_aside_at__isnull=False)
    if not aside.update(set_aside_at=None):
        raise FilingError(settled_by(mail.pk) or "This mail was put back already.")
    events.append(PUT_BACK, by=by, chain=CHAIN, subject=mail)


@transactions.atomic
def tell_added(mail: Activity, *, by: User) -> None:
    """Who brought a mail as a file: it may say anything of whoever wrote it, and what it asks for
    was done, also at an account that they do not see."""
    account = mail.account
    events.append(ADDED, by=by, account=account, chain="" if account else CHAIN, subject=mail)


def settled_by(pk: int) -> str:
    """Who last said something about this mail, for whoever comes second; "" if nobody did."""
    told = {ASSIGNED: "said where this mail belongs", SET_ASIDE: "set this mail aside",
            PUT_BACK: "put this mail back"}  # fmt: skip
    rows = Event.objects.filter(subject_kind="activity", subject_id=pk, kind__in=told)
    last = rows.order_by("-pk").first()
    if last is None:
        return ""
    kind, _, number = last.actor.partition(":")
    user = User.objects.filter(pk=number).first() if kind == "user" and number.isdigit() else None
    return f"{user or 'Somebody'} {told[last.kind]} already."
