"""What left in time and in measure: hours where the buyer sits, and how much each gets and sends.

Settings change, and so do the records that say where somebody sits. A mail is asked only where the
log knows that what it is measured by has stayed as it was since then; own mails of a colleague,
which come to light later, are left out of the count. So nobody is accused who kept the rule.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import (
    Count,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Greatest, TruncDay

from revenue import calendars, mailboxes, workspace
from revenue.models import Event, Mailbox
from review import caps
from review.audit.sending import left, may_leave
from review.audit.slices import Law, law, slices
from review.models import OutboxMessage

HOURS = {"opens_at", "closes_at", "sends_on_weekends", "sends_on_holidays", "time_zone", "country"}
MOVED = ("account.owner", "account.changed", "account.imported", "contact.changed",
         "contact.added", "person.erased")  # fmt: skip


def _since(*fields: str) -> QuerySet[OutboxMessage]:
    """What left since the company last changed one of these settings, as the log has it."""
    last = _last_changed("workspace", 1, *fields)
    rows = left().filter(claimed_at__isnull=False)
    return rows.filter(claimed_at__gt=last) if last else rows


def _last_changed(what: str, pk: int, *fields: str) -> datetime | None:
    told = Event.objects.filter(subject_kind=what, subject_id=pk, kind=f"{what}.changed")
    rows = told.order_by("-pk").values_list("at", "data")
    return next((at for at, data in rows if set(fields) & set(data.get("fields", []))), None)


# --- hours ----------------------------------------------------------------------------------------


def _out_of_the_house() -> QuerySet[OutboxMessage]:
    moved = Event.objects.filter(
        account=OuterRef("account"), kind__in=MOVED, at__gte=OuterRef("claimed_at")
    )
    return _to_places(_since(*HOURS).filter(~Exists(moved)))


def _to_places(rows: QuerySet[OutboxMessage]) -> QuerySet[OutboxMessage]:
    return rows.filter(stayed_local=False).select_related("draft__contact", "account__owner")


@law("Every mail left while people work where it went.", _out_of_the_house, unsettled=may_leave)
def within_hours(rows: list[OutboxMessage]) -> Iterator[str]:
    """Invariant 7, of hours. Where the owner's zone decides, nobody knows what it was then: a
    browser tells it anew at every sign-in."""
    yield from _closed(row for row in rows if not _owner_decides(row))


def _owner_decides(row: OutboxMessage) -> bool:
    company, contact = workspace.load(), row.draft.contact
    return calendars.place_of(contact, row.account, row.account.owner, company) != (
        calendars.place_of(contact, row.account, None, company)
    )


def within_hours_since(since: datetime) -> Iterator[str]:
    """The same of everything since then, when every record and setting was what it is now."""
    for part in slices(_to_places(left().filter(claimed_at__gte=since))):
        yield from _closed(part)


def _closed(rows: Any) -> Iterator[str]:
    company = workspace.load()
    for row in rows:
        calendar = calendars.of(row.draft.contact, row.account, company)
        if not calendar.is_open(row.claimed_at):
            yield f"outboxmessage {row.pk}: {calendar.why_closed(row.claimed_at)}"


# --- how much somebody gets -----------------------------------------------------------------------


@dataclass(frozen=True)
class Cap:
    """At most `setting` mails in `window` for the same `by`; `answers` count for some."""

    setting: str
    by: tuple[str, ...]
    window: timedelta
    whom: str
    answers: bool = False

    def rows(self) -> QuerySet[Any]:
        rows = _since(self.setting).exclude(domain="")
        if self.answers:
            rows = rows.exclude(domain__in=caps.FOR_ALL)
        else:
            rows = rows.filter(draft__in_reply_to=None)
        start = ExpressionWrapper(F("claimed_at") - self.window, output_field=DateTimeField())
        return _counted(rows, self.by, start, Q() if self.answers else Q(draft__in_reply_to=None))

    def judge(self, rows: list[Any]) -> Iterator[str]:
        most = getattr(workspace.load(), self.setting)
        for row in rows:
            if row.many > most:
                yield f"outboxmessage {row.pk}: {self.whom} got more than their share"


def _counted(rows: QuerySet[Any], by: tuple[str, ...], start: Any, also: Q) -> QuerySet[Any]:
    """`many`: how many, each row itself among them, had left for the same from `start` on."""
    same = left().filter(
        also, claimed_at__gt=OuterRef("start"), claimed_at__lte=OuterRef("claimed_at"),
        **{name: OuterRef(name) for name in by},
    )  # fmt: skip
    many = same.order_by().values(by[0]).annotate(many=Count("pk")).values("many")
    return rows.annotate(start=start).annotate(many=Subquery(many, output_field=IntegerField()))


PERSON = ("domain", "recipient")  # by the index of the first
CAPS = (
    Cap("contact_cap", PERSON, caps.DAY, "whom it went to"),
    Cap("contact_cap_14_days", PERSON, caps.FORTNIGHT, "whom it went to"),
    Cap("account_cap", ("account",), caps.DAY, "its account"),
    Cap("domain_cap", ("domain",), caps.DAY, "its domain", answers=True),
)
DAY_OF_IT = TruncDay("claimed_at", tzinfo=UTC)
WORDS = {
    "contact_cap": "Nobody got more mails a day than they may.",
    "contact_cap_14_days": "Nobody got more mails in a fortnight than they may.",
    "account_cap": "No account got more mails a day than it may.",
    "domain_cap": "No company's domain got more mails a day than it may.",
}


def _law(cap: Cap) -> Law:
    return Law(f"kept_{cap.setting}", WORDS[cap.setting], cap.rows, cap.judge, may_leave)


# --- how much somebody sends ----------------------------------------------------------------------


def _from_one(rows: QuerySet[OutboxMessage], start: Any) -> QuerySet[Any]:
    return _counted(rows.filter(stayed_local=False), ("sender",), start, Q())


def _by_the_server() -> QuerySet[Any]:
    own = Mailbox.objects.filter(address=OuterRef("sender"), started_at__lte=OuterRef("claimed_at"))
    gone = Event.objects.filter(
        subject_kind="mailbox", kind__in=["mailbox.disconnected", "mailbox.changed"],
        at__gte=OuterRef("claimed_at"),
    )  # fmt: skip
    ours = Q(sender=settings.DEFAULT_FROM_EMAIL) | ~Exists(gone)
    return _from_one(_since("mailbox_cap").filter(~Exists(own), ours), DAY_OF_IT)


@law("No address of ours sent more a day than it may.", _by_the_server, unsettled=may_leave)
def kept_mailbox_cap(rows: list[Any]) -> Iterator[str]:
    """Of an address that is nobody's own mailbox, by the day (UTC)."""
    most = workspace.load().mailbox_cap
    yield from (f"outboxmessage {row.pk}: its sender had sent {row.many} mails on that day"
                for row in rows if row.many > most)  # fmt: skip


