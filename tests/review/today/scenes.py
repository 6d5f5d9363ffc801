"""A rep's day on a Thursday: drafts, meetings, tasks, an account that they hold."""

from datetime import UTC, datetime, timedelta

from agents.models import AgentRun, Handoff, RoutingDecision
from revenue import clock, ingest
from revenue.models import Account, Contact, Meeting, Task, User
from review import decisions
from review.models import Decision, ReviewItem
from tests.factories import TaskFactory, prospect
from tests.review.accounts import cast

THURSDAY = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def account(name: str, owner: User | None = None) -> Account:
    return prospect(owner=owner or cast.rep(), name=name)


def meeting(at: Account, *, hours: float = 2, **more: object) -> Meeting:
    """Half an hour, so many hours from now, with everybody at the account."""
    starts = clock.now() + timedelta(hours=hours)
    return ingest.record_meeting(
        account=at, uid=f"{at.pk}:{starts}", starts_at=starts,
        ends_at=starts + timedelta(minutes=30),
        **{"subject": "GTX Pro on site", "attendees": list(at.contacts.all()), **more},
    )  # fmt: skip


def task(at: Account, *, late: int = 0, **more: object) -> Task:
    due_on = clock.now().date() - late * DAY
    return TaskFactory(account=at, due_on=due_on, **more)


def handed(at: Account) -> Handoff:
    return Handoff.objects.create(
        account=at, from_agent="prospecting", to_agent="outreach", created_at=clock.now(),
        context={
            "why": "They opened a second plant in May.",
            "contact": {"first_name": "Yara", "last_name": "Zhou", "buying_role": "user"},
            "objections": ["The price of spare parts"],
        },
        mandate={"do": "Offer GTX Pro for the new plant.", "stop_when": ["She names a rival"]},
    )  # fmt: skip


def decided(by: User, *, times: int, seconds: int) -> None:
    """Verdicts of this person, each after so many seconds of reading."""
    item = cast.item_at(account("Read before", by))
    Decision.objects.bulk_create(
        Decision(item=item, revision=number, verb="approve", by=by, dwell_ms=seconds * 1000,
                 at=clock.now())
        for number in range(1, times + 1)
    )  # fmt: skip
    ReviewItem.objects.filter(pk=item.pk).update(state="approved")


def ends_today(item: ReviewItem) -> ReviewItem:
    ReviewItem.objects.filter(pk=item.pk).update(expires_at=clock.now() + timedelta(hours=3))
    return item


def waits(at: Account, reason: str = "A meeting is less than 24 hours away.") -> RoutingDecision:
    return RoutingDecision.objects.create(account=at, verdict="wait", reason=reason, at=clock.now())


def researched(at: Account) -> AgentRun:
    return AgentRun.objects.create(
        account=at, agent="prospecting", state="done", started_at=clock.now(),
        alive_until=clock.now(), ended_at=clock.now(),
    )  # fmt: skip


def replied(at: Account, contact: Contact | None = None) -> None:
    ingest.record_message(
        account=at, contact=contact or at.contacts.first(), direction="inbound",
        body="How long does it take?", occurred_at=clock.now(), subject="Re: GTX Pro",
    )  # fmt: skip


def full_day() -> User:
    """One of everything that the page can show to a rep."""
    rep = cast.rep()
    first, second = account("Condax"), account("Zoomit")
    handed(first)
    meeting(first, hours=2)
    meeting(second, hours=-2, subject="Demo of GTX Basic")
    meeting(second, hours=5, subject="", status="cancelled")
    task(first, late=2, kind="promise", contact=first.contacts.first(), subject="Send the quote")
    task(second, subject="Ask who signs above 20,000 dollars, before the end of their year")
    held = account("Finhigh")
    decisions.take_over(held, by=rep)
    for name in ("Betatech", "Cancity"):
        ends_today(cast.item_at(account(name)))
    cast.item_at(account("Donquadtech"))
    for at in (first, second):
        waits(at)
    researched(first)
    replied(second)
    return rep
