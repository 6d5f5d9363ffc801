"""A mail comes in: kept once, put into its thread, and what it says is done at once.

An opt-out suppresses, a bounce is booked, a person's words move the account's version and end the
voice of whoever was about to speak. From is not trusted: it names a contact only where the thread
or the record says the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from revenue import clock, consent, ingest, mailboxes, snapshots, stages, transactions
from revenue.inbound import suspicion
from revenue.inbound.message import ParsedEmail, parse_email
from revenue.inbound.replies import ReplyClass, classify_reply
from revenue.models import Account, Activity, Contact, Thread, User

BOUNCES = ("bounce_hard", "bounce_soft")
KEPT_RAW = 1_000_000
MAYBE = {
    "unsubscribe": "It may ask for no more mail: “{}”.",
    "hostile_legal": "It may be a complaint or a threat: “{}”.",
}
UNVERIFIED = "The sender could not be verified (DMARC)."


@dataclass(frozen=True)
class Place:
    """Where a mail belongs, and what is odd about it. `written_to` is whom we had written to."""

    account: Account | None = None
    contact: Contact | None = None
    thread: Thread | None = None
    written_to: Contact | None = None
    warning: str = ""


def receive_email(
    raw: bytes, *, added_by: User | None = None, bell: Callable[[], object] | None = None
) -> Activity:
    """Keep a raw mail (RFC 5322) and do what it asks. Twice the same is once. Never refuses.
    `bell` rings in the same transaction.

    A mail that belongs to no account is kept without one, for a person to look at (`filing`): for
    whoever `added_by` hand, and the managers. It is read before the transaction begins: a hostile
    one takes seconds, and nobody else waits for them.
    """
    parsed = parse_email(raw)
    with transactions.atomic():
        activity = _receive(raw, parsed, added_by=added_by)
        if bell:
            bell()
    return activity


def _receive(raw: bytes, parsed: ParsedEmail, *, added_by: User | None) -> Activity:
    known = Activity.objects.filter(message_id=parsed.message_id[:255]).first()
    if known:
        return _added_again(known, added_by)
    said, place = classify_reply(parsed, received=clock.now()), _place(parsed)
    hold(parsed, said, place)
    wishes(parsed, said, place)
    activity = _keep(raw, parsed, said, place, added_by=added_by)
    consequences(activity, said)
    return activity


def _added_again(known: Activity, added_by: User | None) -> Activity:
    """Nothing new, but whoever holds a mail that has no place yet may say where it belongs."""
    if added_by:
        nobodys = Activity.objects.filter(pk=known.pk, account=None, user=None)
        nobodys.update(user=added_by)
    return known


def hold(parsed: ParsedEmail, said: ReplyClass, place: Place) -> None:
    """Lock whom `wishes` concerns: several addresses, and whatever accounts have them."""
    if said.opt_out or said.label in BOUNCES or parsed.complaint:
        written_to = place.written_to.email if place.written_to else ""
        here = [place.account.pk] if place.account else []
        consent.hold([parsed.sender, written_to], accounts=here)


def wishes(parsed: ParsedEmail, said: ReplyClass, place: Place) -> None:
    """What the mail asks for, or reports, about addresses."""
    if said.opt_out:
        _opt_out(parsed, place)
    if said.label in BOUNCES:
        _bounce(parsed, place, hard=said.label == "bounce_hard")
    if parsed.complaint and place.written_to:
        _complaint(parsed, place)


def consequences(activity: Activity, said: ReplyClass) -> None:
    """What a mail that is kept at an account does there: its signal, and the account's stage."""
    if activity.account:
        _signal(activity, said, activity.account)
        # Of what a model is still to read it says whether a person wrote it (`readings`).
        is_to_be_read = said.confidence < 1 and activity.contact_id is not None
        if said.is_human and not is_to_be_read:
            engage(activity.account)


def engage(account: Account) -> None:
    """Somebody spoke. The stage is read under the lock that keeping the message took."""
    account.refresh_from_db(fields=["stage"])
    if account.stage in ("prospect", "contacted"):
        stages.advance(account, "engaged", by="system:inbound", reason="They answered.")


def _place(parsed: ParsedEmail) -> Place:
    answered = message_answered(parsed)
    if answered is None or answered.account is None:
        return _by_sender(parsed)
    account = answered.account
    people = Contact.objects.with_address(consent.normalise(parsed.sender))
    contact = people.filter(account=account).first()
    warning = warning_for(parsed, contact)
    # Of a mail of theirs anybody may know the id: only an answer to ours tells whom we wrote to.
    is_ours = answered.direction == Activity.Direction.OUTBOUND
    written_to = answered.contact if is_ours else None
    return Place(account, contact, answered.thread, written_to, warning)


def message_answered(parsed: ParsedEmail) -> Activity | None:
    """The message that this one answers, the nearest first (RFC 5322, 3.6.4)."""
    report = parsed.bounce or parsed.complaint
    original = report.original_message_id if report else ""
    ids = [parsed.in_reply_to, *reversed(parsed.references), original]
    wanted = [one[:255] for one in ids if one]
    rows = Activity.objects.select_related("account", "thread").filter(message_id__in=wanted)
    found = {row.message_id: row for row in rows}
    return next((found[one] for one in wanted if one in found), None)


