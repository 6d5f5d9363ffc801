"""What the outbox says of a message: where it stands, what is known, what a person may do."""

from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.policy import SMTP

from django.db.models import Prefetch, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse

from agents.definitions import registry
from revenue import clock, snapshots, workspace
from revenue.models import User
from review import automatic, autonomy, guards, leaving, payload
from review.models import Decision, GuardBlock, OutboxMessage
from review.views import keyset

S = OutboxMessage.State
NEEDS = (S.UNKNOWN, S.BLOCKED, S.FAILED)
WAITING = (S.SENDING, S.QUEUED)
DONE = (S.SENT, S.CANCELLED)
SIZE, MOST = 25, 50
FILTERS = {
    "": "All", "needs": "Needs you", "stopped": "Held or blocked", "waiting": "Waiting",
    "sent": "Sent",
}  # fmt: skip
STOPPED = Q(state=S.BLOCKED) | (Q(state=S.QUEUED) & ~Q(hold_reason=""))
TONES: dict[str, str] = {
    S.UNKNOWN: "danger", S.BLOCKED: "danger", S.FAILED: "danger",
    S.SENDING: "accent", S.SENT: "ok",
}  # fmt: skip
DETAILS = {
    "undone": "The approval was taken back.",
    "taken over": "The account was taken over by a person.",
    "a person writes": "A person wrote to them instead.",
    automatic.UNSEEN: "Nobody had looked at it. It waits for somebody’s decision.",
    "outdated": "Something happened at the account before it left.",
}
PLACES = {  # the pages of a manager; a rep sees none of them
    "window": ("Hours and limits", "setup_hours"),
    "identity": ("Set-up", "setup"),
    "kill_switch": ("Stops", "stops"),
}
LABELS: dict[str, str] = {S.UNKNOWN: "Unknown", S.SENDING: "Leaving"}


@dataclass(frozen=True)
class Place:
    """Where the viewer sees more of what stopped a mail, or lifts it."""

    words: str
    link: str


@dataclass
class Row:
    """One message as it is shown. `seconds` is the time until it leaves, within the next minute;
    `waits` what it will wait for then, before a guard has said so."""

    message: OutboxMessage
    label: str
    tone: str
    who: str
    approved: str
    block: GuardBlock | None = None
    seconds: int | None = None
    may_undo: bool = False
    why: str = ""
    waits: leaving.Hold | None = None
    place: Place | None = None

    @property
    def guard(self) -> str:
        """Which guard stopped it, in words."""
        return guards.label(self.block.guard) if self.block else ""

    @property
    def is_held(self) -> bool:
        return self.message.state == S.QUEUED and bool(self.message.hold_reason)


@dataclass
class Sections:
    needs: list[Row] = field(default_factory=list)
    waiting: list[Row] = field(default_factory=list)
    stopped: keyset.Page | None = None
    done: keyset.Page | None = None


def seen_by(user: User) -> QuerySet[OutboxMessage]:
    rows = OutboxMessage.objects.for_user(user).select_related(
        "account", "item", "draft__account__owner", "draft__contact", "decision__by"
    )
    blocks = Prefetch("blocks", GuardBlock.objects.order_by("-at", "-pk"))
    return rows.defer("draft__body", "draft__evidence", "draft__fields").prefetch_related(blocks)


def sections(user: User, query: QueryDict) -> Sections:
    """The three stacks; a filter leaves the others out, a page further back shows only its own.
    What is held or blocked is a list of its own, of all there is."""
    show, found, rows = query.get("show", ""), Sections(), seen_by(user)
    is_first = not (query.get("after") or query.get("before"))
    if show in ("", "needs") and is_first:
        found.needs = read(rows.filter(state__in=NEEDS).order_by("-pk")[:MOST], user)
    if show in ("", "waiting") and is_first:
        waiting = rows.filter(state__in=WAITING).order_by("not_before", "pk")[:MOST]
        found.waiting = read(waiting, user)
    if show in ("", "sent"):
        found.done = _page(rows.filter(state__in=[show] if show else DONE), user, query)
    if show == "stopped":
        found.stopped = _page(rows.filter(STOPPED), user, query)
    return found


def _page(rows: QuerySet[OutboxMessage], user: User, query: QueryDict) -> keyset.Page:
    page = keyset.newest(rows, query, size=SIZE)
    return keyset.Page(read(page.rows, user), page.next, page.previous)


def read(messages: QuerySet[OutboxMessage] | list[OutboxMessage], viewer: User) -> list[Row]:
    now, rows = clock.now(), list(messages)
    coming = [row.draft for row in rows if row.state == S.QUEUED and not row.hold_reason]
    waits = leaving.told(coming, company=workspace.load(), now=now) if coming else {}
    return [_row(message, viewer, now, waits.get(message.draft_id)) for message in rows]


