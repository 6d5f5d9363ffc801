"""The mailbox of a rep: connected, tested, paused, taken away; how much it may send.

Who has one writes to buyers from it. It is paused by a person, or by what comes back from its
mails (`note_bounce`, `note_complaint`), and resumed by a person. A paused one is still read.
Called by the top floor; the reports also by `revenue.inbound`.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import F, Q, QuerySet, Sum

from revenue import clock, consent, events, locks, transactions, vault, workspace
from revenue.models import (
    Activity,
    Mailbox,
    MailboxDay,
    MailboxReport,
    User,
)

FIRST_DAY, MORE_EACH_DAY, MOST_A_DAY = 10, 2, 200
WINDOW = timedelta(days=7)
SHOWN_AFTER = 3  # failures in a row; fewer are nothing to tell anybody
RATES, BY_RATES = "system:rates", "Paused by itself: "
# What names a server and a login: when one changes, the password is asked for again, because the
# one that is kept must not be sent to a server of somebody else's choice.
PLACE = ("username", "smtp_host", "smtp_port", "smtp_security", "imap_host", "imap_port",
         "imap_security")  # fmt: skip
FIELDS = ("address", *PLACE, "daily_cap")
R = MailboxReport.Kind


class MailboxError(ValueError):
    """What is wrong with the wish, and what to do."""


@dataclass(frozen=True)
class Line:
    """What a server is signed in to with. The password is in memory alone."""

    host: str
    port: int
    security: str
    username: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class Health:
    """Of the last seven days, or since somebody resumed it."""

    sent: int
    bounced: int
    complained: int

    @property
    def trouble(self) -> str:
        """Why it must pause, in words, or "".

        Complaints at .3 % of what was sent: at that rate Gmail begins to refuse a sender's mail
        ("Email sender guidelines", Google, 2024). Hard bounces at 5 %: where Amazon SES puts an
        account under review ("reputation metrics"). Not for a single complaint, and not for fewer
        than three bounces: one of few mails is a high rate and says nothing.
        """
        if self.complained >= 2 and self.complained >= 0.003 * self.sent:
            return self._words(self.complained, "was complained of", "were complained of", "0.3 %")
        if self.bounced >= 3 and self.bounced >= 0.05 * self.sent:
            return self._words(self.bounced, "came back", "came back", "5 %")
        return ""

    def _words(self, count: int, one: str, many: str, limit: str) -> str:
        rate = f"{100 * count / self.sent:.1f} %" if self.sent else "more than was sent"
        verb = one if count == 1 else many
        return f"{count} of {self.sent} mails of the last 7 days {verb} ({rate}; limit {limit})."


# --- finding --------------------------------------------------------------------------------------


def of(person: User | None) -> Mailbox | None:
    """Somebody's mailbox; no query where the person was read with it (`owner__mailbox`)."""
    return getattr(person, "mailbox", None)


def held(person_id: int | None) -> Mailbox | None:
    """The same under a shared lock: a pause waits for this send, or is seen by it."""
    rows = Mailbox.objects.filter(user=person_id) if person_id else Mailbox.objects.none()
    pk = rows.values_list("pk", flat=True).first()
    if pk is None:
        return None
    locks.shared(Mailbox, [pk])
    return rows.select_related("user").first()


def seen_by(user: User) -> QuerySet[Mailbox]:
    """An admin sees all, a manager those of the team, everybody their own."""
    rows = Mailbox.objects.select_related("user__team")
    if user.is_admin:
        return rows
    team = Q(user__team=user.team_id) if user.is_manager and user.team_id else Q(pk__in=[])
    return rows.filter(Q(user=user) | team)


def in_trouble(rows: QuerySet[Mailbox]) -> QuerySet[Mailbox]:
    """Those that somebody has to look at: paused by their rates, or not readable for a while."""
    paused = Q(state=Mailbox.State.PAUSED, pause_reason__startswith=BY_RATES)
    return rows.filter(paused | Q(failures__gte=SHOWN_AFTER), user__is_active=True)


def sends(row: Mailbox) -> Line:
    """How mail leaves by it; Unreadable when its password's key is gone."""
    password = vault.reveal(row.secret, row.key_id)
    return Line(row.smtp_host, row.smtp_port, row.smtp_security, row.username, password)


def reads(row: Mailbox) -> Line:
    password = vault.reveal(row.secret, row.key_id)
    return Line(row.imap_host, row.imap_port, row.imap_security, row.username, password)


