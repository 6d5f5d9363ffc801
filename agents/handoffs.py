"""Handoffs: context package, state update, mandate. The reader needs nothing else.

`write` offers one, `accept` takes it or bounces it with what is missing; a sender that was bounced
runs once more, the second time a person is asked. `integrity` says how good one was.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from agents.models import AgentRun, ExtraRead, Handoff
from revenue import clock, events, transactions
from revenue.events import actor
from revenue.models import Account, Activity, Fact, Opportunity, Signal, User
from revenue.rows import key

DEADLINE = timedelta(days=3)
# What every package must carry; a person's own needs the note and the next action alone.
CONTEXT = ("contact", "why", "evidence")
MANDATE = ("do", "output_class")
Source = Opportunity | Fact | Activity | Signal
SOURCES: dict[str, type[Source]] = {
    "opportunity": Opportunity,
    "fact": Fact,
    "activity": Activity,
    "signal": Signal,
}


@dataclass(frozen=True)
class Integrity:
    """`holds` is the conjunction of the parts; `faults` says in words what is wrong."""

    missing: tuple[str, ...]
    unresolved: tuple[str, ...]
    extra_reads: int

    @property
    def holds(self) -> bool:
        return not (self.missing or self.unresolved or self.extra_reads)


def missing(context: dict[str, Any], mandate: dict[str, Any]) -> list[str]:
    lacking = [f"context: {name}" for name in CONTEXT if not context.get(name)]
    return lacking + [f"mandate: {name}" for name in MANDATE if not mandate.get(name)]


@transactions.atomic
def write(
    account: Account,
    *,
    from_agent: str,
    to_agent: str,
    context: dict[str, Any],
    state_update: dict[str, Any],
    mandate: dict[str, Any],
    by: User | str,
    run: AgentRun | None = None,
    deadline: datetime | None = None,
) -> Handoff:
    """Offer the account to the next agent.

    A sender whose offer was bounced offers the same one anew; any other open offer is replaced.
    """
    now = clock.now()
    bounced = _bounced(account, from_agent, to_agent)
    for row in Handoff.objects.filter(account=account, state=Handoff.State.OFFERED):
        _send_back(row, "replaced by a newer one")
    handoff = bounced or Handoff(account=account, from_agent=from_agent, to_agent=to_agent)
    handoff.context, handoff.state_update, handoff.mandate = context, state_update, mandate
    handoff.state, handoff.missing, handoff.settled_at = Handoff.State.OFFERED, [], None
    handoff.context_version, handoff.run, handoff.by = account.context_version, run, actor(by)
    handoff.deadline_at, handoff.created_at = deadline or now + DEADLINE, now
    handoff.save()
    events.append(
        "handoff.offered", by=by, account=account, subject=handoff,
        sender=from_agent, receiver=to_agent,
    )  # fmt: skip
    return handoff


def _bounced(account: Account, from_agent: str, to_agent: str) -> Handoff | None:
    rows = Handoff.objects.filter(account=account, state=Handoff.State.BOUNCED)
    return rows.filter(from_agent=from_agent, to_agent=to_agent).exclude(to_agent="").first()


def offered(account: Account) -> Handoff | None:
    rows = Handoff.objects.filter(account=account, state=Handoff.State.OFFERED)
    return rows.order_by("-pk").first()


def is_outdated(handoff: Handoff, account: Account) -> bool:
    """The account moved on since an agent wrote this; what a person asks for stays asked."""
    return bool(handoff.to_agent) and handoff.context_version != account.context_version


@transactions.atomic
def outdate(handoff: Handoff) -> None:
    """Nobody should act on it any more: its sender looks again at the account as it is."""
    _send_back(handoff, "the account moved on")


def _send_back(handoff: Handoff, why: str) -> None:
    if _settle(handoff, Handoff.State.BOUNCED, missing=[why]):
        events.append("handoff.bounced", by="system", account=handoff.account, subject=handoff)


@transactions.atomic
def accept(handoff: Handoff, *, run: AgentRun) -> bool:
    """Take a complete one. False: it was taken already, or is incomplete (see `bounce`)."""
    if missing(handoff.context, handoff.mandate):
        return False
    taken = _settle(handoff, Handoff.State.ACCEPTED, accepted_by=run)
    if taken:
        events.append("handoff.accepted", by=f"run:{run.pk}", account=handoff.account,
                      subject=handoff)  # fmt: skip
    return taken


@transactions.atomic
def bounce(handoff: Handoff) -> str:
    """Send an incomplete one back; the second time it goes to a person. The new state."""
    lacking = missing(handoff.context, handoff.mandate)
    state = Handoff.State.BOUNCED if not handoff.bounces else Handoff.State.ESCALATED
    if _settle(handoff, state, missing=lacking, bounces=handoff.bounces + 1):
        events.append(f"handoff.{state}", by="system", account=handoff.account, subject=handoff,
                      missing=lacking)  # fmt: skip
    return state


def _settle(handoff: Handoff, state: str, **values: Any) -> bool:
    rows = Handoff.objects.filter(pk=handoff.pk, state=Handoff.State.OFFERED)
    done = rows.update(state=state, settled_at=clock.now(), **values)
    handoff.refresh_from_db()
    return bool(done)


@transactions.atomic
def expire(handoff: Handoff) -> bool:
    """Nobody took it before its deadline: a person is asked."""
    done = _settle(handoff, Handoff.State.ESCALATED, missing=["taken before its deadline"])
    if done:
        events.append("handoff.escalated", by="system", account=handoff.account, subject=handoff)
    return done


def note_extra_reads(reads: list[tuple[AgentRun, Handoff, str]]) -> None:
    """What receivers had to fetch beyond the packages that they were given."""
    ExtraRead.objects.bulk_create(
        [ExtraRead(run=run, handoff=handoff, what=what) for run, handoff, what in reads]
    )


def integrity(handoff: Handoff) -> Integrity:
    """Required fields present ∧ every evidence resolves and quotes ∧ nothing fetched besides."""
    evidence = handoff.context.get("evidence", [])
    return Integrity(
        missing=tuple(missing(handoff.context, handoff.mandate)),
        unresolved=tuple(
            row.get("claim", "") for row in evidence if not resolves(handoff.account, row)
        ),
        extra_reads=handoff.extra_reads.count(),
    )


def resolves(account: Account, evidence: dict[str, Any]) -> bool:
    """Does the cited row exist in this account, and does it say what is quoted?"""
    text = source_text(account, str(evidence.get("source_id", "")))
    return text is not None and str(evidence.get("quote", "")).casefold() in text.casefold()


def source_text(account: Account, source_id: str) -> str | None:
    """What a row says, as one text; nothing when this account has no such row."""
    kind, _, text = source_id.partition(":")
    number = key(text)
    if number is None:
        return None
    if kind == "account":
        return _account_text(account) if number == account.pk else None
    if kind == "contact":
        contact = account.contacts.filter(pk=number).first()
        return f"{contact.name} {contact.title} {contact.buying_role}" if contact else None
    if kind not in SOURCES:
        return None
    row = SOURCES[kind].objects.filter(pk=number, account=account).first()
    return None if row is None else _text(row)


def _account_text(account: Account) -> str:
    size = account.number_of_employees
    parts = [account.name, account.industry, account.billing_country, account.year_started, size]
    return " ".join(str(part) for part in parts if part is not None)


def _text(row: Source) -> str:
    if isinstance(row, Fact):
        return row.text
    if isinstance(row, Activity):
        return f"{row.subject}\n{row.body}"
    if isinstance(row, Signal):
        return f"{row.kind} {row.payload}"
    parts = [row.name, row.product, row.stage, row.amount, row.engaged_on, row.closed_on]
    return " ".join(str(part) for part in parts if part is not None)
