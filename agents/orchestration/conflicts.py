"""What keeps an outward agent waiting although a rule allows it.

In order: a person took the account over; the voice is held; a human's own mail or call within 24
hours (a hand-back lifts it, a reply to answer does too); a meeting within 24 hours.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from agents.orchestration.rules import Outcome
from agents.orchestration.situation import Situation, meetings_over
from revenue import calendars, workspace
from revenue.absences import Absence
from revenue.models import Lease, User


@dataclass(frozen=True)
class Wait:
    """Until when at the latest (None: until something happens), whether the end of the voice
    ends it earlier, and whether the signals wait too or are done with."""

    reason: str
    until: datetime | None
    for_voice: bool = False
    keeps_signals: bool = True


RULE_DAYS = 1
MEETING = "A meeting is less than 24 hours away."


def outward(situation: Situation) -> Wait | None:
    if situation.voice:
        return Wait(held_by(situation.voice), situation.voice.expires_at, for_voice=True)
    handed_back = situation.handoff is not None and not situation.handoff.to_agent
    if situation.human_touch_at and not handed_back and situation.reply is None:
        until = situation.human_touch_at + timedelta(hours=24)
        return Wait("A colleague wrote or called within the last 24 hours.", until)
    meetings = meetings_over(situation.seen.meetings, situation.now)
    return Wait(MEETING, meetings) if meetings and situation.reply is None else None


def by_rule(situation: Situation, outcome: Outcome) -> Wait:
    """A rule's own wait: its mandate says how many days, or that somebody's return is awaited."""
    mandate = outcome.mandate
    until: datetime | None = situation.now + timedelta(days=mandate.get("days", RULE_DAYS))
    if mandate.get("until") == "return":
        until = _after_return(situation) or until
    if mandate.get("until") == "answer":
        until = None
    return Wait(outcome.words, until, keeps_signals=mandate.get("keep_signals", True))


def _after_return(situation: Situation) -> datetime | None:
    """When whoever answered automatically may be written to again."""
    reply = situation.reply
    if reply is None:
        return None
    calendar = calendars.of(reply.contact, situation.account, workspace.load())
    return Absence(reply.occurred_at, reply.return_date).over(calendar)


def held_by(lease: Lease) -> str:
    """Who speaks there; until when stands beside it, for each reader to see in their own zone."""
    kind, _, number = (lease.person or lease.holder).partition(":")
    if kind == "user":
        person = User.objects.filter(pk=number).first()
        return f"{person or 'A colleague'} took the account over."
    words = {
        "run": "An agent is writing to this account",
        "item": "A draft to this account waits in the desk",
        "outbox": "A mail to this account is on its way",
    }
    return f"{words.get(kind, 'Somebody else is speaking to this account')}."