def can_open(row: Mailbox) -> bool:
    try:
        return bool(vault.reveal(row.secret, row.key_id))
    except vault.Unreadable:
        return False


# --- the verbs of a person ------------------------------------------------------------------------


@transactions.atomic
def connect(user: User, *, by: User, password: str = "", **values: Any) -> Mailbox:
    """Somebody's mailbox, new or changed. It has to be tested before anything leaves by it.

    Without a password the one that is kept stays, as long as the servers and the login do.
    """
    unknown = values.keys() - set(FIELDS)
    if unknown:
        raise MailboxError(f"Not a field of a mailbox: {', '.join(sorted(unknown))}.")
    values["address"] = consent.normalise(values["address"])
    _refuse_a_colleagues(values["address"], user)
    locks.row(User, user.pk)  # of two who connect at once, the second changes what the first made
    row = Mailbox.objects.filter(user=user).first()
    try:
        with transactions.atomic(savepoint=True):
            if row is None:
                return _new(user, password, values, by=by)
            return _changed(row, password, values, by=by)
    except IntegrityError as error:
        words = f"{values['address']} is connected by somebody else here."
        raise MailboxError(words) from error


def _refuse_a_colleagues(address: str, user: User) -> None:
    """What they copy to us would count as this person's, and be shown to them."""
    others = User.objects.filter(email__iexact=address, is_active=True).exclude(pk=user.pk)
    if others.exists():
        raise MailboxError(f"{others[0]} signs in with {address}: only they connect it.")


def _new(user: User, password: str, values: dict[str, Any], *, by: User) -> Mailbox:
    if not password:
        raise MailboxError("Write the password of the mailbox.")
    now = clock.now()
    secret, key = vault.seal(password)
    row = Mailbox.objects.create(
        user=user, secret=secret, key_id=key, started_at=now, rated_from=now, **values
    )
    events.append("mailbox.connected", by=by, subject=row, state=row.state)
    return row


def _changed(row: Mailbox, password: str, values: dict[str, Any], *, by: User) -> Mailbox:
    changed = {name for name, value in values.items() if getattr(row, name) != value}
    if changed & set(PLACE) and not password:
        raise MailboxError("The server or the login changes: write the password again.")
    for name in changed:
        setattr(row, name, values[name])
    if password:
        row.secret, row.key_id = vault.seal(password)
    if "address" in changed:  # another reputation, which begins cold
        row.started_at = row.rated_from = clock.now()
        row.days.all().delete()
        row.reports.all().delete()
    if changed & {"username", "imap_host"}:
        row.folders.all().delete()
    if password or changed & {"address", *PLACE}:
        row.tested_at, row.failures, row.fault, row.read_due_at = None, 0, "", None
        row.reader, row.read_until = "", None
    row.save()
    events.append("mailbox.changed", by=by, subject=row,
                  fields=sorted(changed | ({"password"} if password else set())))  # fmt: skip
    return row


@transactions.atomic
def disconnect(row: Mailbox, *, by: User) -> None:
    """Its password and how far it was read are gone; the mails of it stay with their accounts."""
    events.append("mailbox.disconnected", by=by, subject=row)
    row.delete()


@transactions.atomic
def note_test(row: Mailbox, *, by: User, sends: bool, reads: bool, fault: str = "") -> None:
    """What the test button found. Mail leaves from the moment that sending worked."""
    now = clock.now()
    same = Mailbox.objects.filter(pk=row.pk, secret=row.secret)
    same.update(
        tested_at=now if sends else None, read_due_at=now if reads else None,
        failures=0, fault=fault[:500],
    )  # fmt: skip
    events.append("mailbox.tested", by=by, subject=row, sends=sends, reads=reads)
    row.refresh_from_db()


@transactions.atomic
def pause(row: Mailbox, *, by: User | str, reason: str) -> bool:
    """Nothing leaves by it from now on. False: it was paused already."""
    active = Mailbox.objects.filter(pk=row.pk, state=Mailbox.State.ACTIVE)
    now = clock.now()
    if not active.update(state=Mailbox.State.PAUSED, paused_at=now, pause_reason=reason[:300]):
        return False
    events.append("mailbox.paused", by=by, subject=row, state=Mailbox.State.PAUSED)
    return True


