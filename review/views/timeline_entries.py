"""How each kind of row reads on an account's timeline: one line with its own words.

Mail from outside is shown as plain text, cut to its beginning.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Length, Substr
from django.urls import reverse
from django.utils import timezone

from agents.definitions import registry
from agents.models import HUMAN, Draft
from revenue import stages
from revenue.models import Account, Activity, Event, Lease, Meeting, StageChange, Task
from review import autonomy
from review.models import Decision, Double, OutboxMessage, ReviewItem
from review.setup import trying
from review.views.outbox_rows import DETAILS
from review.views.reply_words import read_as

EXCERPT = 700
BROUGHT_IN = ("system:import", "system:demo")  # of which the day is known, and no reason


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
class Source:
    """A kind of rows: its number, the column of its time, its rows and how one reads."""

    number: int
    time: str
    rows: Callable[[Account], QuerySet]
    entry: Callable[[Any], Entry]
    groups: tuple[str, ...]


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
    entry.is_day = row.by in BROUGHT_IN
    return entry


def _why(row: StageChange) -> str:
    return "" if row.by in BROUGHT_IN else row.reason


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
        return f"{autonomy.decider(last.by, last.policy)} {last.get_verb_display()} it{vouch}."
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


def _task(row: Task) -> Entry:
    return Entry(
        row.done_at or row.created_at, TASK, row.pk, "check", f"Done: {row.subject}", tone="ok",
        notes=_noted(_promised(row)),
    )  # fmt: skip


def _promised(row: Task) -> str:
    if row.kind != Task.Kind.PROMISE:
        return str(row.owner)
    return f"{row.owner} had promised it to {row.contact or 'them'}"


def _tried(row: Event) -> Entry:
    """An admin's try of an agent: they read what is known here, and whoever works here sees it."""
    what = f"tried a version of {registry.label(row.data['agent'])} here, without effect"
    return Entry(row.at, TRY, row.pk, "person", what, actor=row.actor)


ACTIVITY, STAGE, MAIL, DRAFT, LEASE, MEETING, TASK, TRY = range(8)
_ICONS = {"email": "mail", "call": "person", "note": "pen", "meeting": "clock"}
KINDS = {"mail": Q(kind="email"), "people": Q(kind__in=["call", "note", "meeting"])}
_COPIED = Exists(Double.objects.filter(shadow__draft=OuterRef("pk")))
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
        lambda account: account.drafts.filter(~_COPIED).exclude(agent=HUMAN).select_related(
            "contact"
        ).defer(
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
    Source(
        TASK, "done_at",
        lambda account: account.tasks.exclude(done_at=None).select_related("owner", "contact"),
        _task, ("people",),
    ),
    Source(TRY, "at", trying.tries, _tried, ("agents", "people")),
)  # fmt: skip
