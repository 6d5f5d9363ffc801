"""What happened at an account, newest first: one stretch of six kinds of rows, merged by time.

Each source is asked for no more rows than are shown, from a key on, so that a stretch costs the
same however long the history is. Mail from outside is shown as plain text, cut to its beginning.
"""

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Length, Substr
from django.urls import reverse
from django.utils import timezone

from agents.definitions import registry
from agents.models import HUMAN, Draft
from revenue import stages
from revenue.models import Account, Activity, Lease, Meeting, StageChange, User
from review import autonomy
from review.models import Decision, OutboxMessage, ReviewItem
from review.views import delivery_notes
from review.views.outbox_rows import DETAILS
from review.views.reply_words import read_as

SIZE = 15
EXCERPT = 700
IMPORT = "system:import"
FILTERS = {"": "All", "mail": "Mail", "deals": "Deals", "agents": "Agents", "people": "People"}


@dataclass
class Entry:
    """One line. `who` is set in bold before `what`; `quote` is somebody's own words."""

    at: datetime
    source: int
    pk: int
    icon: str
    what: str
    who: str = ""
    tone: str = ""
    quote: str = ""
    is_cut: bool = False
    notes: list[str] = field(default_factory=list)
    warning: str = ""
    link: str = ""
    link_words: str = ""
    is_day: bool = False  # only the date is known
    message_id: str = ""
    actor: str = ""

    @property
    def place(self) -> tuple[datetime, int, int]:
        return self.at, -self.source, self.pk

    @property
    def key(self) -> str:
        return f"{self.at.isoformat()}~{self.source}~{self.pk}"


@dataclass(frozen=True)
class Stretch:
    entries: list[Entry]
    older: str = ""
    is_newest: bool = True


@dataclass(frozen=True)
class Source:
    """A kind of rows: its number, the column of its time, its rows and how one reads."""

    number: int
    time: str
    rows: Callable[[Account], QuerySet]
    entry: Callable[[Any], Entry]
    groups: tuple[str, ...]


def read(account: Account, *, viewer: User, show: str = "", before: str = "") -> Stretch:
    """One stretch, the newest or the one before a key; an odd key reads as the newest."""
    place = _place(before)
    wanted = [one for one in SOURCES if not show or show in one.groups]
    found = [_entries(one, account, place, show) for one in wanted]
    merged = heapq.merge(*found, key=lambda entry: entry.place, reverse=True)
    entries = list(islice(merged, SIZE + 1))
    older = entries[SIZE - 1].key if len(entries) > SIZE else ""
    entries = entries[:SIZE]
    _say_who(entries, account, viewer)
    return Stretch(entries, older, is_newest=place is None)


def _place(key: str) -> tuple[datetime, int, int] | None:
    try:
        at, source, pk = key.split("~")
        moment = datetime.fromisoformat(at)
        place = (moment.astimezone(UTC), int(source), int(pk))
    except (ValueError, OverflowError):
        return None
    return place if moment.tzinfo and 0 <= place[2] < 2**63 else None


def _entries(
    source: Source, account: Account, place: tuple[datetime, int, int] | None, show: str
) -> list[Entry]:
    rows = source.rows(account)
    if source.number == ACTIVITY and show in _KINDS:
        rows = rows.filter(_KINDS[show])
    if place:
        rows = rows.filter(_earlier(source, *place))
    found = rows.order_by(f"-{source.time}", "-pk")[: SIZE + 1]
    return [source.entry(row) for row in found]


def _earlier(source: Source, at: datetime, number: int, pk: int) -> Q:
    """Rows that stand below this place. At the same moment a later source, then a smaller id."""
    up_to = Q(**{f"{source.time}__lte": at})
    if source.number > number:
        return up_to
    if source.number < number:
        return Q(**{f"{source.time}__lt": at})
    return up_to & (Q(**{f"{source.time}__lt": at}) | Q(pk__lt=pk))


# --- who, for all entries at once ----------------------------------------------------------------


