"""What reps do in a simulated world beside reviewing: answer questions, book and hold meetings,
move deals, call, take an account over and hand it back, look after what is stuck in the outbox.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from revenue import calendars, clock, ingest, records, stages, workspace
from revenue.models import Account, Activity, Contact, Meeting, Opportunity, Product, User
from review import decisions, dispatch, selling
from review.decisions import DecisionError
from review.models import DECIDABLE, EscalationVerdict, OutboxMessage, ReviewItem
from review.selling.meetings import Plan as Meet
from review.selling.touches import Touch
from review.world import names
from review.world.agenda import Act
from review.world.plan import Plan

NEWS_DAYS, CHURN_DAYS = 60.0, 600.0
LONELY = ("mail came back", "nobody to write to")  # rules that ask for somebody else to write to
HALF_AN_HOUR = timedelta(minutes=30)
PAGES = ("/atlas-400/specifications", "/relay-pro", "/vault-s/prices", "/support")
REASONS = ("price", "no_budget", "timing", "no_answer")


class Sellers:
    """`later` plans what they do at a moment that lies ahead."""

    def __init__(self, plan: Plan, later: Callable[[datetime, Act], None]) -> None:
        self.plan, self.later = plan, later

    # --- questions, and what is stuck -------------------------------------------------------------

    def settle(self, item: ReviewItem, *, by: User) -> None:
        """Do what a question asks for, and say that it is done."""
        account, chance = item.account, self.plan.draw("question", item.account.name, item.rule)
        if item.rule == "no owner":
            self._adopt(account, by=by)
        elif item.rule in LONELY or "left company" in item.reason:
            self._find_somebody(account, by=by)
        elif item.rule == "an objection":
            self._call(account, by=by)
        decisions.resolve(
            item, by=by, revision=item.revision, verdict=EscalationVerdict.RIGHTLY_MINE,
            note="Seen to.",
        )  # fmt: skip
        if item.rule == "an objection" and chance.random() < 0.3:
            decisions.take_over(account, by=by)
            self.later(clock.now() + timedelta(days=1), partial(self._hand_back, account, by))

    def _adopt(self, account: Account, *, by: User) -> None:
        reps = User.objects.filter(role="rep", is_active=True, team=by.team_id or 0).order_by("pk")
        records.assign_owner(account, self.plan.draw("owner", account.name).choice(reps), by=by)

    def _find_somebody(self, account: Account, *, by: User) -> None:
        there = account.contacts.count()
        name = names.person(self.plan.draw("successor", account.name, there))
        email = names.address(name, account.domain)
        selling.add_person(account, name=name, email=email, title="Office Manager", phone="", by=by)

    def _call(self, account: Account, *, by: User) -> None:
        now, contact = clock.now(), account.contacts.order_by("pk").first()
        touch = Touch(
            kind=Activity.Kind.CALL, text="Talked about it; they want to think it over.", at=now,
            key=f"{now:%Y%m%d%H%M%S}", contact=contact,
        )  # fmt: skip
        selling.log(account, touch, by=by)

    def _hand_back(self, account: Account, by: User) -> None:
        with suppress(DecisionError):
            decisions.hand_back(
                account, by=by, note="They know the price now.", next_action="Go on as before."
            )

    def tidy(self, *, by: User) -> int:
        """What stopped in the outbox: an unknown mail has left, a blocked one is not sent."""
        rows = OutboxMessage.objects.for_user(by).needing_a_person()
        mine = rows.filter(account__owner=by).exclude(state="failed")
        for message in mine.order_by("pk"):
            if message.state == "unknown":
                dispatch.settle(message, by=by, outcome="sent")
            else:
                dispatch.cancel(message, by=by)
        return len(mine)

    # --- meetings and deals -----------------------------------------------------------------------

    def arrange(self, recipient: str) -> None:
        """A meeting with whoever asked for one, some working days from now."""
        rows = Contact.objects.select_related("account__owner").filter(email=recipient)
        contact = rows.filter(account__owner__is_active=True).first()
        owner = contact.account.owner if contact else None
        if contact is None or owner is None or stages.semantic(contact.account) == stages.LOST:
            return
        chance = self.plan.draw("meeting", recipient, clock.now().date())
        calendar = calendars.of(contact, contact.account, workspace.load())
        starts = calendar.opening(clock.now() + timedelta(days=chance.randint(2, 6)))
        starts = (starts + timedelta(hours=chance.randint(1, 5))).replace(second=0, microsecond=0)
        plan = Meet("A first call", starts, starts + HALF_AN_HOUR, (contact,))
        key = f"{contact.pk}.{starts:%Y%m%d%H%M}"
        meeting = selling.book(contact.account, plan, by=owner, key=key)
        self._expect(meeting.pk, plan.ends_at)

    def _expect(self, pk: int, ends_at: datetime) -> None:
        self.later(ends_at + timedelta(minutes=10), partial(self._meet, pk))

    def _meet(self, pk: int) -> None:
        """They came, or nobody did; then it may be tried once more."""
        meeting = Meeting.objects.select_related("account__owner").get(pk=pk)
        owner, chance = meeting.account.owner, self.plan.draw("meet", meeting.uid, meeting.ends_at)
        if (
            meeting.status != Meeting.Status.BOOKED
            or owner is None
            or meeting.ends_at > clock.now()
        ):
            return
        held = chance.random() < 0.8
        notes = "They want an offer for two sites." if held else ""
        over = selling.end(meeting, held=held, notes=notes, by=owner, seen=selling.seen_as(meeting))
        if held:
            self._advance(meeting.account, owner, chance.randint(3, 12))
        elif chance.random() < 0.5:
            starts = over.starts_at + timedelta(days=7)
            ends, seen = starts + HALF_AN_HOUR, selling.seen_as(over)
            selling.move(over, starts_at=starts, ends_at=ends, by=owner, seen=seen)
            self._expect(pk, ends)

    def _advance(self, account: Account, owner: User, days: int) -> None:
        deal = Opportunity.objects.open().filter(account=account).order_by("pk").first()
        if deal is None:
            return
        to = "engaging" if deal.stage == "prospecting" else "proposal"
        if to != deal.stage:
            selling.move_deal(deal, to, by=owner, seen=deal.stage)
        self.later(clock.now() + timedelta(days=days), partial(self._close, deal.pk))

    def _close(self, pk: int) -> None:
        """They buy, or they do not; some cannot say yet."""
        deal = Opportunity.objects.select_related("account__owner").get(pk=pk)
        account = deal.account
        if account is None or account.owner is None or deal.is_closed:
            return
        owner, amount = account.owner, deal.amount or Decimal(1000)
        luck = self.plan.draw("close", account.name, clock.now().date()).random()
        if luck < 0.45:
            selling.close_deal(deal, won=True, by=owner, seen=deal.stage, amount=amount)
        elif luck < 0.75:
            reason = REASONS[int(luck * 1000) % len(REASONS)]
            selling.close_deal(deal, won=False, by=owner, seen=deal.stage, reason=reason)
        else:
            self.later(clock.now() + timedelta(days=9), partial(self._close, pk))

    # --- what happens at an account by itself -----------------------------------------------------

    def hear_of(self, account: Account, number: int = 0) -> None:
        """Plan the next time that something is heard of this account."""
        chance = self.plan.draw("news", account.name, number)
        at = clock.now() + timedelta(days=chance.expovariate(1 / NEWS_DAYS))
        calendar = calendars.of(None, account, workspace.load())
        self.later(calendar.opening(at), partial(self._news, account.pk, number))

    def _news(self, pk: int, number: int) -> None:
        account = Account.objects.select_related("owner").get(pk=pk)
        self.hear_of(account, number + 1)
        chance = self.plan.draw("heard", account.name, number)
        if account.stage == "customer" and chance.random() < NEWS_DAYS / CHURN_DAYS:
            stages.advance(account, "lost", by=account.owner or "system", reason="They left us.")
        elif not Opportunity.objects.open().filter(account=account).exists():
            self._new_deal(account, number)
        else:
            visitor = account.contacts.order_by("pk").first()
            ingest.record_signal(
                account=account, kind="page_visit", source="simulated", occurred_at=clock.now(),
                payload={"url": f"https://seller.example{chance.choice(PAGES)}",
                         "visitor": visitor.name if visitor else ""},
                dedupe_key=f"visit:{account.pk}:{number}:{clock.now().isoformat()}",
            )  # fmt: skip

    def _new_deal(self, account: Account, number: int) -> None:
        owner, chance = account.owner, self.plan.draw("deal", account.name, number)
        if owner is None or stages.semantic(account) == stages.LOST or chance.random() < 0.5:
            return
        product = chance.choice(list(Product.objects.order_by("pk")))
        selling.open_deal(
            account, name="", product=product, amount=product.list_price, stage="prospecting",
            by=owner,
        )  # fmt: skip

    def start(self, pk: int) -> None:
        """The account reaches the agents."""
        account = Account.objects.get(pk=pk)
        ingest.record_signal(
            account=account, kind="imported", source="simulated", occurred_at=clock.now(),
            payload={}, dedupe_key=f"simulated:{pk}",
        )  # fmt: skip
        self.hear_of(account)


def is_question(item: ReviewItem) -> bool:
    return item.draft_id is None and item.state in DECIDABLE
