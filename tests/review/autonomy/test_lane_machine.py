"""Anything that can happen to a lane, in any order, on the real database; what holds after it all.

What could not be seen at the end any more is asserted where it happens; the rest tells of the whole
history, for changes, verdicts and units stay. A soak plays more and longer ones: LANE_EXAMPLES says
how many histories, LANE_STEPS of how many steps.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from agents.models import Draft
from revenue import leases
from revenue import workspace as workspaces
from revenue.models import Lease, User
from review import autonomy, decisions, dispatch, intake
from review.autonomy import epochs, gate, lanes
from review.models import (
    Critical,
    Decision,
    Lane,
    LaneChange,
    OutboxMessage,
    ReviewItem,
)
from tests import factories
from tests.races import verbs
from tests.review.autonomy.proving import proven
from tests.review.autonomy.test_scoring import BODY

EXAMPLES = int(os.environ.get("LANE_EXAMPLES", "60"))
STEPS = int(os.environ.get("LANE_STEPS", "10"))
POOL = 12
FREE = {"auto", "tightened"}
ANY = {"review", "auto", "tightened"}
# Every change of a lane: from where, to where. Whatever is not here leaves it as it was.
WAYS: dict[str, tuple[set[str], set[str]]] = {
    "promoted": ({"review"}, {"auto"}),
    "tightened": ({"auto"}, {"tightened"}),
    "cleared": ({"tightened"}, {"auto"}),
    "demoted": (FREE, {"review"}),
    "paused": (ANY, {"paused"}),
    "resumed": ({"paused"}, ANY),
    "restarted": (ANY, {"review"}),
    "split": (ANY | {"paused"}, {"review"}),
    "joined": (ANY | {"paused"}, {"review"}),
    "settings": (FREE, {"review"}),
}
BEGIN = datetime(2027, 3, 1, 10, tzinfo=UTC)
VERBS = ["approve", "approve", "approve", "fast", "bulk", "minor", "major", "reject", "rewrite"]
STEERING = ["promote", "promote", "promote", "months", "months", "demote", "pause", "resume",
            "resume", "settings", "settings", "split", "join", "restarted"]  # fmt: skip
SETTINGS = [{"target": 0.9}, {"target": 0.95}, {"target": 0.5}, {"tolerated": 0.0},
            {"target": 0.99}, {"minor_loss": 0.1}, {"minor_loss": 0.5}]  # fmt: skip
REVIEWERS = st.sampled_from(["swift", "careful"])
REFUSED = (autonomy.Refused, decisions.DecisionError, dispatch.Unsettled)


def is_allowed(kind: str, before: str, after: str) -> bool:
    starts, ends = WAYS.get(kind, (set(), set()))
    return before == after or (before in starts and after in ends)


class LaneMachine(RuleBasedStateMachine):
    """One class of drafts at a desk of two reps and two managers. `clock` is the test's."""

    clock: Any = None
    world: Any = None
    audited = False

    @initialize(is_promoted=st.booleans())
    def begin(self, is_promoted: bool) -> None:
        self.example = transaction.atomic()
        self.example.__enter__()
        self.clock.at(BEGIN)
        self.waiting = list(self.world.pool)
        self.items: list[int] = []
        self.autos = 0
        if is_promoted:
            self._each(autonomy.promote, by=self.world.manager)

    def teardown(self) -> None:
        if not hasattr(self, "example"):
            return
        try:
            self._all_holds()
        finally:
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)

    # --- what happens ---

    @rule(verbs=st.lists(st.sampled_from(VERBS), min_size=1, max_size=3), by=REVIEWERS,
          audited=st.booleans())  # fmt: skip
    def drafts_come_and_are_read(self, verbs: list[str], by: str, audited: bool) -> None:
        for verb in verbs:
            self._decide(self._comes(audited=audited), verb, by=by)
        self._counted()

    @rule(audited=st.booleans(), version=st.sampled_from(["", "", "", "", "", "other-2"]))
    def a_draft_waits(self, audited: bool, version: str) -> None:
        self._comes(audited=audited, version=version)

    @precondition(lambda self: self.items)
    @rule(what=st.sampled_from([*VERBS, "undo", "undo", "harm", "settle"]), by=REVIEWERS,
          which=st.integers(0, 5))  # fmt: skip
    def somebody_looks_again(self, what: str, by: str, which: int) -> None:
        item = self.items[-1 - which % len(self.items)]
        row = ReviewItem.objects.select_related("draft").get(pk=item)
        if what == "undo":
            with suppress(*REFUSED):
                decisions.undo(row, by=self.world.manager)
        elif what == "harm":
            done = autonomy.harmed(row, kind="complaint", by=self.world.manager)
            assert done is None or lanes.locked_for(row.draft).state not in FREE
        elif what == "settle":
            for harm in Critical.objects.filter(settled_at=None):
                autonomy.settle(harm, by=self.world.manager, reason="We spoke with them.")
        else:
            self._decide(item, what, by=by)
        self._counted()

    @rule(hours=st.sampled_from([1, 24, 24, 72]))
    def time_passes(self, hours: int) -> None:
        self._time_passes(hours)

    @rule(verb=st.sampled_from(STEERING), more=st.sampled_from(SETTINGS), other=st.booleans())
    def a_manager_steers(self, verb: str, more: dict[str, float], other: bool) -> None:
        by = self.world.second_manager if other else self.world.manager
        if verb == "months":
            self._months_go_well()
        else:
            given = more if verb == "settings" else {}
            self._each(getattr(autonomy, verb), by=by, **given)

    # --- how ---

    def _each(self, verb: Callable[..., object], **more: Any) -> None:
        """On the lane, and on the part of a split one that drafts come to."""
        for lane in Lane.objects.filter(segment__in=["", "mid"]).select_related("epoch"):
            with suppress(*REFUSED):
                verb(lane, reason="We looked at it.", **more)

    def _comes(self, *, audited: bool, version: str = "") -> int:
        """To a desk that reviews each: one that is there already, written now. The gate is asked
        where it might let it go."""
        if not self.waiting or Lane.objects.filter(state="auto").exists():
            return self._arrives(audited=audited, version=version)
        item = self.waiting.pop()
        Draft.objects.filter(items=item).update(model=version, created_at=self.clock.now())
        self.items.append(item)
        return item

    def _arrives(self, *, audited: bool, version: str = "") -> int:
        """It leaves by itself only of a lane that is automatic now, on its own evidence."""
        type(self).audited = audited
        here = verbs.unrouted(self.world.scene())
        Draft.objects.filter(pk=here.draft.pk).update(model=version)
        draft = Draft.objects.get(pk=here.draft.pk)
        lane = lanes.of(draft)
        item = intake.route(draft)
        assert item
        let_go = Decision.objects.filter(item=item, by=None).first()
        may = lane is not None and lane.state == "auto" and epochs.stands_for(lane, draft)
        assert bool(let_go) == (may and not audited)
        if let_go and lane:
            self.autos += 1
            assert let_go.evidence == lane.epoch
            assert let_go.policy.endswith(f"v{lane.policy}")
        self.items.append(item.pk)
        return item.pk

    def _decide(self, item: int, verb: str, *, by: str) -> None:
        with suppress(*REFUSED):
            row = ReviewItem.objects.get(pk=item)
            self.world.decide(row, verb, by=getattr(self.world, by))

    def _counted(self) -> None:
        """What people approved has left, and what cannot be undone any more is scored."""
        mine = OutboxMessage.objects.filter(state="queued", decision__by__isnull=False)
        mine.update(state="sent", settled_at=self.clock.now())
        intake.sweep(compare=False)

    def _months_go_well(self) -> None:
        last = Draft.objects.order_by("pk").last()
        for lane in Lane.objects.filter(state="review", is_split=False).select_related("epoch"):
            if last and lanes.of(last) == lane and epochs.stands_for(lane, last):
                proven(lane, last, self.world.reviewers, many=40)

    def _time_passes(self, hours: int) -> None:
        """What nobody may send is not sent, whoever looks first: the sweep or the sender."""
        self.clock.travel(hours=hours)
        trusted_now = Lane.objects.filter(state="auto", epoch__isnull=False).values("epoch")
        doubtful = OutboxMessage.objects.filter(state="queued", decision__by=None)
        held = list(
            doubtful.exclude(decision__evidence__in=trusted_now).values_list("pk", flat=True)
        )
        dispatch.send_due()
        gone = OutboxMessage.objects.filter(pk__in=held, state__in=["sending", "sent", "unknown"])
        assert not gone.exists()
        leases.sweep()
        intake.sweep()
        autonomy.sweep()

    # --- what holds ---

    def _all_holds(self) -> None:
        for lane in Lane.objects.select_related("epoch"):
            self._moved_along_its_ways(lane)
            self._counts(lane)
            self._asks_more_each_time(lane)
            assert autonomy.difference(lane) == ""
        nameless = Decision.objects.filter(by=None, item__draft__isnull=False)
        assert nameless.count() == self.autos
        assert not nameless.filter(policy="").exists()
        assert not nameless.filter(evidence=None).exists()

    def _moved_along_its_ways(self, lane: Lane) -> None:
        state = "review"
        for change in lane.changes.order_by("pk"):
            before, after = change.before["state"], change.after["state"]
            assert before == state, f"{lane} was {state}, its change says {before}"
            assert is_allowed(change.kind, before, after), f"{change.kind}: {before} to {after}"
            state = after
        assert lane.state == state, f"{lane} became {lane.state} and nobody said so"

    def _counts(self, lane: Lane) -> None:
        kinds = list(lane.changes.values_list("kind", flat=True))
        demoted = LaneChange.objects.filter(lane__output_class=lane.output_class, kind="demoted")
        assert kinds.count("demoted") <= lane.demotions <= demoted.count()  # parts inherit them
        assert lane.policy == 1 + kinds.count("settings")
        assert lane.verdicts == lane.scored.count()
        promoted = lane.changes.filter(kind="promoted").order_by("pk").last()
        since = promoted.evidence["last_verdict"] if promoted else 0
        audits = lane.scored.filter(
            number__gt=since, target__isnull=False, item__draft__audit__due=True
        )
        assert lane.audits == audits.count()
        fast = Decision.objects.filter(dwell_ms=1, verb="approve", undone_at=None).count()
        assert sum(lane.epochs.values_list("skipped", flat=True)) <= fast
        for epoch in lane.epochs.all():
            assert epoch.count == epoch.pieces.filter(closed_at__isnull=False).count()
            assert epoch.count == sum(epoch.units.values())
        assert lane.epoch is None or lane.epoch.closed_at is None

    def _asks_more_each_time(self, lane: Lane) -> None:
        """No test is begun twice, and of one version each asks at least twice as much."""
        attempts = list(lane.epochs.order_by("attempt"))
        tests = [(one.fingerprint, one.demotions, one.minor_loss) for one in attempts]
        assert len(tests) == len(set(tests))
        asked: dict[str, int] = {}
        for one in attempts:
            assert one.doublings > asked.get(one.fingerprint, -1)
            assert one.doublings >= one.demotions
            asked[one.fingerprint] = one.doublings


