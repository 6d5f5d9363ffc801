"""One mailbox is read: claimed, looked into, what concerns us kept, the place written down.

Only whoever holds the claim moves the place, and only forward, after the mail before it is kept:
a reader that is killed loses nothing, and who reads the same mail again finds it kept already.
No transaction is open while a server is asked.
"""

import logging
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.db.models import Q, QuerySet

from revenue import clock, consent, events, mailboxes, transactions, vault
from revenue.imap import folders
from revenue.imap.connection import Box, Fault, Looked, number, opened
from revenue.inbound import outgoing, parse_email, receive, relevance
from revenue.models import Mailbox, MailFolder

logger = logging.getLogger(__name__)

EVERY = timedelta(seconds=60)
HOLD = timedelta(minutes=2)
ANSWERED = timedelta(seconds=5)  # for so long a bell is left to a worker
LONGEST_PAUSE, LOGIN_PAUSE = timedelta(hours=1), timedelta(hours=1)
SLOW = 10.0  # seconds beyond its slice that a server may take before it is cut off
AT_ONCE = 50
WHOLE = 2_000_000  # bytes of a mail that are fetched: the words come before what is attached
NO_KEY = "The password cannot be read any more, because its key is gone. Write it again."


class Lost(Exception):
    """Somebody else reads this mailbox by now, or it was taken away."""


@dataclass
class Claim:
    """A mailbox that is ours to read; `until` is the end of this slice (monotonic)."""

    mailbox: Mailbox
    token: str
    until: float
    kept: int = 0

    @property
    def seconds(self) -> float:
        return max(self.until - time.monotonic(), 0.0)

    def rows(self) -> QuerySet[Mailbox]:
        return Mailbox.objects.filter(pk=self.mailbox.pk, reader=self.token)

    def renew(self) -> None:
        if not self.rows().update(read_until=clock.now() + HOLD):
            raise Lost

    @transactions.atomic
    def write(self, folder: MailFolder, **values: int) -> None:
        """The place of a folder, while the mailbox is still ours: its row is locked for it."""
        if not self.rows().select_for_update(no_key=True).values_list("pk", flat=True).first():
            raise Lost
        MailFolder.objects.filter(pk=folder.pk).update(**values)
        for name, value in values.items():
            setattr(folder, name, value)

    def move(self, folder: MailFolder, uid: int) -> None:
        """Everything up to this mail is done."""
        self.write(folder, last_uid=uid)


# --- when -----------------------------------------------------------------------------------------


def _due(now: datetime) -> QuerySet[Mailbox]:
    rows = _free(now).filter(user__is_active=True)
    return rows.exclude(imap_host="").order_by("read_due_at", "pk")


def _free(now: datetime) -> QuerySet[Mailbox]:
    """Due, and nobody reads it. Of its own columns alone: an UPDATE of these looks at them again
    when it had to wait, and at those of a join it would not."""
    nobody = Q(read_until=None) | Q(read_until__lte=now)
    return Mailbox.objects.filter(nobody, read_due_at__lte=now)


def to_be_rung() -> bool:
    """Is a mailbox due for which no bell has rung? Asked once for each time that it is due."""
    now = clock.now()
    silent = _due(now).filter(Q(bell_at=None) | Q(bell_at__lt=now - ANSWERED - HOLD))
    ids = list(silent.values_list("pk", flat=True)[:100])
    return bool(ids) and bool(Mailbox.objects.filter(pk__in=ids).update(bell_at=now))


def read_due(*, seconds: float, patient: bool = False) -> int:
    """Read what is due, one mailbox after the other, for about so long. How many mails were kept.

    `patient` leaves a mailbox to the worker that its bell has woken, and reads what nobody came
    for.
    """
    until, kept = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        claim = _take(until, patient=patient)
        if claim is None:
            break
        kept += _read(claim)
    return kept


def _take(until: float, *, patient: bool) -> Claim | None:
    now = clock.now()
    rows = _due(now)
    if patient:
        rows = rows.filter(Q(bell_at=None) | Q(bell_at__lte=now - ANSWERED))
    for pk in rows.values_list("pk", flat=True)[:20]:
        token = secrets.token_hex(8)
        # Of two who want it at once, the second finds it taken.
        if _free(now).filter(pk=pk).update(reader=token, read_until=now + HOLD):
            return Claim(Mailbox.objects.select_related("user").get(pk=pk), token, until)
    return None


# --- one mailbox ----------------------------------------------------------------------------------


def _read(claim: Claim) -> int:
    try:
        line = mailboxes.reads(claim.mailbox)
        with opened(line, seconds=claim.seconds + SLOW) as box:
            is_done = all(_folder(box, row, claim) for row in _rows(box, claim))
    except Lost:
        logger.warning("Mailbox %s was taken over by another reader", claim.mailbox.pk)
    except vault.Unreadable:
        _failed(claim, NO_KEY, LOGIN_PAUSE)
    except Fault as fault:
        if fault.kind == "late" and claim.kept:  # the slice was over before the mail was
            _done(claim, more=True)
        else:
            _failed(claim, fault.words, LOGIN_PAUSE if fault.kind == "login" else None)
    except DatabaseError:
        raise
    except Exception:
        logger.exception("Mailbox %s could not be read", claim.mailbox.pk)
        _failed(claim, "It could not be read. An admin finds the reason in the log.", None)
    else:
        _done(claim, more=not is_done)
    return claim.kept