def _by_sender(parsed: ParsedEmail) -> Place:
    """Without a thread the sender's record decides, if it is the only one and nothing says that
    somebody else wrote in their name."""
    if parsed.authentication.dmarc == "fail":
        return Place(warning=f"Not assigned. {UNVERIFIED}")
    sender = consent.normalise(parsed.sender)
    people = list(Contact.objects.with_address(sender)[:2]) if sender else []
    warning = doubt(parsed)
    if len(people) != 1:
        several = "several accounts have" if people else "no account has"
        return Place(warning=f"Not assigned: {several} the sender's address. {warning}".strip())
    contact = people[0]
    thread = contact.activities.exclude(thread=None).first()
    return Place(contact.account, contact, thread.thread if thread else None, warning=warning)


def warning_for(parsed: ParsedEmail, contact: Contact | None) -> str:
    """What is odd about a mail at an account."""
    words = doubt(parsed)
    if contact is None and not (parsed.is_bounce or parsed.complaint):
        words = f"{parsed.sender or 'Somebody'} is not a contact of this account. {words}"
    return words.strip()


def doubt(parsed: ParsedEmail) -> str:
    if parsed.quarantined:
        return f"Only the headers were read: {parsed.quarantined}."
    if parsed.authentication.dmarc == "fail":
        return UNVERIFIED
    return ""


def _opt_out(parsed: ParsedEmail, place: Place) -> None:
    """At once, for the address that wrote and the one that we had written to."""
    ours = place.written_to.email if place.written_to else ""
    for email in sorted({consent.normalise(one) for one in (parsed.sender, ours)} - {""}):
        consent.suppress(
            email, scope="address", reason="asked for it in a reply", by="contact",
            account=place.account,
        )  # fmt: skip


def _bounce(parsed: ParsedEmail, place: Place, *, hard: bool) -> None:
    """Only an address that we wrote to can have bounced: a forged report suppresses nobody."""
    written_to = consent.normalise(place.written_to.email if place.written_to else "")
    failed = consent.normalise(parsed.bounce.recipient if parsed.bounce else "")
    if written_to and failed in ("", written_to):
        consent.record_bounce(written_to, hard=hard, account=place.account)
        original = message_answered(parsed)
        if hard and original:
            mailboxes.note_bounce(original.message_id or "")


def _complaint(parsed: ParsedEmail, place: Place) -> None:
    """Whom a mail of ours went to wants no more, whomever the report names."""
    email = consent.normalise(place.written_to.email if place.written_to else "")
    if email:
        consent.suppress(
            email, scope="address", reason="marked a mail of ours as spam", by="contact",
            account=place.account,
        )  # fmt: skip
        original = message_answered(parsed)
        mailboxes.note_complaint(original.message_id or "" if original else "")


def thread_of(parsed: ParsedEmail, place: Place) -> Thread | None:
    """The thread that it answers, else one of its own; none without an account."""
    if place.thread or place.account is None:
        return place.thread
    token = f"i{snapshots.digest(parsed.message_id)[:30]}"
    return ingest.thread_for(place.account, place.contact, parsed.subject, token=token)


def _keep(
    raw: bytes, parsed: ParsedEmail, said: ReplyClass, place: Place, *, added_by: User | None
) -> Activity:
    now = clock.now()
    return ingest.record_message(
        account=place.account,
        contact=place.contact,
        thread=thread_of(parsed, place),
        # Who spoke is the sender; only while nobody knows where it belongs it is somebody's task.
        user=None if place.account else added_by,
        direction=Activity.Direction.INBOUND,
        subject=parsed.subject,
        body=parsed.text,
        # A mail cannot have been written after it came.
        occurred_at=min(parsed.date, now) if parsed.date else now,
        message_id=parsed.message_id,
        in_reply_to=parsed.in_reply_to[:255],
        sender=parsed.sender[:254],
        **as_read(said),
        warning=warned(place, said, suspicion.warning(f"{parsed.subject}\n{parsed.text}")),
        raw=snapshots.put(raw[:KEPT_RAW].decode("latin-1")),
        by="source:mail",
    )


def as_read(said: ReplyClass) -> dict[str, Any]:
    """What is kept of the class of a reply."""
    return {
        "is_auto": not said.is_human,
        "reply_class": said.filed,
        "reply_detail": (said.detail if said.filed == said.label else said.suspected)[:254],
        "reply_layer": said.layer,
        "reply_confidence": said.confidence,
        "return_date": said.return_date,
    }


def warned(place: Place, said: ReplyClass, orders: str = "") -> str:
    """What a person is told of the mail: of its sender, of what it may ask for, of its `orders`."""
    return " ".join(filter(None, (place.warning[:150], _wish_in(said), orders)))[:300]


def _wish_in(said: ReplyClass) -> str:
    return MAYBE[said.suspected].format(said.evidence[-1][:80]) if said.suspected else ""


def _signal(activity: Activity, said: ReplyClass, account: Account) -> None:
    kind = "bounce" if said.label in BOUNCES else "reply"
    back = said.return_date.isoformat() if said.return_date else None
    ingest.record_signal(
        account=account,
        kind=kind,
        source="mail",
        occurred_at=activity.occurred_at,
        payload={"message": activity.pk, "reply_class": said.filed, "return_date": back},
        dedupe_key=f"mail:{activity.message_id}"[:255],
    )
