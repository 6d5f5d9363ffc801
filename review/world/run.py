"""The life of a simulated world: act after act, and the product's own tick whenever it is due.

Nothing polls: between two acts the time jumps, and the rows say when they are due next. What
becomes due within two hours (`Plan.grain`) is done in one tick, as a busy worker would.
"""

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Max

from revenue import calendars, outside, workspace
from revenue.calendars import Calendar
from revenue.models import Event, User
from review import audit, decisions, tasks
from review.decisions import Conflict, DecisionError
from review.models import DECIDABLE, ReviewItem
from review.world import agenda, book, buyers, history, steering, telling
from review.world.agenda import Agenda
from review.world.clock import Clock, rounded_up
from review.world.model import Model
from review.world.plan import Habits, Plan
from review.world.reviewers import Reviewer
from review.world.sellers import Sellers, is_question
from review.world.wire import Wire

UNDO, REGRET = timedelta(seconds=11), timedelta(seconds=5)
MOST_BROKEN = 1000  # violations that are told
MOST_LATE = 1500  # seconds past the full `Plan.grain`
ROUNDS = 12  # of ticks at one moment, until there is nothing left
SITTINGS = (timedelta(minutes=20), timedelta(hours=4, minutes=40))  # after the day has begun
AT_ONCE = 60
ARRIVE_WITHIN = 0.6  # of the whole time, at most three weeks


