"""A person's own mail to a buyer, found in their Sent folder or copied to the log address.

It counts as what they wrote: the account's version moves, agents lose the voice and wait. A mail
that left from here is known by its Message-ID and is not kept twice. Mail to people who are no
contacts is none of our business when it was found, and a person's question when it was copied.
"""

from dataclasses import replace

from django.conf import settings

from revenue import clock, consent, ingest, locks, snapshots, stages, transactions, workspace
from revenue.inbound import headers, mime
from revenue.inbound.message import ParsedEmail, parse_email
from revenue.inbound.receive import KEPT_RAW, Place, message_answered, thread_of
from revenue.models import Account, Activity, Contact, User

TO = ("To", "Cc", "Bcc")
DELIVERED = (*TO, "Delivered-To", "X-Original-To", "X-Forwarded-To", "Envelope-To")
UNVERIFIED = "Not assigned: copied to the log address, and nothing proves who sent it."
TO_NOBODY = "Not assigned: copied to the log address, and no recipient is a contact."


def recipients(raw: bytes) -> list[str]:
    """The addresses that a mail was written to, hidden ones too where they are still there."""
    found = headers.addresses(mime.headers_of(raw), *TO)
    return [consent.normalise(address) for _, address in found]


def is_ours(message_id: str) -> bool:
    """Did this mail leave from here, or is it kept already?"""
    kept = Activity.objects.filter(message_id=message_id[:255])
    return workspace.made_here(message_id) or kept.exists()


def contacts_among(addresses: list[str]) -> list[Contact]:
    return [row for one in addresses if one for row in Contact.objects.with_address(one)]


def file_sent(raw: bytes, *, user: User) -> list[Activity]:
    """Keep a mail of the Sent folder, once at each account that it was written to."""
    parsed = parse_email(raw)
    people = contacts_among(recipients(raw))
    return _file(raw, parsed, people, user=user) if people else []


@transactions.atomic
def _file(raw: bytes, parsed: ParsedEmail, people: list[Contact], *, user: User) -> list[Activity]:
    found = _by_account(parsed, people)
    accounts = locks.accounts(found)  # of two who read the same mail, the second finds the first's
    if is_ours(parsed.message_id):
        return []
    first = message_answered(parsed)
    accounts.sort(key=lambda row: first is None or row.pk != first.account_id)
    kept = []
    for number, account in enumerate(accounts):
        # A Message-ID stands once: the copies at further accounts carry it with their own.
        message_id = f"{parsed.message_id[:230]}#{account.pk}" if number else parsed.message_id
        kept.append(_keep(raw, parsed, account, found[account.pk], user, message_id))
    return kept


def _by_account(parsed: ParsedEmail, people: list[Contact]) -> dict[int, Contact]:
    """The first recipient at each account. Where the mail answers one at an account, an address
    that several accounts share is meant there."""
    before = message_answered(parsed)
    here = {row.email.lower() for row in people if before and row.account_id == before.account_id}
    meant = [
        row for row in people
        if row.email.lower() not in here or (before and row.account_id == before.account_id)
    ]  # fmt: skip
    return {row.account_id: row for row in reversed(meant)}


def _keep(
    raw: bytes, parsed: ParsedEmail, account: Account, contact: Contact | None, user: User,
    message_id: str,
) -> Activity:  # fmt: skip
    before, now = message_answered(parsed), clock.now()
    here = before if before and before.account_id == account.pk else None
    place = Place(account, contact, here.thread if here else None)
    parsed = replace(parsed, message_id=message_id)  # it names the thread, one at each account
    activity = ingest.record_message(
        account=account,
        contact=contact,
        thread=thread_of(parsed, place),
        user=user,
        by=user,
        direction=Activity.Direction.OUTBOUND,
        subject=parsed.subject,
        body=parsed.text,
        occurred_at=min(parsed.date, now) if parsed.date else now,
        message_id=message_id,
        in_reply_to=parsed.in_reply_to[:255],
        sender=parsed.sender[:254],
        is_auto=parsed.is_auto,
        raw=snapshots.put(raw[:KEPT_RAW].decode("latin-1")),
    )
    account.refresh_from_db(fields=["stage"])
    if account.stage == "prospect" and not activity.is_auto:
        stages.advance(account, "contacted", by=user, reason="They wrote to them themselves.")
    return activity


# --- copied to the log address --------------------------------------------------------------------


def was_logged(raw: bytes, *, recipient: str = "") -> User | None:
    """Whose own mail this is, copied to the log address; nothing when it is an ordinary mail."""
    log = workspace.log_address()
    if not log:
        return None
    message = mime.headers_of(raw)
    found = [address for _, address in headers.addresses(message, *DELIVERED)]
    if log not in [*found, consent.normalise(recipient)]:
        return None
    return _person(next((address for _, address in headers.addresses(message, "From")), ""))


def _person(address: str) -> User | None:
    """Who signs in with this address, else who has connected a mailbox of it."""
    email = consent.normalise(address)
    people = User.objects.filter(is_active=True)
    person = people.filter(email__iexact=email).first() if email else None
    return person or (people.filter(mailbox__address=email).first() if email else None)


def file_logged(raw: bytes, user: User, *, added_by: User | None = None) -> Activity:
    """Keep a copied mail as its sender's own. From is not believed: the receiving server must have
    verified it, or the sender brings the mail themselves; else a person files it. What a file says
    of the receiving server, whoever brings it may have written."""
    parsed = parse_email(raw)
    is_verified = added_by is None and headers.speaks_for_sender(
        mime.headers_of(raw), server=settings.INBOUND_AUTHSERV
    )
    is_proved = added_by == user or is_verified
    people = contacts_among(recipients(raw))
    if is_proved and people:
        kept = _file(raw, parsed, people, user=user)
        if kept:
            return kept[0]
    known = Activity.objects.filter(message_id=parsed.message_id[:255]).first()
    return known or _unfiled(raw, parsed, user, TO_NOBODY if is_proved else UNVERIFIED)


@transactions.atomic
def _unfiled(raw: bytes, parsed: ParsedEmail, user: User, warning: str) -> Activity:
    """Kept without an account, for the person named in From and the managers."""
    now = clock.now()
    return ingest.record_message(
        account=None, user=user, direction=Activity.Direction.OUTBOUND, subject=parsed.subject,
        body=parsed.text, occurred_at=min(parsed.date, now) if parsed.date else now,
        message_id=parsed.message_id, in_reply_to=parsed.in_reply_to[:255],
        sender=parsed.sender[:254], is_auto=parsed.is_auto, warning=warning,
        raw=snapshots.put(raw[:KEPT_RAW].decode("latin-1")), by="source:mail",
    )  # fmt: skip


def keep_at(
    mail: Activity, parsed: ParsedEmail, account: Account, contact: Contact | None, *, by: User
) -> Activity:
    """A person says at which account a copied mail belongs. The caller has taken the row away."""
    raw = snapshots.get_many([mail.raw]).get(mail.raw, "").encode("latin-1")
    return _keep(raw, parsed, account, contact, mail.user or by, mail.message_id or "")