def _say_who(entries: list[Entry], account: Account, viewer: User) -> None:
    people = _people({entry.actor for entry in entries})
    mails = _ours(account, {entry.message_id for entry in entries if entry.message_id})
    told = delivery_notes.of_mails(mails)
    for entry in entries:
        message = mails.get(entry.message_id)
        if message:
            _add_draft(entry, message, viewer)
            entry.notes += delivery_notes.sentences(told.get(message.message_id, []))
        elif entry.actor:
            entry.who = _name(entry.actor, people, viewer) if not entry.who else entry.who


def _people(actors: Iterable[str]) -> dict[str, User]:
    ids = [one.partition(":")[2] for one in actors if one.startswith("user:")]
    wanted = [int(one) for one in ids if one.isdigit()]
    return {f"user:{row.pk}": row for row in User.objects.filter(pk__in=wanted)} if wanted else {}


def _name(actor: str, people: dict[str, User], viewer: User) -> str:
    """Of an actor as the log names it: a person, an agent with its version, or a machine."""
    if actor in people:
        return "You" if people[actor].pk == viewer.pk else str(people[actor])
    kind, _, rest = actor.partition(":")
    if kind == "agent":
        return registry.label(rest.split(" ")[0])
    return ""


def _ours(account: Account, message_ids: set[str]) -> dict[str, OutboxMessage]:
    if not message_ids:
        return {}
    rows = account.outbox.filter(message_id__in=message_ids, state="sent")
    rows = rows.select_related("draft", "decision__by").only(
        "message_id", "stayed_local", "draft__agent", "decision__verb", "decision__policy",
        "decision__vouched",
        "decision__by__first_name", "decision__by__last_name", "decision__by__username",
    )  # fmt: skip
    return {row.message_id: row for row in rows}


def _add_draft(entry: Entry, message: OutboxMessage, viewer: User) -> None:
    by = message.decision.by
    approver = "you" if by and by.pk == viewer.pk else str(by or message.decision.policy)
    edited = message.decision.verb == Decision.Verb.EDIT
    if message.draft.is_human:  # who wrote it is known from the mail itself
        entry.who = f"{approver[0].upper()}{approver[1:]}"
    else:
        entry.who = registry.label(message.draft.agent)
        entry.notes.append(
            f"{'Edited and approved' if edited else 'Approved unchanged'} by {approver}."
        )
    if message.decision.vouch:
        entry.notes.append(f"{approver[0].upper()}{approver[1:]} {message.decision.vouch}.")
    if message.stayed_local:
        entry.notes.append("It stayed on this machine.")
    entry.link = reverse("outbox_message", args=[message.pk])
    entry.link_words = "See the mail"


# --- how each kind reads -------------------------------------------------------------------------


def _activity(row: Any) -> Entry:
    """Of an activity with its `excerpt` and `length`."""
    entry = Entry(
        row.occurred_at, ACTIVITY, row.pk, _ICONS.get(row.kind, "mail"), "",
        quote=row.excerpt.strip(), is_cut=row.length > EXCERPT, warning=row.warning,
        message_id=row.message_id or "", actor=f"user:{row.user_id}" if row.user_id else "",
    )  # fmt: skip
    if row.direction == Activity.Direction.INBOUND:
        return _inbound(entry, row)
    subject = f": {row.subject}" if row.subject else ""
    if row.kind == Activity.Kind.EMAIL and row.direction == Activity.Direction.OUTBOUND:
        entry.what = f"wrote to {row.contact or 'them'}{subject}"
    elif row.kind == Activity.Kind.CALL:
        entry.what = f"called {row.contact or 'them'}{subject}"
    elif row.kind == Activity.Kind.MEETING and row.direction == Activity.Direction.OUTBOUND:
        entry.what = f"spoke with {row.contact or 'them'}{subject}"
    else:
        entry.what = f"noted{subject}" if entry.actor else row.subject or "A note"
    return entry


