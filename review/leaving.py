"""From when on a mail may leave, and what it waits for until then.

Asked by guard 9 under the locks of the claim, and by the desk and the outbox, which tell a person
before. Read for many mails at once in a fixed number of queries; who counts what, say
`review.caps`, `revenue.calendars`, `revenue.absences` and the rule of meetings.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from agents.models import Draft
from agents.orchestration import conflicts
from agents.orchestration.situation import DAY, meetings_over
from revenue import absences, calendars, consent, workspace
from revenue.absences import Absence
from revenue.calendars import Calendar
from revenue.models import Activity, Meeting, Workspace
from review import caps
from review.models import OutboxMessage

# What is part of a meeting, or of finding a time for one, does not wait for it.
OF_MEETINGS = ("scheduling.", "followup.", "prep.")
TALKING = timedelta(days=5)  # how long a proposal of times is left alone
SCHEDULING = "A time for a meeting was proposed and not answered yet."


@dataclass(frozen=True)
class Hold:
    """Why, in a sentence that stays true until then, and the moment at which it may leave."""

    why: str
    until: datetime
    lifts: str = ""  # "Leaves Mon 09:00 in Chicago."


@dataclass
class Known:
    """What was read of some drafts' accounts and people."""

    company: Workspace
    now: datetime
    goes_out: bool  # else the mail stays on this machine, at whatever hour
    heard: caps.Heard
    away: dict[int, Absence]
    meetings: dict[int, datetime]
    proposals: dict[int, datetime]


def read(drafts: Iterable[Draft], *, company: Workspace, now: datetime) -> Known:
    """Drafts that were read with their account, its owner and their contact; seven queries."""
    drafts = list(drafts)
    accounts = {draft.account_id for draft in drafts}
    people = [draft.contact for draft in drafts if draft.contact]
    addresses = (consent.normalise(person.email) for person in people)
    return Known(
        company=company,
        now=now,
        goes_out=workspace.leaves_the_machine(),
        heard=caps.heard(accounts, addresses, now=now),
        away=absences.of({person.pk for person in people}, now=now),
        meetings=_meetings(accounts, now),
        proposals=_proposals(accounts, now),
    )


def _meetings(accounts: Iterable[int], now: datetime) -> dict[int, datetime]:
    rows = Meeting.objects.filter(
        account__in=accounts, starts_at__lt=now + DAY, ends_at__gt=now - DAY
    )
    found: dict[int, list[Meeting]] = defaultdict(list)
    for row in rows:
        found[row.account_id].append(row)
    over = {pk: meetings_over(its, now) for pk, its in found.items()}
    return {pk: until for pk, until in over.items() if until}


def _proposals(accounts: Iterable[int], now: datetime) -> dict[int, datetime]:
    """Accounts that were offered times for a meeting and did not answer, until when."""
    answer = Activity.objects.filter(
        account=OuterRef("account"), occurred_at__gt=OuterRef("settled_at"),
        direction=Activity.Direction.INBOUND, is_auto=False,
    )  # fmt: skip
    rows = OutboxMessage.objects.filter(
        ~Exists(answer), account__in=accounts, state=OutboxMessage.State.SENT,
        draft__output_class__startswith="scheduling.", settled_at__gt=now - TALKING,
    )  # fmt: skip
    times = rows.order_by("settled_at").values_list("account", "settled_at")
    return {pk: at + TALKING for pk, at in times if at}


def calendar_of(draft: Draft, company: Workspace) -> Calendar:
    return calendars.of(draft.contact, draft.account, company)


def away(draft: Draft, known: Known) -> Hold | None:
    """The person is out of office."""
    absence = known.away.get(draft.contact_id or 0)
    if absence is None:
        return None
    calendar = calendar_of(draft, known.company)
    until = absence.over(calendar)
    if until <= known.now:
        return None
    named = f" until {absence.back:%-d %b}" if absence.back else ""
    return _held(f"{draft.contact} is out of office{named}.", until, calendar, known)


def window(draft: Draft, known: Known, *more: caps.Full | None) -> Hold | None:
    """A meeting, the caps (`more` are those that only the claim can count) and working hours:
    whatever lasts longest."""
    calendar = calendar_of(draft, known.company)
    found = [*_about_the_account(draft, known), *more]
    full = max((one for one in found if one), key=lambda one: one.until, default=None)
    if full:
        return _held(full.why, full.until, calendar, known)
    if known.goes_out and not calendar.is_open(known.now):
        return _held(calendar.why_closed(known.now), known.now, calendar, known)
    return None


def _about_the_account(draft: Draft, known: Known) -> list[caps.Full | None]:
    """An answer to somebody who wrote waits for none of this."""
    if draft.in_reply_to_id:
        return []
    company, now = known.company, known.now
    address = consent.normalise(draft.contact.email) if draft.contact else ""
    return [
        *_meeting(draft, known),
        caps.to_account(known.heard, draft.account_id, company=company, now=now),
        caps.to_address(known.heard, address, company=company, now=now) if address else None,
    ]


def _meeting(draft: Draft, known: Known) -> list[caps.Full]:
    if draft.output_class.startswith(OF_MEETINGS):
        return []
    over = known.meetings.get(draft.account_id)
    talking = known.proposals.get(draft.account_id)
    return [
        caps.Full(why, until)
        for why, until in ((conflicts.MEETING, over), (SCHEDULING, talking))
        if until
    ]


def _held(why: str, until: datetime, calendar: Calendar, known: Known) -> Hold:
    """Until then, or until work begins there where that is later."""
    until = calendar.opening(until) if known.goes_out else until
    return Hold(why, until, f"Leaves {calendar.said(until, known.now)}.")


def told(drafts: Iterable[Draft], *, company: Workspace, now: datetime) -> dict[int, Hold]:
    """The longest of what each mail would wait for if it were about to leave now, by draft."""
    drafts = list(drafts)
    known = read(drafts, company=company, now=now) if drafts else None
    return {draft.pk: hold for draft in drafts if known and (hold := _longest(draft, known))}


def _longest(draft: Draft, known: Known) -> Hold | None:
    holds = [hold for hold in (window(draft, known), away(draft, known)) if hold]
    return max(holds, key=lambda hold: hold.until, default=None)