class World:
    """`outside.Outside`: the clock, the model's line and the mail's line of the product."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.clock, self.model, self.mail = Clock(plan.start), Model(plan), Wire(plan)
        self.agenda, self.secret = Agenda(), f"simulated {plan.seed}"
        self.sellers = Sellers(plan, self._later)
        self.end = plan.start + timedelta(days=plan.days)
        self.tick_at: datetime | None = None
        self.ticks, self.after, self.began = 0, 0, time.monotonic()
        self.reviewers: dict[int, Reviewer] = {}

    def now(self) -> datetime:
        return self.clock.now

    def run(self, *, until: datetime | None = None) -> None:
        """Go on living, to the end if nothing else is said."""
        until = until or self.end
        for at, act in self.agenda.until(until):
            self.clock.go(at)
            act()
        self.clock.go(until)
        self._tick()

    # --- the product's own work -------------------------------------------------------------------

    def tick_soon(self, after: timedelta = UNDO) -> None:
        """At the next full `Plan.grain` that lies so far ahead, unless it is planned earlier."""
        at = rounded_up(self.clock.now + after, self.plan.grain)
        at += timedelta(seconds=self.plan.draw("tick", at).randint(0, MOST_LATE))
        if self.tick_at is None or at < self.tick_at:
            self.tick_at = at
            self.agenda.add(at, partial(self._tick_at, at))

    def _tick_at(self, at: datetime) -> None:
        if self.tick_at == at:  # else an earlier one took its place
            self.tick_at = None
            self._tick()

    def _tick(self) -> None:
        for number in range(ROUNDS):
            self.ticks += 1
            tasks.tick(compare=not number)
            self._delivered()
            due = agenda.next_due(self.clock.now)
            if due is None or due > self.clock.now:
                break
        if due:
            self.tick_soon(max(due - self.clock.now, timedelta(seconds=1)))

    def _delivered(self) -> None:
        for letter in self.mail.take():
            answer = buyers.answer(self.plan, letter)
            if answer:
                self.agenda.add(answer.at, partial(self._answered, answer, letter.recipient))

    def _answered(self, answer: buyers.Answer, recipient: str) -> None:
        answer.act()
        self.tick_soon()
        if answer.kind == buyers.MEETING:
            later = self.clock.now + timedelta(days=1)
            self.agenda.add(later, partial(self.sold, partial(self.sellers.arrange, recipient)))

    def _later(self, at: datetime, act: agenda.Act) -> None:
        self.agenda.add(at, partial(self._done, act))

    def _done(self, act: agenda.Act) -> None:
        act()
        self.tick_soon()

    def sold(self, act: agenda.Act) -> None:
        """Something that a rep does; somebody may have been first."""
        with suppress(DecisionError):
            act()
        self.tick_soon()

    # --- people at the desk -----------------------------------------------------------------------

    def employ(self, user: User, habits: Habits) -> None:
        self.reviewers[user.pk] = Reviewer(user, habits, self.plan, self.model)
        for sitting in range(len(SITTINGS)):
            self._sit_down_after(user, sitting, self.plan.start)

    def leave_to(self, user: User) -> None:
        """From now on somebody else plays this person."""
        del self.reviewers[user.pk]

    def _sit_down_after(self, user: User, sitting: int, moment: datetime) -> None:
        """Every working day at about the same time."""
        calendar = _calendar(user)
        day = calendar.opening(moment).astimezone(calendar.place.zone).date()
        at = calendar.start_of(day) + SITTINGS[sitting]
        if at <= moment:
            at = calendar.start_of(day + timedelta(days=1)) + SITTINGS[sitting]
        late = self.plan.draw("late", user.username, at).randint(0, 900)
        act = partial(self._sit_down, user, sitting)
        self.agenda.add(at + timedelta(seconds=late), act)

    def _sit_down(self, user: User, sitting: int) -> None:
        if user.pk not in self.reviewers:
            return
        self._sit_down_after(user, sitting, self.clock.now)
        if not sitting:
            self._tidy(user)
        self._look(user)

    def _tidy(self, user: User) -> None:
        """What is to be looked after once a day."""
        if user.is_manager:
            steering.steer(by=user)
        if self.sellers.tidy(by=user):
            self.tick_soon()

    def _look(self, user: User) -> None:
        """What waits for them, the most urgent first."""
        rows = ReviewItem.objects.asked_of(user).order_by("decide_by", "pk")
        self._read(user, list(rows.select_related("account", "draft")[:AT_ONCE]))

    def _read(self, user: User, items: list[ReviewItem]) -> None:
        """Take the first up: it is decided when it was read."""
        if items and user.pk in self.reviewers:
            took = self.reviewers[user.pk].reading_time(items[0])
            act = partial(self._decide, user, items[0].pk, items[1:])
            self.agenda.add(self.clock.now + took, act)

    def _decide(self, user: User, pk: int, others: list[ReviewItem]) -> None:
        reviewer, item = self.reviewers.get(user.pk), _item(pk)
        if reviewer and item:
            with suppress(Conflict):
                if is_question(item):
                    self.sellers.settle(item, by=user)
                elif reviewer.decide(item):
                    self._regret(reviewer, item)
            self.tick_soon()
        self._read(user, others)

    def _regret(self, reviewer: Reviewer, item: ReviewItem) -> None:
        """Now and then a decision is taken back at once; it waits for the next sitting."""
        if reviewer.regrets(item):
            undo = partial(decisions.undo, item, by=reviewer.user)
            self.agenda.add(self.clock.now + REGRET, partial(self.sold, undo))


def _item(pk: int) -> ReviewItem | None:
    rows = ReviewItem.objects.waiting().fresh().filter(pk=pk, state__in=DECIDABLE)
    return rows.select_related("account", "draft").first()


def _calendar(user: User) -> Calendar:
    zone = calendars.zone_of(user.time_zone)
    return Calendar(calendars.Place(zone), calendars.hours_of(workspace.load()))


def live(plan: Plan, *, founded: Callable[[], object]) -> World:
    """Live through a whole world in this database. `NoRoom` says why not."""
    with begun(plan, founded=founded) as world:
        world.run()
    return world


@contextmanager
def begun(plan: Plan, *, founded: Callable[[], object]) -> Iterator[World]:
    """A world that has its people and its accounts, and nothing has happened in it yet.

    `founded` opens the company, where there is none, at the world's first moment.
    """
    book.check()
    last = book.last_moment()
    world = World(replace(plan, start=max(plan.start, last)) if last else plan)
    world.after = _last_event()
    with outside.replaced_by(world):
        founded()
        _people_it(world)
        yield world


def told(world: World) -> telling.Told:
    """What it came to, and whether everything holds that the rows can be asked for."""
    plan = world.plan
    with outside.replaced_by(world):
        broken = list(itertools.islice(audit.broken(limits_since=plan.start), MOST_BROKEN))
    return telling.Told(
        seed=plan.seed, days=plan.days, ticks=world.ticks, broken=broken, reviewers=_seen(world),
        wrong=dict(sorted(world.model.wrong.items())), digest=history.digest(after=world.after),
        seconds=round(time.monotonic() - world.began, 2), **telling.counted(after=world.after),
    )  # fmt: skip


def _last_event() -> int:
    return Event.objects.aggregate(last=Max("pk"))["last"] or 0


def _people_it(world: World) -> None:
    plan = world.plan
    reps = book.people(plan)
    managers = User.objects.filter(role="manager", is_active=True).order_by("pk")
    for number, user in enumerate([*reps, *managers]):
        world.employ(user, plan.reviewers[number % len(plan.reviewers)])
    span = timedelta(days=min(plan.days * ARRIVE_WITHIN, 21))
    for number, pk in enumerate(book.plant(plan, reps)):
        at = plan.start + span * plan.draw("arrives", number).random()
        world.agenda.add(at, partial(world.sold, partial(world.sellers.start, pk)))


def _seen(world: World) -> dict[str, dict[str, int]]:
    return {str(one.user): dict(one.seen) for one in world.reviewers.values() if one.seen}