@transactions.atomic
def resume(row: Mailbox, *, by: User) -> bool:
    """It sends again, and what came back until now is not counted any more."""
    paused = Mailbox.objects.filter(pk=row.pk, state=Mailbox.State.PAUSED)
    done = paused.update(
        state=Mailbox.State.ACTIVE, paused_at=None, pause_reason="", rated_from=clock.now()
    )
    if done:
        events.append("mailbox.resumed", by=by, subject=row, state=Mailbox.State.ACTIVE)
    return bool(done)


# --- how much it may send -------------------------------------------------------------------------


def capacity(row: Mailbox, *, at: datetime) -> int:
    """How many mails may leave by it on the (UTC) day of `at`: 0 while it is paused."""
    return 0 if row.is_paused else allowance(row, at=at)


def allowance(row: Mailbox, *, at: datetime) -> int:
    """How many may leave by it on that day when it is not paused.

    10 on the first day, 2 more after each day on which it sent, up to its `daily_cap` (50 by
    default): so it is warm after four weeks of work. That is the careful end of what the field
    does (guides of Instantly, Smartlead, Mailwarm and others, 2025: begin with 5 to 20, rise by 5
    to 10 a week, three to four weeks, 30 to 50 for one mailbox). Days without mail do not count,
    since they warm nothing.
    """
    first = row.started_at.date()
    warm = row.days.filter(day__gte=first, day__lt=at.date(), sent__gt=0).count()
    return min(row.daily_cap, FIRST_DAY + MORE_EACH_DAY * warm)


def sent_on(row: Mailbox, *, at: datetime) -> int:
    """How many left by it on the (UTC) day of `at`, a person's own mails among them."""
    return row.days.filter(day=at.date()).values_list("sent", flat=True).first() or 0


def written_on(row: Mailbox, *, at: datetime) -> int:
    """How many mails to our buyers its person wrote themselves on the (UTC) day of `at`: those of
    its Sent folder and those copied to us. What left from here is counted where it left."""
    own = Activity.objects.filter(
        user=row.user_id, sender__iexact=row.address, kind=Activity.Kind.EMAIL,
        direction=Activity.Direction.OUTBOUND, occurred_at__gte=clock.day_of(at),
    )  # fmt: skip
    ids = own.order_by().values_list("message_id", "account_id")
    # At each further account a mail stands once more, under a name of its own.
    names = {(name or "").removesuffix(f"#{account}") for name, account in ids}
    return sum(not workspace.made_here(name) for name in names)


@transactions.atomic
def count_sent(address: str, *, at: datetime) -> None:
    """A mail left under this address. Counts nothing where it is nobody's mailbox."""
    pk = Mailbox.objects.filter(address=address).values_list("pk", flat=True).first()
    if pk is None:
        return
    MailboxDay.objects.bulk_create([MailboxDay(mailbox_id=pk, day=at.date())],
                                   ignore_conflicts=True)  # fmt: skip
    MailboxDay.objects.filter(mailbox=pk, day=at.date()).update(sent=F("sent") + 1)


# --- what comes back ------------------------------------------------------------------------------


def note_bounce(message_id: str) -> bool:
    """A mail of ours came back for good. True when that paused its mailbox; twice is once."""
    return _note(R.BOUNCE, message_id)


def note_complaint(message_id: str) -> bool:
    """Somebody called a mail of ours spam (ARF, or an event of a provider)."""
    return _note(R.COMPLAINT, message_id)


@transactions.atomic
def _note(kind: str, message_id: str) -> bool:
    mails = Activity.objects.filter(message_id=message_id, direction=Activity.Direction.OUTBOUND)
    sender = mails.values_list("sender", flat=True).first() if message_id else None
    row = Mailbox.objects.filter(address=sender).first() if sender else None
    if row is None:
        return False
    report = MailboxReport(mailbox=row, kind=kind, key=message_id, at=clock.now())
    MailboxReport.objects.bulk_create([report], ignore_conflicts=True)
    trouble = health(row).trouble
    return bool(trouble) and pause(row, by=RATES, reason=BY_RATES + trouble)


def health(row: Mailbox) -> Health:
    since = max(clock.now() - WINDOW, row.rated_from or row.started_at)
    days = row.days.filter(day__gte=since.date())  # a day counts whole: its mails return later
    found = list(row.reports.filter(at__gte=since).values_list("kind", flat=True))
    return Health(
        days.aggregate(sent=Sum("sent"))["sent"] or 0,
        found.count(R.BOUNCE),
        found.count(R.COMPLAINT),
    )
