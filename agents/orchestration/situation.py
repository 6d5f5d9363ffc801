"""What the orchestration looks at: accounts, all of a batch in a fixed number of statements.

Every attribute that a routing rule may name is a key of `Situation.facts`. Times are whole days
or hours, so that nothing changes by the second.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import F, Q

from agents import configs, handoffs
from agents.models import AgentRun, Handoff, RoutingDecision, WakeUp
from agents.reading import Shelf
from revenue import context, leases, stages
from revenue.context import AccountContext, Spoken
from revenue.inbound import readings
from revenue.models import Account, Activity, Lease, Meeting, Opportunity, Signal
from revenue.rows import key

NO_REPLY = ""
MOST_SIGNALS = 50
DAY = timedelta(hours=24)


@dataclass
class Situation:
    seen: AccountContext
    shelf: Shelf
    facts: dict[str, Any]
    signals: list[Signal]
    handoff: Handoff | None
    outdated: Handoff | None
    reply: Activity | None
    unread: Activity | None  # the first reply that words alone do not settle
    voice: Lease | None
    human_touch_at: datetime | None

    @property
    def account(self) -> Account:
        return self.seen.account

    @property
    def now(self) -> datetime:
        return self.shelf.now


def look(
    wake_ups: dict[int, WakeUp], accounts: Iterable[Account], *, now: datetime
) -> list[Situation]:
    """One for each account, in their order. The accounts were just read, under their locks."""
    accounts = list(accounts)
    models.prefetch_related_objects(accounts, "owner", "parent")
    known = context.contexts(accounts)
    around = _Around(known, wake_ups, now)
    return [around.situation(pk) for pk in known]


class _Around:
    """What lies around the accounts of a batch, each read when it is first asked for."""

    def __init__(
        self, known: dict[int, AccountContext], wake_ups: dict[int, WakeUp], now: datetime
    ) -> None:
        self.known, self.wake_ups, self.now = known, wake_ups, now
        self.shelf = Shelf(known.values(), now=now)

    def situation(self, pk: int) -> Situation:
        seen, signals = self.known[pk], self.signals.get(pk, [])
        account, handoff, outdated = seen.account, self.handoffs.get(pk), None
        if handoff and handoffs.is_outdated(handoff, account):
            handoff, outdated = None, handoff
        messages = self.messages.get(pk, {})
        reply = _reply(signals, seen.spoken, messages)
        facts = {
            **_about_account(seen, self.shelf),
            **_about_signals(signals, reply),
            **_about_deals(seen.deals, self.now),
            **_about_conversation(seen, self.now),
            "handoff_to": (handoff.to_agent or "anyone") if handoff else "",
            "done_here": sorted(self.done_here.get(pk, set())),
            "question_open": pk in self.asked,
            "version": account.context_version,
        }
        touched = seen.spoken.human_at
        return Situation(
            seen, self.shelf, facts, signals, handoff, outdated, reply,
            _unread(signals, reply, messages), self.voices.get(pk),
            touched if touched and touched > self.now - DAY else None,
        )  # fmt: skip

    @cached_property
    def signals(self) -> dict[int, list[Signal]]:
        """New ones, and those that an earlier look put off; at most fifty of an account."""
        deferred = [pk for row in self.wake_ups.values() for pk in row.signals]
        wanted = Q(handled_at__isnull=True) | Q(pk__in=deferred)
        found: dict[int, list[Signal]] = {}
        rows = Signal.objects.filter(wanted, account__in=self.known).order_by("pk")
        for row in rows[: MOST_SIGNALS * len(self.known)]:
            found.setdefault(row.account_id, []).append(row)
        return {pk: its[:MOST_SIGNALS] for pk, its in found.items()}

    @cached_property
    def handoffs(self) -> dict[int, Handoff]:
        rows = Handoff.objects.filter(account__in=self.known, state=Handoff.State.OFFERED)
        return {row.account_id: row for row in rows.order_by("pk")}

    @cached_property
    def voices(self) -> dict[int, Lease]:
        return leases.current_among(self.known)

    @cached_property
    def messages(self) -> dict[int, dict[int, Activity]]:
        """By account those that signals name, and the last mail. A signal may name any number,
        also that of a mail at another account of the batch."""
        named = [_named(row) for rows in self.signals.values() for row in rows]
        last = [one.spoken.asked for one in self.known.values() if _is_unanswered(one.spoken)]
        wanted = [pk for pk in [*named, *last] if pk]
        rows = Activity.objects.filter(pk__in=wanted, account__in=self.known)
        found: dict[int, dict[int, Activity]] = defaultdict(dict)
        for row in rows.select_related("contact") if wanted else ():
            found[row.account_id or 0][row.pk] = row
        return found

    @cached_property
    def done_here(self) -> dict[int, set[str]]:
        """Agents whose run ended well on this very version of the account."""
        rows = AgentRun.objects.filter(
            account__in=self.known, state="done", context_version=F("account__context_version")
        ).exclude(agent__in=configs.OWN)
        found: dict[int, set[str]] = {}
        for pk, agent in rows.order_by().values_list("account_id", "agent").distinct():
            found.setdefault(pk, set()).add(agent)
        return found

    @cached_property
    def asked(self) -> set[int]:
        rows = RoutingDecision.objects.filter(
            account__in=self.known, verdict="escalate", settled_at__isnull=True
        )
        return set(rows.order_by().values_list("account_id", flat=True))


def _named(signal: Signal) -> int | None:
    return key(str(signal.payload.get("message"))) if signal.kind == "reply" else None


def _is_unanswered(spoken: Spoken) -> bool:
    return (spoken.asked or 0) > (spoken.told or 0)


def _reply(signals: list[Signal], spoken: Spoken, messages: dict[int, Activity]) -> Activity | None:
    """The message to answer: the latest that a signal names, else the last that nobody answered."""
    known = {pk for row in signals if (pk := _named(row)) and pk in messages}
    if known:
        return messages[max(known)]
    return messages.get(spoken.asked or 0) if _is_unanswered(spoken) else None


def _unread(
    signals: list[Signal], reply: Activity | None, messages: dict[int, Activity]
) -> Activity | None:
    named = {pk: messages[pk] for row in signals if (pk := _named(row)) in messages}
    replies = sorted((named | ({reply.pk: reply} if reply else {})).items())
    return next((mail for _, mail in replies if readings.is_open(mail)), None)


def _about_account(seen: AccountContext, shelf: Shelf) -> dict[str, Any]:
    account = seen.account
    owner = account.owner
    return {
        "stage": account.stage,
        "stage_is": stages.semantic(account),
        "known_stage": account.stage in stages.ACCOUNT,
        "has_owner": bool(owner and owner.is_active),
        "is_strategic": account.is_strategic,
        "writable_contacts": len(shelf.writable[account.pk]),
        "opted_out": any(row.scope == "account" for row in seen.suppressions),
    }


def _about_signals(signals: list[Signal], reply: Activity | None) -> dict[str, Any]:
    return {
        "signals": sorted({row.kind for row in signals}),
        "unknown_signal": any(not row.is_known for row in signals),
        "reply_class": _class_of(reply) if reply else NO_REPLY,
        "reply_layer": reply.reply_layer if reply else NO_REPLY,
        "reply_has_sender": bool(reply and reply.contact_id),
        "last_signal": max((row.pk for row in signals), default=0),
        "reply": reply.pk if reply else 0,
    }


def _class_of(reply: Activity) -> str:
    """No rule sees a class that words are not sure of."""
    return "unclassified" if readings.is_open(reply) else reply.reply_class or "unclassified"


def _about_deals(deals: list[Opportunity], now: datetime) -> dict[str, Any]:
    engaged = [row.engaged_on for row in deals if row.engaged_on]
    prospecting = sum(row.stage == "prospecting" for row in deals)
    return {
        "prospecting_deals": prospecting,
        "engaging_deals": len(deals) - prospecting,
        "deal_days": (now.date() - max(engaged)).days if engaged else None,
    }


def _about_conversation(seen: AccountContext, now: datetime) -> dict[str, Any]:
    """No conversation = no activity with a person of the account."""
    spoken = seen.spoken
    return {
        "has_conversation": spoken.last_at is not None,
        "silent_days": (now - spoken.last_at).days if spoken.last_at else None,
        "unanswered": (spoken.outbound or 0) > (spoken.inbound or 0),
        "mails_sent": spoken.sent,
        "meeting_near": meetings_over(seen.meetings, now) is not None,
    }


def meetings_over(rows: Iterable[Meeting], now: datetime) -> datetime | None:
    """When the day after the meetings is over of which the day before has begun; nothing when no
    meeting is near."""
    near = (row for row in rows if row.starts_at < now + DAY and row.ends_at > now - DAY)
    return max((row.ends_at + DAY for row in near if row.status not in Meeting.OFF), default=None)
