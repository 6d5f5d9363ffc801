"""What a world came to, counted from the rows, in words and as plain values."""

from dataclasses import asdict, dataclass, field
from typing import Any

from django.db.models import Count, Q

from agents.models import Draft
from revenue.models import Account, Activity, Event, Meeting, Opportunity, Suppression
from review.models import Decision, OutboxMessage, ReviewItem


@dataclass(frozen=True)
class Told:
    """`broken` are the invariants that do not hold, in words; `digest` is the history's."""

    seed: int
    days: int
    accounts: int
    drafts: int
    decided: dict[str, int]
    sent: int
    unsent: dict[str, int]
    replies: int
    opt_outs: int
    meetings: int
    won: int
    lost: int
    waiting: int
    events: int
    ticks: int
    seconds: float
    digest: str
    wrong: dict[str, int] = field(default_factory=dict)
    reviewers: dict[str, dict[str, int]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def lines(self) -> list[str]:
        decided = ", ".join(f"{number} {verb}" for verb, number in self.decided.items()) or "none"
        return [
            f"{self.days} days with {self.accounts} accounts, seed {self.seed}, in "
            f"{self.seconds:.1f} s. All of it is simulated.",
            f"Drafts: {self.drafts}, of them {sum(self.wrong.values())} wrong. "
            f"Decisions: {decided}. Still waiting: {self.waiting}.",
            f"Mails: {self.sent} sent, {self.replies} replies, {self.opt_outs} opt-outs. "
            f"Meetings: {self.meetings}. Deals: {self.won} won, {self.lost} lost.",
            *(self._of(name, seen) for name, seen in self.reviewers.items()),
            f"Events: {self.events}. History: {self.digest[:16]}.",
            *(self.broken[:20] or ["Every invariant that can be asked holds."]),
        ]

    def _of(self, name: str, seen: dict[str, int]) -> str:
        flawed, caught = seen.get("flawed", 0), seen.get("caught", 0)
        return f"{name}: {seen.get('drafts', 0)} drafts, {caught} of {flawed} wrong ones stopped."


def counted(*, after: int) -> dict[str, Any]:
    """The figures that stand in the rows."""
    terminal = Decision.objects.order_by().filter(undone_at=None)
    verbs = terminal.values_list("verb").annotate(number=Count("pk")).order_by("verb")
    states = OutboxMessage.objects.order_by().values_list("state").annotate(number=Count("pk"))
    unsent = {state: number for state, number in states.order_by("state") if state != "sent"}
    closed = Opportunity.objects.filter(account__is_demo=True).aggregate(
        won=Count("pk", filter=Q(is_won=True)),
        lost=Count("pk", filter=Q(is_closed=True, is_won=False)),
    )
    inbound = Activity.objects.filter(direction=Activity.Direction.INBOUND, kind="email")
    return {
        "accounts": Account.objects.count(),
        "drafts": Draft.objects.count(),
        "decided": dict(verbs),
        "sent": OutboxMessage.objects.filter(state="sent").count(),
        "unsent": unsent,
        "replies": inbound.count(),
        "opt_outs": Suppression.objects.count(),
        "meetings": Meeting.objects.count(),
        **closed,
        "waiting": ReviewItem.objects.waiting().count(),
        "events": Event.objects.filter(pk__gt=after).count(),
    }
