"""What the orchestration looks at: one account, in a fixed number of queries.

Every attribute that a routing rule may name is a key of `Situation.facts`. Times are whole days
or hours, so that nothing changes by the second.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q

from agents import handoffs
from agents.models import AgentRun, Handoff, RoutingDecision, WakeUp
from revenue import consent, leases, stages
from revenue.models import Account, Activity, Contact, Lease, Meeting, Opportunity, Signal

NO_REPLY = ""


@dataclass
class Situation:
    account: Account
    now: datetime
    facts: dict[str, Any]
    signals: list[Signal] = field(default_factory=list)
    handoff: Handoff | None = None
    outdated: Handoff | None = None
    reply: Activity | None = None
    voice: Lease | None = None
    human_touch_at: datetime | None = None


def look(account: Account, wake_up: WakeUp | None, *, now: datetime) -> Situation:
    signals = _signals(account, wake_up)
    handoff, outdated = handoffs.offered(account), None
    if handoff and handoffs.is_outdated(handoff, account):
        handoff, outdated = None, handoff
    reply, voice = _reply(account, signals), leases.current(account)
    situation = Situation(account, now, {}, signals, handoff, outdated, reply, voice)
    situation.human_touch_at = _human_touch(account, now)
    situation.facts = {
        **_about_account(account),
        **_about_signals(signals, reply),
        **_about_deals(account, now),
        **_about_conversation(account, now),
        **_about_work(account, handoff),
    }
    return situation


def _signals(account: Account, wake_up: WakeUp | None) -> list[Signal]:
    """New ones, and those that an earlier look put off."""
    deferred = wake_up.signals if wake_up else []
    wanted = Q(handled_at__isnull=True) | Q(pk__in=deferred)
    return list(Signal.objects.filter(wanted, account=account).order_by("pk")[:50])


def _reply(account: Account, signals: list[Signal]) -> Activity | None:
    """The message to answer: one that a signal names, else the last that nobody has answered."""
    numbers = [row.payload.get("message") for row in signals if row.kind == "reply"]
    known = [number for number in numbers if str(number).isdigit()]
    rows = Activity.objects.filter(account=account).select_related("contact").order_by("-pk")
    named = rows.filter(pk__in=known).first() if known else None
    if named:
        return named
    last = rows.filter(is_auto=False, kind="email").exclude(direction="internal").first()
    return last if last and last.direction == Activity.Direction.INBOUND else None


def _about_account(account: Account) -> dict[str, Any]:
    owner = account.owner
    return {
        "stage": account.stage,
        "stage_is": stages.semantic(account),
        "known_stage": account.stage in stages.ACCOUNT,
        "has_owner": bool(owner and owner.is_active),
        "is_strategic": account.is_strategic,
        "writable_contacts": _writable(account),
        "opted_out": consent.account_opted_out(account),
    }


def _writable(account: Account) -> int:
    people = Contact.objects.filter(account=account).exclude(email="")
    emails = [email.lower() for email in people.values_list("email", flat=True)[:200]]
    return len(emails) - len(consent.blocked_among(emails)) if emails else 0


def _about_signals(signals: list[Signal], reply: Activity | None) -> dict[str, Any]:
    return {
        "signals": sorted({row.kind for row in signals}),
        "unknown_signal": any(not row.is_known for row in signals),
        "reply_class": (reply.reply_class or "unclassified") if reply else NO_REPLY,
        "reply_has_sender": bool(reply and reply.contact_id),
        "last_signal": max((row.pk for row in signals), default=0),
        "reply": reply.pk if reply else 0,
    }


def _about_deals(account: Account, now: datetime) -> dict[str, Any]:
    open_stages = Opportunity.objects.open().filter(account=account)
    found = open_stages.aggregate(
        prospecting=Count("pk", filter=Q(stage="prospecting")),
        engaging=Count("pk", filter=~Q(stage="prospecting")),
        engaged_on=Max("engaged_on"),
    )
    return {
        "prospecting_deals": found["prospecting"],
        "engaging_deals": found["engaging"],
        "deal_days": (now.date() - found["engaged_on"]).days if found["engaged_on"] else None,
    }


def _about_conversation(account: Account, now: datetime) -> dict[str, Any]:
    """No conversation = no activity with a person of the account."""
    spoken = Activity.objects.filter(account=account, is_auto=False).exclude(direction="internal")
    found = spoken.aggregate(
        last=Max("occurred_at"),
        inbound=Max("pk", filter=Q(direction="inbound")),
        outbound=Max("pk", filter=Q(direction="outbound")),
        sent=Count("pk", filter=Q(direction="outbound")),
    )
    near = Meeting.objects.filter(
        account=account, status="booked",
        starts_at__lt=now + timedelta(hours=24), ends_at__gt=now - timedelta(hours=24),
    )  # fmt: skip
    return {
        "has_conversation": found["last"] is not None,
        "silent_days": (now - found["last"]).days if found["last"] else None,
        "unanswered": (found["outbound"] or 0) > (found["inbound"] or 0),
        "mails_sent": found["sent"],
        "meeting_near": near.exists(),
    }


def _about_work(account: Account, handoff: Handoff | None) -> dict[str, Any]:
    """`done_here`: agents whose run ended well on this very version of the account."""
    here = AgentRun.objects.filter(
        account=account, state="done", context_version=account.context_version
    )
    asked = RoutingDecision.objects.filter(
        account=account, verdict="escalate", settled_at__isnull=True
    )
    return {
        "handoff_to": (handoff.to_agent or "anyone") if handoff else "",
        "done_here": sorted(set(here.exclude(agent="router").values_list("agent", flat=True))),
        "question_open": asked.exists(),
        "version": account.context_version,
    }


def _human_touch(account: Account, now: datetime) -> datetime | None:
    """When a person last wrote or called, within the last 24 hours."""
    rows = Activity.objects.filter(
        account=account, user__isnull=False, direction="outbound",
        occurred_at__gt=now - timedelta(hours=24),
    )  # fmt: skip
    return rows.aggregate(at=Max("occurred_at"))["at"]