def _by_own_mailboxes() -> QuerySet[Any]:
    own = Mailbox.objects.filter(address=OuterRef("sender"), started_at__lte=OuterRef("claimed_at"))
    rows = left().filter(claimed_at__isnull=False)
    rows = rows.annotate(mailbox=Subquery(own.values("pk"))).filter(mailbox__isnull=False)
    return _from_one(rows, Greatest(DAY_OF_IT, Subquery(own.values("started_at"))))


@law("No mailbox of a rep sent more a day than it may.", _by_own_mailboxes, unsettled=may_leave)
def kept_own_caps(rows: list[Any]) -> Iterator[str]:
    """By how warm it was on that day (`mailboxes.allowance`)."""
    own = Mailbox.objects.in_bulk({row.mailbox for row in rows})
    changed = {pk: _last_changed("mailbox", pk, "daily_cap") for pk in own}
    days = {(row.mailbox, row.start): row.claimed_at for row in rows}
    most = {(pk, start): mailboxes.allowance(own[pk], at=at) for (pk, start), at in days.items()}
    for row in rows:
        at = changed[row.mailbox]
        if row.many > most[row.mailbox, row.start] and not (at and row.claimed_at <= at):
            yield f"outboxmessage {row.pk}: its mailbox had sent {row.many} mails on that day"


LAWS = (within_hours, *map(_law, CAPS), kept_mailbox_cap, kept_own_caps)