def _inbound(entry: Entry, row: Activity) -> Entry:
    sender = str(row.contact or row.sender or "Somebody")
    entry.icon, entry.tone, entry.message_id, entry.actor = "reply", "info", "", ""
    if row.reply_class in ("bounce_hard", "bounce_soft"):
        entry.what, entry.icon, entry.tone = "Mail came back", "alert", "warn"
    elif row.is_auto:
        entry.who, entry.what, entry.tone = sender, "sent an automatic answer", ""
    elif row.kind == Activity.Kind.CALL:
        entry.who, entry.what = sender, "called"
        return entry
    else:
        entry.who = sender
        entry.what = "replied" if row.in_reply_to else f"wrote: {row.subject or 'no subject'}"
    if row.contact_id and not row.is_auto and row.kind == Activity.Kind.EMAIL:
        write = reverse("account_write", args=[row.account_id])
        entry.link, entry.link_words = f"{write}?answers={row.pk}", "Answer it yourself"
    if read_as(row.reply_class) and not row.reply_class.startswith("bounce"):
        entry.notes.append(_read_as(row))
    return entry


def _read_as(row: Activity) -> str:
    kind = read_as(row.reply_class)
    detail = f" ({row.reply_detail.replace('_', ' ')})" if row.reply_detail else ""
    back = f", {row.return_date:%-d %B %Y}" if row.return_date else ""
    return f"Read as: {kind}{detail}{back}{', by a model' if row.reply_layer == 'model' else ''}."


def _stage(row: StageChange) -> Entry:
    if row.opportunity is None:
        before = _label(stages.ACCOUNT, row.from_stage)
        what = f"Stage: {before} → {_label(stages.ACCOUNT, row.to_stage)}"
        return _imported(Entry(row.at, STAGE, row.pk, "arrow", what, notes=_noted(_why(row))), row)
    return _deal(row, row.opportunity)


def _deal(row: StageChange, deal: Any) -> Entry:
    meaning = stages.OPPORTUNITY.get(row.to_stage)
    semantic = meaning.semantic if meaning else stages.HOLD
    icon, tone = {stages.WON: ("check", "ok"), stages.LOST: ("cross", "")}.get(
        semantic, ("arrow", "")
    )
    closed = {stages.WON: "won", stages.LOST: "lost"}.get(semantic)
    moved = "opened" if not row.from_stage else "moved to"
    what = closed or f"{moved} {_label(stages.OPPORTUNITY, row.to_stage)}"
    amount = f", ${deal.amount:,.0f}" if semantic == stages.WON and deal.amount else ""
    notes = _noted(str(deal.owner or ""), _why(row))
    entry = Entry(row.at, STAGE, row.pk, icon, f"{deal} {what}{amount}", tone=tone, notes=notes)
    return _imported(entry, row)


def _imported(entry: Entry, row: StageChange) -> Entry:
    entry.is_day = row.by == IMPORT
    return entry


def _why(row: StageChange) -> str:
    return "" if row.by == IMPORT else row.reason


def _label(graph: dict[str, stages.Stage], name: str) -> str:
    return graph[name].label if name in graph else name.capitalize() or "new"


def _noted(*words: str) -> list[str]:
    return [f"{word[0].upper()}{word[1:].rstrip('.')}." for word in words if word]


def _message(row: OutboxMessage) -> Entry:
    to = row.draft.contact or row.recipient
    icon, tone = (
        ("alert", "danger") if row.state in ("unknown", "blocked", "failed") else ("mail", "")
    )
    words = {
        "queued": f"The mail to {to} waits to leave", "sending": f"The mail to {to} is leaving",
        "unknown": f"Nobody knows whether the mail to {to} left",
        "blocked": f"The mail to {to} was stopped", "failed": f"The mail to {to} was not delivered",
        "cancelled": f"The mail to {to} was cancelled before it left",
    }  # fmt: skip
    notes = [row.subject, DETAILS.get(row.detail, row.detail) or row.hold_reason]
    return Entry(
        row.created_at, MAIL, row.pk, icon, words[row.state], tone=tone, notes=_noted(*notes),
        link=reverse("outbox_message", args=[row.pk]), link_words="See the mail",
    )  # fmt: skip