def _row(message: OutboxMessage, viewer: User, now: datetime, waits: leaving.Hold | None) -> Row:
    held = message.state == S.QUEUED and bool(message.hold_reason)
    left, block = (message.not_before - now).total_seconds(), _block(message)
    return Row(
        message,
        "Held" if held else LABELS.get(message.state, message.get_state_display()),
        "warn" if held else TONES.get(message.state, ""),
        str(message.draft.contact or message.recipient),
        _approved(message, viewer),
        block=block,
        seconds=max(0, round(left)) if message.state == S.QUEUED and left < 60 else None,
        may_undo=_may_undo(message, viewer),
        why=DETAILS.get(message.detail, message.detail),
        waits=waits,
        place=_place(message, block, viewer) if block else None,
    )


def _block(message: OutboxMessage) -> GuardBlock | None:
    """The word of the guard that stops it now; nothing while a mail server's answer does."""
    last = next(iter(message.blocks.all()), None)
    is_held = message.state == S.QUEUED
    return last if last and (not is_held or last.holds_until == message.not_before) else None


def _place(message: OutboxMessage, block: GuardBlock, viewer: User) -> Place | None:
    contact = message.draft.contact
    if block.guard in ("suppression", "recipient") and contact:
        return Place(f"See {contact.name}", reverse("contact", args=[contact.pk]))
    if block.guard == "identity" and "Set-up" not in block.lifts:
        return _of_mailbox(message, viewer)
    words, name = PLACES.get(block.guard, ("", ""))
    return Place(words, reverse(name)) if name and viewer.is_manager else None


def _of_mailbox(message: OutboxMessage, viewer: User) -> Place | None:
    if payload.sender_id(message.draft) == viewer.pk:
        return Place("Your mailbox", reverse("own_mailbox"))
    return Place("Mailboxes", reverse("mailboxes")) if viewer.is_manager else None


def _approved(message: OutboxMessage, viewer: User) -> str:
    """ "approved by you, unchanged": who let it out and what they did to it."""
    decision = message.decision
    if decision.by_id is None:
        return autonomy.decider(None, decision.policy)
    by = "you" if decision.by_id == viewer.pk else str(decision.by)
    edited = decision.verb == Decision.Verb.EDIT
    if message.draft.by_id == decision.by_id and message.draft.is_human:
        return f"written by {by}"
    return f"edited and approved by {by}" if edited else f"approved by {by}, unchanged"


def _may_undo(message: OutboxMessage, viewer: User) -> bool:
    mine = message.decision.by_id == viewer.pk or viewer.is_manager
    return message.state == S.QUEUED and mine


# --- one message, exactly ------------------------------------------------------------------------


@dataclass(frozen=True)
class Exact:
    """`headers` is what stands above the first empty line, character by character; "" while the
    bytes have not been made. `text` is the decoded body."""

    text: str
    headers: str = ""
    fields: tuple[tuple[str, str], ...] = ()


def exact(message: OutboxMessage) -> Exact:
    """What goes out, from the stored bytes; before the first attempt, the fields they come from."""
    if message.mime:
        raw = snapshots.get(message.mime).encode()
        head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
        return Exact(_body(raw), head.decode(errors="replace"), _shown(raw))
    approved = snapshots.get(message.payload)
    if approved == snapshots.ERASED:
        return Exact(message.subject)
    mail = payload.load(approved)
    fields = [
        ("From", f"{mail.sender_name} <{mail.sender}>"),
        ("To", f"{mail.recipient_name} <{mail.recipient}>".strip()),
        ("Subject", mail.subject),
        ("Message-ID", mail.message_id),
        ("In-Reply-To", mail.in_reply_to),
        ("List-Unsubscribe", f"<{mail.unsubscribe}>"),
    ]
    return Exact(mail.text, fields=tuple((name, value) for name, value in fields if value))


def _shown(raw: bytes) -> tuple[tuple[str, str], ...]:
    mail = message_from_bytes(raw, policy=SMTP)
    return tuple(
        (name, str(mail[name])) for name in ("From", "To", "Date", "Subject") if mail[name]
    )


def _body(raw: bytes) -> str:
    part = message_from_bytes(raw, policy=SMTP).get_body(("plain",))
    return part.get_content().replace("\r\n", "\n") if part else ""


def writer(message: OutboxMessage) -> str:
    author = payload.author_of(message.draft)
    return str(author) if author else registry.label(message.draft.agent)