def _done(claim: Claim, *, more: bool) -> None:
    now = clock.now()
    claim.rows().update(
        reader="", read_until=None, bell_at=None, failures=0, fault="", read_at=now,
        read_due_at=now if more else now + EVERY,
    )  # fmt: skip


def _failed(claim: Claim, words: str, pause: timedelta | None) -> None:
    """Again after a pause that doubles; a refused login longer, since it locks accounts."""
    count = min(claim.mailbox.failures + 1, 1000)
    wait = pause or min(EVERY * 2 ** min(count - 1, 10), LONGEST_PAUSE)
    claim.rows().update(
        reader="", read_until=None, bell_at=None, failures=count, fault=words[:500],
        read_due_at=clock.now() + wait,
    )  # fmt: skip


def _rows(box: Box, claim: Claim) -> Iterator[MailFolder]:
    """What was sent first: so that an answer to it finds its thread."""
    known = {row.role: row for row in claim.mailbox.folders.all()}
    if len(known) < len(MailFolder.Role.values):
        found = folders.find(box.folder.list())
        if folders.INBOX not in found:
            raise Fault("no_inbox")
        new = {role: name for role, name in found.items() if role not in known}
        begin(claim.mailbox, Looked({role: (name, *box.place(name)) for role, name in new.items()}))
        known = {row.role: row for row in claim.mailbox.folders.all()}
    return iter([known[role] for role in (folders.SENT, folders.INBOX) if role in known])


@transactions.atomic
def begin(mailbox: Mailbox, looked: Looked) -> None:
    """Read from now on: what lies in a folder already stays where it is, unread by us."""
    now = clock.now()
    for role, (name, _, _) in looked.folders.items():
        mailbox.folders.filter(role=role).exclude(name=name[:500]).delete()
    rows = [
        MailFolder(mailbox=mailbox, role=role, name=name[:500], uid_validity=validity,
                   last_uid=max(following - 1, 0), since=now)
        for role, (name, validity, following) in looked.folders.items()
    ]  # fmt: skip
    MailFolder.objects.bulk_create(rows, ignore_conflicts=True)


def _folder(box: Box, row: MailFolder, claim: Claim) -> bool:
    """Read a folder from where it stands. False: there is more."""
    claim.renew()
    validity, _ = box.place(row.name)
    if validity != row.uid_validity:
        # The server counts anew: everything since we began is looked at again, and found kept.
        claim.write(row, uid_validity=validity, last_uid=0)
    box.folder.set(row.name, readonly=True)
    wanted = _new_uids(box, row)
    for start in range(0, len(wanted), AT_ONCE):
        if not claim.seconds:
            return False
        claim.renew()
        if not _portion(box, row, wanted[start : start + AT_ONCE], claim):
            return False
    return True


def _new_uids(box: Box, row: MailFolder) -> list[int]:
    """`n:*` names the last mail even when it is before n. Days are the server's own: one more."""
    day = (row.since - timedelta(days=1)).strftime("%d-%b-%Y")
    found = box.uids(f"UID {row.last_uid + 1}:* SINCE {day}")
    return sorted(uid for uid in map(number, found) if uid > row.last_uid)


def _portion(box: Box, row: MailFolder, uids: list[int], claim: Claim) -> bool:
    heads = box.fetched(uids, "BODY.PEEK[HEADER]")
    for uid in uids:
        if not claim.seconds:
            return False
        if uid in heads and _may_concern(row.role, heads[uid], claim.mailbox):
            whole = box.fetched([uid], f"BODY.PEEK[]<0.{WHOLE}>")
            if uid in whole:
                claim.kept += _kept_or_skipped(row, uid, whole[uid], claim.mailbox)
            claim.move(row, uid)
    claim.move(row, uids[-1])
    return True


def _may_concern(role: str, head: bytes, mailbox: Mailbox) -> bool:
    mail = parse_email(head)
    if role == folders.INBOX:
        return relevance.may_concern_us(mail)
    own = {mailbox.address, mailbox.username.lower(), mailbox.user.email.lower()}
    domain = mailbox.address.rpartition("@")[2]
    sender = consent.normalise(mail.sender)
    if sender not in own and sender.rpartition("@")[2] != domain:
        return False
    if outgoing.is_ours(mail.message_id):
        return False
    return bool(outgoing.contacts_among(outgoing.recipients(head)))


def _kept_or_skipped(row: MailFolder, uid: int, raw: bytes, mailbox: Mailbox) -> int:
    """A mail that fails again and again does not keep those behind it waiting."""
    try:
        return _keep(row.role, raw, mailbox)
    except DatabaseError:
        raise
    except Exception:
        if mailbox.failures < mailboxes.SHOWN_AFTER:
            raise
        logger.exception("Mail %s of folder %s is left out", uid, row.pk)
        events.append("mailbox.mail_skipped", by="system", subject=mailbox, uid=uid)
        return 0


def _keep(role: str, raw: bytes, mailbox: Mailbox) -> int:
    if role == folders.SENT:
        mails = outgoing.file_sent(raw, user=mailbox.user)
        for mail in mails[:1]:
            mailboxes.count_sent(mailbox.address, at=mail.occurred_at)
        return len(mails)
    if not relevance.concerns_us(parse_email(raw)):
        return 0
    receive.receive_email(raw, added_by=mailbox.user)
    return 1
