"""What happened at an account, newest first: one stretch of eight kinds of rows, merged by time.

Each source is asked for no more rows than are shown, from a key on, so that a stretch costs the
same however long the history is.
"""

import heapq
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from django.db.models import Q
from django.urls import reverse

from agents.definitions import registry
from revenue import events
from revenue.models import Account, User
from review import autonomy
from review.models import Decision, OutboxMessage
from review.views import delivery_notes
from review.views.timeline_entries import ACTIVITY, KINDS, SOURCES, Entry, Source

SIZE = 15
FILTERS = {"": "All", "mail": "Mail", "deals": "Deals", "agents": "Agents", "people": "People"}


@dataclass(frozen=True)
class Stretch:
    entries: list[Entry]
    older: str = ""
    is_newest: bool = True


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
    if source.number == ACTIVITY and show in KINDS:
        rows = rows.filter(KINDS[show])
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
    people = events.people({entry.actor for entry in entries})
    mails = _ours(account, {entry.message_id for entry in entries if entry.message_id})
    told = delivery_notes.of_mails(mails)
    for entry in entries:
        message = mails.get(entry.message_id)
        if message:
            _add_draft(entry, message, viewer)
            entry.notes += delivery_notes.sentences(told.get(message.message_id, []))
        elif entry.actor:
            entry.who = _name(entry.actor, people, viewer) if not entry.who else entry.who


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
    let_go = autonomy.decider(by, message.decision.policy)
    approver = "you" if by and by.pk == viewer.pk else let_go
    edited = message.decision.verb == Decision.Verb.EDIT
    if message.draft.is_human:  # who wrote it is known from the mail itself
        entry.who = f"{approver[0].upper()}{approver[1:]}"
    elif by is None:
        entry.who = registry.label(message.draft.agent)
        entry.notes.append(f"{let_go}.")
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