def _draft(row: Draft) -> Entry:
    label = autonomy.class_label(row.output_class)
    to = f" to {row.contact}" if row.contact else ""
    item = next(iter(row.items.all()), None)
    entry = Entry(
        row.created_at, DRAFT, row.pk, "pen", f"drafted: {label}{to}",
        who=registry.label(row.agent), tone="accent", notes=_noted(row.subject),
    )  # fmt: skip
    if item:
        last = _decided(item)
        entry.notes.append(_fate(item, last))
        entry.link, entry.link_words = reverse("item", args=[item.pk]), "Open it on the desk"
        if last:
            entry.link, entry.link_words = reverse("decision", args=[last.pk]), "See the decision"
    return entry


def _decided(item: ReviewItem) -> Decision | None:
    """The last word on it, while that stands."""
    last = next((one for one in reversed(item.decisions.all()) if not one.undone_at), None)
    settled = item.state in ("approved", "rejected")
    return last if last and settled and last.verb in Decision.TERMINAL else None


def _fate(item: ReviewItem, last: Decision | None) -> str:
    """What became of a draft: who decided, else where it stands."""
    if last:
        vouch = f" and {last.vouch}" if last.vouch else ""
        return f"{last.by or last.policy!s} {last.get_verb_display()} it{vouch}."
    return f"{item.get_state_display()}."


def _taken(row: Lease) -> Entry:
    entry = Entry(
        row.acquired_at, LEASE, row.pk, "person", "took the account over", actor=row.person
    )
    if row.ended_at:
        ended = timezone.localtime(row.ended_at)
        why = row.end_reason or "handed back"
        entry.notes.append(f"{why.capitalize()} on {ended:%d %b at %H:%M}.")
    return entry


def _meeting(row: Meeting) -> Entry:
    what = f"Meeting: {row.subject}" if row.subject else "Meeting"
    is_off = row.status in Meeting.OFF
    return Entry(
        row.starts_at, MEETING, row.pk, "clock", what, tone="" if is_off else "info",
        notes=[f"{row.get_status_display()}."],
        link=reverse("meeting", args=[row.pk]), link_words="See the meeting",
    )  # fmt: skip


ACTIVITY, STAGE, MAIL, DRAFT, LEASE, MEETING = range(6)
_ICONS = {"email": "mail", "call": "person", "note": "pen", "meeting": "clock"}
_KINDS = {"mail": Q(kind="email"), "people": Q(kind__in=["call", "note", "meeting"])}
_DECISIONS = Prefetch("items__decisions", Decision.objects.select_related("by"))

SOURCES = (
    Source(
        ACTIVITY, "occurred_at",
        lambda account: account.activities.select_related("contact").defer("body").annotate(
            excerpt=Substr("body", 1, EXCERPT), length=Length("body")
        ),
        _activity, ("mail", "people"),
    ),
    Source(
        STAGE, "at",
        lambda account: account.stage_changes.select_related(
            "opportunity__product", "opportunity__owner"
        ),
        _stage, ("deals",),
    ),
    Source(
        MAIL, "created_at",
        lambda account: account.outbox.exclude(state="sent").select_related("draft__contact"),
        _message, ("mail", "agents"),
    ),
    Source(
        DRAFT, "created_at",
        lambda account: account.drafts.exclude(agent=HUMAN).select_related("contact").defer(
            "body", "evidence", "fields"
        ).prefetch_related("items", _DECISIONS),
        _draft, ("agents",),
    ),
    Source(
        LEASE, "acquired_at",
        lambda account: account.leases.filter(
            Q(holder__startswith=Lease.PERSON) | Q(returns_to__startswith=Lease.PERSON)
        ),
        _taken, ("people",),
    ),
    Source(
        MEETING, "starts_at", lambda account: account.meetings.all(), _meeting, ("people",)
    ),
)  # fmt: skip