class World:
    """The people of the desk, and a class that is about to be promoted."""

    def __init__(self) -> None:
        team = factories.TeamFactory()
        self.swift = factories.UserFactory(username="swift", team=team, undo_seconds=0)
        self.careful = factories.UserFactory(
            username="careful", role="manager", team=team, undo_seconds=60
        )
        self.manager = factories.UserFactory(
            username="manager", role="manager", team=team, undo_seconds=0
        )
        self.second_manager = factories.UserFactory(
            username="second", role="manager", team=team, undo_seconds=0
        )
        self.reviewers = [self.swift, self.careful]
        here = verbs.unrouted(self.scene())
        lane = lanes.locked_for(here.draft)
        autonomy.settings(lane, by=self.manager, reason="Loose", target=0.9)
        lane.refresh_from_db()
        proven(lane, here.draft, self.reviewers, many=65)
        intake.route(here.draft)
        self.pool = [self._waiting() for _ in range(POOL)]

    def _waiting(self) -> int:
        """On the desk for as long as a history takes."""
        item = verbs.pending(self.scene()).item
        late = BEGIN + timedelta(days=999)
        Lease.objects.filter(pk=item.lease_id).update(expires_at=late)
        ReviewItem.objects.filter(pk=item.pk).update(expires_at=late)
        return item.pk

    def scene(self) -> verbs.Scene:
        account = factories.AccountFactory(owner=self.swift)
        factories.ContactFactory(account=account)
        factories.OpportunityFactory(account=account)
        return verbs.Scene(account, self.swift, self.manager, self.careful)

    def decide(self, item: ReviewItem, verb: str, *, by: User) -> None:
        seen = {"by": by, "revision": item.revision}
        how: dict[str, Callable[[], object]] = {
            "approve": lambda: decisions.approve(item, dwell_ms=60_000, **seen),
            "fast": lambda: decisions.approve(item, dwell_ms=1, **seen),
            "bulk": lambda: decisions.approve(item, bulk=uuid4(), **seen),
            "minor": lambda: self._edit(item, BODY.replace("still", "yet"), seen),
            "major": lambda: self._edit(item, BODY.replace("GTX", "MG"), seen),
            "reject": lambda: decisions.reject(item, reason="tone", **seen),
            "rewrite": lambda: decisions.request_rewrite(item, note="Shorter", **seen),
        }
        how[verb]()

    def _edit(self, item: ReviewItem, body: str, seen: dict[str, Any]) -> object:
        seen = {"dwell_ms": 60_000, **seen}
        return decisions.approve_edited(item, subject="The GTX Pro", body=body, **seen)


@pytest.fixture
def lane_machine(
    workspace: object, clock: object, settings: object, monkeypatch: pytest.MonkeyPatch
) -> Iterator[type[LaneMachine]]:
    settings.EMAIL_BACKEND = workspaces.LOCAL_OUTBOX
    clock.at(BEGIN)
    monkeypatch.setattr(gate, "is_drawn", lambda draft_id, share: LaneMachine.audited)
    LaneMachine.clock, LaneMachine.world = clock, World()
    yield LaneMachine
    LaneMachine.clock = LaneMachine.world = None


@pytest.mark.django_db
def test_whatever_happens_to_a_lane_it_replays_and_moves_along_its_ways(lane_machine) -> None:
    run_state_machine_as_test(
        lane_machine,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
